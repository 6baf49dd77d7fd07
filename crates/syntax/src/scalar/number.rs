//! Parsing of numbers as in go-yaml v2, which uses Go's `strconv`.

use std::borrow::Cow;

use super::Scalar;

/// Parses a text that starts with a digit or a sign. `None` if it is a string.
pub(super) fn signed(text: &str) -> Option<Scalar<'static>> {
    match text {
        "+.inf" | "+.Inf" | "+.INF" => return Some(Scalar::Float(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => return Some(Scalar::Float(f64::NEG_INFINITY)),
        _ => {}
    }
    // Underscores are allowed anywhere, including repeated and trailing ones.
    let plain: Cow<'_, str> = if text.contains('_') {
        text.replace('_', "").into()
    } else {
        text.into()
    };
    whole(&plain)
        .or_else(|| is_float(&plain).then(|| finite(&plain)).flatten())
        .or_else(|| signed_binary(&plain))
}

/// Parses a text that starts with a point. `None` if it is a string. Underscores are not allowed here.
pub(super) fn dotted(text: &str) -> Option<Scalar<'static>> {
    match text {
        ".inf" | ".Inf" | ".INF" => Some(Scalar::Float(f64::INFINITY)),
        ".nan" | ".NaN" | ".NAN" => Some(Scalar::Float(f64::NAN)),
        _ if is_float(text) => finite(text),
        _ => None,
    }
}

/// Parses a text that is known to be a number: an integer if it has neither point nor exponent.
pub(super) fn whole_or_float(text: &str) -> Scalar<'static> {
    if let Ok(number) = text.parse() {
        return Scalar::Int(number);
    }
    if let Ok(number) = text.parse() {
        return Scalar::UInt(number);
    }
    finite(text).unwrap_or(Scalar::Invalid)
}

/// Returns whether `text` is a JSON number.
pub(super) fn is_json(text: &str) -> bool {
    !text.is_empty() && json_end(text) == text.len()
}

/// Length of the JSON number at the start of `text`, parsed without backtracking (`1.x` has none). 0 if there is none.
pub(super) fn json_end(text: &str) -> usize {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let whole = match digits(unsigned).0 {
        "" => return 0,
        number if number.starts_with('0') => 1,
        number => number.len(),
    };
    let mut rest = &unsigned[whole..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let (number, after) = digits(fraction);
        if number.is_empty() {
            return 0;
        }
        rest = after;
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let (number, after) = digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
        if number.is_empty() {
            return 0;
        }
        rest = after;
    }
    text.len() - rest.len()
}

/// Parses an integer like Go's `ParseInt` and then `ParseUint` with base 0: `0x`, `0o`, `0b`, a leading 0 for octal,
/// otherwise decimal.
fn whole(text: &str) -> Option<Scalar<'static>> {
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (digits, radix) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&unsigned[2..], 16),
        [b'0', b'o' | b'O', ..] => (&unsigned[2..], 8),
        [b'0', b'b' | b'B', ..] => (&unsigned[2..], 2),
        [b'0', _, ..] => (&unsigned[1..], 8),
        _ => (unsigned, 10),
    };
    // Rust's integer parser would accept another sign.
    if !digits.bytes().all(|digit| digit.is_ascii_alphanumeric()) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    if negative {
        return 0_i64.checked_sub_unsigned(magnitude).map(Scalar::Int);
    }
    match i64::try_from(magnitude) {
        Ok(number) => Some(Scalar::Int(number)),
        // ParseUint does not allow a sign, so `+9223372036854775808` becomes a float.
        Err(_) if text.starts_with('+') => None,
        Err(_) => Some(Scalar::UInt(magnitude)),
    }
}

/// Parses `0b-1`: go-yaml parses the digits after `0b` separately and accepts a sign.
fn signed_binary(text: &str) -> Option<Scalar<'static>> {
    let digits = text.strip_prefix("0b")?;
    digits.starts_with(['+', '-']).then_some(())?;
    i64::from_str_radix(digits, 2).ok().map(Scalar::Int)
}

/// Returns whether the text is a float: a sign, digits with at most one point before, among or after them, an exponent.
fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, rest) = digits(text);
    let rest = match rest.strip_prefix('.') {
        None if whole.is_empty() => return false,
        None => rest,
        Some(rest) => match digits(rest) {
            ("", _) if whole.is_empty() => return false,
            (_, rest) => rest,
        },
    };
    is_exponent(rest)
}

fn is_exponent(text: &str) -> bool {
    let Some(exponent) = text.strip_prefix(['e', 'E']) else {
        return text.is_empty();
    };
    let (number, rest) = digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    !number.is_empty() && rest.is_empty()
}

/// Splits `text` into its leading digits and the rest.
fn digits(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at(end)
}

/// Parses a float. Go rejects numbers outside the range of a float, so they stay strings.
fn finite(text: &str) -> Option<Scalar<'static>> {
    let number: f64 = text.parse().ok()?;
    number.is_finite().then_some(Scalar::Float(number))
}

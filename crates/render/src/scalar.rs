//! Types of plain scalars as kustomize reads them.
//!
//! kyaml uses go-yaml v3, which reads YAML 1.2 where no Go type asks for more: `yes` and `on` are strings
//! (`resolve.go`, `resolve`). What reads the result afterwards, kubectl, uses YAML 1.1 again.

use podwright_syntax::NodeKind;

/// Type of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScalarType {
    /// `null`, `~`, or no content.
    Null,
    /// `true` and `false`.
    Bool,
    /// An integer.
    Int,
    /// Any other number.
    Float,
    /// A date. A string for most purposes.
    Timestamp,
    /// A string.
    String,
}

impl ScalarType {
    /// Type of a scalar without a tag.
    #[must_use]
    pub fn of(style: NodeKind, text: &str) -> Self {
        match style {
            NodeKind::Plain | NodeKind::Empty => Self::of_plain(text),
            _ => Self::String,
        }
    }

    /// Type of the plain scalar `text`.
    #[must_use]
    pub fn of_plain(text: &str) -> Self {
        let Some(first) = text.bytes().next() else {
            return Self::Null;
        };
        match first {
            b'0'..=b'9' | b'+' | b'-' => number(text),
            b'.' => dotted(text),
            _ => word(text),
        }
    }

    /// Whether kustomize takes the scalar for a string.
    #[must_use]
    pub fn is_string(self) -> bool {
        matches!(self, Self::String)
    }
}

fn word(text: &str) -> ScalarType {
    match text {
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => ScalarType::Bool,
        "~" | "null" | "Null" | "NULL" => ScalarType::Null,
        _ => ScalarType::String,
    }
}

fn dotted(text: &str) -> ScalarType {
    match text {
        ".nan" | ".NaN" | ".NAN" | ".inf" | ".Inf" | ".INF" => ScalarType::Float,
        _ if is_float(text) => ScalarType::Float,
        _ => ScalarType::String,
    }
}

fn number(text: &str) -> ScalarType {
    if let "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF" = text {
        return ScalarType::Float;
    }
    if is_timestamp(text) {
        return ScalarType::Timestamp;
    }
    let plain = text.replace('_', "");
    if is_integer(&plain) {
        ScalarType::Int
    } else if is_float(&plain) {
        ScalarType::Float
    } else {
        ScalarType::String
    }
}

/// Go's `strconv.ParseInt` and `ParseUint` with base 0, which also accept the prefixes of go-yaml.
fn is_integer(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (digits, radix) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&unsigned[2..], 16),
        [b'0', b'o' | b'O', ..] => (&unsigned[2..], 8),
        [b'0', b'b' | b'B', ..] => (&unsigned[2..], 2),
        [b'0', _, ..] => (&unsigned[1..], 8),
        _ => (unsigned, 10),
    };
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return false;
    }
    match text.starts_with('-') {
        true => i64::from_str_radix(&format!("-{digits}"), radix).is_ok(),
        // ParseUint does not accept a sign, but ParseInt accepts `+`.
        false if text.starts_with('+') => i64::from_str_radix(digits, radix).is_ok(),
        false => u64::from_str_radix(digits, radix).is_ok(),
    }
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
fn is_float(text: &str) -> bool {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa = match mantissa.split_once('.') {
        Some(("", fraction)) => !fraction.is_empty() && digits(fraction),
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => !mantissa.is_empty() && digits(mantissa),
    };
    let exponent = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    mantissa && exponent
}

/// The formats of go-yaml: a date, and a date with a time.
fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 8 || !bytes[..4].iter().all(u8::is_ascii_digit) || bytes[4] != b'-' {
        return false;
    }
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some(text[at + 1..].trim_start())),
        None => (text, None),
    };
    let mut parts = date[5..].split('-');
    let number = |part: Option<&str>, longest: usize, most: u32| {
        part.is_some_and(|part| {
            part.len() <= longest && part.parse::<u32>().is_ok_and(|n| n >= 1 && n <= most)
        })
    };
    let is_date =
        number(parts.next(), 2, 12) && number(parts.next(), 2, 31) && parts.next().is_none();
    let is_time = |time: &str| {
        let bytes = time.as_bytes();
        bytes.first().is_some_and(u8::is_ascii_digit)
            && time.matches(':').count() >= 2
            && bytes
                .iter()
                .all(|byte| byte.is_ascii_digit() || b":.+-Zz ".contains(byte))
    };
    // Without a time, go-yaml wants two digits each.
    match time {
        None => is_date && date.len() <= 10,
        Some(time) => is_date && is_time(time),
    }
}

#[cfg(test)]
mod tests {
    use super::ScalarType::{self, Bool, Float, Int, Null, String, Timestamp};

    #[test]
    fn plain_scalars_have_the_types_of_go_yaml_v3() {
        let cases = [
            ("", Null),
            ("~", Null),
            ("null", Null),
            ("true", Bool),
            ("yes", String),
            ("on", String),
            ("1", Int),
            ("-1", Int),
            ("010", Int),
            ("08", Float),
            ("0x1F", Int),
            ("0o17", Int),
            ("1_000", Int),
            ("1.20", Float),
            ("1e3", Float),
            (".5", Float),
            (".inf", Float),
            ("1.2.3", String),
            ("10Gi", String),
            ("2001-01-01", Timestamp),
            ("2001-1-1", Timestamp),
            ("2001-01-01T00:00:00Z", Timestamp),
            ("<<", String),
        ];
        for (text, expected) in cases {
            assert_eq!(ScalarType::of_plain(text), expected, "{text:?}");
        }
    }
}

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

fn is_timestamp(text: &str) -> bool {
    timestamp(text).is_some()
}

/// A date, or a date with a time, as Go writes it in JSON (RFC 3339). `None` if go-yaml does not read it as one
/// (`parseTimestamp`).
pub(crate) fn timestamp(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    if bytes.get(4) != Some(&b'-') || !bytes[..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let year: u32 = text[..4].parse().ok()?;
    let rest = &text[5..];
    let (month, rest) = rest.split_once('-')?;
    let month = number_up_to(month, 12).filter(|month| *month > 0)?;
    let end = rest
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(rest.len());
    let (day, time) = rest.split_at(end);
    let day = number_up_to(day, days(year, month)).filter(|day| *day > 0)?;
    let date = format!("{year:04}-{month:02}-{day:02}");
    let time = match time.as_bytes().first() {
        None => "00:00:00Z".to_owned(),
        Some(b'T' | b't') => clock(&time[1..], true)?,
        Some(b' ') => clock(&time[1..], false)?,
        Some(_) => return None,
    };
    Some(format!("{date}T{time}"))
}

fn number_up_to(digits: &str, most: u32) -> Option<u32> {
    let is_number =
        (1..=2).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.parse().ok().filter(|_| is_number)?;
    (number <= most).then_some(number)
}

fn days(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A time of the day, with a time zone or in UTC.
fn clock(text: &str, has_zone: bool) -> Option<String> {
    let (text, zone) = match (has_zone, text.strip_suffix('Z')) {
        (false, _) => (text, "Z"),
        (true, Some(text)) => (text, "Z"),
        (true, None) => {
            let at = text.rfind(['+', '-'])?;
            let (text, zone) = text.split_at(at);
            let (hours, minutes) = zone[1..].split_once(':')?;
            if hours.len() != 2 || minutes.len() != 2 {
                return None;
            }
            number_up_to(hours, 24)?;
            number_up_to(minutes, 60)?;
            let is_utc = zone[1..].bytes().all(|byte| byte == b'0' || byte == b':');
            (text, if is_utc { "Z" } else { zone })
        }
    };
    let mut parts = text.split(':');
    let hour = number_up_to(parts.next()?, 23)?;
    let minute = number_up_to(parts.next()?, 59)?;
    let seconds = parts.next()?;
    if parts.next().is_some() {
        return None;
    }
    let (second, fraction) = match seconds.find(['.', ',']) {
        Some(at) => (&seconds[..at], &seconds[at + 1..]),
        None => (seconds, ""),
    };
    let second = number_up_to(second, 59)?;
    let is_fraction = fraction.bytes().all(|byte| byte.is_ascii_digit());
    if !is_fraction || (fraction.is_empty() && seconds.contains(['.', ','])) {
        return None;
    }
    let fraction = fraction.get(..9).unwrap_or(fraction).trim_end_matches('0');
    let fraction = match fraction {
        "" => String::new(),
        digits => format!(".{digits}"),
    };
    Some(format!("{hour:02}:{minute:02}:{second:02}{fraction}{zone}"))
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
            ("2001-02-30", String),
            ("<<", String),
        ];
        for (text, expected) in cases {
            assert_eq!(ScalarType::of_plain(text), expected, "{text:?}");
        }
    }
}

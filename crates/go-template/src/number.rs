//! Numbers in templates (`NumberNode` of `text/template/parse/node.go`).

use crate::lex::Kind;
use crate::quote::{Unit, quoted, unquote_char};

/// A number constant: every type that it can have.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// As it is written.
    pub text: String,
    /// Its value as an integer.
    pub int: Option<i64>,
    /// Its value as an unsigned integer.
    pub uint: Option<u64>,
    /// Its value as a float.
    pub float: Option<f64>,
    /// Its real and imaginary part, if it is written as a complex number.
    pub complex: Option<(f64, f64)>,
}

impl Number {
    pub(crate) fn parse(text: &str, kind: Kind) -> Result<Self, String> {
        let mut number = Self {
            text: text.to_owned(),
            int: None,
            uint: None,
            float: None,
            complex: None,
        };
        match kind {
            Kind::CharConstant => number.character(text)?,
            Kind::Complex => {
                let body = text.strip_suffix('i').unwrap_or(text);
                let split = body
                    .char_indices()
                    .skip(1)
                    .filter(|&(at, sign)| {
                        matches!(sign, '+' | '-') && !body[..at].ends_with(['e', 'E', 'p', 'P'])
                    })
                    .last();
                let parts = split.and_then(|(at, _)| {
                    Some((parse_float(&body[..at])?, parse_float(&body[at..])?))
                });
                let (real, imaginary) = parts.ok_or("syntax error scanning complex number")?;
                number.set_complex(real, imaginary);
            }
            _ => number.plain(text)?,
        }
        Ok(number)
    }

    fn character(&mut self, text: &str) -> Result<(), String> {
        let (unit, tail) = unquote_char(&text[1..], '\'').ok_or("invalid syntax")?;
        if tail != "'" {
            return Err(format!("malformed character constant: {text}"));
        }
        let value = match unit {
            Unit::Char(character) => u32::from(character),
            Unit::Byte(byte) => u32::from(byte),
        };
        self.int = Some(value.into());
        self.uint = Some(value.into());
        self.float = Some(value.into());
        Ok(())
    }

    fn plain(&mut self, text: &str) -> Result<(), String> {
        if let Some(float) = text.strip_suffix('i').and_then(parse_float) {
            self.set_complex(0.0, float);
            return Ok(());
        }
        self.uint = parse_uint(text);
        self.int = parse_int(text);
        if self.int == Some(0) {
            self.uint = Some(0);
        }
        #[allow(clippy::cast_precision_loss)]
        match (self.int, self.uint) {
            (Some(int), _) => self.float = Some(int as f64),
            (None, Some(uint)) => self.float = Some(uint as f64),
            (None, None) => {
                if let Some(float) = parse_float(text) {
                    if !text.contains(['.', 'e', 'E', 'p', 'P']) {
                        return Err(format!("integer overflow: {}", quoted(text)));
                    }
                    self.set_float(float);
                }
            }
        }
        if self.int.is_none() && self.uint.is_none() && self.float.is_none() {
            return Err(format!("illegal number syntax: {}", quoted(text)));
        }
        Ok(())
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss
    )]
    fn set_float(&mut self, float: f64) {
        self.float = Some(float);
        let int = float as i64;
        if int as f64 == float && int != i64::MAX {
            self.int = Some(int);
        }
        let uint = float as u64;
        if uint as f64 == float && uint != u64::MAX {
            self.uint = Some(uint);
        }
    }

    fn set_complex(&mut self, real: f64, imaginary: f64) {
        self.complex = Some((real, imaginary));
        if imaginary == 0.0 {
            self.set_float(real);
        }
    }

    /// Whether the syntax makes it a float where any type will do (`idealConstant`).
    pub(crate) fn is_written_as_float(&self) -> bool {
        let text = self.text.as_bytes();
        let is_hex_int = text.len() > 2
            && text[0] == b'0'
            && matches!(text[1], b'x' | b'X')
            && !self.text.contains(['p', 'P']);
        self.float.is_some()
            && !is_hex_int
            && text.first() != Some(&b'\'')
            && self.text.contains(['.', 'e', 'E', 'p', 'P'])
    }
}

/// `strconv.ParseUint` with base 0: prefixes and underscores.
fn parse_uint(text: &str) -> Option<u64> {
    let (digits, radix, has_prefix) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&text[2..], 16, true),
        [b'0', b'o' | b'O', ..] => (&text[2..], 8, true),
        [b'0', b'b' | b'B', ..] => (&text[2..], 2, true),
        [b'0', _, ..] => (&text[1..], 8, true),
        _ => (text, 10, false),
    };
    let digits = without_underscores(digits, has_prefix)?;
    if digits.is_empty() || digits.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(&digits, radix).ok()
}

/// `strconv.ParseInt` with base 0.
#[must_use]
pub fn parse_int(text: &str) -> Option<i64> {
    match text.strip_prefix('-') {
        Some(rest) => {
            let value = i128::from(parse_uint(rest)?);
            i64::try_from(-value).ok()
        }
        None => i64::try_from(parse_uint(text.strip_prefix('+').unwrap_or(text))?).ok(),
    }
}

/// Underscores may only separate digits, or follow a prefix.
fn without_underscores(digits: &str, has_prefix: bool) -> Option<String> {
    if !digits.contains('_') {
        return Some(digits.to_owned());
    }
    let starts = digits.starts_with('_') && !has_prefix;
    if starts || digits.ends_with('_') || digits.contains("__") {
        return None;
    }
    Some(digits.replace('_', ""))
}

/// `strconv.ParseFloat`.
#[must_use]
pub fn parse_float(text: &str) -> Option<f64> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1.0, &text[1..]),
        b'+' => (1.0, &text[1..]),
        _ => (1.0, text),
    };
    if let Some(hex) = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"))
    {
        return hex_float(hex).map(|value| sign * value);
    }
    if let "inf" | "infinity" | "nan" = digits.to_ascii_lowercase().as_str() {
        return digits
            .to_ascii_lowercase()
            .parse::<f64>()
            .ok()
            .map(|value| sign * value);
    }
    let is_decimal = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !is_decimal || digits.starts_with(['+', '-']) {
        return None;
    }
    let value: f64 = digits.parse().ok()?;
    value.is_finite().then_some(sign * value)
}

fn hex_float(text: &str) -> Option<f64> {
    let at = text.find(['p', 'P'])?;
    let (mantissa, exponent) = (&text[..at], text[at + 1..].parse::<i32>().ok()?);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut value = 0.0;
    for digit in whole.chars().chain(fraction.chars()) {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    let shift = exponent.checked_sub(4 * i32::try_from(fraction.len()).ok()?)?;
    let value = value * 2f64.powi(shift);
    (value.is_finite() && !mantissa.is_empty()).then_some(value)
}

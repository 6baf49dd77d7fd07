//! Formatting of single values (`fmt/format.go`).

use podwright_syntax::provenance::{Origin, Text};

use crate::print::{Printer, quoted_text};
use crate::quote::{can_backquote, escape, is_print};
use crate::value::{Data, IntType, Value};

use super::float;

/// Flags, width and precision of a verb.
#[derive(Clone, Copy, Default)]
pub(super) struct Flags {
    pub(super) minus: bool,
    pub(super) plus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    pub(super) plus_v: bool,
    pub(super) sharp_v: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

impl Flags {
    /// How many characters the text is short of the width.
    pub(super) fn padding(&self, text: &str) -> usize {
        match self.width {
            None | Some(0) => 0,
            Some(width) => width.saturating_sub(text.chars().count()),
        }
    }

    pub(super) fn fill(&self) -> &'static str {
        match self.zero && !self.minus {
            true => "0",
            false => " ",
        }
    }
}

impl Printer {
    /// Pads without zeros, which the digits already contain.
    fn padded_number(&mut self, text: &str, origin: &Origin) {
        let zero = std::mem::replace(&mut self.flags.zero, false);
        self.padded(text, origin);
        self.flags.zero = zero;
    }

    pub(super) fn integer(&mut self, number: i64, kind: IntType, verb: char, value: &Value) {
        let (radix, upper) = match verb {
            'v' if self.flags.sharp_v && kind.is_unsigned() => {
                let text = format!("{number:#x}");
                return self.padded(&text, &value.origin);
            }
            'v' | 'd' => (10, false),
            'b' => (2, false),
            'o' | 'O' => (8, false),
            'x' => (16, false),
            'X' => (16, true),
            'c' | 'q' | 'U' => return self.character(number, verb, value),
            _ => return self.bad_verb(verb, value),
        };
        let magnitude = number.unsigned_abs();
        let mut digits = match radix {
            10 => format!("{magnitude}"),
            2 => format!("{magnitude:b}"),
            8 => format!("{magnitude:o}"),
            _ if upper => format!("{magnitude:X}"),
            _ => format!("{magnitude:x}"),
        };
        let is_negative = number < 0;
        let has_sign = is_negative || self.flags.plus || self.flags.space;
        let length = match (self.flags.precision, self.flags.width) {
            (Some(0), width) if magnitude == 0 => {
                return self.constant(&" ".repeat(width.unwrap_or(0)));
            }
            (Some(precision), _) => precision,
            (None, Some(width)) if self.flags.zero && !self.flags.minus => {
                width.saturating_sub(usize::from(has_sign))
            }
            _ => 0,
        };
        if digits.len() < length {
            digits = "0".repeat(length - digits.len()) + &digits;
        }
        if self.flags.sharp {
            match radix {
                2 => digits.insert_str(0, "0b"),
                8 if !digits.starts_with('0') => digits.insert(0, '0'),
                16 => digits.insert_str(0, if upper { "0X" } else { "0x" }),
                _ => {}
            }
        }
        if verb == 'O' {
            digits.insert_str(0, "0o");
        }
        if is_negative {
            digits.insert(0, '-');
        } else if self.flags.plus {
            digits.insert(0, '+');
        } else if self.flags.space {
            digits.insert(0, ' ');
        }
        match verb {
            'v' | 'd' => self.padded_number(&digits, &value.origin),
            _ => self.padded_number(&digits, &value.origin.made()),
        }
    }

    /// `%c`, `%q` and `%U` of a number.
    fn character(&mut self, number: i64, verb: char, value: &Value) {
        let character = u32::try_from(number).ok().and_then(char::from_u32);
        let shown = character.unwrap_or('\u{fffd}');
        match verb {
            'c' => self.padded(&shown.to_string(), &value.origin.made()),
            'q' => {
                let mut text = String::from("'");
                match self.flags.plus {
                    true => escape_ascii(shown, '\'', &mut text),
                    false => escape(shown, '\'', &mut text),
                }
                text.push('\'');
                self.padded(&text, &value.origin.made());
            }
            _ => {
                let precision = self.flags.precision.unwrap_or(4).clamp(4, 60_000);
                let mut text = format!("U+{number:0precision$X}");
                if let Some(character) = character.filter(|&c| self.flags.sharp && is_print(c)) {
                    text.push_str(&format!(" '{character}'"));
                }
                self.padded_number(&text, &value.origin.made());
            }
        }
    }

    pub(super) fn float(&mut self, number: f64, verb: char, value: &Value) {
        let (format, precision) = match verb {
            'v' => ('g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => (verb, None),
            'f' | 'e' | 'E' => (verb, Some(6)),
            'F' => ('f', Some(6)),
            _ => return self.bad_verb(verb, value),
        };
        let precision = self.flags.precision.or(precision);
        let mut text = float::format_float(number, format, precision);
        // A number is written without an exponent where it is a copy.
        let origin = match verb == 'v' && precision.is_none() && !text.contains('e') {
            true => value.origin.clone(),
            false => value.origin.made(),
        };
        if !text.starts_with(['+', '-']) {
            text.insert(0, '+');
        }
        if self.flags.space && text.starts_with('+') && !self.flags.plus {
            text.replace_range(0..1, " ");
        }
        if text[1..].starts_with(['I', 'N']) {
            let is_nan = text[1..].starts_with('N') && !self.flags.space;
            if !self.flags.plus && (is_nan || text.starts_with('+')) {
                text.remove(0);
            }
            return self.padded_number(&text, &origin);
        }
        if self.flags.sharp && verb != 'b' {
            text = with_decimal_point(text, format, precision);
        }
        if self.flags.plus || !text.starts_with('+') {
            let width = self.flags.width.unwrap_or(0);
            if self.flags.zero && !self.flags.minus && width > text.len() {
                let zeros = "0".repeat(width - text.len());
                text.insert_str(1, &zeros);
                return self.write(&text, value.origin.made());
            }
            return self.padded(&text, &origin);
        }
        self.padded(&text[1..], &origin);
    }

    pub(super) fn complex(&mut self, real: f64, imaginary: f64, verb: char, value: &Value) {
        if !"vbgGxXfFeE".contains(verb) {
            return self.bad_verb(verb, value);
        }
        let plus = self.flags.plus;
        let value = &Value::new(value.data.clone(), value.origin.made());
        self.constant("(");
        self.float(real, verb, value);
        self.flags.plus = true;
        self.float(imaginary, verb, value);
        self.constant("i)");
        self.flags.plus = plus;
    }

    pub(super) fn string(&mut self, text: &Text, verb: char, value: &Value) {
        match verb {
            'v' if self.flags.sharp_v => self.quoted(text),
            'v' | 's' => {
                let text = self.truncated(text);
                self.padded_text(&text);
            }
            'q' => self.quoted(text),
            'x' | 'X' => self.hex(&crate::text::bytes(text.as_str()), verb, made_text(text)),
            _ => self.bad_verb(verb, value),
        }
    }

    fn truncated(&self, text: &Text) -> Text {
        let end = self.flags.precision.and_then(|precision| {
            let mut characters = text.as_str().char_indices();
            characters.nth(precision).map(|(at, _)| at)
        });
        match end {
            Some(end) => text.slice(0..end),
            None => text.clone(),
        }
    }

    fn quoted(&mut self, text: &Text) {
        let text = self.truncated(text);
        if self.flags.sharp && can_backquote(text.as_str()) {
            let mut raw = Text::constant("`");
            raw.push(&text);
            raw.push_str("`", Origin::Nowhere);
            return self.padded_text(&raw);
        }
        if self.flags.plus {
            let mut ascii = String::from("\"");
            for character in text.as_str().chars() {
                escape_ascii(character, '"', &mut ascii);
            }
            ascii.push('"');
            let origin = made_text(&text);
            return self.padded_text(&Text::new(ascii, origin));
        }
        self.padded_text(&quoted_text(&text));
    }

    fn hex(&mut self, bytes: &[u8], verb: char, origin: Origin) {
        let length = self.flags.precision.unwrap_or(bytes.len()).min(bytes.len());
        let prefix = match (self.flags.sharp, verb) {
            (true, 'x') => "0x",
            (true, _) => "0X",
            _ => "",
        };
        let mut text = String::new();
        for (index, byte) in bytes[..length].iter().enumerate() {
            if index == 0 || self.flags.space {
                if index > 0 {
                    text.push(' ');
                }
                text.push_str(prefix);
            }
            match verb {
                'x' => text.push_str(&format!("{byte:02x}")),
                _ => text.push_str(&format!("{byte:02X}")),
            }
        }
        self.padded_text(&Text::new(text, origin));
    }

    pub(super) fn bytes(&mut self, bytes: &[u8], verb: char, value: &Value) {
        match verb {
            'v' | 'd' => {
                let (open, separator, close) = match self.flags.sharp_v {
                    true => ("[]byte{", ", ", "}"),
                    false => ("[", " ", "]"),
                };
                self.constant(open);
                for (index, &byte) in bytes.iter().enumerate() {
                    if index > 0 {
                        self.constant(separator);
                    }
                    let item = Value::constant(Data::Int(IntType::Uint8, byte.into()));
                    self.integer(byte.into(), IntType::Uint8, verb, &item);
                }
                self.constant(close);
            }
            's' | 'q' => {
                let text = String::from_utf8_lossy(bytes).into_owned();
                self.string(&Text::new(text, value.origin.made()), verb, value);
            }
            'x' | 'X' => self.hex(bytes, verb, value.origin.made()),
            _ => self.bad_verb(verb, value),
        }
    }
}

/// As [`escape`], with everything escaped that is not ASCII.
fn escape_ascii(character: char, quote: char, out: &mut String) {
    if crate::text::lone_byte(character).is_some() {
        return escape(character, quote, out);
    }
    match character as u32 {
        0..=0x7f => escape(character, quote, out),
        code @ 0x80..=0xffff => out.push_str(&format!("\\u{code:04x}")),
        code => out.push_str(&format!("\\U{code:08x}")),
    }
}

fn made_text(text: &Text) -> Origin {
    text.location().map_or(Origin::Nowhere, Origin::made_at)
}

/// The `#` flag: a decimal point always, and trailing zeros for `%g`.
fn with_decimal_point(text: String, verb: char, precision: Option<usize>) -> String {
    let mut digits = match verb {
        'v' | 'g' | 'G' | 'x' => precision.unwrap_or(6),
        _ => 0,
    };
    let exponent = match verb {
        'x' | 'X' => text.find(['p', 'P']),
        _ => text.find(['e', 'E', 'p', 'P']),
    };
    let (number, tail) = text.split_at(exponent.unwrap_or(text.len()));
    let mut seen = false;
    for character in number.chars().skip(1).filter(|&character| character != '.') {
        seen |= character != '0';
        if seen {
            digits = digits.saturating_sub(1);
        }
    }
    let mut number = number.to_owned();
    if !number.contains('.') {
        if number.len() == 2 && number.ends_with('0') {
            digits = digits.saturating_sub(1);
        }
        number.push('.');
    }
    format!("{number}{}{tail}", "0".repeat(digits))
}

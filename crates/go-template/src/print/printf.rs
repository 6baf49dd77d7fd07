//! `fmt.Sprintf` (`doPrintf`).

use podwright_syntax::provenance::Text;

use crate::value::{Data, Value};

use super::format::Flags;
use super::{MAX_WEIGHT, Printer};

/// Numbers above this are not a width or precision.
const TOO_LARGE: usize = 1_000_000;

/// Formats the arguments. The text of the format, and the arguments where they are printed as they are, keep their
/// origins.
#[must_use]
pub fn sprintf(format: &Text, arguments: &[Value]) -> Text {
    let mut state = Printf {
        printer: Printer::default(),
        format,
        bytes: format.as_str().as_bytes(),
        arguments,
        at: 0,
        argument: 0,
        is_reordered: false,
        is_good: true,
        after_index: false,
    };
    state.run();
    state.printer.out
}

struct Printf<'a> {
    printer: Printer,
    format: &'a Text,
    bytes: &'a [u8],
    arguments: &'a [Value],
    /// Offset in the format.
    at: usize,
    argument: usize,
    is_reordered: bool,
    is_good: bool,
    after_index: bool,
}

impl Printf<'_> {
    fn run(&mut self) {
        while self.at < self.bytes.len() {
            if self.printer.weight >= MAX_WEIGHT {
                return;
            }
            let start = self.at;
            let rest = &self.bytes[start..];
            self.at += rest
                .iter()
                .position(|&byte| byte == b'%')
                .unwrap_or(rest.len());
            if self.at > start {
                let text = self.format.slice(start..self.at);
                self.printer.push(&text);
            }
            if self.at >= self.bytes.len() {
                break;
            }
            self.at += 1;
            if !self.verb() {
                break;
            }
        }
        if !self.is_reordered && self.argument < self.arguments.len() {
            self.extra();
        }
    }

    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Prints what a `%` asks for. False at the end of the format.
    fn verb(&mut self) -> bool {
        self.is_good = true;
        self.after_index = false;
        self.printer.flags = Flags::default();
        while let Some(byte) = self.byte() {
            let flags = &mut self.printer.flags;
            match byte {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                b'a'..=b'z' if self.argument < self.arguments.len() => {
                    self.at += 1;
                    self.print(char::from(byte));
                    return true;
                }
                _ => break,
            }
            self.at += 1;
        }
        self.argument_number();
        self.width();
        self.precision();
        if !self.after_index {
            self.argument_number();
        }
        let Some(verb) = self
            .format
            .as_str()
            .get(self.at..)
            .and_then(|rest| rest.chars().next())
        else {
            self.printer.constant("%!(NOVERB)");
            return false;
        };
        self.at += verb.len_utf8();
        match verb {
            '%' => self.printer.constant("%"),
            _ if !self.is_good => self.printer.constant(&format!("%!{verb}(BADINDEX)")),
            _ if self.argument >= self.arguments.len() => {
                self.printer.constant(&format!("%!{verb}(MISSING)"));
            }
            _ => self.print(verb),
        }
        true
    }

    fn print(&mut self, verb: char) {
        let flags = &mut self.printer.flags;
        if matches!(verb, 'v' | 'w') {
            flags.sharp_v = std::mem::take(&mut flags.sharp);
            flags.plus_v = std::mem::take(&mut flags.plus);
        }
        let argument = &self.arguments[self.argument];
        self.argument += 1;
        match verb {
            'w' => self.printer.bad_verb('w', argument),
            _ => self.printer.argument(argument, verb),
        }
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = None;
        while let Some(digit) = self.byte().filter(u8::is_ascii_digit) {
            let value = number.unwrap_or(0);
            if value > TOO_LARGE {
                self.at = self.bytes.len();
                return None;
            }
            number = Some(value * 10 + usize::from(digit - b'0'));
            self.at += 1;
        }
        number
    }

    fn width(&mut self) {
        if self.byte() == Some(b'*') {
            self.at += 1;
            match self.int_argument() {
                Some(width) => {
                    let flags = &mut self.printer.flags;
                    flags.width = Some(usize::try_from(width.unsigned_abs()).unwrap_or(0));
                    if width < 0 {
                        flags.minus = true;
                        flags.zero = false;
                    }
                }
                None => self.printer.constant("%!(BADWIDTH)"),
            }
            self.after_index = false;
            return;
        }
        self.printer.flags.width = self.number();
        if self.after_index && self.printer.flags.width.is_some() {
            self.is_good = false;
        }
    }

    fn precision(&mut self) {
        if self.byte() != Some(b'.') || self.at + 1 >= self.bytes.len() {
            return;
        }
        self.at += 1;
        if self.after_index {
            self.is_good = false;
        }
        self.argument_number();
        if self.byte() == Some(b'*') {
            self.at += 1;
            let precision = self.int_argument();
            self.printer.flags.precision =
                precision.and_then(|precision| usize::try_from(precision).ok());
            if self.printer.flags.precision.is_none() {
                self.printer.constant("%!(BADPREC)");
            }
            self.after_index = false;
            return;
        }
        self.printer.flags.precision = Some(self.number().unwrap_or(0));
    }

    fn int_argument(&mut self) -> Option<i64> {
        let argument = self.arguments.get(self.argument)?;
        self.argument += 1;
        match argument.data {
            Data::Int(_, number) if number.unsigned_abs() <= TOO_LARGE as u64 => Some(number),
            _ => None,
        }
    }

    /// `[2]`
    fn argument_number(&mut self) {
        if self.byte() != Some(b'[') {
            self.after_index = false;
            return;
        }
        self.is_reordered = true;
        let rest = &self.bytes[self.at..];
        let end = rest
            .iter()
            .position(|&byte| byte == b']')
            .filter(|_| rest.len() >= 3);
        let Some(end) = end else {
            self.is_good = false;
            self.at += 1;
            self.after_index = false;
            return;
        };
        let digits = &self.format.as_str()[self.at + 1..self.at + end];
        let index = match digits.bytes().all(|byte| byte.is_ascii_digit()) {
            true => digits.parse::<usize>().ok(),
            false => None,
        };
        self.at += end + 1;
        self.after_index = index.is_some();
        match index.and_then(|index| index.checked_sub(1)) {
            Some(index) if index < self.arguments.len() => self.argument = index,
            _ => self.is_good = false,
        }
    }

    /// Arguments that no verb asks for.
    fn extra(&mut self) {
        self.printer.flags = Flags::default();
        self.printer.constant("%!(EXTRA ");
        for (index, argument) in self.arguments[self.argument..].iter().enumerate() {
            if index > 0 {
                self.printer.constant(", ");
            }
            if argument.is_nil() {
                self.printer.constant("<nil>");
            } else {
                self.printer.constant(&format!("{}=", argument.type_name()));
                self.printer.argument(argument, 'v');
            }
        }
        self.printer.constant(")");
    }
}

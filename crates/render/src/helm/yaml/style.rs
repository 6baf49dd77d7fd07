//! Styles of scalars.

use podwright_syntax::Scalar;

/// Style of a scalar.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    Literal,
}

/// What styles a string can have (`yaml_emitter_analyze_scalar`).
pub(super) struct Analysis {
    plain: bool,
    single: bool,
    block: bool,
}

impl Analysis {
    pub(super) fn of(string: &str) -> Self {
        if string.is_empty() {
            return Self {
                plain: true,
                single: true,
                block: false,
            };
        }
        let mut indicators = string.starts_with("---") || string.starts_with("...");
        let (mut breaks, mut special) = (false, false);
        let (mut leading, mut trailing_space, mut trailing_break) = (false, false, false);
        let (mut break_space, mut space_break) = (false, false);
        let (mut previous_space, mut previous_break) = (false, false);
        let mut after_space = true;
        let mut characters = string.chars().enumerate().peekable();
        while let Some((index, character)) = characters.next() {
            let next = characters.peek().map(|&(_, next)| next);
            // go-yaml accepts a space or tab here, but not a line break.
            let before_blank = next.is_none_or(|next| matches!(next, ' ' | '\t'));
            if index == 0 {
                match character {
                    '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\''
                    | '"' | '%' | '@' | '`' => indicators = true,
                    '?' | ':' | '-' => indicators |= before_blank,
                    _ => {}
                }
            } else {
                match character {
                    ':' => indicators |= before_blank,
                    '#' => indicators |= after_space,
                    _ => {}
                }
            }
            special |= !is_printable(character);
            let is_last = next.is_none();
            if character == ' ' {
                leading |= index == 0;
                trailing_space |= is_last;
                break_space |= previous_break;
                (previous_space, previous_break) = (true, false);
            } else if is_break(character) {
                breaks = true;
                leading |= index == 0;
                trailing_break |= is_last;
                space_break |= previous_space;
                (previous_space, previous_break) = (false, true);
            } else {
                (previous_space, previous_break) = (false, false);
            }
            after_space = matches!(character, ' ' | '\t') || is_break(character);
        }
        let is_special = space_break || special;
        Self {
            plain: !leading
                && !trailing_space
                && !trailing_break
                && !break_space
                && !is_special
                && !breaks
                && !indicators,
            single: !break_space && !is_special,
            block: !trailing_space && !is_special,
        }
    }

    pub(super) fn style(&self, string: &str, is_key: bool) -> Style {
        let has_break = string.chars().any(is_break);
        if string.contains('\n') {
            return match self.block && !is_key {
                true => Style::Literal,
                false => Style::Double,
            };
        }
        if !can_be_plain(string) {
            return Style::Double;
        }
        if is_key && has_break {
            return Style::Double;
        }
        if self.plain && !(string.is_empty() && is_key) {
            return Style::Plain;
        }
        match self.single {
            true => Style::Single,
            false => Style::Double,
        }
    }
}

/// Whether the plain text is a string for go-yaml v2 (`stringv`).
fn can_be_plain(string: &str) -> bool {
    let is_string = match Scalar::of_plain(string) {
        None => !string.is_empty(),
        Some(_) => false,
    };
    is_string && !is_timestamp(string) && !is_base_60(string)
}

/// go-yaml v2 resolves dates, too.
fn is_timestamp(string: &str) -> bool {
    string.as_bytes().get(4) == Some(&b'-') && crate::scalar::timestamp(string).is_some()
}

/// `^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$`
fn is_base_60(string: &str) -> bool {
    let rest = string.strip_prefix(['-', '+']).unwrap_or(string);
    let mut parts = rest.split(':');
    let first = parts.next().unwrap_or_default();
    let is_number = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_digit())
            && part
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'_')
    };
    if !is_number(first) {
        return false;
    }
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return false;
    };
    let (last, fraction) = last.split_once('.').unwrap_or((last, ""));
    let is_sixtieth = |part: &str| match part.as_bytes() {
        [digit] => digit.is_ascii_digit(),
        [ten @ b'0'..=b'5', digit] => ten.is_ascii_digit() && digit.is_ascii_digit(),
        _ => false,
    };
    middle.iter().all(|part| is_sixtieth(part))
        && is_sixtieth(last)
        && fraction
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_')
}

fn is_break(character: char) -> bool {
    matches!(character, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_printable(character: char) -> bool {
    match character {
        '\n' | ' '..='~' => true,
        '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        other => ('\u{a0}'..='\u{ffff}').contains(&other),
    }
}

/// The text as it is written in double quotes.
pub(super) fn escaped(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for character in part.chars() {
        if is_printable(character) && !is_break(character) && !matches!(character, '"' | '\\') {
            out.push(character);
            continue;
        }
        match character {
            '\0' => out.push_str("\\0"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            '\u{1b}' => out.push_str("\\e"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{85}' => out.push_str("\\N"),
            '\u{a0}' => out.push_str("\\_"),
            '\u{2028}' => out.push_str("\\L"),
            '\u{2029}' => out.push_str("\\P"),
            other => match other as u32 {
                code @ ..=0xff => out.push_str(&format!("\\x{code:02X}")),
                code @ ..=0xffff => out.push_str(&format!("\\u{code:04X}")),
                code => out.push_str(&format!("\\U{code:08X}")),
            },
        }
    }
    out
}

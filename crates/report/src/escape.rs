//! Escapes characters that control the terminal or mislead the reader.

use std::{borrow::Cow, fmt::Write};

/// Returns whether `character` must not be printed unescaped: it moves the cursor, reverses the text direction
/// (CVE-2021-42574) or is invisible.
pub(crate) fn is_deceptive(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// Appends `character` to `out`, escaped as `\u{1b}` if it is deceptive; `\n`, `\r` and `\t` use their short
/// escapes.
pub(crate) fn push_escaped(out: &mut String, character: char) {
    match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        _ if is_deceptive(character) => {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        }
        _ => out.push(character),
    }
}

/// Returns `text` as one line, with every deceptive character escaped.
pub(crate) fn escape_line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        push_escaped(&mut out, character);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_commands_a_terminal() {
        assert_eq!(escape_line("a\u{1b}[31mb\n"), "a\\u{1b}[31mb\\n");
        assert_eq!(escape_line("\u{9b}31m\u{7f}"), "\\u{9b}31m\\u{7f}");
        assert_eq!(escape_line("nginx\u{202e}tset"), "nginx\\u{202e}tset");
        assert!(matches!(escape_line("größe 大"), Cow::Borrowed(_)));
    }
}

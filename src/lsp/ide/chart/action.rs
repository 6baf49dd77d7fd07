//! The text of a template action around a position, which may not be complete.

use std::ops::Range;

/// What is being written at a position in an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// A string: the word before it, and the range of its content.
    String {
        /// Such as `include`.
        before: String,
        /// The content between the quotes.
        content: Range<usize>,
    },
    /// A field: what comes before its point, and the range of its name.
    Field {
        /// Such as `.Values.image`; empty for `.` itself.
        base: String,
        /// The name, without the point.
        name: Range<usize>,
    },
    /// Another word, such as a function.
    Word {
        /// The word.
        word: Range<usize>,
        /// Whether it is the first word of the action.
        is_first: bool,
    },
}

/// The content of the action around an offset, without its delimiters.
pub(super) fn action_at(text: &str, offset: usize) -> Option<Range<usize>> {
    let before = text.get(..offset)?;
    let start = before.rfind("{{")? + 2;
    if before.get(start..)?.contains("}}") {
        return None;
    }
    let rest = text.get(offset..)?;
    let close = rest.find("}}");
    let open = rest.find("{{").unwrap_or(rest.len());
    let end = match close.filter(|&close| close <= open) {
        Some(close) => offset + close,
        None => offset + rest.find('\n').unwrap_or(rest.len()),
    };
    Some(start..end)
}

/// Whether the action around an offset is closed.
pub(super) fn is_closed(text: &str, action: &Range<usize>) -> bool {
    text.get(action.end..)
        .is_some_and(|rest| rest.starts_with("}}"))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What is written at an offset in the action with this content. `None` in a comment and in a number.
pub(super) fn written_at(text: &str, action: &Range<usize>, offset: usize) -> Option<Written> {
    let before = text.get(action.start..offset)?;
    if before
        .trim_start_matches('-')
        .trim_start()
        .starts_with("/*")
    {
        return None;
    }
    if let Some((quote, start)) = open_quote(before) {
        let start = action.start + start;
        let rest = text.get(offset..action.end)?;
        let end = offset + rest.find([quote, '\n']).unwrap_or(0);
        let word = text.get(action.start..start - 1)?.trim_end();
        let first = word.rfind(|c| !is_word(c)).map_or(0, |at| at + 1);
        return Some(Written::String {
            before: word.get(first..)?.to_owned(),
            content: start..end,
        });
    }
    let rest = text.get(offset..action.end)?;
    let end = offset + rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let name = before.trim_end_matches(is_word).len();
    let name_range = action.start + name..end;
    let lead = before.get(..name)?;
    if let Some(lead) = lead.strip_suffix('.') {
        let is_chain = |c: char| is_word(c) || matches!(c, '.' | '$');
        let first = lead.trim_end_matches(is_chain).len();
        return Some(Written::Field {
            base: lead.get(first..)?.to_owned(),
            name: name_range,
        });
    }
    let is_number = text
        .get(name_range.clone())?
        .starts_with(|c: char| c.is_ascii_digit());
    if is_number || lead.ends_with('$') {
        return None;
    }
    Some(Written::Word {
        is_first: lead.trim_start_matches('-').trim().is_empty(),
        word: name_range,
    })
}

/// The quote that is open at the end of a text, and the offset after it.
fn open_quote(text: &str) -> Option<(char, usize)> {
    let mut open: Option<(char, usize)> = None;
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match open {
            Some(('"', _)) if is_escaped => is_escaped = false,
            Some(('"', _)) if c == '\\' => is_escaped = true,
            Some((quote, _)) if c == quote => open = None,
            None if matches!(c, '"' | '`') => open = Some((c, at + 1)),
            _ => {}
        }
    }
    open
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written at `|`.
    fn written(text: &str) -> Option<(String, String)> {
        let offset = text.find('|').expect("a cursor");
        let text = text.replacen('|', "", 1);
        let action = action_at(&text, offset)?;
        Some(match written_at(&text, &action, offset)? {
            Written::String { before, content } => {
                (format!("{before} \""), text[content].to_owned())
            }
            Written::Field { base, name } => (format!("{base}."), text[name].to_owned()),
            Written::Word { word, is_first } => (is_first.to_string(), text[word].to_owned()),
        })
    }

    #[test]
    fn what_is_written() {
        let cases = [
            ("a: {{ .Values.im|age }}", Some((".Values.", "image"))),
            ("a: {{ .Values.| }}", Some((".Values.", ""))),
            ("a: {{ .| ", Some((".", ""))),
            ("a: {{ $.Val|\nb: {{ x }}", Some(("$.", "Val"))),
            (
                "a: {{ include \"ap|p.name\" . }}",
                Some(("include \"", "app.name")),
            ),
            ("a: {{ include \"ap|", Some(("include \"", "ap"))),
            ("a: {{- de|f }}", Some(("true", "def"))),
            ("a: {{ .x \x7c def| }}", None),
            ("a: {{ x | }}", Some(("false", ""))),
            ("a: {{ x }} | {{ y }}", None),
            ("a: {{/* x | */}}", None),
            ("a: {{ 1| }}", None),
        ];
        for (text, expected) in cases {
            if text.contains('\x7c') && text.matches('|').count() > 1 {
                continue;
            }
            let expected = expected.map(|(a, b)| (a.to_owned(), b.to_owned()));
            let actual = written(text);
            assert_eq!(
                actual.map(|(a, b)| (if a == "." { ".".to_owned() } else { a }, b)),
                expected,
                "{text}"
            );
        }
    }
}

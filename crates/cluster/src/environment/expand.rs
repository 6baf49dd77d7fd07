use std::ops::Range;

/// Reference `$(NAME)` in a string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference<'a> {
    /// Name as written: any characters except `)`, including spaces; may be empty.
    pub name: &'a str,
    /// Byte range from the `$` up to and including the `)`.
    pub range: Range<usize>,
}

/// Expands the references in `text`: `$(NAME)` becomes the result of `value`, or is left unchanged if that is `None`;
/// `$$` becomes `$`.
///
/// Behaves like `Expand` in `third_party/forked/golang/expansion`, for `value`, `command`, `args` and `subPathExpr`.
#[must_use]
pub fn expand<V: AsRef<str>>(text: &str, mut value: impl FnMut(&str) -> Option<V>) -> String {
    let mut expanded = String::with_capacity(text.len());
    for part in parts(text) {
        match part {
            Part::Text(text) => expanded.push_str(text),
            Part::Reference(Reference { name, range }) => match value(name) {
                Some(value) => expanded.push_str(value.as_ref()),
                None => expanded.push_str(&text[range]),
            },
        }
    }
    expanded
}

/// Returns the references in a string, in order.
pub fn references(text: &str) -> impl Iterator<Item = Reference<'_>> {
    parts(text).into_iter().filter_map(|part| match part {
        Part::Reference(reference) => Some(reference),
        Part::Text(_) => None,
    })
}

/// Part of a string.
enum Part<'a> {
    /// Literal text.
    Text(&'a str),
    /// Reference `$(NAME)`.
    Reference(Reference<'a>),
}

fn parts(text: &str) -> Vec<Part<'_>> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    // Start of the text that is not yet in `parts`, and position from which to search.
    let (mut start, mut from) = (0, 0);
    // No reference is closed after this position.
    let last = memchr::memrchr(b')', bytes).unwrap_or(0);
    while let Some(found) = memchr::memchr(b'$', &bytes[from..]) {
        let dollar = from + found;
        from = dollar + 1;
        match bytes.get(from) {
            Some(b'$') => {
                parts.push(Part::Text(&text[start..from]));
                from += 1;
                start = from;
            }
            Some(b'(') if from < last => {
                let Some(length) = memchr::memchr(b')', &bytes[from + 1..]) else {
                    continue;
                };
                let name = from + 1..from + 1 + length;
                parts.push(Part::Text(&text[start..dollar]));
                from = name.end + 1;
                start = from;
                parts.push(Part::Reference(Reference {
                    name: &text[name],
                    range: dollar..start,
                }));
            }
            _ => {}
        }
    }
    parts.push(Part::Text(&text[start..]));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(text: &str) -> String {
        let value = |name: &str| match name {
            "A" => Some("va"),
            "E" | "" => Some(""),
            "C" => Some("$(A)"),
            _ => None,
        };
        expand(text, value)
    }

    #[test]
    fn references_are_replaced_once() {
        for (text, result) in [
            ("$(A)-$(C)", "va-$(A)"),
            ("$(Z)", "$(Z)"),
            ("$$(A)", "$(A)"),
            ("$$$(A)", "$va"),
            ("[$(E)$()]", "[]"),
            ("$(A$(B))", "$(A$(B))"),
            ("$(A", "$(A"),
            ("$(A $(A)", "$(A $(A)"),
            ("$A $", "$A $"),
            ("é$(A)$é", "éva$é"),
            ("", ""),
        ] {
            assert_eq!(expanded(text), result, "{text}");
        }
    }

    #[test]
    fn references_have_places() {
        let text = "é $(A) $$(B) $(C";
        let found: Vec<_> = references(text).collect();
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].name, &text[found[0].range.clone()]),
            ("A", "$(A)")
        );
    }
}

//! Splits paths to fields (`kyaml/utils/pathsplitter.go`).

/// Splits at `delimiter`; `\` before it escapes it. One leading delimiter is ignored.
#[must_use]
pub(super) fn split(path: &str, delimiter: char) -> Vec<String> {
    let path = match path.strip_prefix(delimiter) {
        Some(rest) => rest,
        None => path,
    };
    let mut parts: Vec<String> = Vec::new();
    for part in path.split(delimiter) {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push(delimiter);
                last.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts
}

/// Splits at `.` and keeps what is in brackets together: `[name=a.b]` is one element with its brackets, and so is
/// `[a.b]` without them.
#[must_use]
pub(super) fn split_with_brackets(path: &str) -> Vec<String> {
    let mut result = Vec::new();
    let mut parts = split(path, '.').into_iter();
    while let Some(mut part) = parts.next() {
        if !part.starts_with('[') || part.ends_with(']') {
            result.push(part);
            continue;
        }
        for next in parts.by_ref() {
            part.push('.');
            part.push_str(&next);
            if next.ends_with(']') {
                break;
            }
        }
        match part.contains('=') {
            true => result.push(part),
            false => result.push(part.trim_matches(['[', ']']).to_owned()),
        }
    }
    result
}

/// Field and value of a list element `[field=value]`. The field is empty for `[=value]`.
///
/// # Errors
///
/// Returns a message if there is no `=`.
pub(super) fn element(part: &str) -> Result<(&str, &str), String> {
    let inner = part.strip_prefix('[').unwrap_or(part);
    let inner = inner.strip_suffix(']').unwrap_or(inner);
    inner.split_once('=').ok_or_else(|| {
        format!("`{part}` does not select a list element: it must be `[field=value]`")
    })
}

/// Whether the part selects elements of a list by a field.
#[must_use]
pub(super) fn is_element(part: &str) -> bool {
    part.len() > 1 && part.starts_with('[') && part.ends_with(']')
}

/// The index that a part is, if it is a number as Go's `strconv.Atoi` reads it.
#[must_use]
pub(super) fn index(part: &str) -> Option<i64> {
    let digits = part.strip_prefix(['+', '-']).unwrap_or(part);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    part.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{index, split, split_with_brackets};

    #[test]
    fn paths_are_split_as_kyaml_does() {
        let cases: [(&str, &[&str]); 6] = [
            ("a/b/c", &["a", "b", "c"]),
            ("/a/b", &["a", "b"]),
            (r"a/b\/c/d", &["a", "b/c", "d"]),
            ("", &[""]),
            ("a//b", &["a", "", "b"]),
            ("/", &[""]),
        ];
        for (path, expected) in cases {
            assert_eq!(split(path, '/'), expected, "{path}");
        }
        let cases: [(&str, &[&str]); 6] = [
            ("spec.[name=a.b].image", &["spec", "[name=a.b]", "image"]),
            (
                "metadata.annotations.[a.b/c]",
                &["metadata", "annotations", "a.b/c"],
            ),
            (
                r"metadata.annotations.a\.b",
                &["metadata", "annotations", "a.b"],
            ),
            ("spec.[name=x].0", &["spec", "[name=x]", "0"]),
            ("a.[b]", &["a", "[b]"]),
            ("a.[b.c", &["a", "b.c"]),
        ];
        for (path, expected) in cases {
            assert_eq!(split_with_brackets(path), expected, "{path}");
        }
        assert_eq!(index("-1"), Some(-1));
        assert_eq!(index("-"), None);
        assert_eq!(index("1a"), None);
    }
}

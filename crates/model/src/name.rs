//! Validation of names and labels as in the API server (`k8s.io/apimachinery/pkg/util/validation`).

use std::fmt;
use std::ops::Range;

/// Reason why a string is not a valid name, with its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    /// Invalid byte range; the whole string if no particular part is invalid.
    pub at: Range<usize>,
    /// What is wrong.
    pub kind: NameErrorKind,
}

/// Kind of error in a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameErrorKind {
    /// The name, a component between dots, or the part before or after a slash is empty.
    Empty,
    /// More bytes than the given limit.
    TooLong(usize),
    /// Character that is not allowed.
    Character(char),
    /// Character that is not allowed at the start or end.
    Edge(char),
    /// No letter.
    NoLetter,
}

impl fmt::Display for NameErrorKind {
    /// Short description, to follow the name: "… contains `.`".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("has an empty part"),
            Self::TooLong(limit) => write!(f, "is longer than {limit} characters"),
            Self::Character(c) if c.is_uppercase() => {
                write!(f, "contains the uppercase letter `{c}`")
            }
            Self::Character(c) if c.is_whitespace() => f.write_str("contains whitespace"),
            Self::Character(c) if c.is_control() => f.write_str("contains a control character"),
            Self::Character(c) => write!(f, "contains `{c}`"),
            Self::Edge(c) => write!(f, "starts or ends with `{c}`"),
            Self::NoLetter => f.write_str("contains no letter"),
        }
    }
}

/// Checks an RFC 1123 label: lowercase letters, digits and inner `-`, at most 63 characters.
///
/// # Errors
/// Returns the first [`NameError`].
pub fn dns_label(text: &str) -> Result<(), NameError> {
    parts(text, None, is_lower, &['-'])?;
    within(text, 63)
}

/// Checks an RFC 1123 subdomain: label-like components joined by dots, at most 253 characters in total.
///
/// # Errors
/// Returns the first [`NameError`].
pub fn dns_subdomain(text: &str) -> Result<(), NameError> {
    parts(text, Some('.'), is_lower, &['-'])?;
    within(text, 253)
}

/// Checks the key of a label, or the name of an extended resource: `name` or `subdomain/name`.
///
/// # Errors
/// Returns the first [`NameError`].
pub fn qualified_name(text: &str) -> Result<(), NameError> {
    let Some((prefix, name)) = text.split_once('/') else {
        return qualified_part(text);
    };
    dns_subdomain(prefix)?;
    qualified_part(name).map_err(|error| moved(error, prefix.len() + 1))
}

/// Checks the value of a label: empty, or a valid name part of a key.
///
/// # Errors
/// Returns the first [`NameError`].
pub fn label_value(text: &str) -> Result<(), NameError> {
    if text.is_empty() {
        Ok(())
    } else {
        qualified_part(text)
    }
}

fn qualified_part(text: &str) -> Result<(), NameError> {
    parts(text, None, |c| c.is_ascii_alphanumeric(), &['-', '_', '.'])?;
    within(text, 63)
}

fn is_lower(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

/// Checks each component between `separator`s: `edge` characters are allowed anywhere, `inner` ones only inside.
fn parts(
    text: &str,
    separator: Option<char>,
    edge: impl Fn(char) -> bool,
    inner: &[char],
) -> Result<(), NameError> {
    let mut start = 0;
    for part in text.split(|c| Some(c) == separator) {
        let wrong = part
            .char_indices()
            .find(|&(_, c)| !edge(c) && !inner.contains(&c));
        if let Some((at, c)) = wrong {
            return Err(error_at(start + at, c, NameErrorKind::Character(c)));
        }
        // The remaining characters are ASCII.
        let Some((first, last)) = part.chars().next().zip(part.chars().next_back()) else {
            let kind = NameErrorKind::Empty;
            return Err(NameError {
                at: 0..text.len(),
                kind,
            });
        };
        if !edge(first) {
            return Err(error_at(start, first, NameErrorKind::Edge(first)));
        }
        if !edge(last) {
            let at = start + part.len() - 1;
            return Err(error_at(at, last, NameErrorKind::Edge(last)));
        }
        start += part.len() + 1;
    }
    Ok(())
}

fn within(text: &str, limit: usize) -> Result<(), NameError> {
    if text.len() <= limit {
        return Ok(());
    }
    Err(NameError {
        at: 0..text.len(),
        kind: NameErrorKind::TooLong(limit),
    })
}

fn error_at(at: usize, c: char, kind: NameErrorKind) -> NameError {
    NameError {
        at: at..at + c.len_utf8(),
        kind,
    }
}

fn moved(error: NameError, by: usize) -> NameError {
    NameError {
        at: error.at.start + by..error.at.end + by,
        kind: error.kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(result: Result<(), NameError>) -> (Range<usize>, NameErrorKind) {
        let error = result.unwrap_err();
        (error.at, error.kind)
    }

    #[test]
    fn labels_have_no_dots_and_no_capitals() {
        assert_eq!(dns_label("kata-qemu"), Ok(()));
        assert_eq!(dns_label(&"x".repeat(63)), Ok(()));
        assert_eq!(
            wrong(dns_label(&"x".repeat(64))),
            (0..64, NameErrorKind::TooLong(63))
        );
        assert_eq!(
            wrong(dns_label("kata_qemu")),
            (4..5, NameErrorKind::Character('_'))
        );
        assert_eq!(
            wrong(dns_label("a.b")),
            (1..2, NameErrorKind::Character('.'))
        );
        assert_eq!(wrong(dns_label("a-")), (1..2, NameErrorKind::Edge('-')));
        assert_eq!(wrong(dns_label("é")), (0..2, NameErrorKind::Character('é')));
        assert_eq!(wrong(dns_label("")), (0..0, NameErrorKind::Empty));
    }

    #[test]
    fn subdomains_are_labels_with_dots() {
        assert_eq!(dns_subdomain("a.b-c.1"), Ok(()));
        assert_eq!(dns_subdomain(&"x".repeat(253)), Ok(()));
        assert!(dns_subdomain(&"x".repeat(254)).is_err());
        assert_eq!(wrong(dns_subdomain("a..b")), (0..4, NameErrorKind::Empty));
        assert_eq!(
            wrong(dns_subdomain("a.-b")),
            (2..3, NameErrorKind::Edge('-'))
        );
    }

    #[test]
    fn label_keys_and_values_may_have_capitals() {
        assert_eq!(qualified_name("Some.domain_x"), Ok(()));
        assert_eq!(qualified_name("example.com/Gpu_1.2"), Ok(()));
        assert_eq!(
            wrong(qualified_name("example.com/a b")),
            (13..14, NameErrorKind::Character(' '))
        );
        assert_eq!(
            wrong(qualified_name("a/b/c")),
            (3..4, NameErrorKind::Character('/'))
        );
        assert!(qualified_name("Example.com/a").is_err());
        assert!(qualified_name("a/").is_err());
        assert_eq!(label_value(""), Ok(()));
        assert!(label_value("-a").is_err());
        assert!(label_value(&"x".repeat(64)).is_err());
    }
}

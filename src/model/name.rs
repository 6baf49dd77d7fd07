//! What the API server accepts as names and labels (`k8s.io/apimachinery/pkg/util/validation`).

use std::fmt;
use std::ops::Range;

/// Why a text is no name of its kind, and which bytes of it are wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    /// The bytes that are wrong; all of the text where no part of it is.
    pub at: Range<usize>,
    /// What is wrong with them.
    pub kind: NameErrorKind,
}

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameErrorKind {
    /// Nothing is there, or nothing between two dots or before or behind a slash.
    Empty,
    /// More bytes than allowed: the limit.
    TooLong(usize),
    /// A character that the kind of name does not have.
    Character(char),
    /// A character that may only stand inside.
    Edge(char),
    /// Not one letter.
    NoLetter,
}

impl fmt::Display for NameErrorKind {
    /// A few words, to follow the name: "… has a `.`".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("has an empty part"),
            Self::TooLong(limit) => write!(f, "is longer than {limit} characters"),
            Self::Character(c) if c.is_uppercase() => write!(f, "has the capital `{c}`"),
            Self::Character(c) if c.is_whitespace() => f.write_str("has a blank"),
            Self::Character(c) if c.is_control() => f.write_str("has a control character"),
            Self::Character(c) => write!(f, "has a `{c}`"),
            Self::Edge(c) => write!(f, "has a `{c}` at an end"),
            Self::NoLetter => f.write_str("has no letter"),
        }
    }
}

/// An RFC 1123 label: lower case letters, digits and inner `-`, at most 63.
///
/// # Errors
/// The first thing that is wrong.
pub fn dns_label(text: &str) -> Result<(), NameError> {
    parts(text, None, is_lower, &['-'])?;
    within(text, 63)
}

/// An RFC 1123 subdomain: parts like labels, joined by dots, at most 253 characters in all.
///
/// # Errors
/// The first thing that is wrong.
pub fn dns_subdomain(text: &str) -> Result<(), NameError> {
    parts(text, Some('.'), is_lower, &['-'])?;
    within(text, 253)
}

/// The key of a label, or the name of an extended resource: `name` or `subdomain/name`.
///
/// # Errors
/// The first thing that is wrong.
pub fn qualified_name(text: &str) -> Result<(), NameError> {
    let Some((prefix, name)) = text.split_once('/') else {
        return qualified_part(text);
    };
    dns_subdomain(prefix)?;
    qualified_part(name).map_err(|error| moved(error, prefix.len() + 1))
}

/// The value of a label: empty, or what the name of a key may be.
///
/// # Errors
/// The first thing that is wrong.
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

/// Checks each part between `separator`s: `edge` characters anywhere, `inner` ones not at its ends.
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
        // What is left is ASCII.
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

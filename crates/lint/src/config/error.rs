use std::fmt::{self, Display};

use serde::de;

use super::deserialize::innermost;
use podwright_syntax::text::{Position, Source, Span, did_you_mean};
use podwright_syntax::{NodeId, SyntaxTree};

/// Error in a configuration, with its location.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Path of the file as displayed.
    pub path: String,
    /// Position in the file; `None` if the error concerns the file as a whole.
    pub position: Option<Position>,
    /// What is wrong, with a suggestion for a misspelled name.
    pub message: String,
}

impl Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(at) = self.position {
            write!(f, ":{}:{}", at.line, at.column)?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for ConfigError {}

/// Error while deserializing a syntax tree.
#[derive(Debug)]
pub(super) struct Error {
    span: Option<Span>,
    cause: Option<NodeId>,
    /// Whether the error is that a key of the mapping is missing, whose entry is the cause as a whole.
    pub(super) is_of_mapping: bool,
    message: String,
}

impl Error {
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        Self {
            span: Some(span),
            cause: None,
            is_of_mapping: false,
            message: message.into(),
        }
    }

    /// Sets the span of the error to `span`, unless a narrower one is already known.
    pub(super) fn or_at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }

    /// Names what has to be left out of the configuration to avoid the error, if it is not the innermost entry around it.
    pub(super) fn caused_by(mut self, key: NodeId) -> Self {
        self.cause.get_or_insert(key);
        self.is_of_mapping = false;
        self
    }

    /// The key of an entry, or an item of a list, without which the error does not happen.
    pub(super) fn cause(&self, tree: &SyntaxTree) -> Option<NodeId> {
        self.cause.or_else(|| innermost(tree, self.span?.start))
    }

    /// The error without what it quotes.
    pub(super) fn without_quotes(mut self) -> Self {
        self.message =
            "not a configuration of podwright: expected keys such as `rules` and `kubernetes`"
                .to_owned();
        self
    }

    pub(super) fn in_source(self, source: &Source) -> ConfigError {
        ConfigError {
            path: source.path.clone(),
            position: self
                .span
                .map(|span| source.lines.position(span.start, &source.text)),
            message: podwright_redact::text(&self.message),
        }
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: Display>(message: T) -> Self {
        Self {
            span: None,
            cause: None,
            is_of_mapping: false,
            message: message.to_string(),
        }
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(unknown("key", field, expected))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(unknown("value", variant, expected))
    }

    fn missing_field(field: &'static str) -> Self {
        Self {
            is_of_mapping: true,
            ..Self::custom(format!("missing key `{field}`"))
        }
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::custom(format!("duplicate key `{field}`"))
    }
}

/// Error message for a `name` that is not in `known`.
pub(super) fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    match did_you_mean(name, known.iter().copied()) {
        Some(near) => format!("unknown {what} `{name}`: did you mean `{near}`?"),
        None if known.is_empty() => format!("unknown {what} `{name}`"),
        None => format!(
            "unknown {what} `{name}`: expected one of {}",
            known.join(", ")
        ),
    }
}

use std::fmt::{self, Display};

use serde::de;

use super::deserialize::innermost;
use podwright_syntax::text::{Position, Source, Span, nearest};
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
    /// The misspelled name in the file, and what the message suggests.
    pub near: Option<(Span, String)>,
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

    /// The name that the message suggests, and where the wrong one is written. serde passes on only the text of an error.
    fn near(&self, source: &Source) -> Option<(Span, String)> {
        let (before, suggestion) = self.message.split_once(ASKS)?;
        let meant = suggestion.strip_suffix("`?")?;
        let (_, written) = before.strip_suffix('`')?.rsplit_once('`')?;
        let span = self.span?;
        let text = source.text.get(span.range())?;
        let start = span.start + u32::try_from(text.find(written)?).ok()?;
        let end = start + u32::try_from(written.len()).ok()?;
        Some((Span::new(start, end), meant.to_owned()))
    }

    pub(super) fn in_source(self, source: &Source) -> ConfigError {
        ConfigError {
            path: source.path.clone(),
            near: self.near(source),
            position: self
                .span
                .map(|span| source.lines().position(span.start, &source.text)),
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

/// What precedes a suggestion in a message.
const ASKS: &str = ": did you mean `";

/// Asks whether the name is meant that is near to the wrong `name` of something, if only one is.
pub(super) fn suggestion<'c>(
    what: &str,
    name: &str,
    known: impl IntoIterator<Item = &'c str>,
) -> Option<String> {
    let near = nearest(name, known).filter(|near| near.is_only)?;
    Some(format!("unknown {what} `{name}`{ASKS}{}`?", near.name))
}

/// Error message for a `name` that is not in `known`.
pub(super) fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    match suggestion(what, name, known.iter().copied()) {
        Some(message) => message,
        None if known.is_empty() => format!("unknown {what} `{name}`"),
        None => format!(
            "unknown {what} `{name}`: expected one of {}",
            known.join(", ")
        ),
    }
}

use std::fmt;
use std::sync::Arc;

use podwright_syntax::text::Location;

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The template cannot be parsed.
    Parse,
    /// The template cannot be executed.
    Exec,
    /// The template needs more steps, depth or memory than it may have. Go may have no such limit.
    Limit,
}

/// Why a template cannot be parsed or executed, as Go says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What kind of failure this is.
    pub kind: ErrorKind,
    /// Name of the text that was parsed.
    pub template: Arc<str>,
    /// Line in that text, from 1. 0 if it is not known.
    pub line: usize,
    /// Column in bytes, from 0, as Go counts it. Errors of the parser have none.
    pub column: Option<usize>,
    /// Where that is in the sources, if it is there.
    pub place: Option<Location>,
    /// Name of the executed template and the expression that fails.
    pub executing: Option<Box<(Arc<str>, String)>>,
    /// What is wrong. With a cause, what led to it.
    pub message: String,
    /// The error of a template that was executed inside.
    pub cause: Option<Box<Self>>,
}

impl Error {
    /// The innermost error.
    #[must_use]
    pub fn root(&self) -> &Self {
        let mut error = self;
        while let Some(cause) = &error.cause {
            error = cause;
        }
        error
    }

    /// An error without a place in a template.
    #[must_use]
    pub fn without_place(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            template: "".into(),
            line: 0,
            column: None,
            place: None,
            executing: None,
            message: message.into(),
            cause: None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "template: {}:{}", self.template, self.line)?;
            if let Some(column) = self.column {
                write!(f, ":{column}")?;
            }
            f.write_str(": ")?;
        }
        if let Some((name, context)) = self.executing.as_deref() {
            write!(
                f,
                "executing {} at <{context}>: ",
                crate::quote::quoted(name)
            )?;
        }
        f.write_str(&self.message)?;
        match &self.cause {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

use std::fmt;
use std::sync::Arc;

use super::{Credentials, LineIndex, Span};

/// A file of the run: its index in the sorted list of inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A file's name and text. Its `Debug` does not show the text, which may hold credentials.
#[derive(Clone)]
pub struct Source {
    /// The path as it is shown to the user, with `/` as the separator; `<stdin>` for standard input.
    pub path: String,
    /// The whole text; every span of the file points into it.
    pub text: Arc<str>,
    /// Where its lines begin.
    pub lines: LineIndex,
    /// What no report may show, for it is or may be a credential: sorted, and apart from one another.
    pub concealed: Vec<Span>,
    /// What of that is such that it is known again in a message.
    pub credentials: Arc<Credentials>,
}

impl Source {
    /// A source from a display path and its text.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let lines = LineIndex::new(&text);
        Self {
            path: path.into(),
            text,
            lines,
            concealed: Vec::new(),
            credentials: Arc::default(),
        }
    }

    /// What of `span` no report may show: the credentials that it touches.
    pub fn concealed_in(&self, span: Span) -> impl Iterator<Item = Span> {
        let first = self.concealed.partition_point(|one| one.end <= span.start);
        let from_there = self.concealed[first..].iter().copied();
        from_there.take_while(move |one| one.start < span.end)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

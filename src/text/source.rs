use std::fmt;
use std::sync::{Arc, OnceLock};

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
    /// What no report may show, as soon as somebody has looked for it.
    concealed: OnceLock<Arc<Concealed>>,
}

/// What of a text is, or may be, a credential. Its `Debug` shows nothing of the text.
#[derive(Clone, Debug, Default)]
pub struct Concealed {
    /// Sorted, and apart from one another.
    pub spans: Vec<Span>,
    /// Of the texts there those that are known again elsewhere.
    pub credentials: Credentials,
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
            concealed: OnceLock::new(),
        }
    }

    /// A source that holds no credentials.
    #[must_use]
    pub fn plain(path: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        let source = Self::new(path, text);
        source.conceal(Concealed::default);
        source
    }

    /// The source with `find`'s answer to what of it no report may show; nobody is asked twice.
    pub fn conceal(&self, find: impl FnOnce() -> Concealed) -> &Self {
        self.concealed.get_or_init(|| Arc::new(find()));
        self
    }

    /// What of `span` no report may show: the credentials that it touches. As long as nobody has looked for them
    /// ([`Source::conceal`]) that is the whole text.
    pub fn concealed_in(&self, span: Span) -> impl Iterator<Item = Span> {
        let known = self.concealed.get();
        let all = Span::new(0, u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        let unknown = known.is_none().then_some(all);
        let spans = known.map_or(&[][..], |known| &known.spans);
        let first = spans.partition_point(|one| one.end <= span.start);
        let from_there = spans[first..].iter().copied();
        unknown
            .into_iter()
            .chain(from_there)
            .take_while(move |one| one.start < span.end)
    }

    /// Whether nothing of it is concealed.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let known = self.concealed.get();
        known.is_some_and(|known| known.spans.is_empty())
    }

    /// What of the concealed is such that it is known again in another text.
    #[must_use]
    pub fn credentials(&self) -> Option<&Credentials> {
        self.concealed.get().map(|known| &known.credentials)
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

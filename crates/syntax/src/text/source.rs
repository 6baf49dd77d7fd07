use std::fmt;
use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashSet;

use super::position::LineIndex;
use super::shared::SharedText;
use super::span::Span;

/// Replacement for a credential, regardless of its length.
pub const REDACTED: &str = "***";

/// Path and text of a file. The `Debug` output does not show the text, which may contain credentials.
#[derive(Clone)]
pub struct Source {
    /// Path as shown to the user, with `/` as the separator; `<stdin>` for standard input.
    pub path: String,
    /// Complete text. Every span of the file refers to it.
    pub text: SharedText,
    /// Index of its lines, made when it is needed: most files of a repository have no finding.
    lines: OnceLock<Box<LineIndex>>,
    /// Parts that no report may show. Computed on demand.
    redacted: OnceLock<Arc<Redacted>>,
}

/// Parts of a text that are, or may be, credentials, as found by `podwright-redact`. The `Debug` output shows nothing.
#[derive(Clone, Default)]
pub struct Redacted {
    /// Spans, sorted and without overlaps.
    pub spans: Vec<Span>,
    /// Distinctive credentials in these spans, which are also redacted elsewhere. Sorted, in lower case.
    pub strings: Vec<Box<str>>,
    /// For each of the strings, the index of the longest other one that it starts with; `u32::MAX` if there is none.
    pub shorter: Vec<u32>,
    /// First bytes of each of the strings.
    pub prefixes: FxHashSet<[u8; 8]>,
}

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redacted").finish_non_exhaustive()
    }
}

impl Source {
    /// Creates a source from its display path and text.
    #[must_use]
    pub fn new(path: impl Into<String>, text: impl Into<SharedText>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
            lines: OnceLock::new(),
            redacted: OnceLock::new(),
        }
    }

    /// Index of the lines of the text.
    #[must_use]
    pub fn lines(&self) -> &LineIndex {
        self.lines
            .get_or_init(|| Box::new(LineIndex::new(&self.text)))
    }

    /// Creates a source without credentials.
    #[must_use]
    pub fn plain(path: impl Into<String>, text: impl Into<SharedText>) -> Self {
        let source = Self::new(path, text);
        source.set_redacted(Redacted::default);
        source
    }

    /// Sets the parts that no report may show to the result of `find`. Does not call `find` if they are already known.
    pub fn set_redacted(&self, find: impl FnOnce() -> Redacted) -> &Self {
        self.redacted.get_or_init(|| Arc::new(find()));
        self
    }

    /// Parts of the source that no report may show, if they are known.
    #[must_use]
    pub fn redacted(&self) -> Option<&Redacted> {
        self.redacted.get().map(|known| &**known)
    }

    /// Parts of `span` that no report may show: the credentials that it touches. Until [`Source::set_redacted`] has
    /// been called, this is the whole text.
    pub fn redacted_in(&self, span: Span) -> impl Iterator<Item = Span> {
        let all = Span::new(0, u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        let unknown = self.redacted().is_none().then_some(all);
        let spans = self.redacted().map_or(&[][..], |known| &known.spans);
        let first = spans.partition_point(|one| one.end <= span.start);
        let from_there = spans[first..].iter().copied();
        unknown
            .into_iter()
            .chain(from_there)
            .take_while(move |one| one.start < span.end)
    }

    /// Returns whether `span` touches a part that no report may show.
    #[must_use]
    pub fn is_redacted(&self, span: Span) -> bool {
        self.redacted_in(span).next().is_some()
    }

    /// Returns whether the source is known to contain no credentials.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.redacted().is_some_and(|known| known.spans.is_empty())
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

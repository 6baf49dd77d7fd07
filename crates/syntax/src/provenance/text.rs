//! Text that knows where each of its bytes comes from.

use std::ops::{Deref, Range};
use std::sync::Arc;

use crate::embedded::pieces;
use crate::text::{FileId, Location, Span};
use crate::{NodeId, SyntaxTree};

/// Where a run of bytes of a rendered text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Byte for byte from a source: an edit there changes the result in the same way.
    Copied(Location),
    /// Computed from a source: an escape, a hash suffix, base64, a separator. A place to look, not to edit blindly.
    Made {
        /// What asked for it: the entry of a generator or transformer, or the scalar with the escape.
        by: Location,
        /// What it was computed from, if that is not `by` itself.
        from: Locations,
    },
    /// Written by the renderer itself, such as the `kind` of a generated object.
    Nowhere,
}

/// Places that are shared, because many runs of a text have the same. No places take no memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Locations(Option<Arc<[Location]>>);

impl Deref for Locations {
    type Target = [Location];

    fn deref(&self) -> &[Location] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl From<&[Location]> for Locations {
    fn from(all: &[Location]) -> Self {
        Self((!all.is_empty()).then(|| all.into()))
    }
}

impl From<Vec<Location>> for Locations {
    fn from(all: Vec<Location>) -> Self {
        all.as_slice().into()
    }
}

impl FromIterator<Location> for Locations {
    fn from_iter<I: IntoIterator<Item = Location>>(all: I) -> Self {
        all.into_iter().collect::<Vec<Location>>().into()
    }
}

impl Origin {
    /// Computed by and from the same place.
    #[must_use]
    pub fn made_at(by: Location) -> Self {
        Self::Made {
            by,
            from: Locations::default(),
        }
    }

    /// The origin of what was computed from something with this origin.
    #[must_use]
    pub fn made(&self) -> Self {
        match self {
            Self::Copied(at) => Self::made_at(*at),
            other => other.clone(),
        }
    }

    /// The place that a person would edit first, and then those that contribute to it.
    pub fn locations(&self) -> impl Iterator<Item = Location> + '_ {
        let (first, rest): (Option<Location>, &[Location]) = match self {
            Self::Copied(at) => (Some(*at), &[]),
            Self::Made { by, from } => (Some(*by), from),
            Self::Nowhere => (None, &[]),
        };
        first.into_iter().chain(rest.iter().copied())
    }

    /// Origin of the part `range` (bytes) of a text with this origin.
    pub fn part(&self, range: Range<u32>) -> Self {
        match self {
            Self::Copied(at) => Self::Copied(Location {
                file: at.file,
                span: Span::new(at.span.start + range.start, at.span.start + range.end),
            }),
            other => other.clone(),
        }
    }

    /// The origin of both, if `next` continues this one in the same source without a gap.
    pub(super) fn continues(&self, next: &Self) -> Option<Self> {
        match (self, next) {
            (Self::Copied(a), Self::Copied(b))
                if a.file == b.file && a.span.end == b.span.start =>
            {
                Some(Self::Copied(Location {
                    file: a.file,
                    span: Span::new(a.span.start, b.span.end),
                }))
            }
            (Self::Made { .. } | Self::Nowhere, _) if self == next => Some(self.clone()),
            _ => None,
        }
    }
}

/// A string with the origin of each of its bytes.
///
/// An empty text keeps the origin that it has, so that an empty scalar has a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    string: String,
    runs: Runs,
}

/// Runs of bytes, in order and without gaps. Nearly every text has one origin.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Runs {
    One(Origin),
    Many(Vec<Run>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    end: u32,
    origin: Origin,
}

impl Default for Text {
    fn default() -> Self {
        Self::new("", Origin::Nowhere)
    }
}

impl Text {
    /// A text with one origin. With [`Origin::Copied`] the span must have the length of `string`.
    #[must_use]
    pub fn new(string: impl Into<String>, origin: Origin) -> Self {
        Self {
            string: string.into(),
            runs: Runs::One(origin),
        }
    }

    /// A text that the renderer wrote itself.
    #[must_use]
    pub fn constant(string: impl Into<String>) -> Self {
        Self::new(string, Origin::Nowhere)
    }

    /// The decoded value of the scalar `id` in the file `file`.
    #[must_use]
    pub fn read(tree: &SyntaxTree, file: FileId, id: NodeId) -> Self {
        let id = tree.resolve(id);
        let string = tree.decoded(id).into_owned();
        let whole = Location {
            file,
            span: tree.span(id),
        };
        if string.is_empty() {
            return Self::new(string, Origin::made_at(whole));
        }
        if tree.source_text(id) == string {
            return Self::new(string, Origin::Copied(whole));
        }
        let Some(pieces) = pieces(tree, id, &string) else {
            return Self::new(string, Origin::made_at(whole));
        };
        let mut text = Self::default();
        for (inner, outer) in pieces {
            let at = Location { file, span: outer };
            // A folded line break is a space.
            let is_copy = inner.len() == outer.len() && tree.slice(outer) == &string[inner.range()];
            let origin = if is_copy {
                Origin::Copied(at)
            } else {
                Origin::made_at(at)
            };
            text.push_str(&string[inner.range()], origin);
        }
        text
    }

    /// The string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.string
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.string.len()
    }

    /// Whether the string is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.string.is_empty()
    }

    /// The runs: ranges of bytes and their origins, in order and without gaps. One empty range for an empty text.
    pub fn runs(&self) -> impl Iterator<Item = (Range<usize>, &Origin)> {
        self.runs_from(0)
    }

    /// The runs that end at `at` (bytes) or later.
    fn runs_from(&self, at: usize) -> impl Iterator<Item = (Range<usize>, &Origin)> {
        let one = match &self.runs {
            Runs::One(origin) => Some((0..self.string.len(), origin)),
            Runs::Many(_) => None,
        };
        let (before, many): (usize, &[Run]) = match &self.runs {
            Runs::One(_) => (0, &[]),
            Runs::Many(runs) => {
                let first = runs.partition_point(|run| (run.end as usize) < at);
                let before = first
                    .checked_sub(1)
                    .map_or(0, |last| runs[last].end as usize);
                (before, &runs[first..])
            }
        };
        let starts = std::iter::once(before).chain(many.iter().map(|run| run.end as usize));
        let many = starts
            .zip(many)
            .map(|(start, run)| (start..run.end as usize, &run.origin));
        one.into_iter().chain(many)
    }

    /// All places that contribute to the text, in order, each once.
    #[must_use]
    pub fn locations(&self) -> Vec<Location> {
        let mut all: Vec<Location> = Vec::new();
        for at in self.runs().flat_map(|(_, origin)| origin.locations()) {
            if !all.contains(&at) {
                all.push(at);
            }
        }
        all
    }

    /// First place that contributes to the text.
    #[must_use]
    pub fn location(&self) -> Option<Location> {
        self.runs()
            .find_map(|(_, origin)| origin.locations().next())
    }

    /// This text, whose origins are places in the text `outer` from its byte `base` on, with the origins of `outer`.
    #[must_use]
    pub fn moved_into(&self, outer: &Self, base: usize) -> Self {
        let inside = |span: Span| base + span.start as usize..base + span.end as usize;
        let mut moved = Self::default();
        for (range, origin) in self.runs() {
            let string = &self.string[range];
            let part = match origin {
                Origin::Copied(at) => outer.slice(inside(at.span)),
                Origin::Made { by, .. } => {
                    let by = outer.place(inside(by.span));
                    Self::new(string, by.map_or(Origin::Nowhere, Origin::made_at))
                }
                Origin::Nowhere => Self::constant(string),
            };
            if self.is_empty() {
                return part;
            }
            moved.push(&part);
        }
        moved
    }

    /// Where the part `range` (bytes) is written: from its first to its last place, if these are in one file.
    #[must_use]
    pub fn place(&self, range: Range<usize>) -> Option<Location> {
        let first = self.slice(range.start..range.start).location()?;
        let last = self.slice(range.end..range.end).location();
        match last {
            Some(last) if last.file == first.file && last.span.end >= first.span.start => {
                Some(Location {
                    file: first.file,
                    span: Span::new(first.span.start, last.span.end),
                })
            }
            _ => Some(first),
        }
    }

    /// Appends a string with one origin.
    pub fn push_str(&mut self, string: &str, origin: Origin) {
        if string.is_empty() {
            return;
        }
        if self.string.is_empty() {
            *self = Self::new(string, origin);
            return;
        }
        let before = u32::try_from(self.string.len()).unwrap_or(u32::MAX);
        self.string.push_str(string);
        let end = u32::try_from(self.string.len()).unwrap_or(u32::MAX);
        let mut runs = match std::mem::replace(&mut self.runs, Runs::Many(Vec::new())) {
            Runs::One(origin) => vec![Run {
                end: before,
                origin,
            }],
            Runs::Many(runs) => runs,
        };
        match runs
            .last_mut()
            .and_then(|last| Some((last.origin.continues(&origin)?, last)))
        {
            Some((joined, last)) => {
                last.end = end;
                last.origin = joined;
            }
            None => runs.push(Run { end, origin }),
        }
        self.runs = match runs.len() {
            1 => Runs::One(runs.remove(0).origin),
            _ => Runs::Many(runs),
        };
    }

    /// Appends another text with its origins.
    pub fn push(&mut self, other: &Self) {
        if self.is_empty() {
            if !other.is_empty() {
                *self = other.clone();
            }
            return;
        }
        for (range, origin) in other.runs() {
            self.push_str(&other.string[range], origin.clone());
        }
    }

    /// Texts joined, with their origins.
    #[must_use]
    pub fn concat<'t>(parts: impl IntoIterator<Item = &'t Self>) -> Self {
        let mut all = Self::default();
        for part in parts {
            all.push(part);
        }
        all
    }

    /// The part `range` (bytes, at character boundaries) with its origins.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let mut part = Self::default();
        for (run, origin) in self.runs_from(range.start) {
            if run.start >= range.end {
                break;
            }
            let (start, end) = (run.start.max(range.start), run.end.min(range.end));
            if start < end {
                let within = offset(start - run.start)..offset(end - run.start);
                part.push_str(&self.string[start..end], origin.part(within));
            }
        }
        if part.is_empty() {
            // An empty part is somewhere, too.
            let origin = self
                .runs_from(range.start)
                .find(|(run, _)| run.start <= range.start && range.start <= run.end)
                .map_or(Origin::Nowhere, |(run, origin)| {
                    let at = offset(range.start - run.start);
                    origin.part(at..at)
                });
            part.runs = Runs::One(origin);
        }
        part
    }

    /// The text with the part `range` replaced by `other`.
    #[must_use]
    pub fn replaced(&self, range: Range<usize>, other: &Self) -> Self {
        let before = self.slice(0..range.start);
        let after = self.slice(range.end..self.len());
        Self::concat([&before, other, &after])
    }

    /// A string that was computed from this text at the request of `by`.
    #[must_use]
    pub fn derived(&self, string: impl Into<String>, by: Location) -> Self {
        Self::new(
            string,
            Origin::Made {
                by,
                from: self.locations().into(),
            },
        )
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl std::fmt::Display for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.string)
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.string == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.string == *other
    }
}

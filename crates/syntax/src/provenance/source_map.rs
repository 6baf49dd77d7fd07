//! From the bytes of a rendered text back to the sources.

use crate::text::{FileId, Location, Span};

use super::{Origin, Text};

/// For each byte of a rendered text, where it comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    /// Runs in order and without gaps.
    runs: Vec<Run>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    end: u32,
    origin: Origin,
}

impl SourceMap {
    /// The origins of a text.
    #[must_use]
    pub fn of(text: &Text) -> Self {
        let mut map = Self::default();
        for (range, origin) in text.runs() {
            map.push(range.end, origin.clone());
        }
        map
    }

    /// The text `string` with these origins.
    #[must_use]
    pub fn text(&self, string: &str) -> Text {
        let mut text = Text::default();
        let end = u32::try_from(string.len()).unwrap_or(u32::MAX);
        for (span, origin) in self.runs(Span::new(0, end)) {
            text.push_str(&string[span.range()], origin);
        }
        text
    }

    /// Adds the origin of the bytes up to `end`. One that continues the last origin makes that run longer.
    pub fn push(&mut self, end: usize, origin: Origin) {
        let end = u32::try_from(end).unwrap_or(u32::MAX);
        let start = self.runs.last().map_or(0, |run| run.end);
        if end <= start {
            return;
        }
        match self
            .runs
            .last_mut()
            .and_then(|last| Some((last.origin.continues(&origin)?, last)))
        {
            Some((joined, last)) => {
                last.end = end;
                last.origin = joined;
            }
            None => self.runs.push(Run { end, origin }),
        }
    }

    /// Returns the memory that no run needs.
    pub fn shrink_to_fit(&mut self) {
        self.runs.shrink_to_fit();
    }

    /// Forgets the bytes from `end` on.
    pub fn truncate(&mut self, end: usize) {
        let end = u32::try_from(end).unwrap_or(u32::MAX);
        while let Some(last) = self.runs.last_mut() {
            if last.end <= end {
                break;
            }
            let length = last.end;
            last.end = end;
            let start = self
                .runs
                .len()
                .checked_sub(2)
                .map_or(0, |before| self.runs[before].end);
            if let Some(last) = self.runs.last_mut() {
                last.origin = last
                    .origin
                    .part(0..end.saturating_sub(start).min(length - start));
                if end <= start {
                    self.runs.pop();
                }
            }
        }
    }

    /// The runs that `span` of the rendered text touches, each with the part of it that is inside of `span` and its
    /// origin, cut to this part. For an empty span, the run that ends or starts there.
    pub fn runs(&self, span: Span) -> impl Iterator<Item = (Span, Origin)> + '_ {
        let first = self.runs.partition_point(|run| run.end <= span.start);
        let first = match span.is_empty() {
            // At the end of the text.
            true => first.min(self.runs.len().saturating_sub(1)),
            false => first,
        };
        let start = first
            .checked_sub(1)
            .and_then(|before| self.runs.get(before))
            .map_or(0, |run| run.end);
        let runs = self.runs.get(first..).unwrap_or(&[]);
        let starts = std::iter::once(start).chain(runs.iter().map(|run| run.end));
        starts
            .zip(runs)
            .take_while(move |(start, _)| {
                *start < span.end || (span.is_empty() && *start <= span.end)
            })
            .take(if span.is_empty() { 1 } else { usize::MAX })
            .map(move |(start, run)| {
                let part = Span::new(start.max(span.start), run.end.min(span.end));
                let within = part.start - start..part.end - start;
                (part, run.origin.part(within))
            })
    }

    /// Parts of the rendered text that come from `at`: those with a place that touches it, in order. For a place that is
    /// not empty, a place that only ends or starts there does not count.
    pub fn coming_from(&self, at: Location) -> impl Iterator<Item = Span> + '_ {
        let touches = move |other: &Location| {
            let (one, other_span) = (at.span, other.span);
            let is_near = match one.is_empty() {
                true => one.start <= other_span.end && other_span.start <= one.end,
                false => {
                    one.start < other_span.end.max(other_span.start + 1)
                        && other_span.start < one.end
                }
            };
            at.file == other.file && is_near
        };
        let starts = std::iter::once(0).chain(self.runs.iter().map(|run| run.end));
        let runs = starts.zip(&self.runs);
        let found = runs.filter(move |(_, run)| match &run.origin {
            Origin::Copied(place) => touches(place),
            Origin::Made { by, from } => touches(by) || from.iter().any(touches),
            Origin::Nowhere => false,
        });
        found.map(|(start, run)| Span::new(start, run.end))
    }

    /// Parts of the rendered text that are copied from `file`, each with the offset in the file.
    pub fn copied_from(&self, file: FileId) -> impl Iterator<Item = (Span, u32)> + '_ {
        let starts = std::iter::once(0).chain(self.runs.iter().map(|run| run.end));
        starts
            .zip(&self.runs)
            .filter_map(move |(start, run)| match &run.origin {
                Origin::Copied(place) if place.file == file => {
                    Some((Span::new(start, run.end), place.span.start))
                }
                _ => None,
            })
    }

    /// All places that contribute to `span`, in order, each once.
    #[must_use]
    pub fn locations(&self, span: Span) -> Vec<Location> {
        let mut all: Vec<Location> = Vec::new();
        for (_, origin) in self.runs(span) {
            for at in origin.locations() {
                if !all.contains(&at) {
                    all.push(at);
                }
            }
        }
        all
    }

    /// The same map with other file identifiers.
    #[must_use]
    pub fn with_files(mut self, file: impl Fn(FileId) -> FileId) -> Self {
        let moved = |at: &Location| Location {
            file: file(at.file),
            span: at.span,
        };
        for run in &mut self.runs {
            run.origin = match &run.origin {
                Origin::Copied(at) => Origin::Copied(moved(at)),
                Origin::Made { by, from } => Origin::Made {
                    by: moved(by),
                    from: from.iter().map(moved).collect(),
                },
                Origin::Nowhere => Origin::Nowhere,
            };
        }
        // The map is complete now, and a run keeps many of them.
        self.runs.shrink_to_fit();
        self
    }

    /// The files that the origins are in, each once and in order.
    #[must_use]
    pub fn files(&self) -> Vec<FileId> {
        let mut all: Vec<FileId> = Vec::new();
        let places = self.runs.iter().flat_map(|run| run.origin.locations());
        for at in places {
            if all.last() != Some(&at.file) {
                all.push(at.file);
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The map with origins in other rendered texts replaced by their origins there. `map` has the maps of these.
    #[must_use]
    pub fn through<'m>(self, map: &dyn Fn(FileId) -> Option<&'m Self>) -> Self {
        let is_direct = |run: &Run| run.origin.locations().all(|at| map(at.file).is_none());
        if self.runs.iter().all(is_direct) {
            return self;
        }
        let first = |at: Location| match map(at.file) {
            Some(inner) => inner.locations(at.span).first().copied(),
            None => Some(at),
        };
        let all = |at: &Location| match map(at.file) {
            Some(inner) => inner.locations(at.span),
            None => vec![*at],
        };
        let mut out = Self::default();
        let mut start = 0;
        for run in self.runs {
            let end = run.end;
            match run.origin {
                Origin::Copied(at) => match map(at.file) {
                    Some(inner) => {
                        for (part, origin) in inner.runs(at.span) {
                            let end = start + (part.end - at.span.start);
                            out.push(end as usize, origin);
                        }
                        // The inner map may end before.
                        out.push(end as usize, Origin::Nowhere);
                    }
                    None => out.push(end as usize, Origin::Copied(at)),
                },
                Origin::Made { by, from } => {
                    let origin = first(by).map_or(Origin::Nowhere, |by| Origin::Made {
                        by,
                        from: from.iter().flat_map(all).collect(),
                    });
                    out.push(end as usize, origin);
                }
                other => out.push(end as usize, other),
            }
            start = end;
        }
        out
    }
}

//! From places in rendered files to the places in the sources that a person would edit.

mod action;
mod chart;

use podwright_render::{Origin, SourceMap};
use podwright_syntax::text::{FileId, Location, Span};

use super::world::{Render, Rendered};
use super::{ObjectId, Workspace};

/// Where a span of a rendered file comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePlace {
    /// The place to edit.
    pub place: Location,
    /// Whether `place` has the same bytes as the rendered span, so that an edit there has the same effect.
    pub is_exact: bool,
    /// Other places that contribute.
    pub others: Vec<Location>,
}

impl Workspace {
    /// Where a place of a rendered file comes from; `None` for a place in any other file.
    #[must_use]
    pub fn source_place(&self, at: Location) -> Option<SourcePlace> {
        let render = self.render_of(at.file)?;
        let rendered = render.result.as_ref().ok()?;
        let found = match render.release() {
            Some(_) => self.place_in_chart(rendered, at.span),
            None if self.is_of_chart(rendered, at) => self.place_in_chart(rendered, at.span),
            None => place_in(&rendered.map, at.span, &|| self.object_source(rendered, at)),
        };
        let found = found.map(|found| self.with_quotes(at, found));
        Some(found.unwrap_or_else(|| SourcePlace {
            place: self.fallback(render, rendered, at),
            is_exact: false,
            others: Vec::new(),
        }))
    }

    /// Whether the object at a place comes from a chart of a kustomization.
    fn is_of_chart(&self, rendered: &Rendered, at: Location) -> bool {
        let has_charts = rendered.has_charts();
        has_charts
            && self
                .object_source(rendered, at)
                .is_some_and(|file| self.is_template(file))
    }

    /// Adds the quotes of a scalar if the rendered span has them, too.
    fn with_quotes(&self, rendered: Location, found: SourcePlace) -> SourcePlace {
        let quote = self
            .file(rendered.file)
            .tree
            .slice(rendered.span)
            .bytes()
            .next();
        let (place, text) = (found.place, &self.file(found.place.file).source.text);
        let around = |at: Option<u32>| text.as_bytes().get(at? as usize).copied();
        let (before, after) = (
            around(place.span.start.checked_sub(1)),
            around(Some(place.span.end)),
        );
        let is_quoted = matches!(quote, Some(b'"' | b'\'')) && before == quote && after == quote;
        if !is_quoted {
            return found;
        }
        SourcePlace {
            place: Location {
                file: place.file,
                span: Span::new(place.span.start - 1, place.span.end + 1),
            },
            is_exact: true,
            ..found
        }
    }

    /// The place itself if a person edits its file, or else the object that asks for the render.
    #[must_use]
    pub fn own_place(&self, render: &Render, at: Location) -> Location {
        match render.asked_by {
            Some(asker) if !self.is_editable(at.file) => self.in_sources(self.object_place(asker)),
            _ => at,
        }
    }

    /// A place in the sources: the place itself if it is in one.
    #[must_use]
    pub fn in_sources(&self, at: Location) -> Location {
        self.source_place(at).map_or(at, |source| source.place)
    }

    /// The file that the object at a place was first written in: the one of its `kind`.
    fn object_source(&self, rendered: &Rendered, at: Location) -> Option<FileId> {
        let tree = &self.file(at.file).tree;
        let mut documents = tree.documents().iter();
        let document = documents.find(|document| document.span.contains(at.span))?;
        let kind = tree.get(document.root, "kind")?;
        let place = rendered.map.locations(tree.span(kind.value));
        Some(place.first()?.file)
    }

    /// For what the renderer wrote itself: the name of the object, or its first line, or else the kustomization.
    fn fallback(&self, render: &Render, rendered: &Rendered, at: Location) -> Location {
        let file = self.file(at.file);
        let document = file.tree.documents().iter().find(|document| {
            document.span.start <= at.span.start && at.span.start <= document.span.end
        });
        let object = document.and_then(|document| {
            let spans = |index: usize| file.tree.span(file.objects[index].node);
            let index =
                (0..file.objects.len()).find(|&index| document.span.contains(spans(index)))?;
            let id = ObjectId {
                file: at.file,
                index,
            };
            let name = self.object_place(id).span;
            let whole = document.span;
            let of_object = || self.object_source(rendered, at);
            place_in(&rendered.map, name, &of_object)
                .or_else(|| place_in(&rendered.map, whole, &of_object))
        });
        // Nobody edits a chart of others, but the object that asks for it.
        if let Some(asker) = render.asked_by
            && object
                .as_ref()
                .is_none_or(|found| !self.is_editable(found.place.file))
        {
            return self.in_sources(self.object_place(asker));
        }
        object.map_or(
            Location {
                file: render.root,
                span: Span::at(0),
            },
            |found| found.place,
        )
    }
}

/// Where a span of a rendered text comes from, if its bytes come from any source.
fn place_in(
    map: &SourceMap,
    span: Span,
    of_object: &dyn Fn() -> Option<FileId>,
) -> Option<SourcePlace> {
    let runs: Vec<(Span, Origin)> = map.runs(span).collect();
    if let [(_, Origin::Copied(at))] = runs.as_slice() {
        return Some(SourcePlace {
            place: *at,
            is_exact: true,
            others: Vec::new(),
        });
    }
    let mut copied: Vec<Location> = Vec::new();
    let mut made: Vec<Location> = Vec::new();
    let mut from: Vec<Location> = Vec::new();
    for (_, origin) in &runs {
        match origin {
            Origin::Copied(at) => copied.push(*at),
            Origin::Made { by, from: more } => {
                made.push(*by);
                from.extend(more.iter());
            }
            Origin::Nowhere => {}
        }
    }
    let place = together(&copied, &made).or_else(|| decisive(&copied, &made, of_object))?;
    Some(made_of(place, copied.into_iter().chain(made).chain(from)))
}

/// A place whose bytes differ from the rendered span, with the others among `all` that contribute, each once.
fn made_of(place: Location, all: impl Iterator<Item = Location>) -> SourcePlace {
    let mut others: Vec<Location> = Vec::new();
    for at in all {
        let is_around = place.span.contains(at.span) || at.span.contains(place.span);
        let is_known = at.file == place.file && is_around;
        if !is_known && !others.contains(&at) {
            others.push(at);
        }
    }
    SourcePlace {
        place,
        is_exact: false,
        others,
    }
}

/// The range from the first to the last run, if all are in one file and in its order: a key and its value, a scalar with
/// its quotes.
fn together(copied: &[Location], made: &[Location]) -> Option<Location> {
    let (first, last) = (copied.first()?, copied.last()?);
    let is_one_file = copied.iter().chain(made).all(|at| at.file == first.file);
    let in_order = copied
        .windows(2)
        .all(|two| two[0].span.end <= two[1].span.start);
    if !is_one_file || !in_order {
        return None;
    }
    let whole = Span::new(first.span.start, last.span.end);
    // What an entry of a kustomization puts together is not written together.
    let is_assembled = copied.len() > 1 && made.iter().any(|at| at.span.contains(whole));
    (!is_assembled).then_some(Location {
        file: first.file,
        span: whole,
    })
}

/// The run that decides: what an entry of a kustomization put in, or else what the object itself has.
fn decisive(
    copied: &[Location],
    made: &[Location],
    of_object: &dyn Fn() -> Option<FileId>,
) -> Option<Location> {
    let by_entry = |at: &&Location| {
        made.iter()
            .any(|by| by.file == at.file && by.span.contains(at.span))
    };
    let put_in = copied.iter().rev().find(by_entry).copied();
    let own = || {
        let file = of_object()?;
        copied.iter().find(|at| at.file == file).copied()
    };
    let longest = || copied.iter().max_by_key(|at| at.span.len()).copied();
    put_in
        .or_else(own)
        .or_else(longest)
        .or_else(|| made.first().copied())
}

//! Places in charts: values before templates, and files that a person can edit before charts of others.

use podwright_render::Origin;
use podwright_syntax::text::{FileId, Location, Span};

use super::super::world::{Render, Rendered};
use super::super::{Origin as Place, Skipped, Workspace};
use super::{SourcePlace, made_of, together};

impl Workspace {
    /// Whether a person edits the file: it is not in an archive, and not a copy of what others maintain.
    #[must_use]
    pub fn is_editable(&self, file: FileId) -> bool {
        self.file(file).origin != Place::Dependency
    }

    /// The place to edit for a problem of a render: for one in a chart of others, the object that asks for it.
    #[must_use]
    pub fn editable(&self, render: &Render, place: Location) -> Location {
        match render.asked_by {
            Some(asker) if !self.is_editable(place.file) => {
                self.in_sources(self.object_place(asker))
            }
            _ => place,
        }
    }

    /// Where a span of a rendered chart comes from. A value that a template puts together is edited where its last part
    /// is: the tag of an image, rather than its name.
    pub(super) fn place_in_chart(&self, rendered: &Rendered, span: Span) -> Option<SourcePlace> {
        let runs: Vec<(Span, Origin)> = rendered.map.runs(span).collect();
        if let [(_, Origin::Copied(at))] = runs.as_slice()
            && self.is_editable(at.file)
        {
            return Some(SourcePlace {
                place: *at,
                is_exact: true,
                others: Vec::new(),
            });
        }
        let mut copied: Vec<Location> = Vec::new();
        let mut made: Vec<Location> = Vec::new();
        for (_, origin) in &runs {
            match origin {
                Origin::Copied(at) => copied.push(*at),
                Origin::Made { by, from } => {
                    made.push(*by);
                    made.extend(from.iter());
                }
                Origin::Nowhere => {}
            }
        }
        copied.retain(|at| self.is_editable(at.file));
        made.retain(|at| self.is_editable(at.file));
        let is_value = |at: &&Location| !self.is_template(at.file);
        let place = together(&copied, &made)
            .or_else(|| copied.iter().rfind(is_value).copied())
            .or_else(|| made.iter().rfind(is_value).copied())
            .or_else(|| copied.iter().max_by_key(|at| at.span.len()).copied())
            .or_else(|| made.first().copied())?;
        Some(made_of(place, copied.into_iter().chain(made)))
    }

    /// Whether the file is a template, and not one with values.
    #[must_use]
    pub fn is_template(&self, file: FileId) -> bool {
        let file = self.file(file);
        let directory = file.directory();
        file.skipped == Some(Skipped::HelmTemplate)
            || directory.split('/').any(|part| part == "templates")
    }
}

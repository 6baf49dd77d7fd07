//! The action of a template that prints a value.

use podwright_render::Origin;
use podwright_syntax::text::{FileId, Location, Span};

use super::super::Workspace;

/// Most bytes before a value that are searched for text of its template.
const MAX_BEFORE: u32 = 16 << 10;

impl Workspace {
    /// The action `{{ … }}` that prints what is at a place of a rendered chart. `None` for anything else, and for what a
    /// template has as text.
    #[must_use]
    pub fn printing_action(&self, at: Location) -> Option<Location> {
        let render = self.render_of(at.file)?;
        render.release()?;
        let map = &render.result.as_ref().ok()?.map;
        let first = map.runs(at.span).next()?.1;
        if first
            .locations()
            .next()
            .is_some_and(|place| self.is_template(place.file))
        {
            return None;
        }
        let start = at.span.start;
        let before = Span::new(start.saturating_sub(MAX_BEFORE), start);
        let runs: Vec<(Span, Origin)> = map.runs(before).collect();
        let literal = runs
            .into_iter()
            .rev()
            .find_map(|(_, origin)| match origin {
                Origin::Copied(place) if self.is_template(place.file) => Some(place),
                _ => None,
            })?;
        action_after(self, literal.file, literal.span.end)
    }
}

/// The first action from an offset on, if only whitespace is before it.
fn action_after(workspace: &Workspace, file: FileId, offset: u32) -> Option<Location> {
    let rest = workspace.file(file).source.text.get(offset as usize..)?;
    let open = rest.find("{{")?;
    if !rest[..open].trim().is_empty() {
        return None;
    }
    let close = open + rest[open..].find("}}")? + "}}".len();
    let at = |index: usize| u32::try_from(index).ok().map(|index| offset + index);
    Some(Location {
        file,
        span: Span::new(at(open)?, at(close)?),
    })
}

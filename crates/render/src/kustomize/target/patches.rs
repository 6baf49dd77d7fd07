//! Reads the patches of a kustomization (`PatchTransformer`, `PatchStrategicMergeTransformer`,
//! `PatchJson6902Transformer`).

use podwright_syntax::text::Location;

use super::super::build::Role;
use super::super::kustomization::Patch as PatchFields;
use super::super::loader::Directory;
use super::super::object::objects;
use super::super::patch::{Allowed, Patch};
use super::super::step::Step;
use super::Builder;
use crate::Text;
use crate::error::RenderError;

impl Builder<'_, '_> {
    /// The entries of `patchesStrategicMerge`.
    pub(super) fn strategic_merges(
        &mut self,
        directory: &Directory,
        entries: &[Text],
    ) -> Result<Vec<Step>, RenderError> {
        let unknown = self.unknown.len();
        let mut steps = Vec::new();
        for entry in entries {
            steps.extend(self.strategic_merge(directory, entry)?);
        }
        match entries.first() {
            Some(first) if steps.is_empty() && self.unknown.len() == unknown => Err(
                RenderError::at(first.location(), "no patch is in these files"),
            ),
            _ => Ok(steps),
        }
    }

    /// An entry of `patchesStrategicMerge`: a file, or the patches themselves.
    fn strategic_merge(
        &mut self,
        directory: &Directory,
        entry: &Text,
    ) -> Result<Vec<Step>, RenderError> {
        let patches = match objects(entry) {
            Ok(patches) => patches,
            Err(_) => match self.patch_text(directory, entry)? {
                Some(text) => objects(&text)?,
                None => return Ok(Vec::new()),
            },
        };
        let patch = |patch| Patch::strategic(patch, entry.location());
        Ok(patches
            .into_iter()
            .map(|one| Step::Patch(Box::new(patch(one))))
            .collect())
    }

    /// An entry of `patches`.
    pub(super) fn patch(
        &mut self,
        directory: &Directory,
        fields: &PatchFields,
    ) -> Result<Option<Step>, RenderError> {
        let inline = trimmed(&fields.patch);
        let place = fields.place;
        let text = match (inline.is_empty(), fields.path.is_empty()) {
            (true, true) => return Err(RenderError::at(place, "a patch needs `path` or `patch`")),
            (false, false) => return Err(both(place)),
            (false, true) => inline,
            (true, false) => match self.patch_text(directory, &fields.path)? {
                Some(text) => text,
                None => return Ok(None),
            },
        };
        let options = fields.options.as_ref();
        let allowed = Allowed {
            name: options.is_some_and(|options| options.allow_name_change),
            kind: options.is_some_and(|options| options.allow_kind_change),
        };
        let target = fields.target.as_ref().map(super::configure::selector);
        let patch = Patch::read(&text, target, allowed, place)?;
        Ok(Some(Step::Patch(Box::new(patch))))
    }

    /// An entry of `patchesJson6902`, whose operations are in `inline` or in a file.
    pub(super) fn json_patch(
        &mut self,
        directory: &Directory,
        fields: &PatchFields,
        inline: &Text,
    ) -> Result<Option<Step>, RenderError> {
        let place = fields.place;
        let Some(target) = fields
            .target
            .as_ref()
            .filter(|target| !target.name.is_empty())
        else {
            return Err(RenderError::at(place, "a JSON patch needs `target.name`"));
        };
        let text = match (inline.is_empty(), fields.path.is_empty()) {
            (true, true) => return Err(RenderError::at(place, "a patch needs `path` or `patch`")),
            (false, false) => return Err(both(place)),
            (false, true) => inline.clone(),
            (true, false) => match self.patch_text(directory, &fields.path)? {
                Some(text) => text,
                None => return Ok(None),
            },
        };
        let target = super::configure::selector(target);
        let patch = Patch::json(&text, target, place)?;
        Ok(Some(Step::Patch(Box::new(patch))))
    }

    fn patch_text(
        &mut self,
        directory: &Directory,
        path: &Text,
    ) -> Result<Option<Text>, RenderError> {
        match self.file(directory, path, Role::Patch)? {
            Some(file) => self.loader.text(file).map(Some),
            None => Ok(None),
        }
    }
}

fn both(place: Option<Location>) -> RenderError {
    RenderError::at(place, "a patch cannot have both `path` and `patch`")
}

/// The text without the space around it.
fn trimmed(text: &Text) -> Text {
    let string = text.as_str();
    let start = string.len() - string.trim_start().len();
    text.slice(start..start + string.trim().len())
}

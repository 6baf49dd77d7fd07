//! Stub until the patches are merged.
use super::resource::Resource;
use super::schema::Schema;
use super::select::Selector;
use crate::error::RenderError;
use crate::text::Text;
use podwright_syntax::text::Location;
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Allowed {
    pub name: bool,
    pub kind: bool,
}
#[derive(Clone, Debug)]
pub(super) struct Patch {
    place: Option<Location>,
}
impl Patch {
    pub fn place(&self) -> Option<Location> {
        self.place
    }
    pub fn strategic(_: Resource, place: Option<Location>) -> Self {
        Self { place }
    }
    pub fn read(
        _: &Text,
        _: Option<Selector>,
        _: Allowed,
        place: Option<Location>,
    ) -> Result<Self, RenderError> {
        Ok(Self { place })
    }
    pub fn json(_: &Text, _: Selector, place: Option<Location>) -> Result<Self, RenderError> {
        Ok(Self { place })
    }
}
pub(super) fn apply(_: &Patch, _: &mut Vec<Resource>, _: &Schema) -> Result<bool, RenderError> {
    Ok(false)
}

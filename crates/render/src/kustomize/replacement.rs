//! Stub.
use super::decode::Strictness;
use super::resource::Resource;
use crate::error::RenderError;
use crate::node::Node;
#[derive(Clone, Debug)]
pub(super) struct Replacement;
impl Replacement {
    pub fn read(_: &Node, _: Strictness) -> Result<Self, RenderError> {
        Ok(Self)
    }
}
pub(super) fn apply(_: &[Replacement], _: &mut [Resource]) -> Result<(), RenderError> {
    Ok(())
}

//! Stub.
use super::config::TransformerConfig;
use super::decode::Anything;
use super::resource::Resource;
use crate::error::RenderError;
#[derive(Clone, Debug, Default)]
pub(super) struct Variables;
impl Variables {
    pub fn merge(&mut self, _: Self) -> Result<(), RenderError> {
        Ok(())
    }
    pub fn declare(&mut self, _: &[Anything], _: &mut [Resource]) -> Result<(), RenderError> {
        Ok(())
    }
    pub fn resolve(&self, _: &mut [Resource], _: &TransformerConfig) -> Result<(), RenderError> {
        Ok(())
    }
}

//! Rules for what only the organization can decide.

pub(crate) mod annotation_required;
pub(crate) mod image_registry_not_allowed;
pub(crate) mod label_required;
pub(crate) mod namespace_default;
pub(crate) mod priority_class_missing;
mod required;

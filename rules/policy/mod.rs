//! Rules for what only the organization can decide.

pub(crate) mod namespace_default;

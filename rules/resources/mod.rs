//! Rules for CPU and memory.

pub(crate) mod missing;
pub(crate) mod namespace_limits;

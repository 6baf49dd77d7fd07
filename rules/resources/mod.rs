//! Rules for CPU and memory.

pub(crate) mod missing;

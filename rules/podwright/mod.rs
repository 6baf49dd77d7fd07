//! Rules about podwright itself: its suppressions, and what it could not check. Most of their findings come
//! from other layers; they are declared here to have pages, levels and names.

pub(crate) mod engine;
pub(crate) mod object_too_large;
pub(crate) mod pod_too_large;

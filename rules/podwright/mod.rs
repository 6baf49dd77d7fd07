//! Rules about podwright itself: its suppressions, and what it could not check. They are defined here to have pages,
//! levels and names; most of their findings come from other layers.

pub(crate) mod expired_ignore;
pub(crate) mod internal_error;
pub(crate) mod pod_too_large;
pub(crate) mod unknown_rule;
pub(crate) mod unreadable_file;
pub(crate) mod unused_ignore;

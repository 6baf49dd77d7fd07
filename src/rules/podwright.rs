//! Rules about podwright itself: its suppressions, and what it could not check. They are defined here to have pages,
//! levels and names; most of their findings come from other layers.

mod expired_ignore;
mod internal_error;
mod pod_too_large;
mod unknown_rule;
mod unreadable_file;
mod unused_ignore;

pub(super) use expired_ignore::ExpiredIgnore;
pub(super) use internal_error::InternalError;
pub(super) use pod_too_large::PodTooLarge;
pub(super) use unknown_rule::UnknownRule;
pub(super) use unreadable_file::UnreadableFile;
pub(super) use unused_ignore::UnusedIgnore;

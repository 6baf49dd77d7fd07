//! About podwright itself: what it was told to ignore, and what it could not do. The rules are here so that
//! they have pages, levels and names; other floors make the findings.

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

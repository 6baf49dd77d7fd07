use crate::compat::Tools;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// What of the comments and annotations that ignore findings counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IgnorePolicy {
    /// None of them does.
    pub strict: bool,
    /// The day of the run: ignores that have ended before it do not count. Without it none has ended.
    pub today: Option<Date>,
    /// Other tools whose annotations count too.
    pub compat: Tools,
}

/// The day that it is in UTC, the same for all who run podwright at once.
#[must_use]
pub fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

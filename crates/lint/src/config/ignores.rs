use crate::compat::Tools;
use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// Which suppression comments and annotations take effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IgnorePolicy {
    /// Disables all suppressions.
    pub strict: bool,
    /// Day of the run. Suppressions whose `until=` date is before it have expired. Without it, none expire.
    pub today: Option<Date>,
    /// Other tools whose annotations take effect too.
    pub compat: Tools,
}

/// Current day in UTC, so that concurrent runs agree regardless of time zone.
#[must_use]
pub fn today() -> Date {
    TimeZone::UTC.to_datetime(Timestamp::now()).date()
}

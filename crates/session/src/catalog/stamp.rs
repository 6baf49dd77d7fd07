//! What shows that a file has not changed since it was read.

use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Size and times of a file. All numbers are compared, and none is interpreted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) size: u64,
    /// Nanoseconds since 1970.
    pub(super) modified: u64,
    /// Time of the last change of the file or its metadata, which programs cannot set. 0 where the system has none.
    pub(super) changed: u64,
    /// Number of the file. 0 where the system has none.
    pub(super) inode: u64,
}

/// Longest time between two times of files that a system tells apart: those of FAT are two seconds.
const GRANULARITY: Duration = Duration::from_secs(2);

/// The same for a system whose times have fractions of a second. They follow a clock that ticks every 10 ms or faster.
const FINE_GRANULARITY: Duration = Duration::from_millis(50);

impl Stamp {
    pub(super) fn of(metadata: &Metadata) -> Self {
        let modified = metadata.modified().map_or(0, nanoseconds);
        #[cfg(unix)]
        let (changed, inode) = {
            use std::os::unix::fs::MetadataExt;
            let seconds = u64::try_from(metadata.ctime()).unwrap_or(0);
            let rest = u64::try_from(metadata.ctime_nsec()).unwrap_or(0);
            let changed = seconds.saturating_mul(1_000_000_000).saturating_add(rest);
            (changed, metadata.ino())
        };
        #[cfg(not(unix))]
        let (changed, inode) = (0, 0);
        Self {
            size: metadata.len(),
            modified,
            changed,
            inode,
        }
    }

    /// Whether a later change would have another stamp, for a file that is read at `now`: it is older than what the clock
    /// of the file system tells apart. Git calls other files "racily clean".
    pub(super) fn is_settled(&self, now: SystemTime) -> bool {
        let newest = self.modified.max(self.changed);
        let has_fractions = !newest.is_multiple_of(1_000_000_000);
        let granularity = match has_fractions {
            true => FINE_GRANULARITY,
            false => GRANULARITY,
        };
        let granularity = u64::try_from(granularity.as_nanos()).unwrap_or(u64::MAX);
        self.modified > 0 && newest.saturating_add(granularity) < nanoseconds(now)
    }
}

fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn a_new_file_is_not_settled() {
        let at = |seconds: u64, nanoseconds: u32| UNIX_EPOCH + Duration::new(seconds, nanoseconds);
        let stamp = |modified: u64, changed: u64| Stamp {
            modified,
            changed,
            ..Stamp::default()
        };
        assert!(!stamp(10 * SECOND, 0).is_settled(at(11, 0)));
        assert!(stamp(10 * SECOND, 0).is_settled(at(13, 0)));
        assert!(!stamp(10 * SECOND + 5, 0).is_settled(at(10, 40_000_000)));
        assert!(stamp(10 * SECOND + 5, 0).is_settled(at(10, 60_000_000)));
        // The modification time can be set to any value.
        assert!(!stamp(SECOND, 20 * SECOND + 1).is_settled(at(20, 2)));
        assert!(!stamp(30 * SECOND, 0).is_settled(at(20, 0)));
        assert!(!stamp(0, 0).is_settled(at(20, 0)));
    }
}

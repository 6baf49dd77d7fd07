use std::fmt;

use crate::table::bytes::{first_release, last_release};
use podwright_model::{KubernetesVersion, VersionRange};

/// A set of Kubernetes releases, limited to those in the table. One bit per release, the oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Releases(pub u16);

impl Releases {
    /// All releases. Used for everything that is not part of Kubernetes itself.
    pub const ALL: Self = Self(u16::MAX);

    /// Returns the releases in `range`. Releases before the first one in the table are mapped to that one.
    #[must_use]
    pub fn of(range: VersionRange) -> Self {
        let first = first_release().0;
        let bit = |version: KubernetesVersion| version.0.saturating_sub(first).min(15);
        let (oldest, newest) = (bit(range.oldest), bit(range.newest));
        Self((u16::MAX << oldest) & (u16::MAX >> (15 - newest)))
    }

    /// Returns the releases since 1.`minor`.
    #[must_use]
    pub(crate) fn since(minor: u16) -> Self {
        let bit = minor.saturating_sub(first_release().0);
        Self(u16::MAX.checked_shl(u32::from(bit)).unwrap_or(0))
    }

    /// Returns whether the set contains all of `others`.
    #[must_use]
    pub fn hold_all(self, others: Self) -> bool {
        others.0 & !self.0 == 0
    }

    /// Returns whether the set contains at least one of `others`.
    #[must_use]
    pub fn hold_any(self, others: Self) -> bool {
        self.0 & others.0 != 0
    }

    /// Returns the union with `others`.
    #[must_use]
    pub fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Returns the difference to `others`.
    #[must_use]
    pub fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Oldest release in the set.
    #[must_use]
    pub fn first(self) -> Option<KubernetesVersion> {
        (self.0 != 0).then(|| version(self.0.trailing_zeros()))
    }

    /// Newest release in the set.
    #[must_use]
    pub fn last(self) -> Option<KubernetesVersion> {
        (self.0 != 0).then(|| version(15 - self.0.leading_zeros()))
    }

    /// The releases in words: "1.25 to 1.29", "1.34 and 1.35", "1.25 and 1.30 to 1.36". Empty for an empty set.
    #[must_use]
    pub fn listed(self) -> String {
        let mut runs = Vec::new();
        let mut left = self.0;
        while left != 0 {
            let start = left.trailing_zeros();
            let end = start + (left >> start).trailing_ones() - 1;
            left &= u16::MAX.checked_shl(end + 1).unwrap_or(0);
            match end - start {
                0 => runs.push(version(start).to_string()),
                1 => runs.extend([version(start).to_string(), version(end).to_string()]),
                _ => runs.push(format!("{} to {}", version(start), version(end))),
            }
        }
        match runs.split_last() {
            None => String::new(),
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} and {last}", others.join(", ")),
        }
    }

    /// Release after the newest one in the set. `None` if the table ends before it.
    #[must_use]
    pub fn ended_in(self) -> Option<KubernetesVersion> {
        let after = KubernetesVersion(self.last()?.0 + 1);
        (after <= last_release()).then_some(after)
    }

    /// Oldest release in the set. `None` if it is the first one in the table, so that its true start is unknown.
    #[must_use]
    pub fn began_in(self) -> Option<KubernetesVersion> {
        self.first().filter(|first| *first > first_release())
    }
}

fn version(bit: u32) -> KubernetesVersion {
    KubernetesVersion(first_release().0 + u16::try_from(bit).unwrap_or(0))
}

impl fmt::Display for Releases {
    /// Writes the releases to follow a noun: "since 1.30", "up to 1.31", "in 1.27 to 1.30". Empty for all releases.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.last().filter(|_| self.ended_in().is_some());
        match (self.began_in(), last) {
            (None, None) => Ok(()),
            (Some(first), None) => write!(f, "since {first}"),
            (None, Some(last)) => write!(f, "up to {last}"),
            (Some(first), Some(last)) if first == last => write!(f, "in {first} only"),
            (Some(first), Some(last)) => write!(f, "in {first} to {last}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_a_set() {
        let of = |text: &str| Releases::of(text.parse().unwrap());
        assert_eq!(of("1.25").0, 1);
        assert_eq!(of("1.36").0, 1 << 11);
        assert_eq!(of("1.26-1.28").0, 0b1110);
        // Older than the table.
        assert_eq!(of("1.20-1.26").0, 0b11);
        assert_eq!(of("1.26-1.28").to_string(), "in 1.26 to 1.28");
        assert_eq!(of("1.20-1.28").to_string(), "up to 1.28");
        assert_eq!(Releases::ALL.to_string(), "");
        let listed = |text: &str| of(text).listed();
        assert_eq!(listed("1.36"), "1.36");
        assert_eq!(listed("1.34-1.35"), "1.34 and 1.35");
        assert_eq!(listed("1.25-1.29"), "1.25 to 1.29");
        assert_eq!(
            of("1.25").and(of("1.30-1.36")).listed(),
            "1.25 and 1.30 to 1.36"
        );
        assert_eq!(Releases(0).listed(), "");
    }
}

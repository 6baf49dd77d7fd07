use std::{fmt, str::FromStr};

use serde::{Serialize, Serializer};

/// Minor release of Kubernetes 1.x: `KubernetesVersion(36)` is 1.36.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KubernetesVersion(pub u16);

impl KubernetesVersion {
    /// Newest release that clusters run. Used as the default.
    pub const NEWEST: Self = Self(36);
    /// Newest release that can be asked for: its API is known.
    pub const LAST: Self = Self(37);
    /// Oldest supported release.
    pub const OLDEST: Self = Self(20);

    /// The previous release.
    #[must_use]
    pub fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

impl fmt::Display for KubernetesVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

impl Serialize for KubernetesVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for KubernetesVersion {
    type Err = String;

    /// Parses `1.36`, `v1.36`, `1.36.2`, and what `kubectl version` prints for a provider: `v1.33.4-gke.100`. The error describes what was expected.
    fn from_str(text: &str) -> Result<Self, String> {
        let minor = text
            .trim()
            .trim_start_matches('v')
            .strip_prefix("1.")
            .map(|rest| rest.split(['.', '-', '+']).next().unwrap_or(rest))
            .and_then(|minor| minor.parse().ok())
            .map(Self);
        match minor {
            Some(version) if (Self::OLDEST..=Self::LAST).contains(&version) => Ok(version),
            Some(version) => Err(format!(
                "Kubernetes {version} is not supported: expected {} to {}",
                Self::OLDEST,
                Self::LAST
            )),
            None => Err(format!(
                "invalid Kubernetes version {text:?}: use the format \"{}\"",
                Self::NEWEST
            )),
        }
    }
}

/// Kubernetes releases that the manifests target, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct VersionRange {
    /// Oldest release.
    pub oldest: KubernetesVersion,
    /// Newest release.
    pub newest: KubernetesVersion,
}

impl Default for VersionRange {
    fn default() -> Self {
        Self {
            oldest: KubernetesVersion::NEWEST,
            newest: KubernetesVersion::NEWEST,
        }
    }
}

impl VersionRange {
    /// Whether all clusters of the range run `version` or later.
    #[must_use]
    pub fn all_since(self, version: KubernetesVersion) -> bool {
        self.oldest >= version
    }

    /// Whether any cluster of the range runs `version` or later.
    #[must_use]
    pub fn any_since(self, version: KubernetesVersion) -> bool {
        self.newest >= version
    }
}

impl fmt::Display for VersionRange {
    /// Formats the range as "1.28 to 1.34", or as one version.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.oldest)?;
        match self.oldest == self.newest {
            true => Ok(()),
            false => write!(f, " to {}", self.newest),
        }
    }
}

impl FromStr for VersionRange {
    type Err = String;

    /// Parses `1.36`, or a range as `1.28-1.36` or `1.28..1.36`.
    fn from_str(text: &str) -> Result<Self, String> {
        // A `-` also separates the suffix of a provider.
        let is_version = |text: &str| text.trim_start().trim_start_matches('v').starts_with("1.");
        let mut dashes = text.match_indices('-').map(|(at, _)| text.split_at(at));
        let (oldest, newest) = text
            .split_once("..")
            .or_else(|| {
                let (oldest, newest) = dashes.find(|(_, rest)| is_version(&rest[1..]))?;
                Some((oldest, &newest[1..]))
            })
            .unwrap_or((text, text));
        let range = Self {
            oldest: oldest.parse()?,
            newest: newest.parse()?,
        };
        if range.oldest > range.newest {
            return Err(format!(
                "invalid version range {text:?}: the older version must come first"
            ));
        }
        Ok(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_versions_and_ranges() {
        assert_eq!("v1.30.4".parse(), Ok(KubernetesVersion(30)));
        let range: VersionRange = "1.28-1.36".parse().unwrap();
        assert_eq!((range.oldest.0, range.newest.0), (28, 36));
        for text in [
            "v1.33.4",
            "1.33.4-gke.100",
            "v1.33.5+k3s1",
            "v1.33.4-eks-1-33-9",
            "1.33",
        ] {
            let range: VersionRange = text.parse().unwrap();
            assert_eq!((range.oldest.0, range.newest.0), (33, 33), "{text}");
        }
        for text in [
            "1.25-1.37",
            "1.25.1 - v1.37.0",
            "1.25..1.37",
            "v1.25.3-gke.1-1.37",
        ] {
            let range: VersionRange = text.parse().unwrap();
            assert_eq!((range.oldest.0, range.newest.0), (25, 37), "{text}");
        }
        assert!("1.36-1.28".parse::<VersionRange>().is_err());
        assert!("2.0".parse::<VersionRange>().is_err());
        assert!("1.38".parse::<KubernetesVersion>().is_err());
        assert!("1.19".parse::<VersionRange>().is_err());
    }
}

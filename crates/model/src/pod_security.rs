//! Levels and versions of the Pod Security Standards, as labels and options name them (`api/helpers.go` of
//! `k8s.io/pod-security-admission`).

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::KubernetesVersion;

/// Level of the Pod Security Standards, from the least strict on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PodSecurityLevel {
    /// Forbids nothing.
    Privileged,
    /// Forbids what gives access to the node.
    Baseline,
    /// Requires hardening.
    Restricted,
}

/// Version of the Pod Security Standards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PodSecurityVersion {
    /// That of a Kubernetes release: the minor version.
    Release(u16),
    /// That of the cluster.
    Latest,
}

/// A level in a version: `restricted:v1.30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PodSecurity {
    /// Level.
    pub level: PodSecurityLevel,
    /// Version.
    pub version: PodSecurityVersion,
}

impl PodSecurityLevel {
    /// All levels, from the least strict on.
    pub const ALL: [Self; 3] = [Self::Privileged, Self::Baseline, Self::Restricted];

    /// Name in labels.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Privileged => "privileged",
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
        }
    }
}

impl PodSecurityVersion {
    /// The minor version that a cluster applies: it does not know later ones than its own.
    #[must_use]
    pub fn on(self, cluster: KubernetesVersion) -> u16 {
        match self {
            Self::Release(minor) => minor.min(cluster.0),
            Self::Latest => cluster.0,
        }
    }
}

impl PodSecurity {
    /// The level that forbids nothing.
    pub const PRIVILEGED: Self = Self {
        level: PodSecurityLevel::Privileged,
        version: PodSecurityVersion::Latest,
    };
}

/// Accepts exactly the names (`ParseLevel`).
impl FromStr for PodSecurityLevel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|level| level.name() == text);
        known.ok_or_else(|| "expected `privileged`, `baseline` or `restricted`".to_owned())
    }
}

/// Accepts `latest` and `v1.N` (`ParseVersion`).
impl FromStr for PodSecurityVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "latest" {
            return Ok(Self::Latest);
        }
        let minor = text.strip_prefix("v1.").filter(|minor| {
            let is_number = minor.bytes().all(|byte| byte.is_ascii_digit());
            is_number && (*minor == "0" || !minor.starts_with('0'))
        });
        let minor = minor.filter(|minor| !minor.is_empty());
        match minor {
            // No cluster has as many releases, so larger ones are the same.
            Some(minor) => Ok(Self::Release(minor.parse().unwrap_or(u16::MAX))),
            None => Err("expected `latest` or a version such as `v1.36`".to_owned()),
        }
    }
}

/// Accepts a level, and a version after a colon.
impl FromStr for PodSecurity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (level, version) = text.split_once(':').unwrap_or((text, "latest"));
        Ok(Self {
            level: level.parse()?,
            version: version.parse()?,
        })
    }
}

impl fmt::Display for PodSecurityLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for PodSecurityVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Release(minor) => write!(f, "v1.{minor}"),
            Self::Latest => f.write_str("latest"),
        }
    }
}

impl fmt::Display for PodSecurity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.level, self.version)
    }
}

impl Serialize for PodSecurity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::{PodSecurity, PodSecurityLevel, PodSecurityVersion};
    use crate::KubernetesVersion;

    #[test]
    fn versions_are_read_as_the_admission_reads_them() {
        let version = |text: &str| text.parse::<PodSecurityVersion>().ok();
        assert_eq!(version("latest"), Some(PodSecurityVersion::Latest));
        assert_eq!(version("v1.0"), Some(PodSecurityVersion::Release(0)));
        assert_eq!(version("v1.30"), Some(PodSecurityVersion::Release(30)));
        for text in [
            "", "1.30", "v1.", "v1.030", "v1.x", "v2.1", "Latest", "v1.+3", "v1.30 ",
        ] {
            assert_eq!(version(text), None, "{text}");
        }
    }

    #[test]
    fn a_cluster_knows_no_later_version_than_its_own() {
        let cluster = KubernetesVersion(33);
        assert_eq!(PodSecurityVersion::Latest.on(cluster), 33);
        assert_eq!(PodSecurityVersion::Release(36).on(cluster), 33);
        assert_eq!(PodSecurityVersion::Release(24).on(cluster), 24);
    }

    #[test]
    fn levels_with_and_without_version() {
        let policy: PodSecurity = "restricted:v1.30".parse().unwrap();
        assert_eq!(policy.to_string(), "restricted:v1.30");
        let policy: PodSecurity = "baseline".parse().unwrap();
        assert_eq!(policy.level, PodSecurityLevel::Baseline);
        assert!("Baseline".parse::<PodSecurity>().is_err());
        assert!("baseline:".parse::<PodSecurity>().is_err());
    }
}

//! Releases of containerd and CRI-O.

use std::{fmt, str::FromStr};

/// Release of containerd: `2.1`, or `2.1.4`. A release without patch version is less than those with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerdRelease {
    /// Major version.
    pub major: u8,
    /// Minor version.
    pub minor: u8,
    /// Patch version, if it is known.
    pub patch: Option<u8>,
}

/// Minor release of CRI-O 1: 30 is 1.30.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CrioRelease(pub u8);

/// Runtime releases on the nodes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RuntimeReleases {
    /// containerd release, for nodes that run containerd.
    pub containerd: ContainerdRelease,
    /// CRI-O release, for nodes that run CRI-O.
    pub crio: CrioRelease,
}

/// Supported containerd releases.
const CONTAINERD: [(u8, u8); 9] = [
    (1, 3),
    (1, 4),
    (1, 5),
    (1, 6),
    (1, 7),
    (2, 0),
    (2, 1),
    (2, 2),
    (2, 3),
];

impl ContainerdRelease {
    /// Newest supported release. Used as the default.
    pub const NEWEST: Self = Self::new(2, 3);

    /// Creates the release `major.minor`.
    #[must_use]
    pub const fn new(major: u8, minor: u8) -> Self {
        Self {
            major,
            minor,
            patch: None,
        }
    }

    /// Highest configuration `version` that it accepts (`version/version.go`).
    #[must_use]
    pub fn newest_format(self) -> u8 {
        match self {
            _ if self < Self::new(2, 0) => 2,
            _ if self < Self::new(2, 3) => 3,
            _ => 4,
        }
    }

    /// Whether it is a 1.x release, which replaces tables instead of merging them as later releases do.
    #[must_use]
    pub const fn is_1(self) -> bool {
        self.major < 2
    }
}

impl CrioRelease {
    /// Newest supported release. Used as the default.
    pub const NEWEST: Self = Self(36);
    /// Oldest supported release.
    pub const OLDEST: Self = Self(20);

    /// Built-in default runtime (`pkg/config/config_linux.go`).
    #[must_use]
    pub const fn built_in(self) -> &'static str {
        if self.0 <= 30 { "runc" } else { "crun" }
    }
}

impl Default for ContainerdRelease {
    fn default() -> Self {
        Self::NEWEST
    }
}

impl Default for CrioRelease {
    fn default() -> Self {
        Self::NEWEST
    }
}

impl fmt::Display for ContainerdRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        match self.patch {
            Some(patch) => write!(f, ".{patch}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for CrioRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

impl FromStr for ContainerdRelease {
    type Err = String;

    /// Parses `2.1`, `v2.1` and `2.1.4`. The error describes what was expected.
    fn from_str(text: &str) -> Result<Self, String> {
        let release = numbers(text).map(|(major, minor)| Self {
            patch: patch(text),
            ..Self::new(major, minor)
        });
        match release {
            Some(release) if CONTAINERD.contains(&(release.major, release.minor)) => Ok(release),
            Some(release) => Err(format!(
                "containerd {release} is not supported: expected 1.3 to 1.7 or 2.0 to {}",
                Self::NEWEST
            )),
            None => Err(format!(
                "invalid containerd release {text:?}: use the format \"{}\"",
                Self::NEWEST
            )),
        }
    }
}

impl FromStr for CrioRelease {
    type Err = String;

    /// Parses `1.36`, `v1.36` and `1.36.2`. The error describes what was expected.
    fn from_str(text: &str) -> Result<Self, String> {
        let release = numbers(text).and_then(|(major, minor)| (major == 1).then_some(Self(minor)));
        match release {
            Some(release) if (Self::OLDEST..=Self::NEWEST).contains(&release) => Ok(release),
            Some(release) => Err(format!(
                "CRI-O {release} is not supported: expected {} to {}",
                Self::OLDEST,
                Self::NEWEST
            )),
            None => Err(format!(
                "invalid CRI-O release {text:?}: use the format \"{}\"",
                Self::NEWEST
            )),
        }
    }
}

/// Patch version of `2.1.4` and `2.1.4-rc.1`.
fn patch(text: &str) -> Option<u8> {
    let mut parts = text.trim().splitn(3, '.').skip(2);
    let rest = parts.next()?;
    rest.split(['-', '+', '.']).next()?.parse().ok()
}

fn numbers(text: &str) -> Option<(u8, u8)> {
    let (major, rest) = text.trim().trim_start_matches('v').split_once('.')?;
    let minor = rest.split(['.', '-', '+']).next().unwrap_or(rest);
    Some((major.parse().ok()?, minor.parse().ok()?))
}

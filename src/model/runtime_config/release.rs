//! Releases of containerd and CRI-O.

use std::{fmt, str::FromStr};

/// A release of containerd, as `2.1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerdRelease {
    /// The number before the point.
    pub major: u8,
    /// The number behind it.
    pub minor: u8,
}

/// A minor release of CRI-O 1: 30 is 1.30.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CrioRelease(pub u8);

/// The releases that the nodes run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RuntimeReleases {
    /// Where they run containerd.
    pub containerd: ContainerdRelease,
    /// Where they run CRI-O.
    pub crio: CrioRelease,
}

/// Every release of containerd whose reading of its configuration podwright knows.
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
    /// The newest that podwright knows, and the one that counts if nothing else is said.
    pub const NEWEST: Self = Self { major: 2, minor: 3 };

    /// The release `major.minor`.
    #[must_use]
    pub const fn new(major: u8, minor: u8) -> Self {
        Self { major, minor }
    }

    /// The highest `version` of the configuration that it takes (`version/version.go`).
    #[must_use]
    pub fn newest_format(self) -> u8 {
        match self {
            _ if self < Self::new(2, 0) => 2,
            _ if self < Self::new(2, 3) => 3,
            _ => 4,
        }
    }

    /// Whether it is one of the releases 1.x, which replace tables where the later ones merge them.
    #[must_use]
    pub const fn is_1(self) -> bool {
        self.major < 2
    }
}

impl CrioRelease {
    /// The newest that podwright knows, and the one that counts if nothing else is said.
    pub const NEWEST: Self = Self(36);
    /// The oldest that podwright knows.
    pub const OLDEST: Self = Self(20);

    /// The runtime that it has without any configuration (`pkg/config/config_linux.go`).
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
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl fmt::Display for CrioRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

impl FromStr for ContainerdRelease {
    type Err = String;

    /// Reads `2.1`, `v2.1` and `2.1.4`; the error says what was expected.
    fn from_str(text: &str) -> Result<Self, String> {
        let release = numbers(text).map(|(major, minor)| Self { major, minor });
        match release {
            Some(release) if CONTAINERD.contains(&(release.major, release.minor)) => Ok(release),
            Some(release) => Err(format!(
                "containerd {release} is not known here: 1.3 to 1.7 and 2.0 to {} are",
                Self::NEWEST
            )),
            None => Err(format!(
                "{text:?} is no release of containerd: write it as \"{}\"",
                Self::NEWEST
            )),
        }
    }
}

impl FromStr for CrioRelease {
    type Err = String;

    /// Reads `1.36`, `v1.36` and `1.36.2`; the error says what was expected.
    fn from_str(text: &str) -> Result<Self, String> {
        let release = numbers(text).and_then(|(major, minor)| (major == 1).then_some(Self(minor)));
        match release {
            Some(release) if (Self::OLDEST..=Self::NEWEST).contains(&release) => Ok(release),
            Some(release) => Err(format!(
                "CRI-O {release} is not known here: {} to {} are",
                Self::OLDEST,
                Self::NEWEST
            )),
            None => Err(format!(
                "{text:?} is no release of CRI-O: write it as \"{}\"",
                Self::NEWEST
            )),
        }
    }
}

fn numbers(text: &str) -> Option<(u8, u8)> {
    let (major, rest) = text.trim().trim_start_matches('v').split_once('.')?;
    let minor = rest.split(['.', '-', '+']).next().unwrap_or(rest);
    Some((major.parse().ok()?, minor.parse().ok()?))
}

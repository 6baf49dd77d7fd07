//! The npm packages: which ones, and how they are fetched.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use sha2::{Digest, Sha512};

use crate::Result;

const LIST: &str = include_str!("packages.txt");

/// A version of a package.
pub(super) struct Package {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
    /// SHA-512 of the archive, as npm writes it.
    integrity: &'static str,
    pub(super) releases: Vec<Release>,
}

/// A release of an operator that a package describes.
pub(super) struct Release {
    pub(super) product: &'static str,
    pub(super) release: &'static str,
    groups: Vec<&'static str>,
}

/// Whether the definitions of an API version come from a release.
pub(super) enum Origin {
    Yes,
    No,
    /// Only if they differ from those of the release before.
    IfChanged,
}

/// Reads the list.
pub(super) fn packages() -> Result<Vec<Package>> {
    let mut packages: Vec<Package> = Vec::new();
    for line in LIST.lines().filter(|line| !line.starts_with('#')) {
        let bad = || format!("packages.txt: `{line}`");
        if let Some(rest) = line.strip_prefix("package ") {
            let parts: Vec<&str> = rest.split(' ').collect();
            let [name, version, integrity] = parts[..] else {
                return Err(bad().into());
            };
            packages.push(Package {
                name,
                version,
                integrity,
                releases: Vec::new(),
            });
        } else if let Some((name, groups)) = line.trim().split_once(": ") {
            let (product, release) = name.rsplit_once(' ').ok_or_else(bad)?;
            let package = packages.last_mut().ok_or_else(bad)?;
            package.releases.push(Release {
                product,
                release,
                groups: groups.split(' ').collect(),
            });
        } else if !line.is_empty() {
            return Err(bad().into());
        }
    }
    Ok(packages)
}

impl Release {
    pub(super) fn origin(&self, group: &str, version: &str) -> Origin {
        let mut origin = Origin::No;
        for own in &self.groups {
            if *own == group || own.split_once('/') == Some((group, version)) {
                return Origin::Yes;
            }
            if own.strip_suffix('?') == Some(group) {
                origin = Origin::IfChanged;
            }
        }
        origin
    }
}

impl Package {
    /// Fetches the archive with npm to the directory `archives`, unless it is there, checks it, and unpacks it to `into`.
    /// Returns the directory of its files.
    pub(super) fn fetch(&self, archives: &Path, into: &Path) -> Result<PathBuf> {
        let full = format!("@kubernetes-models/{}@{}", self.name, self.version);
        // The name that npm gives to the archive.
        let file = format!("kubernetes-models-{}-{}.tgz", self.name, self.version);
        if !archives.join(&file).is_file() {
            let npm = Command::new("npm")
                .args(["pack", "--silent", "--ignore-scripts", &full])
                .current_dir(archives)
                .output()?;
            if !npm.status.success() {
                let error = String::from_utf8_lossy(&npm.stderr);
                return Err(format!("npm pack {full}: {error}").into());
            }
        }
        let archive = fs::read(archives.join(&file))?;
        let hash = STANDARD.encode(Sha512::digest(&archive));
        if self.integrity.strip_prefix("sha512-") != Some(hash.as_str()) {
            return Err(
                format!("{full} has the hash sha512-{hash}, not {}", self.integrity).into(),
            );
        }
        let own = into.join(format!("{}-{}", self.name, self.version));
        tar::Archive::new(GzDecoder::new(archive.as_slice())).unpack(&own)?;
        Ok(own.join("package"))
    }
}

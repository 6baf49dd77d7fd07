//! The manifests of a directory without a kustomization (`scanManifests`).

use std::path::Path;

use super::super::object::objects;
use super::has_kustomization;
use crate::error::RenderError;
use crate::files::{Found, Sources};
use crate::{Origin, Text};

/// Most files that are looked at.
const MAX_FILES: usize = 20_000;

/// Most directories within each other.
const MAX_DEPTH: usize = 64;

/// Files and directories that the source-controller leaves out by default (`sourceignore`).
const LEFT_OUT: [&str; 17] = [
    ".git",
    ".gitignore",
    ".gitmodules",
    ".gitattributes",
    ".github",
    ".circleci",
    ".travis.yml",
    ".gitlab-ci.yml",
    "appveyor.yml",
    ".drone.yml",
    "cloudbuild.yaml",
    "codeship-services.yml",
    "codeship-steps.yml",
    ".goreleaser.yml",
    ".goreleaser.yaml",
    ".sops.yaml",
    ".flux.yaml",
];

/// The manifests and kustomizations below a directory, as paths from there. A file that is not a manifest is left out:
/// Flux stops there, unless a `.sourceignore` names it.
///
/// # Errors
///
/// There are more files or levels than are looked at.
pub(super) fn manifests(
    sources: &mut Sources<'_>,
    directory: &Path,
) -> Result<Vec<String>, RenderError> {
    let mut scan = Scan {
        sources,
        paths: Vec::new(),
        seen: 0,
    };
    scan.directory(directory, "", 0)?;
    Ok(scan.paths)
}

struct Scan<'s, 'f> {
    sources: &'s mut Sources<'f>,
    paths: Vec<String>,
    seen: usize,
}

impl Scan<'_, '_> {
    fn directory(
        &mut self,
        directory: &Path,
        prefix: &str,
        depth: usize,
    ) -> Result<(), RenderError> {
        for name in self.sources.entries(directory)? {
            if LEFT_OUT.contains(&name.as_str()) {
                continue;
            }
            self.seen += 1;
            if self.seen > MAX_FILES || depth > MAX_DEPTH {
                let message = format!(
                    "the directory has more than {MAX_FILES} files or more than {MAX_DEPTH} levels"
                );
                return Err(RenderError::limit(
                    None,
                    message,
                    "add a kustomization.yaml",
                ));
            }
            let path = directory.join(&name);
            let shown = match prefix {
                "" => name.clone(),
                prefix => format!("{prefix}/{name}"),
            };
            match self.sources.find(&path) {
                // Flux follows no links.
                Some(Found::Directory(real)) if real == path => {
                    match has_kustomization(self.sources, &path) {
                        true => self.paths.push(shown),
                        false => self.directory(&path, &shown, depth + 1)?,
                    }
                }
                Some(Found::File(real)) if is_yaml(&name) && self.is_manifest(&real) => {
                    self.paths.push(shown);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn is_manifest(&mut self, path: &Path) -> bool {
        let Ok(id) = self.sources.open(path) else {
            return false;
        };
        match self.sources.get(id).text() {
            Some(text) => objects(&Text::new(&**text, Origin::Nowhere)).is_ok(),
            None => false,
        }
    }
}

fn is_yaml(name: &str) -> bool {
    name.ends_with(".yaml") || name.ends_with(".yml")
}

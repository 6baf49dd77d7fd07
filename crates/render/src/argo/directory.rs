//! The files of a directory without a tool (`findManifests` of `reposerver/repository`).

use std::path::{Path, PathBuf};

use podwright_syntax::text::{Location, Span};

use crate::files::{Found, Sources};
use crate::helm::glob::glob_match;
use crate::{Origin, RenderError, Text};

/// Most files of a directory.
const MAX_FILES: usize = 10_000;

/// Most directories within each other.
const MAX_DEPTH: usize = 64;

/// A directory whose files are applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directory {
    /// Its real path.
    pub path: PathBuf,
    /// Whether the files in its directories count, too.
    pub is_recursive: bool,
    /// Pattern of the paths that count.
    pub include: Option<String>,
    /// Pattern of the paths that do not count.
    pub exclude: Option<String>,
}

/// All files as one text. Files that are not YAML or JSON are left out.
///
/// # Errors
///
/// The directory has too many files.
pub fn text_of(sources: &mut Sources<'_>, directory: &Directory) -> Result<Text, RenderError> {
    let mut paths = Vec::new();
    walk(sources, directory, &directory.path, "", 0, &mut paths)?;
    let mut all = Text::default();
    for path in paths {
        let Ok(id) = sources.open(&path) else {
            continue;
        };
        let file = sources.get(id);
        let Some(text) = file.text() else {
            continue;
        };
        if !file.tree().errors().is_empty() {
            continue;
        }
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let whole = Location {
            file: id,
            span: Span::new(0, length),
        };
        all.push_str("---\n", Origin::Nowhere);
        all.push_str(text, Origin::Copied(whole));
        all.push_str("\n", Origin::Nowhere);
    }
    Ok(all)
}

fn walk(
    sources: &Sources<'_>,
    directory: &Directory,
    here: &Path,
    prefix: &str,
    depth: usize,
    paths: &mut Vec<PathBuf>,
) -> Result<(), RenderError> {
    for name in sources.entries(here)? {
        let relative = format!("{prefix}{name}");
        match sources.find(&here.join(&name)) {
            Some(Found::Directory(real)) => {
                let is_walked = directory.is_recursive && real.starts_with(here);
                if is_walked && depth >= MAX_DEPTH {
                    let message = format!("directories are nested more than {MAX_DEPTH} levels");
                    return Err(RenderError::limit(None, message, "reduce the nesting"));
                }
                if is_walked {
                    walk(
                        sources,
                        directory,
                        &real,
                        &format!("{relative}/"),
                        depth + 1,
                        paths,
                    )?;
                }
            }
            Some(Found::File(real)) if counts(directory, &name, &relative) => {
                if paths.len() >= MAX_FILES {
                    let message = format!("the directory has more than {MAX_FILES} files");
                    let help = "apply fewer files, or set `include`";
                    return Err(RenderError::limit(None, message, help));
                }
                paths.push(real);
            }
            _ => {}
        }
    }
    Ok(())
}

/// `getPotentiallyValidManifestFile`. What jsonnet makes is not known.
fn counts(directory: &Directory, name: &str, relative: &str) -> bool {
    let is_manifest = [".yaml", ".yml", ".json"]
        .iter()
        .any(|end| name.ends_with(end));
    // The patterns have no separators: `*` matches `/`, too.
    let fits = |pattern: &Option<String>| {
        let pattern = pattern.as_deref().filter(|pattern| !pattern.is_empty())?;
        Some(glob_match(&any_depth(pattern), relative) == Some(true))
    };
    is_manifest && fits(&directory.exclude) != Some(true) && fits(&directory.include) != Some(false)
}

/// The pattern with `**` for every `*`.
pub(super) fn any_depth(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 8);
    let mut before = ' ';
    for c in pattern.chars() {
        match c {
            '*' if before == '*' => {}
            '*' => out.push_str("**"),
            other => out.push(other),
        }
        before = c;
    }
    out
}

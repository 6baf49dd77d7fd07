//! Finds the files that a configuration lists under `policies`.

use std::io;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;

use super::schemas::look;

/// Characters of a glob that are not those of a path.
const SPECIAL: [char; 4] = ['*', '?', '[', '{'];

/// The real paths of the files that `places`, which are relative to `directory`, name: files, directories with all that
/// is below them, and globs.
///
/// # Errors
///
/// Returns the path and the I/O error if a place does not exist or cannot be read, or if no file matches a glob.
pub(super) fn files(
    directory: &Path,
    places: &[String],
) -> Result<Vec<PathBuf>, (PathBuf, io::Error)> {
    let mut all = Vec::new();
    for place in places {
        let failed = |error| (directory.join(place), error);
        let found = look(&base(directory, place)).map_err(failed)?.files;
        if !place.contains(SPECIAL) {
            all.extend(found);
            continue;
        }
        let text = place.strip_prefix("./").unwrap_or(place);
        let glob = GlobBuilder::new(text).literal_separator(true).build();
        let glob = glob.map_err(|error| failed(io::Error::other(error.kind().to_string())))?;
        let matcher = glob.compile_matcher();
        let is_meant = |file: &PathBuf| {
            file.strip_prefix(directory)
                .is_ok_and(|rest| matcher.is_match(rest))
        };
        let before = all.len();
        all.extend(found.into_iter().filter(is_meant));
        if all.len() == before {
            return Err(failed(io::Error::other("no file matches")));
        }
    }
    let real = all
        .into_iter()
        .map(|file| file.canonicalize().unwrap_or(file));
    let mut real: Vec<PathBuf> = real.collect();
    real.sort_unstable();
    real.dedup();
    Ok(real)
}

/// The files and directories in which the files are.
pub(super) fn bases(directory: &Path, places: &[String]) -> Vec<PathBuf> {
    places.iter().map(|place| base(directory, place)).collect()
}

/// The path, or the directory above the first part with a special character.
fn base(directory: &Path, place: &str) -> PathBuf {
    let place = place.strip_prefix("./").unwrap_or(place);
    let fixed = place.split('/').take_while(|part| !part.contains(SPECIAL));
    directory.join(fixed.collect::<PathBuf>())
}

#[cfg(test)]
mod tests {
    use super::files;

    #[test]
    fn paths_directories_and_globs() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().canonicalize().unwrap();
        for file in ["a.yaml", "p/b.yaml", "p/q/c.yaml", "p/q/notes.txt"] {
            let file = root.join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, "").unwrap();
        }
        let found = |places: &[&str]| {
            let places: Vec<String> = places.iter().map(|&place| place.to_owned()).collect();
            let found = files(&root, &places).map_err(|(_, error)| error.to_string())?;
            let shown = found.iter().map(|file| {
                let file = file.strip_prefix(&root).unwrap();
                file.display().to_string()
            });
            Ok::<_, String>(shown.collect::<Vec<_>>().join(" "))
        };
        assert_eq!(
            found(&["./a.yaml", "p"]).unwrap(),
            "a.yaml p/b.yaml p/q/c.yaml"
        );
        assert_eq!(found(&["p/*.yaml"]).unwrap(), "p/b.yaml");
        assert_eq!(
            found(&["**/*.yaml", "a.yaml"]).unwrap(),
            "a.yaml p/b.yaml p/q/c.yaml"
        );
        assert_eq!(found(&["p/x*"]).unwrap_err(), "no file matches");
        assert!(found(&["missing"]).is_err());
    }
}

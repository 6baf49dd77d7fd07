//! External inputs of podwright are documented: environment variables and dependencies.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Environment variables that libraries read in addition to podwright: clap the width of help, rayon the number of
/// threads, the allocator its settings, and the standard library the search path of programs.
const OF_LIBRARIES: [&str; 4] = ["COLUMNS", "MIMALLOC_…", "PATH", "RAYON_NUM_THREADS"];

#[test]
fn exactly_the_documented_variables_are_read() {
    let mut files = Vec::new();
    for directory in ["src", "crates", "rules"] {
        sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(directory),
            &mut files,
        );
    }
    // Build scripts and tests run on the machine of a developer.
    files.retain(|path| !path.ends_with("build.rs") && !path.ends_with("tests.rs"));
    let texts = files.iter().map(|path| fs::read_to_string(path).unwrap());
    let texts: Vec<String> = texts.collect();
    // The release workflow sets the tag that links contain when it compiles podwright.
    let compiled = texts
        .iter()
        .flat_map(|text| text.match_indices("option_env!"));
    assert_eq!(compiled.count(), 1);
    assert!(
        texts
            .iter()
            .any(|text| text.contains("option_env!(\"PODWRIGHT_TAG\")"))
    );
    let asks = |text: &&String| {
        let mut ways = ["env::var", "env::vars", "var_os("].iter();
        ways.any(|way| text.contains(way))
    };
    let asking: Vec<&String> = texts.iter().filter(asks).collect();
    assert_eq!(
        asking.len(),
        3,
        "the terminal, the job summary and the cache, each read in one place"
    );
    let mut names: BTreeSet<&str> = OF_LIBRARIES.into();
    for text in asking {
        let literals = text.split('"').skip(1).step_by(2);
        names.extend(literals.filter(|literal| {
            literal.len() > 3 && literal.chars().all(|c| c.is_ascii_uppercase() || c == '_')
        }));
    }
    let page = read("docs/src/configuration.md");
    let (_, section) = page.split_once("\n## Environment variables\n").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    let documented: BTreeSet<&str> = rows
        .flat_map(|row| row.split('|').nth(1).unwrap().split('`').skip(1).step_by(2))
        .collect();
    assert_eq!(documented, names);
}

#[test]
fn every_dependency_has_a_reason() {
    let manifest: toml::Table = toml::from_str(&read("Cargo.toml")).unwrap();
    let direct: BTreeSet<String> = manifest["workspace"]["dependencies"]
        .as_table()
        .unwrap()
        .keys()
        .filter(|name| !name.starts_with("podwright-"))
        .cloned()
        .collect();
    let page = read("ARCHITECTURE.md");
    let (_, section) = page.split_once("\n## Dependencies\n").unwrap();
    let mut explained = BTreeSet::new();
    for row in section
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| crate"))
    {
        let mut cells = row.split('|').skip(1).map(str::trim);
        let (names, reason) = (cells.next().unwrap(), cells.next().unwrap());
        assert!(!reason.is_empty(), "{row}");
        let names = names.split(" (").next().unwrap();
        explained.extend(
            names
                .split(", ")
                .map(|name| name.replace("gen-lsp-types", "lsp-types")),
        );
    }
    assert_eq!(explained, direct);
}

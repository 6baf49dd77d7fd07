//! Writes the registry: every rule has a page next to its code, so the pages name the rules.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=.");
    let mut rules = Vec::new();
    for group in entries(Path::new("."))? {
        if !Path::new(&group).join("mod.rs").exists() {
            continue;
        }
        for page in entries(Path::new(&group))? {
            if let Some(name) = page.strip_suffix(".md") {
                rules.push(format!("&crate::{group}::{}::RULE", name.replace('-', "_")));
            }
        }
    }
    let registry = format!("&[\n{},\n]\n", rules.join(",\n"));
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&out).join("registry.rs"), registry)
}

/// The names of the entries of a directory, sorted.
fn entries(directory: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        names.extend(entry?.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

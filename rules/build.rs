//! Writes the registry: every rule has a page, and its code is next to it, in a separate file or in that of a family.

use std::{env, fs, io, path::Path};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=.");
    let mut rules = Vec::new();
    let mut policies = Vec::new();
    let here = env::current_dir()?;
    for group in entries(Path::new("."))? {
        if !Path::new(&group).join("mod.rs").exists() {
            continue;
        }
        let (mut pages, mut families) = (Vec::new(), Vec::new());
        for file in entries(Path::new(&group))? {
            if let Some(name) = file.strip_suffix(".cel.yaml") {
                let path = here.join(&group).join(&file);
                policies.push(format!("({name:?}, include_str!({path:?}))"));
            } else if let Some(name) = file.strip_suffix(".md") {
                pages.push(name.replace('-', "_"));
            } else if let Some(module) = file.strip_suffix(".rs") {
                let code = fs::read_to_string(Path::new(&group).join(&file))?;
                if code.contains("declare_rules! {") {
                    families.push((module.to_owned(), code));
                }
            }
        }
        for name in pages {
            let constant = name.to_uppercase();
            let mut families = families.iter();
            let family =
                families.find(|(_, code)| code.contains(&format!("\n    {constant} {{\n")));
            rules.push(match family {
                Some((family, _)) => format!("&crate::{group}::{family}::{constant}"),
                None => format!("&crate::{group}::{name}::RULE"),
            });
        }
    }
    let registry = format!("&[\n{},\n]\n", rules.join(",\n"));
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&out).join("registry.rs"), registry)?;
    let policies = format!("&[\n{},\n]\n", policies.join(",\n"));
    fs::write(Path::new(&out).join("policies.rs"), policies)
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

//! What podwright says about itself. `PODWRIGHT_BLESS=1` writes the help texts anew.

use std::{env, fs, path::Path};

use podwright::rules::BOOK;

use crate::run::Folder;

fn assert_help(arguments: &[&str], file: &str) {
    let run = Folder::new(&[]).run(arguments, &[], "");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cli")
        .join(file);
    if env::var_os("PODWRIGHT_BLESS").is_some() {
        fs::write(&path, &run.stdout).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    similar_asserts::assert_eq!(expected, run.stdout);
}

#[test]
fn help() {
    assert_help(&["--help"], "help.txt");
}

#[test]
fn help_of_check() {
    assert_help(&["check", "--help"], "help-check.txt");
}

#[test]
fn version() {
    let run = Folder::new(&[]).run(&["--version"], &[], "");
    assert_eq!(
        run.stdout,
        format!("podwright {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn a_rule_prints_its_page() {
    let run = Folder::new(&[]).run(&["rule", "pull-policy-invalid"], &[], "");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(
        run.stdout.starts_with("# pull-policy-invalid\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn rules_lists_every_rule_in_its_chapter() {
    let run = Folder::new(&[]).run(&["rules"], &[], "");
    assert_eq!(run.code, 0);
    let mut chapter = "";
    let mut listed = Vec::new();
    for line in run.stdout.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix("  ") {
            None => chapter = line,
            Some(rule) => listed.push((chapter, rule.split(' ').next().unwrap())),
        }
    }
    let book: Vec<_> = BOOK
        .iter()
        .map(|entry| (entry.meta.chapter, entry.meta.name))
        .collect();
    assert_eq!(listed, book);
}

#[test]
fn completions_are_scripts() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = Folder::new(&[]).run(&["completions", shell], &[], "");
        assert_eq!(run.code, 0);
        assert!(run.stdout.contains("podwright"), "{shell}");
        assert!(run.stdout.contains("kubernetes-version"), "{shell}");
    }
}

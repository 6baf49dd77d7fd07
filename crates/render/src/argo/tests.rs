//! ApplicationSets and what they generate, and kustomizations that an Application changes.

use std::fs;
use std::path::{Path, PathBuf};

use super::{ApplicationSet, Environment, Overrides, applications};
use crate::files::Sources;
use crate::kustomize::tests::Disk;
use crate::part::Part;
use crate::{emit, kustomize};

fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/argo/tests");
    fs::canonicalize(path.join(name)).expect("the cases exist")
}

fn part(file: PathBuf, document: usize, path: &[&str]) -> Part {
    Part {
        file,
        document,
        path: path.iter().map(|&step| step.to_owned()).collect(),
    }
}

/// Each document of `sets.yaml` has a document in `expected.yaml`: what it generates, and what is not known.
#[test]
fn sets_generate_applications() {
    let root = directory("sets");
    let file = root.join("sets.yaml");
    let mut sources = Sources::new(&Disk);
    let count = fs::read_to_string(&file)
        .expect("sets")
        .matches("\n---\n")
        .count()
        + 1;
    let mut out = String::new();
    for document in 0..count {
        let set = ApplicationSet {
            object: part(file.clone(), document, &[]),
            roots: vec![root.clone()],
            remotes: vec!["deploy".to_owned()],
        };
        let made = applications(&mut sources, &set).expect("applications");
        out.push_str(&format!("# set {document}\n"));
        for (_, name) in made.unknown {
            out.push_str(&format!("# unknown: {name}\n"));
        }
        for object in &made.objects {
            out.push_str("---\n");
            out.push_str(&emit([object]).0);
        }
    }
    let expected = fs::read_to_string(root.join("expected.yaml")).unwrap_or_default();
    assert_eq!(out, expected);
}

/// What `kustomize edit` makes of the fields, and then `kustomize build`.
#[test]
fn applications_change_kustomizations() {
    let root = directory("overrides");
    let options = kustomize::Options {
        overrides: Some(Overrides {
            fields: vec![part(
                root.join("application.yaml"),
                0,
                &["spec", "source", "kustomize"],
            )],
            environment: Environment::new("web", Some("shop"), [None, Some("base"), None]),
        }),
        ..kustomize::Options::default()
    };
    let mut sources = Sources::new(&Disk);
    let build = kustomize::build(&mut sources, &root.join("base"), &options).expect("a build");
    let expected = fs::read_to_string(root.join("expected.yaml")).expect("an expectation");
    assert_eq!(lines(&emit(&build.resources).0), lines(&expected));
}

/// The lines without quotes, sorted: kustomize prints keys in another order.
fn lines(text: &str) -> Vec<String> {
    let lines = text
        .lines()
        .map(|line| line.replace('"', "").replace("- ", "  "));
    let mut lines: Vec<String> = lines.collect();
    lines.sort();
    lines
}

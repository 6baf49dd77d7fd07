//! `podwright render`.

use crate::cli::run::{Directory, Run};

const BASE: &str = "resources: [cm.yaml]\n";
const OBJECT: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\ndata:\n  key: value\n";
const OVERLAY: &str = "resources: [../base]\nnamePrefix: dev-\n";

fn render(directory: &Directory, arguments: &[&str]) -> Run {
    directory.run(&[&["render"], arguments].concat(), &[], "")
}

fn overlay() -> Directory {
    Directory::new(&[
        ("base/kustomization.yaml", BASE),
        ("base/cm.yaml", OBJECT),
        ("dev/kustomization.yaml", OVERLAY),
    ])
}

#[test]
fn objects_are_printed_as_kustomize_does() {
    let run = render(&overlay(), &["dev"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stdout,
        "apiVersion: v1\ndata:\n  key: value\nkind: ConfigMap\nmetadata:\n  name: dev-cm\n"
    );
}

#[test]
fn origins_name_every_place_of_a_value() {
    let run = render(&overlay(), &["dev", "--format", "origins"]);
    let name = run
        .stdout
        .lines()
        .find(|line| line.contains("metadata.name"));
    let name: serde_json::Value = serde_json::from_str(name.expect("a name")).expect("JSON");
    assert_eq!(
        name,
        serde_json::json!({
            "source": null,
            "document": 0,
            "path": "metadata.name",
            "value": "dev-cm",
            "origins": [
                {"file": "dev/kustomization.yaml", "line": 2, "column": 13, "how": "copied"},
                {"file": "base/cm.yaml", "line": 4, "column": 9, "how": "copied"},
            ],
        })
    );
}

#[test]
fn errors_have_a_place_and_exit_with_2() {
    let directory = Directory::new(&[("kustomization.yaml", "resources:\n- missing.yaml\n")]);
    let run = render(&directory, &["."]);
    assert_eq!(run.code, 2);
    assert_eq!(run.stdout, "");
    assert_eq!(
        run.stderr,
        "error: kustomization.yaml:2:3: `missing.yaml` does not exist\n  help: create the file, or correct the path\n"
    );
}

#[test]
fn files_outside_are_used_only_if_that_is_allowed() {
    let directory = Directory::new(&[
        ("cm.yaml", OBJECT),
        ("dev/kustomization.yaml", "resources: [../cm.yaml]\n"),
    ]);
    assert_eq!(render(&directory, &["dev"]).code, 2);
    assert_eq!(
        render(&directory, &["dev", "--no-load-restrictions"]).code,
        0
    );
}

#[test]
fn nothing_is_fetched() {
    let kustomization = "resources:\n- https://example.invalid/x.yaml\n";
    let directory = Directory::new(&[("kustomization.yaml", kustomization)]);
    let run = render(&directory, &["."]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.stderr,
        "error: kustomization.yaml:2:3: remote files are not fetched: `https://example.invalid/x.yaml`\n"
    );
}

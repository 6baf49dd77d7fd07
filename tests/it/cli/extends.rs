//! Shared configurations: `extends`, groups of rules, settings of a run, and `podwright config --show`.

use serde_json::Value;

use crate::cli::run::{BAD, Directory, Run};

fn check(directory: &Directory, arguments: &[&str]) -> Run {
    directory.run(
        &[&["check", "--format", "json"], arguments].concat(),
        &[],
        "",
    )
}

/// Levels of the findings of `pull-policy-invalid`.
fn levels(run: &Run) -> Vec<String> {
    let value: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"));
    let findings = value["findings"].as_array().unwrap().iter();
    let own = findings.filter(|finding| finding["rule"] == "pull-policy-invalid");
    own.map(|finding| finding["level"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn groups_set_the_level_of_their_rules() {
    let directory = Directory::new(&[("pod.yaml", BAD)]);
    for (rules, expected) in [
        ("{pull: warning}", Some("warning")),
        ("{pull: off}", None),
        // A rule overrides its group, wherever it is written.
        ("{pull-policy-invalid: error, pull: off}", Some("error")),
        ("{pull: off, pull-policy-invalid: warning}", Some("warning")),
    ] {
        directory.write(".podwright.yaml", &format!("rules: {rules}\n"));
        let found = levels(&check(&directory, &[]));
        assert_eq!(found.first().map(String::as_str), expected, "{rules}");
    }
    for (rules, message) in [
        ("{pul: off}", "unknown rule `pul`: did you mean `pull`?"),
        ("{pull: of}", "unknown value `of`: did you mean `off`?"),
        ("{pull: off, pull: error}", "duplicate"),
    ] {
        directory.write(".podwright.yaml", &format!("rules: {rules}\n"));
        let run = check(&directory, &[]);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains(".podwright.yaml:1:"), "{}", run.stderr);
        assert!(run.stderr.contains(message), "{}", run.stderr);
    }
}

#[test]
fn a_configuration_extends_others() {
    let directory = Directory::new(&[
        ("repo/deploy/pod.yaml", BAD),
        ("repo/test/pod.yaml", BAD),
        (
            "shared/base.yaml",
            "rules: {pull-policy-invalid: info}\nexclude: [test/]\nfail-on: error\n",
        ),
        (
            "shared/team/.podwright.yaml",
            "extends: ../base.yaml\nlevel: info\n",
        ),
        ("repo/.podwright.yaml", "extends: ../shared/team\n"),
    ]);
    let run = check(&directory, &["repo"]);
    assert_eq!((run.code, levels(&run)), (0, vec!["info".to_owned()]));
    // The own settings win.
    directory.write(
        "repo/.podwright.yaml",
        "extends: [../shared/team]\nrules: {pull-policy-invalid: warning}\nfail-on: warning\n",
    );
    let run = check(&directory, &["repo"]);
    assert_eq!((run.code, levels(&run)), (1, vec!["warning".to_owned()]));
    // The command line wins over all.
    let run = check(
        &directory,
        &["repo", "--fail-on", "never", "--level", "error"],
    );
    assert_eq!((run.code, levels(&run)), (0, Vec::new()));
}

#[test]
fn paths_of_an_extended_configuration_are_relative_to_it() {
    let directory = Directory::new(&[
        (
            "repo/a.yaml",
            "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\nspec: {sise: 1}\n",
        ),
        (
            "shared/crds/widget.yaml",
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: widgets.example.com}\n\
             spec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: Widget, plural: widgets, singular: widget, listKind: WidgetList}\n  \
             versions:\n    - name: v1\n      served: true\n      storage: true\n      schema:\n        openAPIV3Schema:\n          \
             type: object\n          properties: {spec: {type: object, properties: {size: {type: integer}}}}\n",
        ),
        ("shared/base.yaml", "schemas: [crds/]\n"),
        ("repo/.podwright.yaml", "extends: ../shared/base.yaml\n"),
    ]);
    let run = check(&directory, &["repo"]);
    assert!(run.stdout.contains("unknown field `sise`"), "{run:?}");
}

#[test]
fn an_extended_configuration_that_cannot_be_used_is_an_error() {
    let directory = Directory::new(&[("pod.yaml", BAD)]);
    for (files, message) in [
        (
            vec![(".podwright.yaml", "extends: missing.yaml\n")],
            "`extends`: cannot read missing.yaml: ",
        ),
        (
            vec![
                (".podwright.yaml", "extends: a.yaml\n"),
                ("a.yaml", "extends: .podwright.yaml\n"),
            ],
            "extends itself",
        ),
        (
            vec![
                (".podwright.yaml", "extends: a.yaml\n"),
                ("a.yaml", "rules: {pul: off}\n"),
            ],
            "a.yaml:1:9: unknown rule `pul`",
        ),
        (
            vec![(
                ".podwright.yaml",
                "extends: https://github.com/example/policies//podwright?ref=v1\n",
            )],
            "is not stored; run `podwright vendor`",
        ),
        (
            vec![(".podwright.yaml", "extends: empty\n"), ("empty/x", "")],
            "empty has no .podwright.yaml or .podwright.yml",
        ),
    ] {
        for (path, text) in files {
            directory.write(path, text);
        }
        let run = check(&directory, &[]);
        assert_eq!(run.code, 2, "{message}: {run:?}");
        assert!(run.stderr.contains(message), "{message}: {}", run.stderr);
    }
}

#[test]
fn a_vendored_configuration_is_extended() {
    let address = "https://git.invalid/org/policies//podwright?ref=v1";
    let extends = format!("extends: {address}\n");
    let directory = Directory::new(&[("pod.yaml", BAD), (".podwright.yaml", &extends)]);
    let run = directory.run(&["vendor", "--dry-run"], &[], "");
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("would fetch"), "{run:?}");
    assert!(run.stdout.contains("git.invalid/org/policies"), "{run:?}");
}

#[test]
fn the_baseline_of_the_configuration_is_used() {
    let directory = Directory::new(&[
        ("pod.yaml", BAD),
        (".podwright.yaml", "baseline: known/baseline.json\n"),
        ("known/.keep", ""),
    ]);
    let missing = check(&directory, &[]);
    assert_eq!(missing.code, 2);
    assert!(missing.stderr.contains("--write-baseline"), "{missing:?}");
    assert_eq!(check(&directory, &["--write-baseline"]).code, 0);
    assert!(
        directory
            .read("known/baseline.json")
            .contains("pull-policy-invalid")
    );
    let known = check(&directory, &[]);
    assert_eq!((known.code, levels(&known)), (0, Vec::new()));
    // Fixes are not limited to new findings.
    let fixed = directory.run(&["check", "--fix"], &[], "");
    assert_eq!(fixed.code, 0, "{fixed:?}");
    assert!(
        directory
            .read("pod.yaml")
            .contains("imagePullPolicy: Always")
    );
}

#[test]
fn config_shows_what_applies_and_from_where() {
    let directory = Directory::new(&[
        ("repo/deploy/pod.yaml", BAD),
        (
            "shared/base.yaml",
            "kubernetes: '1.31'\nrules:\n  pull: warning\n",
        ),
        (
            "repo/.podwright.yaml",
            "extends: ../shared/base.yaml\nfail-on: error\nrules:\n  pull-policy-invalid: error\noverrides:\n  - paths: [deploy/]\n    rules:\n      pull-policy-invalid: info\n",
        ),
    ]);
    let run = directory.run(&["config", "--show", "repo/deploy/pod.yaml"], &[], "");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let squeezed: Vec<String> = run
        .stdout
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    for line in [
        "# From repo/.podwright.yaml, which extends shared/base.yaml.",
        "kubernetes: '1.31' # shared/base.yaml:1",
        "fail-on: error # repo/.podwright.yaml:2",
        "level: warning # default",
        "pull-policy-frozen: warning # shared/base.yaml:3 (group pull)",
        "pull-policy-invalid: info # shared/base.yaml:3 (group pull), then repo/.podwright.yaml:4, then repo/.podwright.yaml:8",
    ] {
        assert!(
            squeezed.iter().any(|one| one == line),
            "{line}: {}",
            run.stdout
        );
    }
    let none = Directory::new(&[]).run(&["config"], &[], "");
    assert!(
        none.stdout.starts_with("# No configuration file"),
        "{none:?}"
    );
}

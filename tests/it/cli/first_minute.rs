//! What a new user tries: paths without a command, options of other tools, names of rules.

use serde_json::Value;

use crate::cli::run::{BAD, Directory, GOOD};

/// A Deployment in a template of a chart without `Chart.yaml`.
const TEMPLATE: &str = "\
{{- if .Values.on }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
{{- end }}
";

#[test]
fn a_path_without_a_command_gets_a_tip() {
    let directory = Directory::new(&[("deploy/pod.yaml", BAD)]);
    for path in ["deploy/", "deploy", "./x", "pod.yaml"] {
        let run = directory.run(&[path], &[], "");
        assert_eq!(run.code, 2, "{path}");
        let tip = format!("tip: to check a path, run `podwright check {path}`");
        assert!(run.stderr.contains(&tip), "{}", run.stderr);
    }
    let run = directory.run(&["chek"], &[], "");
    assert!(!run.stderr.contains("to check a path"), "{}", run.stderr);
}

#[test]
fn a_named_file_that_is_not_yaml_is_an_error() {
    let directory = Directory::new(&[
        ("broken.yaml", "a: [b\n"),
        ("settings.json", "{\"a\": 1, // comment\n}"),
        ("values.yaml", "a: [b]\n"),
    ]);
    let run = directory.run(&["check", "broken.yaml"], &[], "");
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.stdout.starts_with("error[yaml-syntax]: "),
        "{}",
        run.stdout
    );
    // A hook names all changed files.
    for other in ["settings.json", "values.yaml"] {
        let run = directory.run(&["check", other], &[], "");
        assert_eq!(run.code, 0, "{run:?}");
        assert!(
            run.stdout
                .starts_with("warning: no file was checked: 1 not a manifest\n"),
            "{}",
            run.stdout
        );
        assert!(
            run.stdout.contains("objects: nothing was checked;"),
            "{}",
            run.stdout
        );
    }
    // Somebody else's file in a directory is not.
    assert_eq!(directory.run(&["check"], &[], "").code, 0);
}

#[test]
fn the_share_of_checked_workloads_is_shown() {
    let directory = Directory::new(&[
        ("pod.yaml", GOOD),
        ("chart/templates/a.yaml", TEMPLATE),
        ("chart/templates/b.yaml", TEMPLATE),
    ]);
    let run = directory.check(&[]);
    assert_eq!(run.code, 0);
    assert!(
        run.stdout.starts_with(
            "warning: 2 of 3 workloads were not checked: 2 in Helm templates that are not rendered\n  help: check"
        ),
        "{}",
        run.stdout
    );
    let run = directory.check(&["--format", "json"]);
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        value["summary"]["workloads"],
        serde_json::json!({"checked": 1, "skipped": {"helm-template": 2}})
    );
}

#[test]
fn an_assumed_release_is_said_to_be_one() {
    let directory = Directory::new(&[("pod.yaml", GOOD)]);
    let note = "note: assuming Kubernetes 1.36; set `kubernetes:` in .podwright.yaml\n";
    assert!(directory.check(&[]).stdout.contains(note));
    let given = directory.check(&["--kubernetes-version", "1.30"]);
    assert!(!given.stdout.contains("assuming"), "{}", given.stdout);
    directory.write(".podwright.yaml", "kubernetes: '1.30'\n");
    assert!(!directory.check(&[]).stdout.contains("assuming"));
}

#[test]
fn options_of_other_tools_work() {
    let directory = Directory::new(&[("a/pod.yaml", BAD), ("b/pod.yaml", BAD)]);
    let run = |arguments: &[&str]| directory.run(&[&["check"], arguments].concat(), &[], "");
    let json = |arguments: &[&str]| -> Value {
        let run = run(arguments);
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"))
    };
    let count = |value: &Value| value["findings"].as_array().unwrap().len();
    assert_eq!(count(&json(&["-o", "json", "--select", "pull"])), 2);
    assert_eq!(count(&json(&["-ojson", "--select", "image"])), 0);
    assert_eq!(
        count(&json(&[
            "-o",
            "json",
            "--severity",
            "error",
            "--ignore",
            "pull"
        ])),
        0
    );
    for glob in ["a", "a/", "a/**", "./a/pod.yaml"] {
        let found = json(&["-o", "json", "--select", "pull", "--exclude", glob]);
        assert_eq!(count(&found), 1, "{glob}");
        assert_eq!(found["findings"][0]["path"], "b/pod.yaml");
        assert_eq!(found["summary"]["skipped"][0]["reason"], "excluded");
    }
    let wrong = run(&["--output", "json"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.stderr.contains("use `--format json`"),
        "{}",
        wrong.stderr
    );
    let wrong = run(&["--select", "latest-tag"]);
    assert!(
        wrong
            .stderr
            .contains("`latest-tag` is a check of kube-linter; use `image-tag-latest`"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn rules_are_found_by_names_of_other_tools_and_by_symptoms() {
    let directory = Directory::new(&[]);
    let run = directory.run(&["rule", "latest-tag"], &[], "");
    assert_eq!(run.code, 0);
    assert!(
        run.stdout.starts_with("# image-tag-latest\n"),
        "{}",
        run.stdout
    );
    assert!(
        run.stderr
            .starts_with("note: `latest-tag` is a check of kube-linter: `image-tag-latest`"),
        "{}",
        run.stderr
    );
    let lost = directory.run(&["rule", "ssh-port"], &[], "");
    assert_eq!(lost.code, 2);
    assert!(
        lost.stderr
            .contains("no rule for the check `ssh-port` of kube-linter: ")
    );
    let mentioned = directory.run(&["rule", "ErrImageNeverPull"], &[], "");
    assert!(
        mentioned.stderr.contains("rules that mention it: `"),
        "{}",
        mentioned.stderr
    );
    let found = directory.run(&["rules", "--search", "ImagePullBackOff"], &[], "");
    assert!(
        found.stdout.contains("image-pull-secret-not-found"),
        "{}",
        found.stdout
    );
    let none = directory.run(&["rules", "--search", "ImagePulBackOff"], &[], "");
    assert_eq!(none.code, 2);
    assert!(
        none.stderr.contains("did you mean `ImagePullBackOff`?"),
        "{}",
        none.stderr
    );
}

#[test]
fn rules_as_json() {
    let directory = Directory::new(&[]);
    let run = directory.run(&["rules", "--group", "pull", "--format", "json"], &[], "");
    let rules: Value = serde_json::from_str(&run.stdout).unwrap();
    let rules = rules.as_array().unwrap();
    assert!(rules.iter().all(|rule| rule["group"] == "pull"));
    let named = |name: &str| rules.iter().find(|rule| rule["name"] == name).unwrap();
    let always = named("image-pull-policy-not-always");
    let equivalents = always["equivalents"].as_array().unwrap();
    assert!(
        equivalents.contains(&serde_json::json!({"tool": "checkov", "check": "CKV_K8S_15"})),
        "{always}"
    );
    let unknown = directory.run(&["rules", "--group", "pul"], &[], "");
    assert!(
        unknown.stderr.contains("did you mean `pull`?"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn repetition_is_shown_once() {
    let names: Vec<String> = (0..25)
        .map(|index| format!("pod-{index:02}.yaml"))
        .collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), BAD)).collect();
    let directory = Directory::new(&files);
    let run = directory.check(&[]);
    assert_eq!(
        run.stdout.matches("  help: use `Always`\n").count(),
        1,
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains(
            "  also at 24 more places (--verbose shows them):\n    pod-01.yaml:9:24  Pod `web`\n"
        ),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("    and 4 more\n"), "{}", run.stdout);
    let all = directory.check(&["--verbose"]);
    assert_eq!(all.stdout.matches("  help: use `Always`\n").count(), 25);
    let two = Directory::new(&files[..2]);
    assert_eq!(
        two.check(&[])
            .stdout
            .matches("  help: use `Always`\n")
            .count(),
        2
    );
}

#[test]
fn fixes_are_listed() {
    let directory = Directory::new(&[("a.yaml", BAD), ("b.yaml", GOOD)]);
    let run = directory.check(&["--fix"]);
    assert_eq!(run.code, 0);
    assert!(
        run.stdout
            .starts_with("fixed a.yaml: pull-policy-invalid\n"),
        "{}",
        run.stdout
    );
}

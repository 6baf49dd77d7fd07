//! Dumps of clusters: files that are larger than a document may be, of many small ones. The limit is lowered, so that the
//! files are small.

use serde_json::{Value, json};

use crate::cli::run::{BAD, Directory, Run};

/// Objects that refer to each other, with problems. Each has less than a kibibyte.
fn objects() -> Vec<Value> {
    let pod = |name: &str, policy: &str, secret: &str| {
        json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": { "name": name, "namespace": "shop", "labels": { "app": name } },
            "spec": {
                "imagePullSecrets": [{ "name": secret }],
                "containers": [
                    { "name": "main", "image": "registry.example/é/web:1.4.2", "imagePullPolicy": policy },
                ],
            },
        })
    };
    let secret = |name: &str, namespace: &str| {
        json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": { "name": name, "namespace": namespace },
            "type": "kubernetes.io/dockerconfigjson",
            "data": { ".dockerconfigjson": "e30=" },
        })
    };
    let mut objects = vec![secret("regcred", "shop"), secret("other", "infra")];
    for n in 0..8 {
        objects.push(pod(&format!("good-{n}"), "Always", "regcred"));
        objects.push(pod(&format!("bad-{n}"), "always", "regcred"));
        objects.push(pod(&format!("elsewhere-{n}"), "Always", "other"));
    }
    objects.push(json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "name": "web", "namespace": "shop" },
        "spec": { "replicas": "3", "selector": { "matchLabels": { "app": "a" } } },
    }));
    objects
}

fn list(items: &[Value]) -> String {
    let list = json!({ "apiVersion": "v1", "items": items, "kind": "List", "metadata": { "resourceVersion": "" } });
    serde_json::to_string_pretty(&list).unwrap()
}

/// The value in YAML, in block style.
fn block(value: &Value) -> String {
    let indented = |text: &str| text.trim_end().replace('\n', "\n  ");
    match value {
        Value::Object(fields) => {
            let lines = fields.iter().map(|(key, value)| match value {
                Value::Object(_) => format!("{key}:\n  {}\n", indented(&block(value))),
                Value::Array(_) => format!("{key}:\n{}", block(value)),
                scalar => format!("{key}: {scalar}\n"),
            });
            lines.collect()
        }
        Value::Array(items) => {
            let items = items
                .iter()
                .map(|item| format!("- {}\n", indented(&block(item))));
            items.collect()
        }
        scalar => format!("{scalar}\n"),
    }
}

/// A List in YAML, whose dashes have this indentation.
fn block_list(items: &[Value], indentation: &str) -> String {
    let items = items.iter().map(|item| {
        let lines = block(item);
        let lines = lines
            .trim_end()
            .replace('\n', &format!("\n{indentation}  "));
        format!("{indentation}- {lines}\n")
    });
    let items: String = items.collect();
    format!("apiVersion: v1\nitems:\n{items}kind: List\nmetadata:\n  resourceVersion: \"\"\n")
}

fn check(directory: &Directory, path: &str) -> Vec<Value> {
    let run = directory.run(
        &[
            "check",
            "--format",
            "json",
            "--level",
            "info",
            "--max-document-size",
            "1Ki",
            path,
        ],
        &[],
        "",
    );
    assert_eq!(run.stderr, "", "{path}");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    report["findings"].as_array().unwrap().clone()
}

/// What a finding says, and the text that it marks.
fn said(directory: &Directory, finding: &Value) -> String {
    let text = directory.read(finding["path"].as_str().unwrap());
    let offset = |at: &str| usize::try_from(finding[at]["offset"].as_u64().unwrap()).unwrap();
    let (start, end) = (offset("start"), offset("end"));
    let before = &text[..start];
    let line = before.matches('\n').count() + 1;
    let column = before[before.rfind('\n').map_or(0, |at| at + 1)..]
        .chars()
        .count()
        + 1;
    assert_eq!(finding["start"]["line"], line, "{finding}");
    assert_eq!(finding["start"]["column"], column, "{finding}");
    let marked = text[start..end]
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let [rule, level, message, object, field, notes, help] = [
        "rule", "level", "message", "object", "field", "notes", "help",
    ]
    .map(|key| &finding[key]);
    format!("{rule} {level} {message} {object} {field} {notes} {help} {marked}")
}

#[test]
fn items_have_the_findings_of_single_files() {
    let objects = objects();
    let directory = Directory::new(&[]);
    for (object, n) in objects.iter().zip(0..) {
        let text = serde_json::to_string_pretty(object).unwrap();
        assert!(text.len() < 1024);
        directory.write(&format!("json/{n:02}.json"), &text);
        directory.write(&format!("yaml/{n:02}.yaml"), &block(object));
    }
    let documents: Vec<String> = objects.iter().map(block).collect();
    let stream: Vec<String> = objects.iter().map(Value::to_string).collect();
    for (path, text, single) in [
        ("dump.json", list(&objects), "json"),
        ("stream.json", stream.join("\n"), "json"),
        ("dump.yaml", block_list(&objects, ""), "yaml"),
        ("indented.yaml", block_list(&objects, "  "), "yaml"),
        ("stream.yaml", documents.join("---\n"), "yaml"),
    ] {
        assert!(text.len() > 5 * 1024, "{path}");
        directory.write(path, &text);
        let all = |path: &str| {
            let findings = check(&directory, path);
            let mut all: Vec<String> = findings.iter().map(|one| said(&directory, one)).collect();
            all.sort();
            all
        };
        let (found, expected) = (all(path), all(single));
        assert!(expected.len() > 16, "{expected:#?}");
        assert_eq!(found, expected, "{path}");
    }
}

fn concise(directory: &Directory, arguments: &[&str]) -> Run {
    let common = ["check", "--format", "concise", "--max-document-size", "1Ki"];
    directory.run(&[&common, arguments].concat(), &[], "")
}

#[test]
fn an_item_that_is_too_large_is_a_finding_and_the_other_files_are_checked() {
    let mut items = objects();
    items.push(json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": "large", "namespace": "shop" },
        "data": { "text": "x".repeat(1024) },
    }));
    let custom = json!({ "apiVersion": "example.com/v1", "kind": "Fleet", "items": objects() });
    for (path, text) in [
        ("a.json", list(&items)),
        ("a.yaml", block_list(&items, "")),
        ("a.json", custom.to_string()),
        ("a.yaml", block(&custom)),
        ("a.yaml", format!("{BAD}---\n{BAD}# {}\n", "x".repeat(1024))),
    ] {
        let directory = Directory::new(&[(path, &text), ("b.yaml", BAD)]);
        let run = concise(&directory, &["."]);
        assert_eq!(run.code, 1, "{run:?}");
        let large = format!("{path}:1:1: error[yaml-syntax] file is too large");
        assert!(run.stdout.starts_with(&large), "{run:?}");
        assert!(
            run.stdout
                .contains("b.yaml:9:24: error[pull-policy-invalid]"),
            "{run:?}"
        );
        assert_eq!(run.stdout.matches(path).count(), 1, "{run:?}");
    }
}

#[test]
fn suppressions_apply_to_their_items() {
    let item = BAD.replace("always", "always # podwright: ignore[pull-policy-invalid]");
    let text = [BAD, &item, BAD].join("---\n");
    let text = format!("{text}---\n{BAD}");
    let directory = Directory::new(&[("a.yaml", &text)]);
    let run = directory.run(
        &[
            "check",
            "--format",
            "concise",
            "--select",
            "pull-policy-invalid",
            "--max-document-size",
            "300",
            "a.yaml",
        ],
        &[],
        "",
    );
    assert!(text.len() > 300);
    let lines: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| line.contains("pull-policy-invalid"))
        .collect();
    let places: Vec<&str> = lines
        .iter()
        .map(|line| &line[..line.find(": ").unwrap()])
        .collect();
    assert_eq!(
        places,
        ["a.yaml:9:24", "a.yaml:29:24", "a.yaml:39:24"],
        "{run:?}"
    );
}

#[test]
fn large_files_are_not_fixed_and_a_note_says_so() {
    let dump = list(&objects());
    let directory = Directory::new(&[("dump.json", &dump), ("pod.yaml", BAD)]);
    let run = concise(&directory, &["--unsafe-fixes", "."]);
    assert!(
        run.stderr
            .contains("dump.json: not fixed, because the file is larger than a document may be"),
        "{run:?}"
    );
    assert_eq!(directory.read("dump.json"), dump);
    assert!(
        directory
            .read("pod.yaml")
            .contains("imagePullPolicy: Always"),
        "{run:?}"
    );
    let run = directory.run(
        &[
            "check",
            "--unsafe-fixes",
            "--diff",
            "--max-document-size",
            "1Ki",
            "dump.json",
        ],
        &[],
        "",
    );
    assert_eq!(run.stdout, "");
    assert!(run.stderr.contains("nothing to fix"), "{run:?}");
}

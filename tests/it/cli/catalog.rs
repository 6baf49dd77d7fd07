//! Definitions of custom resources outside of the run: `schemas` and `--schemas`.

use std::fs;

use serde_json::Value;

use super::run::{Directory, Run};

/// A definition whose `spec` has these properties.
fn definition(labels: &str, properties: &str) -> String {
    format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: gadgets.example.com\n  \
         labels: {labels}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {{kind: Gadget, plural: gadgets}}\n  \
         versions:\n  - name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        \
         type: object\n        properties:\n          spec: {{type: object, properties: {properties}}}\n"
    )
}

const SIZE: &str = "{size: {type: integer}}";

const GADGET: &str =
    "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: g}\nspec: {size: big}\n";

fn check(directory: &Directory, arguments: &[&str]) -> Run {
    let all = ["check", "--format", "json", "--level", "info"];
    directory.run(
        &[&all[..], arguments].concat(),
        &[("PODWRIGHT_CACHE_DIR", "")],
        "",
    )
}

/// Level, rule and field of each finding about the schema, and its note with the definition.
fn found(run: &Run) -> Vec<String> {
    assert_eq!(run.stderr, "");
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let findings = findings.map(|finding| {
        let text = |key: &str| finding[key].as_str().unwrap_or("").to_owned();
        let notes = finding["notes"].as_array().unwrap().iter();
        let mut notes = notes.filter_map(Value::as_str);
        let note = notes.find(|note| note.contains("definition") || note.contains("rejected by"));
        format!(
            "{} {} {}: {}",
            text("level"),
            text("rule"),
            text("field"),
            note.unwrap_or("no definition")
        )
    });
    findings.collect()
}

#[test]
fn a_definition_is_named_with_its_release() {
    for (file, labels, note) in [
        ("crds/a.yaml", "{}", "crds/a.yaml"),
        ("crds/v1.2.3/a.yaml", "{}", "v1.2.3 in crds/v1.2.3/a.yaml"),
        (
            "crds/gadgets-1.2.yaml",
            "{}",
            "1.2 in crds/gadgets-1.2.yaml",
        ),
        (
            "crds/v1.2.3/a.yaml",
            "{app.kubernetes.io/version: v1.4.0}",
            "v1.4.0 in crds/v1.2.3/a.yaml",
        ),
        (
            "crds/a.yaml",
            "{helm.sh/chart: gadgets-2.0.1}",
            "2.0.1 in crds/a.yaml",
        ),
    ] {
        let directory = Directory::new(&[(file, &definition(labels, SIZE)), ("g.yaml", GADGET)]);
        let run = check(&directory, &["--schemas", "crds", "g.yaml"]);
        let expected = format!("error wrong-type spec.size: checked against the definition {note}");
        assert_eq!(found(&run), [expected]);
    }
}

#[test]
fn an_error_needs_all_releases() {
    let [old, middle, new] = ["v1.9.0", "v1.10.0", "v1.11.0-rc.1"]
        .map(|release| format!("{{app.kubernetes.io/version: {release}}}"));
    let verdict = |releases: &[(&str, &str)]| {
        let files: Vec<(String, String)> = (releases.iter().zip(0..))
            .map(|((labels, properties), number)| {
                (
                    format!("crds/{number}.yaml"),
                    definition(labels, properties),
                )
            })
            .collect();
        let mut files: Vec<(&str, &str)> = (files.iter())
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        files.push(("g.yaml", GADGET));
        files.push((".podwright.yaml", "schemas: [crds]\n"));
        found(&check(&Directory::new(&files), &["g.yaml"]))
    };
    let text = "{size: {type: string}}";
    let enumeration = "{size: {type: string, enum: [small]}}";
    // The reasons differ, but each of them rejects the value.
    assert_eq!(
        verdict(&[
            (&old, SIZE),
            (&new, enumeration),
            (&middle, "{size: {type: boolean}}")
        ]),
        [
            "error custom-resource-invalid spec.size: all 3 definitions reject it; the newest is v1.11.0-rc.1 in crds/1.yaml"
        ]
    );
    assert_eq!(
        verdict(&[(&old, text), (&middle, SIZE)]),
        [
            "warning wrong-type spec.size: rejected by the definition v1.10.0 in crds/1.yaml; accepted by v1.9.0 in crds/0.yaml"
        ]
    );
    assert_eq!(verdict(&[(&old, SIZE), (&middle, text)]), [""; 0]);
    // The order is that of the releases, not that of the files.
    assert_eq!(verdict(&[(&middle, text), (&old, SIZE)]), [""; 0]);
    // Two equal schemas are one.
    assert_eq!(
        verdict(&[(&old, SIZE), (&middle, SIZE)]),
        ["error wrong-type spec.size: checked against the definition v1.10.0 in crds/1.yaml"]
    );
    assert_eq!(
        verdict(&[(&old, "{}"), (&middle, "{other: {type: string}}")]),
        [
            "error unknown-field spec.size: all 2 definitions reject it; the newest is v1.10.0 in crds/1.yaml"
        ]
    );
}

#[test]
fn a_release_without_the_version_of_the_object_has_no_say() {
    let newest =
        definition("{app.kubernetes.io/version: v2.0.0}", "{}").replace("name: v1\n", "name: v2\n");
    let older = definition("{app.kubernetes.io/version: v1.0.0}", SIZE);
    let directory = Directory::new(&[
        ("crds/a.yaml", &newest),
        ("crds/b.yaml", &older),
        ("g.yaml", GADGET),
    ]);
    let run = check(&directory, &["--schemas", "crds", "g.yaml"]);
    let expected =
        "error wrong-type spec.size: checked against the definition v1.0.0 in crds/b.yaml";
    assert_eq!(found(&run), [expected]);
}

#[test]
fn definitions_of_the_run_win() {
    let directory = Directory::new(&[
        ("crds/a.yaml", &definition("{}", "{size: {type: boolean}}")),
        ("run/crd.yaml", &definition("{}", "{size: {type: string}}")),
        ("run/g.yaml", GADGET),
        (".podwright.yaml", "schemas: [crds]\n"),
    ]);
    assert_eq!(found(&check(&directory, &["run"])), [""; 0]);
    let rejected = "error wrong-type spec.size: checked against the definition crds/a.yaml";
    assert_eq!(found(&check(&directory, &["run/g.yaml"])), [rejected]);
}

#[test]
fn schemas_of_kubeconform_are_read() {
    // As `openapi2jsonschema` writes them.
    let schema = r#"{"type": "object", "properties": {
        "apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"},
        "spec": {"type": "object", "additionalProperties": false, "required": ["size"], "properties": {
            "size": {"type": "integer", "maximum": 3},
            "port": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            "other": {"$ref": "_definitions.json#/x", "type": "integer"},
            "free": {"type": "object", "properties": {"a": {"type": "string"}}}
        }}}}"#;
    for path in [
        "example.com/gadget_v1.json",
        "gadget-example-v1.json",
        "gadget-example.com-v1.json",
    ] {
        let verdict = |spec: &str| {
            let gadget = GADGET.replace("{size: big}", spec);
            let file = format!("crds/{path}");
            let directory = Directory::new(&[(&file, schema), ("g.yaml", &gadget)]);
            let found = found(&check(&directory, &["--schemas", "crds", "g.yaml"]));
            let short = |line: String| line.split(": ").next().unwrap_or("").to_owned();
            found.into_iter().map(short).collect::<Vec<_>>()
        };
        for right in [
            "{size: 1, port: 80, labels: {a: b}}",
            "{size: 1, port: http, other: text, free: {b: 1}}",
        ] {
            assert_eq!(verdict(right), [""; 0], "{path}: {right}");
        }
        for (wrong, expected) in [
            ("{size: 4}", "error custom-resource-invalid spec.size"),
            ("{size: big}", "error wrong-type spec.size"),
            ("{size: 1, siz: 2}", "error unknown-field spec.siz"),
            (
                "{size: 1, port: true}",
                "error custom-resource-invalid spec.port",
            ),
            (
                "{size: 1, labels: {a: 1}}",
                "error yaml-number-like-string spec.labels.a",
            ),
            ("{size: 1, free: {a: [1]}}", "error wrong-type spec.free.a"),
        ] {
            assert_eq!(verdict(wrong), [expected], "{path}: {wrong}");
        }
    }
}

/// The findings are those that the same definitions among the checked files have, with and without an index.
#[test]
fn a_catalog_finds_what_definitions_in_the_run_find() {
    let other = definition("{}", "{}")
        .replace("Gadget", "Widget")
        .replace("gadgets", "widgets");
    let rules =
        "{size: {type: integer, x-kubernetes-validations: [{rule: self > 2, message: too small}]}}";
    let comment = format!("# {}\n", "x".repeat(1 << 20));
    let all = [definition("{}", rules), other, comment].join("---\n");
    let objects = [
        "{size: big}",
        "{size: 1}",
        "{size: 3}",
        "{sise: 3}",
        "{}",
        "{size: null}",
        "[a]",
    ];
    let object = |spec: &&str| GADGET.replace("{size: big}", spec);
    let objects: Vec<String> = objects.iter().map(object).collect();
    let objects = objects.join("---\n") + "---\n" + &GADGET.replace("Gadget", "Widget");
    let directory = Directory::new(&[
        ("crds/all.yaml", &all),
        ("objects.yaml", &objects),
        ("cache/keep", ""),
    ]);
    let without_notes = |arguments: &[&str]| {
        let cache = directory.path().join("cache");
        let variables = [("PODWRIGHT_CACHE_DIR", cache.to_str().unwrap())];
        let options = [
            "check", "--format", "json", "--level", "info", "--select", "schema",
        ];
        let run = directory.run(&[&options[..], arguments].concat(), &variables, "");
        let mut report: Value = serde_json::from_str(&run.stdout).unwrap();
        let mut found = report["findings"].as_array_mut().unwrap().clone();
        found.retain(|finding| finding["path"] == "objects.yaml");
        for finding in &mut found {
            let finding = finding.as_object_mut().unwrap();
            finding.remove("notes");
            finding.remove("related");
        }
        found
    };
    let eager = without_notes(&["crds", "objects.yaml"]);
    assert!(eager.len() >= 5, "{eager:?}");
    let arguments = ["--schemas", "crds", "objects.yaml"];
    assert_eq!(without_notes(&arguments), eager);
    // Times of files that are too new are not trusted, so the second run writes the index.
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert_eq!(without_notes(&arguments), eager);
    let index = directory.path().join("cache/schemas");
    assert_eq!(fs::read_dir(index).unwrap().count(), 1);
    assert_eq!(without_notes(&arguments), eager);
}

#[test]
fn what_cannot_be_used_is_named() {
    let directory = Directory::new(&[
        (
            "crds/broken.yaml",
            "kind: CustomResourceDefinition\n\tspec: {\n",
        ),
        ("crds/a.yaml", &definition("{}", SIZE)),
        ("g.yaml", GADGET),
        ("pod.yaml", super::GOOD),
    ]);
    let run = check(&directory, &["--schemas", "crds", "g.yaml"]);
    assert_eq!(run.code, 1);
    assert_eq!(
        run.stderr,
        "note: crds/broken.yaml: syntax error in line 2, column 1; its definitions are not used\n"
    );
    // No object needs a definition, so nothing is read.
    let run = check(&directory, &["--schemas", "crds", "pod.yaml"]);
    assert_eq!(run.stderr, "");
    let run = check(&directory, &["--schemas", "nowhere", "g.yaml"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .starts_with("error: cannot read nowhere, given with `--schemas`: "),
        "{}",
        run.stderr
    );
}

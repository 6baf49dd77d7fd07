//! Limits that the real tools do not have: each is a finding that says where, and what to do.

use std::fs;

use crate::cli::run::{BAD, Directory};
use crate::robustness::bounded::{bounded, each};

/// A pattern that Go accepts. All letters of Unicode are 650 ranges.
const LARGE: &str = "^\\p{L}{1,1000}$";

const ARGUMENTS: [&str; 5] = ["check", "--format", "concise", "--level", "info"];

/// Checks the files, and returns the only line with `part`.
#[track_caller]
fn line(files: &[(&str, &str)], part: &str) -> String {
    let run = bounded(&Directory::new(files), 2_048, &ARGUMENTS);
    let mut lines = run.stdout.lines().filter(|line| line.contains(part));
    let line = lines.next().unwrap_or_else(|| panic!("{part}: {run:?}"));
    assert_eq!(lines.next(), None, "{run:?}");
    line.to_owned()
}

#[test]
fn large_pattern_of_a_definition_is_reported_at_the_object() {
    let definition = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: ks.example.com}}\n\
         spec:\n  group: example.com\n  scope: Namespaced\n  names: {{kind: K, plural: ks}}\n  versions:\n  - name: v1\n    \
         served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          \
         title: {{type: string, pattern: '{LARGE}'}}\n          size: {{type: string, pattern: '^[0-9]+$'}}\n"
    );
    let object = "apiVersion: example.com/v1\nkind: K\nmetadata: {name: x}\ntitle: '1'\nsize: a\n";
    let files = [("crd.yaml", definition.as_str()), ("k.yaml", object)];
    let found = line(&files, "[object-too-large]");
    let expected = "k.yaml:1:1: warning[object-too-large] a pattern for the object needs more than 4 MiB of memory";
    assert_eq!(found, expected);
    // Other values are checked.
    let found = line(&files, "[custom-resource-invalid]");
    assert!(found.starts_with("k.yaml:5:7: error"), "{found}");
}

#[test]
fn large_pattern_of_an_expression_is_reported_at_the_rule() {
    let definition = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: ks.example.com}}\n\
         spec:\n  group: example.com\n  scope: Namespaced\n  names: {{kind: K, plural: ks}}\n  versions:\n  - name: v1\n    \
         served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        properties:\n          \
         title:\n            type: string\n            maxLength: 10\n            x-kubernetes-validations:\n            - rule: self.matches(r'{LARGE}')\n"
    );
    let found = line(&[("crd.yaml", &definition)], "podwright cannot evaluate");
    assert!(found.starts_with("crd.yaml:20:"), "{found}");
}

#[test]
fn large_patterns_of_kustomizations_stop_the_build() {
    // `{L}` would be a placeholder.
    let large = "[^a]{1,1000}".repeat(30);
    for (field, position, message) in [
        (
            format!(
                "patches: [{{target: {{name: '{large}'}}, patch: '[{{\"op\": \"remove\", \"path\": \"/spec/a\"}}]'}}]"
            ),
            "2:28",
            "the regular expression needs more than 4 MiB of memory",
        ),
        (
            format!("images: [{{name: '{large}', newTag: '1'}}]"),
            "2:10",
            "the name of the image, a regular expression, needs more than 10 MiB of memory",
        ),
    ] {
        let text = format!("resources: [pod.yaml]\n{field}\n");
        let files = [("kustomization.yaml", text.as_str()), ("pod.yaml", BAD)];
        let found = line(&files, "[kustomize-build-fails]");
        let expected =
            format!("kustomization.yaml:{position}: warning[kustomize-build-fails] {message}");
        assert_eq!(found, expected);
        line(&files, "pod.yaml:9:24: error[pull-policy-invalid]");
    }
}

#[test]
fn large_patterns_of_a_chart_are_limits_and_not_errors_of_helm() {
    let chart = "apiVersion: v2\nname: chart\nversion: 1.0.0\n";
    let template = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{a: {{{{ regexMatch `{LARGE}` .Values.a | quote }}}}}}\n"
    );
    let schema = format!(
        "{{\"properties\": {{\"a\": {{\"pattern\": \"{}\"}}}}}}",
        LARGE.replace('\\', "\\\\")
    );
    let files = [
        ("chart/Chart.yaml", chart),
        ("chart/values.yaml", "a: x\n"),
        ("chart/templates/a.yaml", &template),
    ];
    let found = line(&files, "MiB of memory");
    assert!(found.starts_with("chart/templates/a.yaml:4:"), "{found}");
    assert!(found.contains(": warning["), "{found}");
    let files = [
        ("chart/Chart.yaml", chart),
        ("chart/values.yaml", "a: x\n"),
        ("chart/values.schema.json", &schema),
        (
            "chart/templates/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
        ),
    ];
    let found = line(
        &files,
        "a pattern of the schema needs more than 1 MiB of memory",
    );
    assert!(
        found.starts_with("chart/values.schema.json:1:1: warning["),
        "{found}"
    );
}

#[test]
fn directory_with_too_many_files_is_a_finding_of_its_chart() {
    let directory = Directory::new(&[
        ("pod.yaml", BAD),
        (
            "chart/Chart.yaml",
            "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
        ),
        ("chart/files/0", ""),
        ("chart/.helmignore", "files/\n"),
    ]);
    for n in 0..50_001 {
        fs::File::create(directory.path().join(format!("chart/{n}"))).unwrap();
    }
    let run = bounded(&directory, 2_048, &ARGUMENTS);
    let found = "directory `chart` has more than 50000 files";
    let line = run.stdout.lines().find(|line| line.contains(found));
    let line = line.unwrap_or_else(|| panic!("{run:?}"));
    assert!(line.starts_with("chart/Chart.yaml:1:1: warning["), "{line}");
    assert!(run.stdout.contains("pod.yaml:9:24: error"), "{run:?}");
}

/// Each overlay sets a namespace, and the builds fail. What the last ones set is unknown, not absent.
#[test]
fn more_overlays_than_are_followed_make_nothing_missing() {
    let base = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  imagePullSecrets: [{name: regcred}]\n  containers: \
                [{name: web, image: 'registry.example/web:1.0.0'}]\n";
    let directory = Directory::new(&[
        ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
        ("base/pod.yaml", base),
        (
            "secret.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: regcred, namespace: n70}\ntype: \
             kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{\"auths\": {\"registry.example\": {\"auth\": \"YTpi\"}}}'}\n",
        ),
    ]);
    let overlay = |n: usize| {
        let name = format!("o{n:02}/kustomization.yaml");
        let text = format!("resources: [../base, gone.yaml]\nnamespace: n{n:02}\n");
        directory.write(&name, &text);
    };
    (0..71).for_each(overlay);
    let run = bounded(&directory, 2_048, &ARGUMENTS);
    assert!(run.stdout.contains("gone.yaml"), "{run:?}");
    assert!(!run.stdout.contains("[pull-secret-"), "{run:?}");
}

/// Sixty-four samples use the file, and then a kustomization that is applied.
#[test]
fn samples_do_not_hide_what_is_applied() {
    let directory = Directory::new(&[
        (
            "testdata/base/kustomization.yaml",
            "resources: [pod.yaml]\n",
        ),
        ("testdata/base/pod.yaml", BAD),
        (
            "zz/kustomization.yaml",
            "resources: [../testdata/base, gone.yaml]\n",
        ),
    ]);
    let samples = each(70, |n| format!("{n:02} "));
    for n in samples.split_whitespace() {
        directory.write(
            &format!("testdata/o{n}/kustomization.yaml"),
            "resources: [../base, gone.yaml]\n",
        );
    }
    let run = bounded(&directory, 2_048, &ARGUMENTS);
    let found = "testdata/base/pod.yaml:9:24: error[pull-policy-invalid]";
    assert!(run.stdout.contains(found), "{run:?}");
}

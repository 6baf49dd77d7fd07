//! Inputs whose parts could be compared each with each: limits, and what is still found below them. How the time grows is
//! measured by `../shared/robustness/growth` in CI.

use crate::cli::run::{BAD, Directory};
use crate::robustness::bounded::{bounded, each};

#[test]
fn lists_of_a_configuration_are_limited() {
    for (list, entry) in [
        ("externals", "{kind: Secret, name: x}"),
        ("overrides", "{paths: [x], rules: {}}"),
        ("placeholders", "X"),
        ("pod-templates", "{path: spec}"),
        ("schemas", "x"),
        ("nodes", "x"),
    ] {
        let config = |count: usize| format!("{list}:\n{}", each(count, |_| format!("- {entry}\n")));
        let directory = Directory::new(&[(".podwright.yaml", &config(1_001)), ("pod.yaml", BAD)]);
        let run = bounded(&directory, 512, &["check"]);
        assert_eq!(run.code, 2, "{run:?}");
        let error = format!("error: .podwright.yaml:1002:3: `{list}` has more than 1000 entries");
        assert!(run.stderr.starts_with(&error), "{run:?}");
    }
    let externals = each(1_000, |n| format!("- {{kind: Secret, name: x{n}}}\n"));
    let config = format!("externals:\n{externals}");
    let directory = Directory::new(&[(".podwright.yaml", &config), ("pod.yaml", BAD)]);
    assert_eq!(bounded(&directory, 512, &["check"]).code, 1);
}

#[test]
fn lists_of_a_kustomization_are_limited() {
    for (list, entry) in [
        ("images", "{name: x, newName: z}"),
        ("patches", "{path: x.yaml}"),
        ("configMapGenerator", "{name: x}"),
        ("replacements", "{path: x.yaml}"),
    ] {
        let entries = each(1_001, |_| format!("- {entry}\n"));
        let text = format!("resources: [pod.yaml]\n{list}:\n{entries}");
        let directory = Directory::new(&[("kustomization.yaml", &text), ("pod.yaml", BAD)]);
        let run = bounded(&directory, 512, &["check", "--format", "concise"]);
        let message = format!("`{list}` has more than 1000 entries");
        let line = run.stdout.lines().find(|line| line.contains(&message));
        let line = line.unwrap_or_else(|| panic!("{list}: {run:?}"));
        assert!(line.starts_with("kustomization.yaml:1003:3: "), "{line}");
        assert!(line.contains("[kustomize-build-fails]"), "{line}");
        assert!(
            run.stdout
                .contains("pod.yaml:9:24: error[pull-policy-invalid]"),
            "the files are checked by themselves: {run:?}"
        );
    }
}

#[test]
fn chains_of_kustomizations_are_limited() {
    let chain = |length: usize| {
        let mut files: Vec<(String, String)> = (0..length)
            .map(|n| {
                let text = format!("resources: [../k{}]\n", n + 1);
                (format!("k{n}/kustomization.yaml"), text)
            })
            .collect();
        let last = format!("k{length}/kustomization.yaml");
        files.push((last, "resources: [pod.yaml]\n".to_owned()));
        files.push((format!("k{length}/pod.yaml"), BAD.to_owned()));
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(path, text)| (path.as_str(), text.as_str()))
            .collect();
        bounded(
            &Directory::new(&files),
            1_024,
            &["check", "--format", "concise"],
        )
    };
    let run = chain(200);
    assert!(!run.stdout.contains("kustomize-build-fails"), "{run:?}");
    assert!(run.stdout.contains("pull-policy-invalid"), "{run:?}");
    let run = chain(300);
    let message = "warning[kustomize-build-fails] more than 250 kustomizations refer to each other";
    assert!(run.stdout.contains(message), "{run:?}");
}

#[test]
fn selectors_are_compared_with_any_number_of_workloads() {
    let workload = |n: usize| {
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web{n}, namespace: shop}}\nspec:\n  selector: \
             {{matchLabels: {{app: web{n}}}}}\n  template:\n    metadata: {{labels: {{app: web{n}}}}}\n    spec:\n      \
             containers: [{{name: web, image: 'nginx:1.29', ports: [{{name: http, containerPort: 80}}]}}]\n---\n"
        )
    };
    let service = |name: &str, app: &str, port: &str| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  selector: {{app: \
             {app}}}\n  ports: [{{port: 80, targetPort: {port}}}]\n---\n"
        )
    };
    let services = [
        service("web1", "web1", "http"),
        service("web2", "web-2", "http"),
        service("web600", "web600", "htp"),
    ];
    let budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: shop}\nspec: \
                  {minAvailable: 1, selector: {matchLabels: {app: web601}}}\n";
    let text = format!("{}{}{budget}", each(700, workload), services.concat());
    let directory = Directory::new(&[("all.yaml", &text)]);
    let arguments = ["check", "--format", "concise", "--level", "info"];
    let run = bounded(&directory, 1_024, &arguments);
    for (rule, count) in [
        ("service-selects-nothing", 1),
        ("service-target-port-unknown", 1),
        ("pdb-blocks-eviction", 1),
    ] {
        assert_eq!(
            run.stdout.matches(&format!("[{rule}]")).count(),
            count,
            "{rule}"
        );
    }
}

#[test]
fn any_number_of_alternatives_is_compared_up_to_a_limit_that_is_reported() {
    let patterns = |count: usize| -> String {
        let all: Vec<String> = (0..count)
            .map(|n| format!("{{pattern: '^a{n}$'}}"))
            .collect();
        format!(
            "{{type: array, items: {{type: string, anyOf: [{}]}}}}",
            all.join(", ")
        )
    };
    let out = check_custom(&patterns(300), &["a299", "b"]);
    assert_eq!(
        out.matches("\"custom-resource-invalid\"").count(),
        1,
        "{out}"
    );
    assert!(!out.contains("object-too-large"), "{out}");
    let items = vec!["b"; 2_000];
    let out = check_custom(&patterns(300), &items);
    assert_eq!(out.matches("\"object-too-large\"").count(), 1, "{out}");
}

const DEFINITION: &str = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: \
ks.example.com}\nspec:\n  group: example.com\n  scope: Namespaced\n  names: {kind: K, plural: ks}\n  versions:\n  - \
name: v1\n    served: true\n    storage: true\n    schema:\n      openAPIV3Schema:\n        type: object\n        \
properties:\n          l: ";

fn check_custom(schema: &str, items: &[&str]) -> String {
    let definition = format!("{DEFINITION}{schema}\n");
    let items: String = items.iter().map(|item| format!("- {item}\n")).collect();
    let object = format!("apiVersion: example.com/v1\nkind: K\nmetadata: {{name: x}}\nl:\n{items}");
    let directory = Directory::new(&[("crd.yaml", &definition), ("k.yaml", &object)]);
    bounded(&directory, 512, &["check", "--format", "json"]).stdout
}

#[test]
fn values_of_a_long_enumeration_are_known_and_not_all_are_shown() {
    let values: Vec<String> = (0..600).map(|n| format!("e{n}")).collect();
    let values = values.join(", ");
    let schema = format!("{{type: array, items: {{type: string, enum: [{values}, 7]}}}}");
    let out = check_custom(&schema, &["e0", "e599", "other"]);
    assert_eq!(
        out.matches("\"custom-resource-invalid\"").count(),
        1,
        "{out}"
    );
    assert!(out.contains("`e49`, …"), "{out}");
    assert!(!out.contains("`e50`"), "{out}");
}

#[test]
fn duplicates_are_found_whatever_their_form() {
    let set = "{type: array, x-kubernetes-list-type: set, items: {x-kubernetes-preserve-unknown-fields: true}}";
    let duplicates = |items: &[&str]| {
        let out = check_custom(set, items);
        out.matches("\"custom-resource-invalid\"").count()
    };
    assert_eq!(
        duplicates(&["{a: 1, b: [x]}", "{b: [x], a: 1}", "{a: 1}"]),
        1
    );
    assert_eq!(duplicates(&["0.0", "-0.0"]), 1);
    assert_eq!(duplicates(&["[1, 2]", "[2, 1]", "[1, 2]"]), 1);
    assert_eq!(duplicates(&["1", "1.0", "'1'", "true", "'true'"]), 0);
}

#[test]
fn long_alternatives_are_checked() {
    let ways = |count: usize| {
        let ways: Vec<String> = (0..count)
            .map(|n| format!("{{required: [r{n}]}}"))
            .collect();
        let ways = ways.join(", ");
        format!(
            "{{type: array, items: {{type: object, x-kubernetes-preserve-unknown-fields: true, anyOf: [{ways}]}}}}"
        )
    };
    let is_wrong = |count: usize| {
        let out = check_custom(&ways(count), &["{a: 1}"]);
        out.contains("\"path\":\"k.yaml\"")
    };
    assert!(is_wrong(200));
    assert!(is_wrong(2_000));
}

#[test]
fn explanation_names_a_limited_number_of_other_secrets() {
    let secret = |n: usize| {
        format!(
            "apiVersion: v1\nkind: Secret\ntype: kubernetes.io/dockerconfigjson\nmetadata: {{name: s{n}, namespace: shop}}\n\
             stringData: {{.dockerconfigjson: '{{\"auths\": {{\"registry.example\": {{\"auth\": \"YTpi\"}}}}}}'}}\n---\n"
        )
    };
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  imagePullSecrets: [{name: \
               gone}]\n  containers: [{name: web, image: 'registry.example/web:1'}]\n";
    let directory = Directory::new(&[("all.yaml", &(each(50, secret) + pod))]);
    let run = bounded(&directory, 512, &["explain", "--format", "json"]);
    let explained: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let image = &explained["pods"][0]["images"][0];
    assert_eq!(
        image["unlistedSecrets"].as_array().unwrap().len(),
        20,
        "{image}"
    );
}

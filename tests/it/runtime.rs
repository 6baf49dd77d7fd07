//! Findings of the `runtime` rules for RuntimeClasses and Pods match the API server.

use std::sync::Arc;

use podwright_cluster::workspace::{ClusterContext, File, Workspace};
use podwright_lint::{DefaultRules, lint};
use podwright_rule::finding::Finding;
use podwright_syntax::text::Source;

const INVALID: &str = "error runtimeclass-invalid";
const NAMESPACE: &str = "warning runtimeclass-invalid";
const NOT_LABEL: &str = "error runtimeclass-handler-not-label";
const NOT_FOUND: &str = "error runtimeclassname-not-found";
const CONFLICT: &str = "error runtimeclass-nodeselector-conflict";
const OVERHEAD: &str = "error pod-overhead-set";

fn findings(files: &[(&str, &str)], complete: bool, versions: &str) -> Vec<Finding> {
    let context = Arc::new(ClusterContext {
        complete,
        ..ClusterContext::default()
    });
    let files = files.iter();
    let files = files.map(|&(name, text)| File::read(Source::new(name, text), &context));
    let workspace = Workspace::new(files.collect());
    let rules = DefaultRules::for_clusters(versions.parse().unwrap());
    let mut findings = lint(&workspace, &rules).findings;
    // Rules that go beyond the checks of the API server are tested by their pages.
    findings.retain(|finding| {
        let named = |known: &str| known.ends_with(&format!(" {}", finding.rule));
        [INVALID, NOT_LABEL, NOT_FOUND, CONFLICT, OVERHEAD]
            .iter()
            .any(|known| named(known))
    });
    findings
}

/// Levels and rules of the findings in files, in text order.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let findings = findings(files, false, "1.36");
    let said = |finding: &Finding| format!("{} {}", finding.level.name(), finding.rule);
    findings.iter().map(said).collect()
}

/// A class `a` with further fields.
fn class(fields: &str) -> String {
    format!(
        "{{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {{name: a}}, handler: a, {fields}}}\n"
    )
}

/// A Pod with further fields of the spec.
fn pod(fields: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: Pod, metadata: {{name: p}}, spec: {{{fields}, containers: [{{name: c, image: \
         'r.example/x:1.0.0'}}]}}}}\n"
    )
}

/// Asserts the findings for a class with each of the fields.
fn holds(cases: &[(&str, &[&str])]) {
    for (fields, expected) in cases {
        let text = format!("apiVersion: node.k8s.io/v1\nkind: RuntimeClass\n{fields}\n");
        assert_eq!(&found(&[("a.yaml", &text)]), expected, "{fields}");
    }
}

#[test]
fn names_and_handlers_are_validated_like_the_api() {
    let long = format!("metadata: {{name: a}}\nhandler: {}", "x".repeat(64));
    holds(&[
        ("metadata: {name: a.b-c}\nhandler: a", &[]),
        ("metadata: {name: A}\nhandler: a", &[INVALID]),
        ("metadata: {name: '${A}'}\nhandler: '${A}'", &[]),
        ("metadata: {generateName: a-}\nhandler: a", &[]),
        (
            "metadata: {name: a, namespace: b}\nhandler: a",
            &[NAMESPACE],
        ),
        ("metadata: {name: a, namespace: ''}\nhandler: a", &[]),
        ("metadata: {name: ''}\nhandler: a", &[INVALID]),
        ("handler: a", &[INVALID]),
        ("metadata: {name: a}", &[INVALID]),
        ("metadata: {name: a}\nhandler: ''", &[INVALID]),
        ("metadata: {name: a}\nhandler: null", &[INVALID]),
        ("metadata: {name: a}\nhandler: a.b", &[NOT_LABEL]),
        ("metadata: {name: a}\nhandler: a-", &[NOT_LABEL]),
        (&long, &[NOT_LABEL]),
    ]);
}

#[test]
fn overheads_are_validated_like_container_limits() {
    let cases: &[(&str, &[&str])] = &[
        ("cpu: 250m, memory: 100m", &[]),
        ("cpu: null", &[]),
        ("cpu: -1", &[INVALID]),
        ("cpu: abc", &[INVALID]),
        ("cpu: '${CPU}'", &[]),
        ("storage: 1", &[INVALID]),
        ("'a b': 1", &[INVALID]),
        ("'${A}': 0.5", &[]),
        ("example.com/a: 2", &[]),
        ("example.com/a: 0.5", &[INVALID]),
        ("requests.example.com/a: 1", &[INVALID]),
        // In the domain of Kubernetes, any name and any amount are valid.
        ("kubernetes.io/a: 0.5", &[]),
        ("hugepages-2Mi: 4Mi, cpu: 1", &[]),
        ("hugepages-2Mi: 0, memory: 1", &[]),
        ("hugepages-2Mi: 3Mi, cpu: 1", &[INVALID]),
        ("hugepages-2Mi: 1.5, cpu: 1", &[INVALID]),
        ("hugepages-2Mi: 100E, cpu: 1", &[]),
        ("hugepages-big: 1, cpu: 1", &[INVALID]),
        ("hugepages-2Mi: 4Mi", &[INVALID]),
        ("hugepages-2Mi: 4Mi, '${A}': 1", &[]),
    ];
    for (resources, expected) in cases {
        let text = class(&format!("overhead: {{podFixed: {{{resources}}}}}"));
        assert_eq!(&found(&[("a.yaml", &text)]), expected, "{resources}");
    }
    let pages = class("overhead: {podFixed: {hugepages-2Mi: 3Mi, cpu: 1}}");
    assert!(findings(&[("a.yaml", &pages)], false, "1.20-1.36").is_empty());
}

#[test]
fn tolerations_are_validated_like_those_of_a_pod_and_unique() {
    let cases: &[(&str, &[&str])] = &[
        ("{operator: Exists}", &[]),
        ("{operator: Exists, value: a}", &[INVALID]),
        ("{operator: Equal}", &[INVALID]),
        ("{effect: NoSchedule}", &[INVALID]),
        ("{key: '${A}'}", &[]),
        ("{key: a, operator: exists}", &[INVALID]),
        ("{key: a, operator: Gt, value: '5'}", &[]),
        ("{key: a, operator: '${A}'}", &[]),
        ("{key: a, value: 'b c'}", &[INVALID]),
        ("{key: 'a b'}", &[INVALID]),
        ("{key: a, effect: NoExec}", &[INVALID]),
        ("{key: a, tolerationSeconds: 5}", &[INVALID]),
        ("{key: a, tolerationSeconds: null}", &[]),
        ("{key: a, effect: NoExecute, tolerationSeconds: 5}", &[]),
        ("{key: a}, {key: a, operator: Equal}", &[]),
        ("{key: a}, {key: a, value: ''}", &[INVALID]),
        ("{key: a, value: '${A}'}, {key: a, value: '${A}'}", &[]),
        (
            "{key: a, effect: NoExecute, tolerationSeconds: 5}, {key: a, effect: NoExecute}",
            &[INVALID],
        ),
    ];
    for (tolerations, expected) in cases {
        let text = class(&format!("scheduling: {{tolerations: [{tolerations}]}}"));
        assert_eq!(&found(&[("a.yaml", &text)]), expected, "{tolerations}");
    }
}

#[test]
fn v1alpha1_is_not_validated() {
    let text = "{apiVersion: node.k8s.io/v1alpha1, kind: RuntimeClass, metadata: {name: a}, spec: \
                {runtimeHandler: a, overhead: {podFixed: {cpu: 1}}}}\n---\n";
    let text = format!("{text}{}", pod("runtimeClassName: a, overhead: {cpu: 1}"));
    let found = findings(&[("a.yaml", &text)], false, "1.24");
    assert_eq!(found.len(), 0);
}

#[test]
fn class_is_reported_missing_only_if_certain() {
    let (class, pod) = (class(""), pod("runtimeClassName: b"));
    assert_eq!(
        found(&[("a/c.yaml", &class), ("a/p.yaml", &pod)]),
        [NOT_FOUND]
    );
    assert!(found(&[("b/c.yaml", &class), ("a/p.yaml", &pod)]).is_empty());
    assert_eq!(findings(&[("a/p.yaml", &pod)], true, "1.36").len(), 1);
    let unnamed = class.replace("name: a", "name: '{{ .name }}'");
    assert!(findings(&[("a/p.yaml", &pod), ("b/c.yaml", &unnamed)], true, "1.36").is_empty());
    for name in ["gvisor", "kata-fc", "nvidia", "''", "'${A}'"] {
        let pod = self::pod(&format!("runtimeClassName: {name}"));
        assert!(
            findings(&[("a.yaml", &pod)], true, "1.36").is_empty(),
            "{name}"
        );
    }
    let custom = "{apiVersion: example.com/v1, kind: Task, metadata: {name: t}, spec: {template: {spec: \
                  {runtimeClassName: b, containers: []}}}}";
    assert_eq!(
        found(&[("a/c.yaml", &class), ("a/t.yaml", custom)]),
        ["warning runtimeclassname-not-found"]
    );
}

#[test]
fn pod_and_class_are_compared_only_if_the_class_is_certain() {
    let class = |pool: &str| class(&format!("scheduling: {{nodeSelector: {{pool: {pool}}}}}"));
    let (x, y) = (class("one"), class("two"));
    let pod = pod("runtimeClassName: a, nodeSelector: {pool: two}, overhead: {}");
    let both = [CONFLICT, OVERHEAD].as_slice();
    for (files, expected) in [
        ([("a/c.yaml", &x), ("a/p.yaml", &pod)].as_slice(), both),
        (&[("c/c.yaml", &x), ("a/p.yaml", &pod)], both),
        (&[("a/c.yaml", &y), ("a/p.yaml", &pod)], &[OVERHEAD]),
        // From another cluster.
        (
            &[("a/c.yaml", &x), ("a/p.yaml", &pod), ("b/c.yaml", &y)],
            both,
        ),
        // Ambiguous.
        (
            &[("a/c.yaml", &x), ("a/d.yaml", &y), ("a/p.yaml", &pod)],
            &[],
        ),
        (
            &[("b/c.yaml", &x), ("c/c.yaml", &y), ("a/p.yaml", &pod)],
            &[],
        ),
        (&[("a/p.yaml", &pod)], &[]),
    ] {
        let texts: Vec<(&str, &str)> = files.iter().map(|(n, t)| (*n, t.as_str())).collect();
        let mut found = found(&texts);
        found.sort_unstable_by(|a, b| b.cmp(a));
        assert_eq!(found, expected, "{files:?}");
    }
    let kustomization = "resources: [c.yaml, p.yaml]\npatches: [{path: patch.yaml}]\n";
    let patched = [
        ("a/c.yaml", x.as_str()),
        ("a/p.yaml", &pod),
        ("a/patch.yaml", &y),
        ("a/kustomization.yaml", kustomization),
    ];
    assert_eq!(found(&patched), [OVERHEAD], "the patched class counts");
}

#[test]
fn overhead_is_removed_with_its_lines() {
    let lines = |overhead: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n{overhead}  containers:\n  - name: c\n    image: \
             r.example/x:1.0.0\n"
        )
    };
    let class = "apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata:\n  name: a\n  namespace: b # here\nhandler: a\n";
    for (before, after) in [
        (
            lines("  overhead: # of the class\n    cpu: 1\n    memory: 1Mi\n"),
            lines(""),
        ),
        (lines("  overhead: {}\n"), lines("")),
        (
            class.to_owned(),
            class.replace("  namespace: b # here\n", ""),
        ),
    ] {
        let findings = findings(&[("a.yaml", &before)], false, "1.36");
        let edit = &findings[0].fixes[0].edits[0];
        let mut text = before.clone();
        text.replace_range(edit.place.span.range(), &edit.content);
        assert_eq!(text, after);
        assert!(found(&[("a.yaml", &text)]).is_empty());
    }
}

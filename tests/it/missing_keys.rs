//! A key is reported as missing only if that is certain.

use std::sync::Arc;

use podwright_cluster::workspace::{ClusterContext, File, Workspace};
use podwright_lint::{DefaultRules, lint};
use podwright_syntax::text::Source;

const POD: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
    - name: web
      image: registry.example/web:1.4.2
      env:
        - name: LEVEL
          valueFrom:
            configMapKeyRef: {name: settings, key: level}
";
const MAP: &str = "\
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: shop}
data: {LEVEL: info}
";

/// Findings of `config-ref-missing` as level and message.
fn found(files: &[(&str, &str)], complete: bool) -> Vec<String> {
    let context = Arc::new(ClusterContext {
        complete,
        ..ClusterContext::default()
    });
    let files = files.iter().map(|(name, text)| {
        let source = Source::new((*name).to_owned(), *text);
        File::read(source, &context)
    });
    let findings = lint(&Workspace::new(files.collect()), &DefaultRules::default()).findings;
    let own = findings
        .iter()
        .filter(|one| one.rule == "config-ref-missing");
    own.map(|one| format!("{}: {}", one.level.name(), one.message))
        .collect()
}

#[test]
fn key_of_a_complete_object_is_missing() {
    let expected = ["warning: ConfigMap `settings` has no key `level`"];
    assert_eq!(
        found(&[("pod.yaml", POD), ("map.yaml", MAP)], false),
        expected
    );
    assert_eq!(
        found(&[("a/pod.yaml", POD), ("b/map.yaml", MAP)], false),
        expected,
        "the namespace is known"
    );
}

#[test]
fn key_that_may_exist_is_not_reported() {
    let patch = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\ndata: {level: x}\n";
    let with = |from: &str, to: &str| MAP.replace(from, to);
    let unnamed = |text: &str| text.replace(", namespace: shop", "");
    let optional = POD.replace("key: level}", "key: level, optional: true}");
    let cases: Vec<(&str, Vec<(&str, String)>)> = vec![
        ("optional", vec![("pod.yaml", optional), ("map.yaml", MAP.to_owned())]),
        ("no object", vec![("pod.yaml", POD.to_owned())]),
        (
            "a variant",
            vec![
                ("pod.yaml", POD.to_owned()),
                ("map.yaml", MAP.to_owned()),
                ("prod/map.yaml", MAP.to_owned()),
            ],
        ),
        (
            "an object of another example",
            vec![("a/pod.yaml", unnamed(POD)), ("b/map.yaml", unnamed(MAP))],
        ),
        (
            "a patch",
            vec![
                ("pod.yaml", POD.to_owned()),
                ("map.yaml", MAP.to_owned()),
                ("patch.yaml", patch.to_owned()),
                (
                    "kustomization.yaml",
                    "resources: [pod.yaml, map.yaml]\npatches: [{path: patch.yaml}]\n".to_owned(),
                ),
            ],
        ),
        (
            "an inline patch in the kustomization",
            vec![
                ("pod.yaml", POD.to_owned()),
                ("map.yaml", MAP.to_owned()),
                (
                    "kustomization.yaml",
                    "resources: [pod.yaml, map.yaml]\npatches:\n  - target: {kind: ConfigMap}\n    patch: '[{op: add, path: /data/level, value: info}]'\n".to_owned(),
                ),
            ],
        ),
        (
            "a generator that merges",
            vec![
                ("pod.yaml", POD.to_owned()),
                ("map.yaml", MAP.to_owned()),
                (
                    "kustomization.yaml",
                    "resources: [pod.yaml, map.yaml]\nconfigMapGenerator:\n  - name: settings\n    behavior: merge\n    envs: [more.env]\n".to_owned(),
                ),
            ],
        ),
        (
            "an empty object",
            vec![("pod.yaml", POD.to_owned()), ("map.yaml", with("{LEVEL: info}", "{}"))],
        ),
        (
            "a controller populates it",
            vec![
                ("pod.yaml", POD.to_owned()),
                (
                    "map.yaml",
                    with("shop}", "shop, labels: {config.openshift.io/inject-trusted-cabundle: 'true'}}"),
                ),
            ],
        ),
        (
            "a template",
            vec![("pod.yaml", POD.to_owned()), ("map.yaml", with("LEVEL:", "'{{ .Values.key }}':"))],
        ),
    ];
    for (case, files) in cases {
        let files: Vec<(&str, &str)> = files
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        let said = found(&files, false);
        let resolve_exact = said.iter().filter(|one| !one.starts_with("info"));
        assert_eq!(resolve_exact.count(), 0, "{case}: {said:?}");
    }
}

#[test]
fn missing_object_is_an_error_in_a_complete_run() {
    let other = MAP.replace("settings", "quite-another");
    let files = [("pod.yaml", POD), ("map.yaml", other.as_str())];
    let message = "ConfigMap `settings` not found in namespace `shop`";
    assert_eq!(found(&files, true), [format!("warning: {message}")]);
    assert_eq!(found(&files, false), [format!("info: {message}")]);
    // Many Secrets are created manually.
    let secret = |text: &str| {
        let text = text.replace("configMapKeyRef", "secretKeyRef");
        text.replace("ConfigMap", "Secret")
            .replace("\ndata:", "\nstringData:")
    };
    let (pod, other) = (secret(POD), secret(&other));
    let files = [("pod.yaml", pod.as_str()), ("secret.yaml", other.as_str())];
    assert_eq!(found(&files, false), Vec::<String>::new());
    assert_eq!(
        found(&files, true),
        ["warning: Secret `settings` not found in namespace `shop`"]
    );
}

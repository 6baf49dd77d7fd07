//! Credentials are never shown, in any report format or finding, whatever is wrong around them.

use std::sync::Arc;

use crate::redaction::reports::reports;
use podwright_cluster::workspace::{ClusterContext, File, Workspace};
use podwright_lint::{DefaultRules, lint};
use podwright_rule::finding::Finding;
use podwright_syntax::text::Source;

/// A password, and its base64 encodings alone and as part of other strings.
const SECRETS: [&str; 5] = [
    "86753098675309",
    "eyJyLmV4YW1wbGUi",
    "hunter2canary",
    "cm9ib3Q6aHVudGVyMmNhbmFyeQ",
    "aHVudGVyMmNhbmFyeQ",
];

/// Name, text, and a rule that must have a finding, so that there is an excerpt that might show too much.
const FILES: &[(&str, &str, &str)] = &[
    (
        "wrong-type.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  .dockerconfigjson: '{\"auths\":{\"r.example\":{\"auth\":\"cm9ib3Q6aHVudGVyMmNhbmFyeQ==\"}}}'\n",
        "pull-secret-wrong-type",
    ),
    (
        "poisoned.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: |\n    {\"auths\": {\n      \"https://robot:hunter2canary@r.example\": {\"auth\": \"robot:hunter2canary\"},\n      \"s.example\": {\"username\": 1, \"password\": \"hunter2canary\"}},\n     \"HttpHeaders\": {\"X-Token\": \"hunter2canary\"}}\n",
        "dockerconfig-poisoned-entry",
    ),
    (
        "unclosed.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: |\n    {\"auths\": {\"r.example\": {\"password\": \"hunter2canary}}}\n",
        "dockerconfig-invalid-json",
    ),
    (
        "folded.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/dockercfg\nstringData:\n  .dockercfg: \"{\\\"r.example\\\": {\\\"password\\\":\n    \\\"hunter2canary\\\", \\\"email\\\": 1}}\"\n",
        "dockerconfig-poisoned-entry",
    ),
    (
        "data.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/dockercfg\ndata:\n  other: aHVudGVyMmNhbmFyeQ==\n  dockercfg: aHVudGVyMmNhbmFyeQ==\n",
        "pull-secret-missing-key",
    ),
    (
        "number.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  pin: 86753098675309\n",
        "yaml-number-like-string",
    ),
    (
        "not-base64.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  a: hunter2canary!\n",
        "wrong-type",
    ),
    (
        "broken.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\nstringData:\n  a: hunter2canary: b\n  c hunter2canary\n  d: \"hunter2canary\n  e: hunter2canary\n",
        "yaml-syntax",
    ),
    (
        "twice.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  a: hunter2canary\n  a: &b hunter2canary\n  c: *b\n",
        "yaml-duplicate-key",
    ),
    (
        "list.json",
        "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{\"apiVersion\": \"v1\", \"kind\": \"Secret\", \"metadata\": {\"name\": \"a\"}, \"type\": \"kubernetes.io/dockercfg\", \"data\": {\"x\": \"aHVudGVyMmNhbmFyeQ==\"}}]}",
        "pull-secret-missing-key",
    ),
    (
        ".docker/config.json",
        "{\"auths\": {\"r.example\": {\"auth\": \"cm9ib3Q6aHVudGVyMmNhbmFyeQ==\"},\n\"s.example\": {\"auth\": \"hunter2canary\"}},}",
        "dockerconfig-invalid-json",
    ),
    (
        ".dockercfg",
        "{\"r.example\": {\"password\": \"hunter2canary\"},\n\"s.example\": \"hunter2canary\"} // hunter2canary",
        "dockerconfig-invalid-json",
    ),
    (
        "data-text.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/dockerconfigjson\ndata:\n  .dockerconfigjson: '{\"auths\":{\"r.example\":{\"password\":\"hunter2canary\"}}}'\n",
        "pull-secret-data-not-base64",
    ),
    (
        "data-user.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/dockercfg\ndata:\n  .dockercfg: e30=\n  user: robot:hunter2canary\n",
        "pull-secret-data-not-base64",
    ),
    (
        "twice-encoded.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/dockercfg\nstringData:\n  .dockercfg: eyJyLmV4YW1wbGUiOnsicGFzc3dvcmQiOiJodW50ZXIyY2FuYXJ5In19\n",
        "pull-secret-double-base64",
    ),
    (
        "overridden.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/dockercfg\ndata:\n  .dockercfg: aHVudGVyMmNhbmFyeQ==\nstringData:\n  .dockercfg: '{\"r.example\":{\"password\":\"hunter2canary\"}}'\n",
        "pull-secret-stringdata-overrides",
    ),
    (
        "near-miss.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/dockerConfigJson\nstringData: {.dockerconfigjson: '{\"auths\":{\"r.example\":{\"password\":\"hunter2canary\"}}}'}\n",
        "pull-secret-type-near-miss",
    ),
    (
        "immutable.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/dockercfg\nstringData: {.dockercfg: '{\"r.example\":{\"password\":\"hunter2canary\"}}'}\nimmutable: true\n",
        "pull-secret-immutable-rotation",
    ),
    (
        "no-image.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  imagePullSecrets: [{name: a}]\n  containers: [{name: c, image: s.example/c:1}]\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/dockercfg\nstringData: {.dockercfg: '{\"https://robot:hunter2canary@r.example\":{\"password\":\"hunter2canary\"}}'}\n",
        "pull-secret-covers-no-image",
    ),
    (
        "private.yaml",
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: s, namespace: n}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: n}\nspec:\n  serviceAccountName: s\n  containers: [{name: c, image: r.example/c:1}]\n---\napiVersion: v1\nkind: Secret\ntype: kubernetes.io/dockercfg\nmetadata: {name: a, namespace: n}\nstringData: {.dockercfg: '{\"https://robot:hunter2canary@r.example\":{\"password\":\"hunter2canary\"}}'}\n",
        "private-image-without-credential",
    ),
    (
        "provider.yaml",
        "apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\nproviders:\n- name: a\n  envs:\n  - {name: A, value: hunter2canary}\n",
        "credprovider-invalid",
    ),
    (
        "provider-mapping.yaml",
        "apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\nproviders:\n- name: a\n  environment:\n    A: hunter2canary\n",
        "credprovider-invalid",
    ),
    (
        "kustomization.yaml",
        "secretGenerator:\n- name: a\n  literals:\n  - password=hunter2canary\n  literals:\n  - password=hunter2canary\n",
        "yaml-duplicate-key",
    ),
];

/// Likewise for the rules of Docker configurations: the document of a Secret, and the rule.
const DOCUMENTS: &[(&str, &str)] = &[
    (
        r#"{"auths": {"r.example": {"auth": "robot:hunter2canary"}}}"#,
        "dockerconfig-auth-bad-base64",
    ),
    (
        r#"{"auths": {"r.example": {"auth": "Y205aWIzUTZhSFZ1ZEdWeU1tTmhibUZ5ZVE9PQ=="}}}"#,
        "dockerconfig-auth-bad-base64",
    ),
    (
        r#"{"auths": {"r.example": {"auth": "cm9ib3Q6aHVudGVyMmNhbmFyeQ==", "username": "robot", "password": "other"}}}"#,
        "dockerconfig-auth-overrides-userpass",
    ),
    (
        r#"{"auths": {"r.example": {"auth": "cm9ib3Q6aHVudGVyMmNhbmFyeQ=="}, "s.example": {}}}"#,
        "dockerconfig-empty-credential",
    ),
    (
        r#"{"auths": {"r.example": {"auth": "cm9ib3Q6", "identitytoken": "hunter2canary"}}}"#,
        "dockerconfig-identitytoken-ignored",
    ),
    (
        r#"{"auths": {"r.example": {"password": "hunter2canary"}}, "credsStore": "hunter2canary"}"#,
        "dockerconfig-cred-helper",
    ),
    (
        r#"{"auths": {"r.example": {"password": "hunter2canary"}}, "HttpHeaders": {"X-Token": "hunter2canary"}}"#,
        "dockerconfig-httpheaders-ignored",
    ),
    (
        r#"{"r.example": {"username": "robot", "password": "hunter2canary"}}"#,
        "dockerconfig-legacy-shape",
    ),
    (
        r#"{"auth": {"r.example": {"username": "robot", "password": "hunter2canary"}}}"#,
        "dockerconfig-no-auths",
    ),
    (
        r#"{"auths": {"r.example": {"password": "hunter2canary"}, "https://r.example/": {"password": "x"}}}"#,
        "dockerconfig-duplicate-registry",
    ),
    (
        r#"{"auths": {"r.example": {"password": "hunter2canary", "password": "hunter2canary"}}}"#,
        "dockerconfig-duplicate-json-key",
    ),
    (
        r#"{"auths": {"http://robot:hunter2canary@r.example": {"password": "hunter2canary"}}}"#,
        "credential-over-http",
    ),
    (
        r#"{"auths": {"r.example": {"password": "ghp_hunter2canaryk3Jq8ZtR5wLx2VnB7yHc9PdF4"}}}"#,
        "credential-plaintext-committed",
    ),
    (
        r#"{"auths": {"quay.io": {"password": "hunter2canary"}}}"#,
        "stale-credential-blocks-public",
    ),
    (
        r#"{"auths": {"pip install https://robot:hunter2canary@r.example x": {"password": "hunter2canary"}}}"#,
        "registry-key-unparsable",
    ),
    (
        r#"{"auths": {"https://robot:hunter2canary@r.example/a?": {"password": "hunter2canary"}}}"#,
        "registry-key-glob-question-mark",
    ),
    (
        r#"{"auths": {"r.example/a?token=hunter2canary": {"password": "hunter2canary"}}}"#,
        "registry-key-glob-question-mark",
    ),
    (
        r#"{"auths": {"robot:hunter2canary@r[ab].example": {"password": "hunter2canary"}}}"#,
        "registry-key-glob-bracket",
    ),
    (
        r#"{"auths": {"robot:hunter2canary@r.example/*": {"password": "hunter2canary"}}}"#,
        "registry-key-glob-in-path-or-port",
    ),
    (
        r#"{"auths": {"robot:hunter2canary@*r.example": {"password": "hunter2canary"}}}"#,
        "registry-key-glob-label-count",
    ),
    (
        r#"{"auths": {"robot:hunter2canary@*.io": {"password": "hunter2canary"}}}"#,
        "registry-key-glob-too-broad",
    ),
    (
        r#"{"auths": {"robot:hunter2canary@r.example/a:1": {"password": "hunter2canary"}}}"#,
        "registry-key-has-tag",
    ),
    (
        r#"{"auths": {"robot:hunter2canary@r.example/A": {"password": "hunter2canary"}}}"#,
        "registry-key-uppercase",
    ),
    (
        r#"{"auths": {"robot:hunter2canary@r.example/a": {"password": "hunter2canary"}}}"#,
        "registry-key-path-not-on-boundary",
    ),
    (
        r#"{"auths": {"robot:hunter2canary@r.example:443": {"password": "hunter2canary"}}}"#,
        "registry-key-explicit-port",
    ),
    (
        r#"{"auths": {"https://https://robot:hunter2canary@r.example": {"password": "hunter2canary"}}}"#,
        "registry-key-scheme-typo",
    ),
    (
        r#"{"auths": {"robot:hunter2canary@r.example/v2": {"password": "hunter2canary"}}}"#,
        "registry-key-version-path",
    ),
    (
        r#"{"auths": {"robot:hunter2canary@hub.docker.com": {"password": "hunter2canary"}}}"#,
        "dockerhub-key-never-matches",
    ),
    (
        r#"{"auths": {"index.docker.io": {"password": "hunter2canary"}, "robot:hunter2canary@docker.io": {"password": "x"}}}"#,
        "dockerhub-key-shadowed",
    ),
];

/// The document is in `stringData` as a block scalar and as a quoted string, and encoded in `data`, with a Pod that
/// uses it.
#[test]
fn docker_config_rules_show_no_credential() {
    const HEAD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  imagePullSecrets: [{name: a}]\n  containers:\n  - {name: a, image: 'r.example/a:1.0.0'}\n  - {name: b, image: 'r.example/ab:1.0.0'}\n  - {name: c, image: 'localhost/x:1.0.0'}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\ntype: kubernetes.io/dockerconfigjson\n";
    for (document, rule) in DOCUMENTS {
        let escaped = document.replace('"', "\\\"");
        for value in [
            format!("stringData:\n  .dockerconfigjson: |\n    {document}\n"),
            format!("stringData:\n  .dockerconfigjson: '{document}'\n"),
            format!("stringData:\n  .dockerconfigjson: \"{escaped}\"\n"),
            format!(
                "data:\n  .dockerconfigjson: {}\n",
                base64(document.as_bytes())
            ),
        ] {
            let text = format!("{HEAD}{value}");
            let file = File::read(Source::new("a.yaml".to_owned(), text), &Arc::default());
            let workspace = Workspace::new(vec![file]);
            let findings =
                lint(&workspace, &DefaultRules::for_clusters(Default::default())).findings;
            assert!(
                findings.iter().any(|finding| finding.rule == *rule),
                "{rule}: {findings:#?}"
            );
            let shown = format!("{findings:?}") + &reports_of(&workspace, &findings);
            for secret in SECRETS {
                assert!(!shown.contains(secret), "{rule}: {shown}");
            }
            assert!(
                !shown.contains(&base64(document.as_bytes())[..40]),
                "{rule}: {shown}"
            );
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .fold(0_usize, |group, &byte| group << 8 | usize::from(byte))
            << (8 * (3 - chunk.len()));
        for at in 0..4 {
            let shown = at <= chunk.len();
            out.push(if shown {
                char::from(ALPHABET[group >> (18 - 6 * at) & 63])
            } else {
                '='
            });
        }
    }
    out
}

#[test]
fn no_report_shows_a_credential() {
    for (name, text, rule) in FILES {
        let context = Arc::new(ClusterContext::default());
        let file = File::from_bytes((*name).to_owned(), text.as_bytes().to_vec(), &context);
        let workspace = Workspace::new(vec![file]);
        let findings = lint(&workspace, &DefaultRules::for_clusters(Default::default())).findings;
        assert!(
            findings.iter().any(|finding| finding.rule == *rule),
            "{name}: {findings:#?}"
        );
        let shown = format!("{findings:?}") + &reports_of(&workspace, &findings);
        assert!(shown.contains("***"), "{name}: no excerpt in {shown}");
        for secret in SECRETS {
            assert!(!shown.contains(secret), "{name}: {shown}");
        }
    }
}

fn reports_of(workspace: &Workspace, findings: &[Finding]) -> String {
    let sources: Vec<Source> = workspace.files.iter().map(|f| f.source.clone()).collect();
    reports(&sources, findings)
}

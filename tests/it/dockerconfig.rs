//! Docker configurations from practice and the findings for them: common mistakes, and incidents of other projects.

use std::sync::Arc;

use podwright_cluster::workspace::{File, Workspace};
use podwright_lint::{DefaultRules, lint};
use podwright_rule::finding::Severity;
use podwright_syntax::text::Source;

/// Rules with warnings and errors for a Secret with this document under `stringData` and a Pod with these images.
fn found(document: &str, images: &[&str]) -> Vec<&'static str> {
    let mut text = "apiVersion: v1\nkind: Secret\nmetadata: {name: regcred, namespace: shop}\n\
                    type: kubernetes.io/dockerconfigjson\nstringData:\n  .dockerconfigjson: |\n"
        .to_owned();
    for line in document.lines() {
        text.push_str(&format!("    {line}\n"));
    }
    text.push_str(
        "---\napiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  imagePullSecrets:\n  \
         - name: regcred\n  containers:\n  - {name: web, image: \"r.example/web:1.0.0\"}\n",
    );
    for (at, image) in images.iter().enumerate() {
        text.push_str(&format!("  - {{name: c{at}, image: \"{image}:1.0.0\"}}\n"));
    }
    let file = File::read(Source::new("a.yaml".to_owned(), text), &Arc::default());
    let workspace = Workspace::new(vec![file]);
    let findings = lint(&workspace, &DefaultRules::for_clusters(Default::default())).findings;
    let serious = findings
        .iter()
        .filter(|finding| finding.level > Severity::Info);
    let mut rules: Vec<&str> = serious.map(|finding| finding.rule).collect();
    rules.dedup();
    rules
}

fn of_key(key: &str, images: &[&str]) -> Vec<&'static str> {
    let document =
        format!(r#"{{"auths": {{"{key}": {{"username": "robot", "password": "example"}}}}}}"#);
    found(&document, images)
}

#[test]
fn common_mistakes() {
    assert_eq!(
        of_key("*my-registry.io", &[]),
        ["registry-key-glob-label-count"]
    );
    assert_eq!(
        of_key("*-docker.pkg.dev", &["us-docker.pkg.dev/a/b"]),
        [""; 0]
    );
    assert_eq!(
        of_key("https://index.docker.io/v1", &[]),
        ["dockerhub-key-never-matches"]
    );
    assert_eq!(
        of_key("https://index.docker.io/v1/", &["team/app"]),
        [""; 0]
    );
    assert_eq!(
        of_key("gcr.io/proj", &["gcr.io/proj-x/app"]),
        ["registry-key-path-not-on-boundary"]
    );
    assert_eq!(of_key("gcr.io/proj", &["gcr.io/proj/app"]), [""; 0]);
    let poisoned =
        r#"{"auths": {"ghcr.io": {"auth": "cm9ib3Q="}, "r.example": {"auth": "cm9ib3Q6eA=="}}}"#;
    assert_eq!(
        found(poisoned, &["r.example/app"]),
        ["dockerconfig-poisoned-entry"]
    );
}

/// gabibbo97/charts#24
#[test]
fn missing_auths_wrapper() {
    let document = r#"{"ghcr.io": {"username": "robot", "password": "example"}}"#;
    assert_eq!(found(document, &[]), ["dockerconfig-legacy-shape"]);
}

/// titansoft-pte-ltd/imagepullsecret-patcher#26: the kubelet accepts both names of Docker Hub.
#[test]
fn both_names_of_docker_hub() {
    for key in [
        "docker.io",
        "https://index.docker.io/v1/",
        "https://docker.io/v1/",
    ] {
        assert_eq!(of_key(key, &["nginx", "team/app"]), [""; 0], "{key}");
    }
}

/// ai-dynamo/dynamo#10790
#[test]
fn command_instead_of_a_host() {
    let key = "pip install --extra-index-url https://pypi.example/simple app";
    assert_eq!(of_key(key, &[]), ["registry-key-unparsable"]);
}

/// kubewarden/adm-controller#1734: complete for the kubelet.
#[test]
fn user_name_and_password_without_auth() {
    assert_eq!(of_key("r.example", &["r.example/app"]), [""; 0]);
}

/// opendatahub-io/odh-gitops#52
#[test]
fn placeholder_that_is_not_json() {
    assert_eq!(found("testauth", &[]), ["dockerconfig-invalid-json"]);
}

/// An ISO 8859-1 byte in a node file: the location is reported, but nothing of the password.
#[test]
fn byte_that_is_not_utf8() {
    let bytes =
        b"{\"auths\": {\"r.example\": {\"username\": \"robot\", \"password\": \"ex\xe4mple\"}}}"
            .to_vec();
    let file = File::from_bytes(".docker/config.json".to_owned(), bytes, &Arc::default());
    let workspace = Workspace::new(vec![file]);
    let findings = lint(&workspace, &DefaultRules::for_clusters(Default::default())).findings;
    let found: Vec<_> = findings
        .iter()
        .filter(|one| one.level > Severity::Info)
        .collect();
    assert_eq!(found.len(), 1, "{findings:#?}");
    assert_eq!(found[0].rule, "dockerconfig-not-utf8");
    let at = found[0].primary.place.span;
    assert_eq!(workspace.files[0].tree.slice(at), "?");
}

//! The document of an image pull secret is rejected exactly if the Kubernetes 1.36 code rejects it.
//!
//! `secretlookup.jsonl` contains lookups of the credentials of an image. This test only compares whether the
//! documents can be decoded, and checks that each credential that Kubernetes found is among the decoded ones.

use podwright_model::DockerConfig;
use podwright_model::docker_config::Shape;
use podwright_syntax::json;
use serde_json::Value;

/// Format that a Secret of this type must have under this key; other Secrets contribute nothing.
fn shape(secret: &Value) -> Option<Shape> {
    match (secret["Type"].as_str()?, secret["Key"].as_str()?) {
        ("kubernetes.io/dockerconfigjson", ".dockerconfigjson") => Some(Shape::Modern),
        ("kubernetes.io/dockercfg", ".dockercfg") => Some(Shape::Legacy),
        _ => None,
    }
}

#[test]
fn documents_are_rejected_if_kubernetes_rejects_them() {
    let (mut seen, mut refused) = (0, 0);
    for line in include_str!("../data/conformance/secretlookup.jsonl").lines() {
        let pair: Value = serde_json::from_str(line).unwrap();
        let mut usable = true;
        let mut known = Vec::new();
        for secret in pair["in"]["secrets"].as_array().unwrap() {
            let text = secret["Data"].as_str().unwrap();
            let Some(shape) = shape(secret).filter(|_| !text.is_empty()) else {
                continue;
            };
            let config = DockerConfig::decode(&json::read(text.into()), shape);
            assert!(!config.is_template, "{line}");
            usable &= config.is_usable();
            for credential in config.live_entries().filter_map(|e| e.credential.as_ref()) {
                let (user, password) = credential.expose();
                known.push([user, b":", password].concat());
            }
        }
        assert_eq!(usable, pair["out"]["err"].is_null(), "{line}");
        for found in pair["out"]["creds"].as_array().into_iter().flatten() {
            let found = found.as_str().unwrap().as_bytes();
            assert!(known.iter().any(|own| own == found), "{line}");
        }
        seen += 1;
        refused += usize::from(!usable);
    }
    assert_eq!(seen, 95);
    assert!(refused > 5, "only {refused} documents were rejected");
}

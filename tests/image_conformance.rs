//! Every image of `tests/data/conformance/image.jsonl` is read as the Kubernetes 1.36 code reads it.

use podwright::cluster::pull::default_pull_policy;
use podwright::model::{ImageReference, KubernetesVersion};
use serde_json::Value;

#[test]
fn images_agree_with_kubernetes() {
    let pairs = include_str!("data/conformance/image.jsonl");
    let version = KubernetesVersion::NEWEST;
    let mut seen = 0;
    let mut wrong = Vec::new();
    for line in pairs.lines().filter(|line| !line.is_empty()) {
        let pair: Value = serde_json::from_str(line).unwrap();
        let image = pair["in"]["image"].as_str().unwrap();
        let (repo, tag, digest, failed) = match ImageReference::parse(image, version) {
            Ok(parsed) => (
                parsed.repository(),
                parsed.effective_tag().unwrap_or("").to_owned(),
                parsed.digest.clone().unwrap_or_default(),
                false,
            ),
            Err(_) => (String::new(), String::new(), String::new(), true),
        };
        let expected = &pair["out"];
        let same = expected["repo"] == repo.as_str()
            && expected["tag"] == tag.as_str()
            && expected["digest"] == digest.as_str()
            && expected["err"].is_null() != failed
            && expected["defaultPullPolicy"] == default_pull_policy(image, version).name();
        if !same {
            wrong.push(format!(
                "{image:?}: {expected} but {repo} {tag} {digest} {failed}"
            ));
        }
        seen += 1;
    }
    assert_eq!(seen, 207);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

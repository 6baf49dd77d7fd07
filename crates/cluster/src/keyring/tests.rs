use super::*;
use podwright_model::docker_config::Shape;
use podwright_syntax::json;

fn keyring(documents: &[&str]) -> Keyring<usize> {
    let decode = |text: &&str| DockerConfig::decode(&json::read((*text).into()), Shape::Modern);
    let configs: Vec<DockerConfig> = documents.iter().map(decode).collect();
    let documents = configs.iter().enumerate();
    Keyring::of(documents.map(|(index, config)| (config, move |_: &Entry| index)))
}

fn tried(keyring: &Keyring<usize>, image: &str) -> Vec<(String, usize, Fit)> {
    let lookup = keyring.lookup(image);
    let tried = lookup.tried.iter();
    tried
        .map(|tried| {
            (
                tried.entry.registry.to_string(),
                tried.entry.origin,
                tried.fit,
            )
        })
        .collect()
}

#[test]
fn the_longer_key_is_first_and_of_one_key_the_earlier_document() {
    let keyring = keyring(&[
        r#"{"auths": {"gcr.io": {}, "gcr.io/proj": {}, "*.io": {}}}"#,
        r#"{"auths": {"https://gcr.io/": {}}}"#,
    ]);
    let name = |key: &str, document| (key.to_owned(), document, Fit::Key);
    assert_eq!(
        tried(&keyring, "gcr.io/proj/app"),
        [
            name("gcr.io/proj", 0),
            name("gcr.io", 0),
            name("https://gcr.io/", 1),
            name("*.io", 0),
        ]
    );
}

#[test]
fn docker_hubs_own_key_is_the_last_resort() {
    let hub = r#"{"auths": {"https://index.docker.io/v1/": {}}}"#;
    let hub_only = keyring(&[hub]);
    let fallback = ("https://index.docker.io/v1/".to_owned(), 0, Fit::DockerHub);
    for image in ["docker.io/library/nginx", "localhost/x"] {
        assert_eq!(tried(&hub_only, image), std::slice::from_ref(&fallback));
    }
    let both = keyring(&[hub, r#"{"auths": {"docker.io": null}}"#]);
    let lookup = both.lookup("docker.io/library/nginx");
    assert_eq!(lookup.tried.len(), 1);
    assert!(
        lookup.tried[0]
            .entry
            .credential
            .as_ref()
            .is_some_and(Credential::is_empty)
    );
    assert_eq!(lookup.not_tried[0].why, MatchFailure::Shadowed);
}

#[test]
fn random_order_is_reported_and_placeholders_are_unknown() {
    let keyring = keyring(&[
        r#"{"auths": {"gcr.io": {}, "https://gcr.io": {}, "${REGISTRY}": {}, "gcr io": {}}}"#,
    ]);
    let lookup = keyring.lookup("gcr.io/x");
    assert!(lookup.tried.iter().all(|tried| tried.is_order_random));
    assert_eq!(lookup.tried.len(), 2);
    assert_eq!(lookup.unknown.len(), 1);
    assert_eq!(
        lookup.not_tried[0].why,
        MatchFailure::NotAUrl(UrlError::Blank)
    );
}

#[test]
fn a_poisoned_document_is_not_added() {
    let keyring = keyring(&[r#"{"auths": {"a": 1, "b": {}}}"#, r#"{"auths": {"c": {}}}"#]);
    let registries = keyring.entries().iter().map(|one| one.registry.to_string());
    assert_eq!(registries.collect::<Vec<_>>(), ["c"]);
}

#[test]
fn no_credential_is_shown() {
    let keyring = keyring(&[
        r#"{"auths": {"me:hunter2@gcr.io": {"username": "me", "password": "hunter2"}}}"#,
    ]);
    let shown = format!("{keyring:?} {:?}", keyring.lookup("gcr.io/x"));
    assert!(shown.contains("gcr.io"), "{shown}");
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn keyrings_are_compared_by_what_the_kubelet_keeps() {
    let differ = |left: &str, right: &str| {
        let (left, right) = (keyring(&[left]), keyring(&[right]));
        let found = differences(&left, &right).into_iter();
        found.map(|one| one.key.to_string()).collect::<Vec<_>>()
    };
    let with = |key: &str, password: &str| {
        format!(
            r#"{{"auths": {{"{key}": {{"username": "u", "password": "{password}"}}, "a b": {{}}}}}}"#
        )
    };
    assert!(differ(&with("gcr.io", "a"), &with("https://gcr.io/v1/", "a")).is_empty());
    assert_eq!(
        differ(&with("gcr.io", "a"), &with("gcr.io", "b")),
        ["gcr.io"]
    );
    assert_eq!(differ(&with("gcr.io", "a"), r#"{"auths": {}}"#), ["gcr.io"]);
    assert!(differ(&with("gcr.io", "a"), &with("gcr.io", "${PASSWORD}")).is_empty());
    let both = differ(&with("gcr.io", "a"), &with("quay.io", "a"));
    assert_eq!(both, ["quay.io", "gcr.io"]);
}

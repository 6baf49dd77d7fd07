//! Properties of every text that is parsed as a Docker configuration.

use podwright_cluster::keyring::{Keyring, NormalKey, RegistryKeyError};
use podwright_model::docker_config::{Entry, RegistryKey, Shape};
use podwright_model::{DockerConfig, ImageReference, KubernetesVersion};
use podwright_syntax::json;

const IMAGES: [&str; 6] = [
    "nginx",
    "localhost/x",
    "gcr.io/proj/app",
    "r.example:443/a",
    "[::1]:5000/x",
    "index.docker.io/library/x",
];

/// Parses `text` in both formats and panics if a property does not hold.
pub(crate) fn check(text: &str) {
    let tree = json::read(text.into());
    for shape in [Shape::Modern, Shape::Legacy] {
        let config = DockerConfig::decode(&tree, shape);
        for problem in &config.problems {
            assert!(text.is_char_boundary(problem.span.start as usize));
            assert!(text.is_char_boundary(problem.span.end as usize));
        }
        let keyring = Keyring::of([(&config, |_: &Entry| ())]);
        assert!(config.is_usable() || keyring.entries().is_empty());
        for held in keyring.entries() {
            key(&held.registry);
            fault(&held.registry);
        }
        for image in IMAGES {
            lookup(&keyring, image);
        }
    }
}

/// Normalizing a key twice changes nothing, except for what the kubelet itself changes again when it reads the
/// result: a second API version, a second scheme, and escape sequences.
fn key(registry: &RegistryKey) {
    let Ok(normal) = NormalKey::new(registry) else {
        return;
    };
    let shown = normal.to_string();
    let path = shown.find('/').map_or("", |slash| &shown[slash..]);
    let changes_again = path.starts_with("/v1/")
        || path.starts_with("/v2/")
        || shown.starts_with("http://")
        || shown.starts_with("https://")
        || registry.expose().contains('%');
    if !changes_again {
        assert_eq!(NormalKey::new(&RegistryKey::new(shown)), Ok(normal));
    }
}

/// The problems of a key are found without a panic, and the suggested replacement has none.
fn fault(registry: &RegistryKey) {
    let repaired = RegistryKeyError::of(registry).and_then(|fault| fault.repaired(registry));
    if let Some(repaired) = repaired {
        assert_eq!(RegistryKeyError::of(&RegistryKey::new(repaired)), None);
    }
    if let Ok(normal) = NormalKey::new(registry) {
        let shown = normal.to_string();
        assert!(shown.ends_with(&normal.path()));
        assert!(
            normal
                .port()
                .is_none_or(|port| shown.contains(&format!(":{port}")))
        );
        assert!(normal.match_scope().is_none() || shown.contains('*'));
    }
}

/// A match never depends on tag and digest, and each entry is listed once.
fn lookup(keyring: &Keyring<()>, image: &str) {
    const DIGEST: &str = "@sha256:45b23dee08af5e43a7fea6c4cf9c25ccf269ee113168c19722f87876677c5cb2";
    let tried = |image: &str| {
        let parsed = ImageReference::parse(image, KubernetesVersion::NEWEST);
        let lookup = keyring.lookup(&parsed.expect("an image").repository());
        let count = lookup.tried.len() + lookup.not_tried.len() + lookup.unknown.len();
        assert_eq!(count, keyring.entries().len());
        let tried = lookup.tried.iter();
        tried
            .map(|one| one.entry.registry.clone())
            .collect::<Vec<_>>()
    };
    let plain = tried(image);
    for suffix in [":v1", ":latest", DIGEST, &format!(":v1{DIGEST}")] {
        assert_eq!(tried(&format!("{image}{suffix}")), plain, "{image}{suffix}");
    }
}

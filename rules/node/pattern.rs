//! Entries of `matchImages`.

use podwright_cluster::keyring::{NoMatch, RegistryKeyError, UrlError, urls_match};
use podwright_model::{Body, Field, Object, docker_config::RegistryKey};
use podwright_syntax::NodeId;

/// Returns the known entries of all providers in a CredentialProviderConfig; nothing for other objects.
pub(super) fn patterns(object: &Object) -> impl Iterator<Item = (&str, NodeId)> {
    let config = match &object.body {
        Body::CredentialProviderConfig(config) => config.providers.value(),
        _ => None,
    };
    let lists = config.into_iter().flatten();
    let entries = lists.flat_map(|provider| provider.match_images.value().into_iter().flatten());
    entries
        .filter_map(Field::known)
        .map(|(entry, node)| (entry.as_str(), node))
}

/// Checks whether the kubelet can parse an entry as a URL.
pub(super) fn is_url(entry: &str) -> Result<(), UrlError> {
    match urls_match(entry, "registry.example/image") {
        Err(NoMatch::NotAUrl(error)) => Err(error),
        _ => Ok(()),
    }
}

/// Returns the part after the scheme, if the entry has a scheme.
pub(super) fn without_scheme(entry: &str) -> Option<&str> {
    let (scheme, rest) = entry.split_once("//")?;
    let is_scheme = scheme.is_empty() || scheme.ends_with(':');
    is_scheme.then(|| rest.trim_end_matches('/'))
}

/// Returns the correct Docker Hub entry if `entry` uses another name of Docker Hub.
pub(super) fn docker_hub(entry: &str) -> Option<String> {
    let (host, path) = entry.split_once('/').unwrap_or((entry, ""));
    let is_other_name = host.eq_ignore_ascii_case("index.docker.io")
        || RegistryKeyError::of(&RegistryKey::new(entry)) == Some(RegistryKeyError::DockerHubName);
    let path = path.trim_end_matches('/');
    is_other_name.then(|| match path {
        "" | "v1" | "v2" => "docker.io".to_owned(),
        path => format!("docker.io/{path}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scheme_is_what_stands_before_two_slashes() {
        assert_eq!(without_scheme("https://gcr.io/"), Some("gcr.io"));
        assert_eq!(without_scheme("//gcr.io"), Some("gcr.io"));
        assert_eq!(without_scheme("gcr.io//a"), None);
        assert_eq!(without_scheme("gcr.io:443/a"), None);
    }

    #[test]
    fn docker_hub_has_one_name() {
        for (entry, meant) in [
            ("index.docker.io", Some("docker.io")),
            ("index.docker.io/v1/", Some("docker.io")),
            ("index.docker.io/team", Some("docker.io/team")),
            ("*.docker.io", Some("docker.io")),
            ("docker.io", None),
            ("docker.io/library", None),
            ("gcr.io", None),
        ] {
            assert_eq!(docker_hub(entry).as_deref(), meant, "{entry}");
        }
    }
}

//! Credential provider plugins: programs that the kubelet runs to get credentials (`pkg/credentialprovider/plugin`).

use super::key::urls_match;
use podwright_model::{CredentialProvider, Field, KubernetesVersion};

/// First release in which service account tokens for plugins are enabled by default
/// (`KubeletServiceAccountTokenForCredentialProviders`).
pub const SERVICE_ACCOUNT_TOKENS_SINCE: KubernetesVersion = KubernetesVersion(34);

/// First release that calls the plugins after the node's file. Earlier releases put their credentials into one keyring
/// with those of the file, sorted by key.
pub const PROVIDERS_COME_LAST_SINCE: KubernetesVersion = KubernetesVersion(33);

/// Whether the kubelet calls a plugin for an image. The response of the plugin is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asked {
    /// The plugin is called, because an entry of `matchImages` matches.
    Yes {
        /// Index of the first matching entry in `matchImages`.
        entry: usize,
        /// Whether the plugin receives a token of the Pod's ServiceAccount. The ServiceAccount must have the required
        /// annotations. For a Pod without a ServiceAccount, `requireServiceAccount` decides whether the plugin is
        /// called.
        with_token: bool,
    },
    /// No entry matches.
    No,
    /// An entry is a placeholder.
    Unknown,
}

/// Returns whether a plugin is called for the image `repository`, which is host and path as the kubelet expands them.
///
/// Entries are matched like registry keys, but they are not normalized: an entry that starts with `https://` never
/// matches, and Docker Hub is `docker.io`.
#[must_use]
pub fn is_asked(
    provider: &CredentialProvider,
    repository: &str,
    version: KubernetesVersion,
) -> Asked {
    let entries = match &provider.match_images {
        Field::Value(entries, _) => entries,
        Field::Missing | Field::Null(_) => return Asked::No,
        Field::Unknown(_) | Field::Invalid(_) => return Asked::Unknown,
    };
    let fits = |entry: &Field<String>| {
        let pattern = entry.text()?;
        Some(urls_match(pattern, repository) == Ok(true))
    };
    let found = entries.iter().position(|entry| fits(entry) == Some(true));
    match found {
        Some(entry) => Asked::Yes {
            entry,
            with_token: version >= SERVICE_ACCOUNT_TOKENS_SINCE
                && provider.token_attributes.value().is_some(),
        },
        None if entries.iter().any(|entry| fits(entry).is_none()) => Asked::Unknown,
        None => Asked::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use podwright_model::{Body, decode};
    use podwright_syntax::parse;

    #[test]
    fn the_first_matching_entry_is_returned() {
        let text = "apiVersion: kubelet.config.k8s.io/v1\nkind: CredentialProviderConfig\nproviders:\n- name: ecr\n  \
            matchImages: [https://gcr.io, index.docker.io, '*.dkr.ecr.*.amazonaws.com', gcr.io]\n  tokenAttributes: {}\n";
        let tree = parse(text.into());
        let objects = decode(&tree, &[]);
        let Body::CredentialProviderConfig(config) = &objects[0].body else {
            panic!("{objects:?}");
        };
        let provider = &config.providers.value().unwrap()[0];
        let asked = |image, minor| is_asked(provider, image, KubernetesVersion(minor));
        let yes = |entry, with_token| Asked::Yes { entry, with_token };
        assert_eq!(asked("gcr.io/x", 36), yes(3, true));
        assert_eq!(asked("gcr.io/x", 33), yes(3, false));
        assert_eq!(
            asked("1.dkr.ecr.eu-west-1.amazonaws.com/x", 33),
            yes(2, false)
        );
        assert_eq!(
            asked("1.dkr.ecr.cn-north-1.amazonaws.com.cn/x", 33),
            Asked::No
        );
        assert_eq!(asked("docker.io/library/nginx", 36), Asked::No);
    }
}

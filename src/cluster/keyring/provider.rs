//! Credential provider plug-ins: programs that the kubelet asks for credentials (`pkg/credentialprovider/plugin`).

use super::key::urls_match;
use crate::model::{CredentialProvider, Field, KubernetesVersion};

/// The first release in which plug-ins that are given a token of the Pod's ServiceAccount are on by default
/// (`KubeletServiceAccountTokenForCredentialProviders`).
pub const SERVICE_ACCOUNT_TOKENS_SINCE: KubernetesVersion = KubernetesVersion(34);

/// The first release that asks the plug-ins after the node's file. Before, all of their credentials are in one
/// keyring with the file's, in its order.
pub const PROVIDERS_COME_LAST_SINCE: KubernetesVersion = KubernetesVersion(33);

/// Whether the kubelet asks a plug-in for credentials for an image. What the plug-in answers, no file tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Asked {
    /// It does: an entry of `matchImages` fits. The index is that of the first.
    Yes {
        /// The index in `matchImages`.
        entry: usize,
        /// It is given a token of the Pod's ServiceAccount, if the ServiceAccount has the annotations that it requires;
        /// a Pod without a ServiceAccount is asked for or not, as `requireServiceAccount` says.
        with_token: bool,
    },
    /// No entry fits.
    No,
    /// An entry is a placeholder.
    Unknown,
}

/// Whether a plug-in is asked for the image `repository`, which is host and path as the kubelet completes them.
///
/// The entries are matched like registry keys, but nothing is taken off before: one that begins with `https://` never
/// fits, and Docker Hub is `docker.io`.
#[must_use]
pub fn is_asked(
    provider: &CredentialProvider,
    repository: &str,
    version: KubernetesVersion,
) -> Asked {
    let entries = match &provider.match_images {
        Field::Is(entries, _) => entries,
        Field::Absent | Field::Null(_) => return Asked::No,
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
    use crate::model::{Body, decode};
    use crate::syntax::parse;

    #[test]
    fn the_first_entry_that_fits_is_told() {
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

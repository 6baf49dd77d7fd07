use super::{Field, decode::Record};
use crate::syntax::NodeId;

/// A CredentialProviderConfig (`kubelet.config.k8s.io`): programs that the kubelet asks for credentials.
///
/// The API's types are in `staging/src/k8s.io/kubelet/config/v1`; that it is decoded strictly is for rules to say.
#[derive(Clone, Debug)]
pub struct CredentialProviderConfig {
    /// `providers`, in order.
    pub providers: Field<Vec<CredentialProvider>>,
}

/// A program that gives credentials.
#[derive(Clone, Debug)]
pub struct CredentialProvider {
    /// Its mapping.
    pub node: NodeId,
    /// `name`: the file name of the program.
    pub name: Field<String>,
    /// `apiVersion`: in which version it is talked to.
    pub api_version: Field<String>,
    /// `matchImages`: for which images it is asked.
    pub match_images: Field<Vec<Field<String>>>,
    /// `defaultCacheDuration`, as it is written.
    pub default_cache_duration: Field<String>,
    /// `args`
    pub args: Field<Vec<Field<String>>>,
    /// `env`: names of variables; their values may be secrets, and are not kept.
    pub env: Field<Vec<Field<String>>>,
    /// `tokenAttributes`
    pub token_attributes: Field<TokenAttributes>,
}

/// `tokenAttributes`: the program is given a token of the Pod's ServiceAccount (1.33 behind a gate, on since 1.34).
#[derive(Clone, Debug)]
pub struct TokenAttributes {
    /// Its mapping.
    pub node: NodeId,
    /// `serviceAccountTokenAudience`
    pub audience: Field<String>,
    /// `requireServiceAccount`: Pods without a ServiceAccount, static ones, are not asked for.
    pub require_service_account: Field<bool>,
    /// `cacheType`: `Token` or `ServiceAccount`.
    pub cache_type: Field<String>,
    /// `requiredServiceAccountAnnotationKeys`: a ServiceAccount without one of them is not asked for.
    pub required_annotation_keys: Field<Vec<Field<String>>>,
    /// `optionalServiceAccountAnnotationKeys`
    pub optional_annotation_keys: Field<Vec<Field<String>>>,
}

/// The kind's name.
pub(super) const KIND: &str = "CredentialProviderConfig";

impl CredentialProviderConfig {
    /// Reads the mapping of a CredentialProviderConfig.
    #[must_use]
    pub fn decode(object: Record<'_>) -> Self {
        Self {
            providers: object.records("providers", CredentialProvider::decode),
        }
    }
}

impl CredentialProvider {
    fn decode(provider: Record<'_>) -> Self {
        let env = provider.records("env", |variable| variable.text("name"));
        Self {
            node: provider.node(),
            name: provider.text("name"),
            api_version: provider.text("apiVersion"),
            match_images: provider.scripts("matchImages"),
            default_cache_duration: provider.text("defaultCacheDuration"),
            args: provider.scripts("args"),
            env,
            token_attributes: provider
                .record("tokenAttributes")
                .map(TokenAttributes::decode),
        }
    }
}

impl TokenAttributes {
    fn decode(attributes: Record<'_>) -> Self {
        Self {
            node: attributes.node(),
            audience: attributes.text("serviceAccountTokenAudience"),
            require_service_account: attributes.boolean("requireServiceAccount"),
            cache_type: attributes.text("cacheType"),
            required_annotation_keys: attributes.scripts("requiredServiceAccountAnnotationKeys"),
            optional_annotation_keys: attributes.scripts("optionalServiceAccountAnnotationKeys"),
        }
    }
}

use super::{Field, decode::Record};
use podwright_syntax::NodeId;

/// CredentialProviderConfig (`kubelet.config.k8s.io`): programs that the kubelet runs to get credentials.
///
/// The API types are in `staging/src/k8s.io/kubelet/config/v1`. Strict decoding is checked by the rules.
#[derive(Clone, Debug)]
pub struct CredentialProviderConfig {
    /// `providers`, in order.
    pub providers: Field<Vec<CredentialProvider>>,
}

/// Program that provides credentials.
#[derive(Clone, Debug)]
pub struct CredentialProvider {
    /// Mapping node.
    pub node: NodeId,
    /// `name`: file name of the program.
    pub name: Field<String>,
    /// `apiVersion` of the requests to the program.
    pub api_version: Field<String>,
    /// `matchImages`: images for which the program is run.
    pub match_images: Field<Vec<Field<String>>>,
    /// `defaultCacheDuration` as written.
    pub default_cache_duration: Field<String>,
    /// `args`
    pub args: Field<Vec<Field<String>>>,
    /// `env`: names of the variables. Their values may be secrets and are not stored.
    pub env: Field<Vec<Field<String>>>,
    /// `tokenAttributes`
    pub token_attributes: Field<TokenAttributes>,
}

/// `tokenAttributes`: the program receives a token of the Pod's ServiceAccount (feature-gated in 1.33, on by default
/// since 1.34).
#[derive(Clone, Debug)]
pub struct TokenAttributes {
    /// Mapping node.
    pub node: NodeId,
    /// `serviceAccountTokenAudience`
    pub audience: Field<String>,
    /// `requireServiceAccount`: the program is not run for Pods without a ServiceAccount (static Pods).
    pub require_service_account: Field<bool>,
    /// `cacheType`: `Token` or `ServiceAccount`.
    pub cache_type: Field<String>,
    /// `requiredServiceAccountAnnotationKeys`: the program is not run for a ServiceAccount that lacks one of them.
    pub required_annotation_keys: Field<Vec<Field<String>>>,
    /// `optionalServiceAccountAnnotationKeys`
    pub optional_annotation_keys: Field<Vec<Field<String>>>,
}

/// Name of the kind.
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

use super::{Field, decode::object};

object! {
    /// CredentialProviderConfig (`kubelet.config.k8s.io`): programs that the kubelet runs to get credentials.
    ///
    /// The API types are in `staging/src/k8s.io/kubelet/config/v1`. Strict decoding is checked by the rules.
    pub struct CredentialProviderConfig {
        /// In order.
        pub providers: Field<Vec<CredentialProvider>> = objects("providers"),
    }
}

object! {
    /// Program that provides credentials.
    pub struct CredentialProvider {
        /// File name of the program.
        pub name: Field<String> = string("name"),
        /// Version of the requests to the program.
        pub api_version: Field<String> = string("apiVersion"),
        /// Images for which the program is run.
        pub match_images: Field<Vec<Field<String>>> = template_strings("matchImages"),
        /// As written.
        pub default_cache_duration: Field<String> = string("defaultCacheDuration"),
        pub args: Field<Vec<Field<String>>> = template_strings("args"),
        /// Names of the variables. Their values may be secrets and are not stored.
        pub env: Field<Vec<Field<String>>> = mappings("env", |variable| variable.string("name")),
        pub token_attributes: Field<TokenAttributes> = object("tokenAttributes"),
    }
}

object! {
    /// `tokenAttributes`: the program receives a token of the Pod's ServiceAccount (feature-gated in 1.33, on by default
    /// since 1.34).
    pub struct TokenAttributes {
        pub audience: Field<String> = string("serviceAccountTokenAudience"),
        /// The program is not run for Pods without a ServiceAccount (static Pods).
        pub require_service_account: Field<bool> = boolean("requireServiceAccount"),
        /// `Token` or `ServiceAccount`.
        pub cache_type: Field<String> = string("cacheType"),
        /// The program is not run for a ServiceAccount that lacks one of them.
        pub required_annotation_keys: Field<Vec<Field<String>>> = template_strings("requiredServiceAccountAnnotationKeys"),
        pub optional_annotation_keys: Field<Vec<Field<String>>> = template_strings("optionalServiceAccountAnnotationKeys"),
    }
}

/// Name of the kind.
pub(super) const KIND: &str = "CredentialProviderConfig";

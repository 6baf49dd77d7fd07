//! Floor 6: the list of every rule, by chapter. A rule's page stands in `rules/<chapter>/<name>.md`.

mod credentials;
mod dockerconfig;
mod environment;
mod image;
mod lifecycle;
mod node;
mod podwright;
mod pull;
mod runtime;
mod syntax;

use crate::rule::{Entry, Meta};

/// Every rule, chapter by chapter.
pub static BOOK: &[Entry] = &[
    // credentials
    Entry::of::<credentials::ImagePullSecretOtherNamespace>(),
    Entry::of::<credentials::ImagePullSecretNotFound>(),
    Entry::of::<credentials::ImagePullSecretNamespaceField>(),
    Entry::of::<credentials::ImagePullSecretEmptyName>(),
    Entry::of::<credentials::PullSecretWrongType>(),
    Entry::of::<credentials::PullSecretMissingKey>(),
    Entry::of::<credentials::ServiceAccountNotFound>(),
    Entry::of::<credentials::PullSecretTypeNearMiss>(),
    Entry::of::<credentials::PullSecretDataNotBase64>(),
    Entry::of::<credentials::PullSecretDoubleBase64>(),
    Entry::of::<credentials::PullSecretStringdataOverrides>(),
    Entry::of::<credentials::PullSecretImmutableRotation>(),
    Entry::of::<credentials::ImagePullSecretInvalidName>(),
    Entry::of::<credentials::ImagePullSecretDuplicate>(),
    Entry::of::<credentials::ServiceAccountDeprecatedField>(),
    Entry::of::<credentials::ImagePullSecretOverridesSa>(),
    Entry::of::<credentials::PullSecretCoversNoImage>(),
    Entry::of::<credentials::SaEnforceMountableSecrets>(),
    Entry::of::<credentials::SaPullSecretNotInheritedStatic>(),
    Entry::of::<credentials::PrivateImageWithoutCredential>(),
    Entry::of::<credentials::SecretTypeImmutableChange>(),
    // dockerconfig
    Entry::of::<dockerconfig::CredentialOverHttp>(),
    Entry::of::<dockerconfig::CredentialPlaintextCommitted>(),
    Entry::of::<dockerconfig::DockerconfigAuthBadBase64>(),
    Entry::of::<dockerconfig::DockerconfigAuthOverridesUserpass>(),
    Entry::of::<dockerconfig::DockerconfigCredHelper>(),
    Entry::of::<dockerconfig::DockerconfigDuplicateJsonKey>(),
    Entry::of::<dockerconfig::DockerconfigDuplicateRegistry>(),
    Entry::of::<dockerconfig::DockerconfigEmptyCredential>(),
    Entry::of::<dockerconfig::DockerconfigHttpheadersIgnored>(),
    Entry::of::<dockerconfig::DockerconfigIdentitytokenIgnored>(),
    Entry::of::<dockerconfig::DockerconfigInvalidJson>(),
    Entry::of::<dockerconfig::DockerconfigLegacyShape>(),
    Entry::of::<dockerconfig::DockerconfigNoAuths>(),
    Entry::of::<dockerconfig::DockerconfigNotUtf8>(),
    Entry::of::<dockerconfig::DockerconfigPoisonedEntry>(),
    Entry::of::<dockerconfig::DockerhubCredsLeakToBareHost>(),
    Entry::of::<dockerconfig::DockerhubKeyNeverMatches>(),
    Entry::of::<dockerconfig::DockerhubKeyShadowed>(),
    Entry::of::<dockerconfig::NodeConfigBrokenFallthrough>(),
    Entry::of::<dockerconfig::NodeConfigDiffers>(),
    Entry::of::<dockerconfig::NodeConfigShadowed>(),
    Entry::of::<dockerconfig::NodeConfigWrongName>(),
    Entry::of::<dockerconfig::RegistryCredentialOrder>(),
    Entry::of::<dockerconfig::RegistryKeyExplicitPort>(),
    Entry::of::<dockerconfig::RegistryKeyGlobBracket>(),
    Entry::of::<dockerconfig::RegistryKeyGlobInPathOrPort>(),
    Entry::of::<dockerconfig::RegistryKeyGlobLabelCount>(),
    Entry::of::<dockerconfig::RegistryKeyGlobQuestionMark>(),
    Entry::of::<dockerconfig::RegistryKeyGlobTooBroad>(),
    Entry::of::<dockerconfig::RegistryKeyHasTag>(),
    Entry::of::<dockerconfig::RegistryKeyPathNotOnBoundary>(),
    Entry::of::<dockerconfig::RegistryKeySchemeTypo>(),
    Entry::of::<dockerconfig::RegistryKeyTrailingSlashNeverExact>(),
    Entry::of::<dockerconfig::RegistryKeyUnparsable>(),
    Entry::of::<dockerconfig::RegistryKeyUppercase>(),
    Entry::of::<dockerconfig::RegistryKeyVersionPath>(),
    Entry::of::<dockerconfig::StaleCredentialBlocksPublic>(),
    // environment
    Entry::of::<environment::EnvNameInvalid>(),
    Entry::of::<environment::EnvValueAndValuefrom>(),
    Entry::of::<environment::EnvFieldpathUnsupported>(),
    Entry::of::<environment::EnvForwardReference>(),
    Entry::of::<environment::StatefulsetHostnameInvalid>(),
    Entry::of::<environment::HostnameFqdnWithoutSubdomain>(),
    Entry::of::<environment::ConfigRefMissing>(),
    Entry::of::<environment::DownwardLabelMissing>(),
    Entry::of::<environment::DownwardVolumeFieldpathUnsupported>(),
    Entry::of::<environment::EnvDuplicateName>(),
    Entry::of::<environment::EnvExpandsImageEnv>(),
    Entry::of::<environment::EnvNameNotShellSafe>(),
    Entry::of::<environment::EnvResourcefieldrefInvalid>(),
    Entry::of::<environment::EnvResourcefieldrefUnknownContainer>(),
    Entry::of::<environment::EnvSelfReference>(),
    Entry::of::<environment::EnvShellSyntax>(),
    Entry::of::<environment::EnvUndefinedReference>(),
    Entry::of::<environment::EnvUnintendedEscape>(),
    Entry::of::<environment::EnvfromBinarydataIgnored>(),
    Entry::of::<environment::EnvfromCollision>(),
    Entry::of::<environment::EnvfromInvalidKey>(),
    Entry::of::<environment::FilekeyrefInvalid>(),
    Entry::of::<environment::HostnameDuplicateReplicas>(),
    Entry::of::<environment::HostnameFqdnTooLong>(),
    Entry::of::<environment::HostnameIgnoredHostnetwork>(),
    Entry::of::<environment::HostnameOverrideConflict>(),
    Entry::of::<environment::HostnameTruncated>(),
    Entry::of::<environment::LifecycleExecUsesExpansion>(),
    Entry::of::<environment::PodNameNotDnsLabel>(),
    Entry::of::<environment::ServiceEnvCollision>(),
    Entry::of::<environment::ServiceEnvNameCollision>(),
    Entry::of::<environment::ServiceLinkDependencyOrder>(),
    Entry::of::<environment::ServiceLinksMany>(),
    Entry::of::<environment::ServiceNamedKubernetes>(),
    Entry::of::<environment::SubdomainWithoutHeadlessService>(),
    Entry::of::<environment::SubpathexprMissingVar>(),
    Entry::of::<environment::UserEnvShadowsKubernetesService>(),
    // image
    Entry::of::<image::ImageInvalidReference>(),
    Entry::of::<image::ImageWhitespace>(),
    Entry::of::<image::ImageHasScheme>(),
    Entry::of::<image::ImageMissing>(),
    Entry::of::<image::ImageDigestMalformed>(),
    Entry::of::<image::ImageTagLatestImplicit>(),
    Entry::of::<image::ImageTagLatestExplicit>(),
    Entry::of::<image::ImageTagLooksLikeLatest>(),
    Entry::of::<image::ImageLatestWithDigest>(),
    Entry::of::<image::ImageMutableTag>(),
    Entry::of::<image::ImageMissingDigest>(),
    Entry::of::<image::ImageNameIsRegistryHost>(),
    Entry::of::<image::ImagePortOutOfRange>(),
    Entry::of::<image::ImageRegistryUnderscore>(),
    Entry::of::<image::ImageHostUppercase>(),
    Entry::of::<image::ImageHubWebUrl>(),
    Entry::of::<image::ImageDeprecatedRegistry>(),
    Entry::of::<image::ImageUnexpandedVariable>(),
    Entry::of::<image::ImageVolumeEmptyReference>(),
    Entry::of::<image::ImageVolumeUnmounted>(),
    Entry::of::<image::ImageVolumeVersion>(),
    Entry::of::<image::ImageArchSuffixMismatch>(),
    Entry::of::<image::ImageArchSuffix>(),
    Entry::of::<image::ImageShortName>(),
    Entry::of::<image::ImageInconsistentTags>(),
    Entry::of::<image::ImageTagAndDigestDisagree>(),
    // lifecycle
    Entry::of::<lifecycle::LifecycleHandlerCount>(),
    Entry::of::<lifecycle::LifecycleInitContainer>(),
    Entry::of::<lifecycle::LifecycleSleepOutOfRange>(),
    Entry::of::<lifecycle::LifecycleTcpsocketUnsupported>(),
    Entry::of::<lifecycle::PrestopExceedsGrace>(),
    Entry::of::<lifecycle::PrestopLeavesLittleTime>(),
    Entry::of::<lifecycle::PrestopWithZeroGrace>(),
    Entry::of::<lifecycle::TerminationGraceNegative>(),
    Entry::of::<lifecycle::LifecycleUnknownHandler>(),
    Entry::of::<lifecycle::LifecycleExecEmpty>(),
    Entry::of::<lifecycle::LifecycleExecShellSyntax>(),
    Entry::of::<lifecycle::LifecycleExecSleep>(),
    Entry::of::<lifecycle::LifecycleSleepVersion>(),
    Entry::of::<lifecycle::LifecycleSleepZero>(),
    Entry::of::<lifecycle::LifecycleHttpNamedPortMissing>(),
    Entry::of::<lifecycle::LifecycleHttpQuotedPort>(),
    Entry::of::<lifecycle::LifecycleHttpHostLocalhost>(),
    Entry::of::<lifecycle::LifecycleHttpExternalHost>(),
    Entry::of::<lifecycle::LifecycleJobPrestop>(),
    Entry::of::<lifecycle::ProbeGraceInvalid>(),
    Entry::of::<lifecycle::ProbeGraceShorterThanPrestop>(),
    Entry::of::<lifecycle::TerminationGraceHuge>(),
    Entry::of::<lifecycle::PoststartLong>(),
    Entry::of::<lifecycle::LifecycleExecMissingBinary>(),
    Entry::of::<lifecycle::PrestopSidecarOrder>(),
    Entry::of::<lifecycle::LifecycleHttpStatusIgnored>(),
    Entry::of::<lifecycle::LifecycleHttpSchemeIgnored>(),
    Entry::of::<lifecycle::PoststartHttpRace>(),
    Entry::of::<lifecycle::PoststartOrderDependency>(),
    Entry::of::<lifecycle::PoststartFailureNonzero>(),
    Entry::of::<lifecycle::LifecycleNotIdempotent>(),
    Entry::of::<lifecycle::DuplicateHookAndSigterm>(),
    Entry::of::<lifecycle::StopsignalInvalid>(),
    Entry::of::<lifecycle::HostForbiddenByPodSecurity>(),
    // node
    Entry::of::<node::CredproviderInvalid>(),
    Entry::of::<node::CredproviderMatchHasScheme>(),
    Entry::of::<node::CredproviderDockerhubMatch>(),
    Entry::of::<node::CredproviderMatchGlob>(),
    Entry::of::<node::CredproviderAlphaVersion>(),
    Entry::of::<node::PullVerificationPolicyInvalid>(),
    Entry::of::<node::PullAllowlistUnnormalised>(),
    Entry::of::<node::KubeletRemovedDockershimFlags>(),
    Entry::of::<node::CredproviderMatchMissesImages>(),
    Entry::of::<node::IntreeCloudCredentialsRemoved>(),
    // podwright
    Entry::of::<podwright::InternalError>(),
    Entry::of::<podwright::UnknownRule>(),
    Entry::of::<podwright::UnreadableFile>(),
    Entry::of::<podwright::ExpiredIgnore>(),
    Entry::of::<podwright::UnusedIgnore>(),
    // pull
    Entry::of::<pull::PullPolicyInvalid>(),
    Entry::of::<pull::PullPolicyIfnotpresentMutableTag>(),
    Entry::of::<pull::PullPolicyFrozen>(),
    Entry::of::<pull::PullPolicyImplicitAlways>(),
    Entry::of::<pull::PullPolicyAlwaysWithDigest>(),
    Entry::of::<pull::PullPolicyMixedInPod>(),
    Entry::of::<pull::PullPolicyNeverWithoutPreload>(),
    Entry::of::<pull::PullPolicyNeverPrivate135>(),
    Entry::of::<pull::PullPolicyMultitenant>(),
    // runtime
    Entry::of::<runtime::PodOverheadSet>(),
    Entry::of::<runtime::RuntimeclassHandlerNotLabel>(),
    Entry::of::<runtime::RuntimeclassInvalid>(),
    Entry::of::<runtime::RuntimeclassNodeselectorConflict>(),
    Entry::of::<runtime::RuntimeclassnameNotFound>(),
    Entry::of::<runtime::RuntimeclassHandlerChanged>(),
    // syntax
    Entry::of::<syntax::YamlBadDocumentSeparator>(),
    Entry::of::<syntax::YamlContentAfterDocumentEnd>(),
    Entry::of::<syntax::YamlDuplicateKey>(),
    Entry::of::<syntax::YamlIndentedSeparator>(),
    Entry::of::<syntax::YamlSyntax>(),
];

/// Names that rules had before: old name, new name.
pub const RENAMED: &[(&str, &str)] = &[];

/// The rule of that name, or of the name that it was renamed to.
#[must_use]
pub fn find(name: &str) -> Option<&'static Entry> {
    let name = RENAMED
        .iter()
        .find(|(old, _)| *old == name)
        .map_or(name, |(_, new)| new);
    BOOK.iter().find(|entry| entry.meta.name == name)
}

/// The names of all rules.
pub fn names() -> impl Iterator<Item = &'static str> {
    BOOK.iter().map(
        |Entry {
             meta: Meta { name, .. },
             ..
         }| *name,
    )
}

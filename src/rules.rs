//! Floor 6: the list of every rule, by chapter. A rule's page stands in `rules/<chapter>/<name>.md`.

mod credentials;
mod image;
mod lifecycle;
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
    Entry::of::<credentials::DockerconfigInvalidJson>(),
    Entry::of::<credentials::DockerconfigPoisonedEntry>(),
    Entry::of::<credentials::ServiceAccountNotFound>(),
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
    // lifecycle
    Entry::of::<lifecycle::LifecycleHandlerCount>(),
    Entry::of::<lifecycle::LifecycleInitContainer>(),
    Entry::of::<lifecycle::LifecycleSleepOutOfRange>(),
    Entry::of::<lifecycle::LifecycleTcpsocketUnsupported>(),
    Entry::of::<lifecycle::PrestopExceedsGrace>(),
    Entry::of::<lifecycle::PrestopLeavesLittleTime>(),
    Entry::of::<lifecycle::PrestopWithZeroGrace>(),
    Entry::of::<lifecycle::TerminationGraceNegative>(),
    // podwright
    Entry::of::<podwright::InternalError>(),
    Entry::of::<podwright::UnknownRule>(),
    Entry::of::<podwright::UnreadableFile>(),
    Entry::of::<podwright::ExpiredIgnore>(),
    Entry::of::<podwright::UnusedIgnore>(),
    // pull
    Entry::of::<pull::PullPolicyInvalid>(),
    Entry::of::<pull::PullPolicyIfnotpresentMutableTag>(),
    // runtime
    Entry::of::<runtime::PodOverheadSet>(),
    Entry::of::<runtime::RuntimeclassHandlerNotLabel>(),
    Entry::of::<runtime::RuntimeclassInvalid>(),
    Entry::of::<runtime::RuntimeclassNodeselectorConflict>(),
    Entry::of::<runtime::RuntimeclassnameNotFound>(),
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

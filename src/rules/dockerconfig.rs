//! Docker's credential documents: the files of nodes, and what pull Secrets hold.

mod dockerconfig_invalid_json;
mod dockerconfig_poisoned_entry;
mod dockerhub_key_never_matches;
mod dockerhub_key_shadowed;
mod registry_key_explicit_port;
mod registry_key_glob_bracket;
mod registry_key_glob_in_path_or_port;
mod registry_key_glob_label_count;
mod registry_key_glob_question_mark;
mod registry_key_glob_too_broad;
mod registry_key_has_tag;
mod registry_key_path_not_on_boundary;
mod registry_key_scheme_typo;
mod registry_key_trailing_slash_never_exact;
mod registry_key_unparsable;
mod registry_key_uppercase;
mod registry_key_version_path;

pub(super) use dockerconfig_invalid_json::DockerconfigInvalidJson;
pub(super) use dockerconfig_poisoned_entry::DockerconfigPoisonedEntry;
pub(super) use dockerhub_key_never_matches::DockerhubKeyNeverMatches;
pub(super) use dockerhub_key_shadowed::DockerhubKeyShadowed;
pub(super) use registry_key_explicit_port::RegistryKeyExplicitPort;
pub(super) use registry_key_glob_bracket::RegistryKeyGlobBracket;
pub(super) use registry_key_glob_in_path_or_port::RegistryKeyGlobInPathOrPort;
pub(super) use registry_key_glob_label_count::RegistryKeyGlobLabelCount;
pub(super) use registry_key_glob_question_mark::RegistryKeyGlobQuestionMark;
pub(super) use registry_key_glob_too_broad::RegistryKeyGlobTooBroad;
pub(super) use registry_key_has_tag::RegistryKeyHasTag;
pub(super) use registry_key_path_not_on_boundary::RegistryKeyPathNotOnBoundary;
pub(super) use registry_key_scheme_typo::RegistryKeySchemeTypo;
pub(super) use registry_key_trailing_slash_never_exact::RegistryKeyTrailingSlashNeverExact;
pub(super) use registry_key_unparsable::RegistryKeyUnparsable;
pub(super) use registry_key_uppercase::RegistryKeyUppercase;
pub(super) use registry_key_version_path::RegistryKeyVersionPath;

use crate::cluster::keyring::{KeyFault, PodKeyring, PodLookup};
use crate::finding::{Finding, Safety};
use crate::model::docker_config::{DockerConfigProblemKind, Entry};
use crate::model::{DockerDocument, ImageReference, Pod};
use crate::rule::Cx;
use crate::workspace::{ImageSource, ImageUse};

/// Whether the document is JSON: of what is none the rest is not certain.
fn is_json(document: &DockerDocument) -> bool {
    let mut problems = document.config.problems.iter();
    !document.config.is_template
        && !problems.any(|problem| matches!(problem.kind, DockerConfigProblemKind::NotJson(_)))
}

/// The entries that count and whose registry is known.
fn entries(document: &DockerDocument) -> impl Iterator<Item = &Entry> {
    let is_json = is_json(document);
    let entries = document.config.live_entries();
    entries.filter(move |entry| is_json && !entry.is_placeholder)
}

/// The entries whose key has a fault.
fn faults(document: &DockerDocument) -> impl Iterator<Item = (&Entry, KeyFault)> {
    entries(document).filter_map(|entry| Some((entry, KeyFault::of(&entry.registry)?)))
}

/// Reports a fault of a key, with the key as it was likely meant as the fix.
fn report_fault<'c>(
    document: &DockerDocument,
    (entry, fault): (&Entry, &KeyFault),
    safety: Safety,
    message: String,
    cx: &'c mut Cx<'_>,
) -> &'c mut Finding {
    let meant = fault.repaired(&entry.registry);
    let fix = meant.and_then(|meant| cx.rewrite_registry(document, entry, &meant, safety));
    let finding = cx.report_registry(document, entry, message);
    finding.fixes.extend(fix);
    finding
}

/// Whether the document is a file that lies on no node: it may be for other programs than the kubelet.
fn is_loose(document: &DockerDocument, cx: &Cx<'_>) -> bool {
    document.holder.is_none() && cx.file().on_nodes.is_none()
}

/// What is tried for each image of a Pod, with the image's repository: on each node, or with the pull Secrets alone
/// where no node is known.
fn each_lookup(
    pod: &Pod,
    cx: &mut Cx<'_>,
    mut judge: impl FnMut(&ImageUse<'_>, &str, &PodLookup<'_>, &mut Cx<'_>),
) {
    let Some((id, _)) = cx.object else {
        return;
    };
    if cx.is_partial() {
        return;
    }
    let workspace = cx.workspace;
    let nodes = workspace.nodes(cx.file_id);
    let mut keyrings = vec![PodKeyring::new(workspace, id, pod, nodes.first())];
    let others = nodes.iter().skip(1);
    keyrings.extend(others.map(|node| PodKeyring::new(workspace, id, pod, Some(node))));
    keyrings.retain(|keyring| {
        !keyring.of_secrets.held().is_empty() || !keyring.of_node.held().is_empty()
    });
    if keyrings.is_empty() {
        return;
    }
    let containers = pod.containers.iter().map(ImageSource::Container);
    let sources = containers.chain(pod.image_volumes.iter().map(ImageSource::Volume));
    let file = cx.file_id;
    for image in sources.flat_map(|source| workspace.images(file, pod, source)) {
        let Ok(reference) = ImageReference::parse(&image.text, cx.versions.newest) else {
            continue;
        };
        let repository = reference.repository();
        for keyring in &keyrings {
            let lookup = keyring.lookup(&repository, cx.versions.newest);
            judge(&image, &repository, &lookup, cx);
        }
    }
}

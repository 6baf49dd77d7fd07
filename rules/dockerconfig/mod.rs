//! Rules for Docker configs: files on nodes, and the contents of image pull secrets.

pub(crate) mod credential_form;
pub(crate) mod credential_plaintext_committed;
pub(crate) mod dockerconfig_auth_bad_base64;
pub(crate) mod dockerconfig_auth_overrides_userpass;
pub(crate) mod dockerconfig_cred_helper;
pub(crate) mod dockerconfig_duplicate_json_key;
pub(crate) mod dockerconfig_duplicate_registry;
pub(crate) mod dockerconfig_empty_credential;
pub(crate) mod dockerconfig_httpheaders_ignored;
pub(crate) mod dockerconfig_identitytoken_ignored;
pub(crate) mod dockerconfig_invalid_json;
pub(crate) mod dockerconfig_legacy_shape;
pub(crate) mod dockerconfig_no_auths;
pub(crate) mod dockerconfig_not_utf8;
pub(crate) mod dockerconfig_poisoned_entry;
pub(crate) mod dockerhub_key_shadowed;
pub(crate) mod node_config_broken_fallthrough;
pub(crate) mod node_config_differs;
pub(crate) mod node_config_shadowed;
pub(crate) mod node_config_wrong_name;
pub(crate) mod registry_credential_order;
pub(crate) mod registry_key;
pub(crate) mod stale_credential_blocks_public;

use podwright_cluster::keyring::{Candidate, PodKeyring, PodLookup, docker_configs};
use podwright_cluster::workspace::{ImageSource, ImageUse};
use podwright_model::docker_config::{DockerConfigProblemKind, Entry, Shape};
use podwright_model::{DockerDocument, ImageReference, Pod};
use podwright_rule::RuleContext;
use podwright_syntax::NodeId;

/// Returns whether the document is valid JSON and not a template. Otherwise its contents are unreliable.
fn is_json(document: &DockerDocument) -> bool {
    let mut problems = document.config.problems.iter();
    !document.config.is_template
        && !problems.any(|problem| matches!(problem.kind, DockerConfigProblemKind::NotJson(_)))
}

/// Returns a note on what the kubelet does with a document that it cannot decode.
fn poison_note(document: &DockerDocument) -> &'static str {
    match document.holder {
        Some(_) => {
            "the API server accepts the Secret, but the kubelet rejects all of it: every image pull of a Pod that \
             references the Secret fails with `ErrImagePull` (since 1.33, the waiting reason is the decoder error), \
             including pulls of public images and of images covered by another Secret"
        }
        None => {
            "the kubelet silently skips the whole file, including the credentials of all other registries"
        }
    }
}

/// Returns the root node of the document if it is an object.
fn root(document: &DockerDocument, cx: &RuleContext<'_>) -> Option<NodeId> {
    let tree = document.tree(cx.tree());
    let root = tree.documents().first()?.root;
    (is_json(document) && tree.kind(root).is_mapping()).then_some(root)
}

/// Returns the objects whose keys are registries.
fn registries(document: &DockerDocument, cx: &RuleContext<'_>) -> Vec<NodeId> {
    let tree = document.tree(cx.tree());
    let Some(root) = root(document, cx) else {
        return Vec::new();
    };
    match document.config.shape {
        Shape::Legacy => vec![root],
        Shape::Modern => {
            let auths = tree.entries(root);
            let auths = auths.filter(|entry| tree.decoded(entry.key).eq_ignore_ascii_case("auths"));
            auths
                .map(|entry| entry.value)
                .filter(|&value| tree.kind(value).is_mapping())
                .collect()
        }
    }
}

/// Returns the number of entries in the root object that look like registry entries with a credential.
fn entries_at_root(document: &DockerDocument, cx: &RuleContext<'_>) -> usize {
    let tree = document.tree(cx.tree());
    let is_field = |key: &str| ["auth", "username", "password"].contains(&key);
    let is_registry = |entry: &podwright_syntax::Entry| {
        let mut fields = tree.entries(entry.value);
        tree.decoded(entry.key).contains(['.', ':', '/'])
            && tree.kind(entry.value).is_mapping()
            && fields.any(|field| is_field(&tree.decoded(field.key).to_ascii_lowercase()))
    };
    root(document, cx).map_or(0, |root| tree.entries(root).filter(is_registry).count())
}

/// Returns the effective entries whose registry is not a placeholder.
fn entries(document: &DockerDocument) -> impl Iterator<Item = &Entry> {
    let is_json = is_json(document);
    let entries = document.config.live_entries();
    entries.filter(move |entry| is_json && !entry.is_placeholder)
}

/// Returns the name and the Docker configs of each node that this file belongs to.
fn candidates(cx: &RuleContext<'_>) -> Vec<(String, Vec<Candidate>)> {
    let nodes = cx.workspace.nodes(cx.file_id);
    let all = nodes
        .iter()
        .map(|node| (node.name.to_owned(), docker_configs(cx.workspace, node)));
    all.collect()
}

/// Returns whether the document is a file outside any node directory. Programs other than the kubelet may read such a
/// file.
fn is_loose(document: &DockerDocument, cx: &RuleContext<'_>) -> bool {
    document.holder.is_none() && cx.file().on_nodes.is_none()
}

/// Calls `judge` for each image of a Pod with the image's repository and the credentials that are tried: once per node,
/// or once with only the image pull secrets if no node is known.
fn each_lookup(
    pod: &Pod,
    cx: &mut RuleContext<'_>,
    mut judge: impl FnMut(&ImageUse<'_>, &str, &PodLookup<'_>, &mut RuleContext<'_>),
) {
    let Some((id, _)) = cx.object else {
        return;
    };
    if cx.is_partial() {
        return;
    }
    let workspace = cx.workspace;
    let mut keyrings = PodKeyring::on_nodes(workspace, id, pod);
    keyrings.retain(|keyring| {
        !keyring.of_secrets.entries().is_empty() || !keyring.of_node.entries().is_empty()
    });
    if keyrings.is_empty() {
        return;
    }
    let file = cx.file_id;
    for image in ImageSource::all(pod).flat_map(|source| workspace.images(file, pod, source)) {
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

//! Explains one Pod.

use super::environment::{
    EnvironmentExplanation, HostnameExplanation, explain_environment, explain_hostname,
};
use super::image::{ImageExplanation, images};
use super::runtime::{ResourcesExplanation, RuntimeExplanation, explain_runtime, resources};
use super::shutdown::{ShutdownExplanation, shutdown};
use podwright_cluster::keyring::{PodKeyring, SecretUse, secret_keyring};
use podwright_cluster::pull::{Verification, verification};
use podwright_cluster::service_account::SecretSource;
use podwright_cluster::workspace::{Namespace, ObjectId, Workspace};
use podwright_model::{Body, DockerDocument, Pod, VersionRange};
use podwright_rule::finding::ObjectReference;
use podwright_syntax::text::Location;

/// Explanation of the Pod that an object is or creates.
#[derive(Clone, Debug)]
pub struct PodExplanation {
    /// The object.
    pub object: ObjectReference,
    /// Location of its name in the file.
    pub place: Location,
    /// Kubernetes releases that the explanation applies to.
    pub versions: VersionRange,
    /// Where its image pull secrets come from.
    pub source: SecretSource,
    /// ServiceAccount that they come from.
    pub service_account: Option<(String, Location)>,
    /// Image pull secrets, in order.
    pub secrets: Vec<PullSecretExplanation>,
    /// Runtime class and node runtimes.
    pub runtime: RuntimeExplanation,
    /// Resource requests and limits.
    pub resources: ResourcesExplanation,
    /// Images, in the start order of their containers, followed by image volumes.
    pub images: Vec<ImageExplanation>,
    /// Host name; `None` if it is not known or if only images are explained.
    pub hostname: Option<HostnameExplanation>,
    /// Environments of the containers; empty if only images are explained.
    pub environments: Vec<EnvironmentExplanation>,
    /// Shutdown of the containers.
    pub shutdown: ShutdownExplanation,
}

/// Explanation of an entry of `imagePullSecrets`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullSecretExplanation {
    /// Name; empty if it is not set, `None` if it is a placeholder.
    pub name: Option<String>,
    /// Location of the list entry.
    pub place: Location,
    /// How the kubelet treats the entry.
    pub fate: SecretUse,
    /// Location of the Secret, if it is among the files.
    pub secret: Option<Location>,
    /// What the kubelet cannot decode in it, and where. The text never contains a credential.
    pub problem: Option<(String, Location)>,
}

/// A Pod on a node whose files are known, or on an unknown node.
pub(super) struct PodOn<'w> {
    pub(super) name: Option<String>,
    pub(super) keyring: PodKeyring<'w>,
    pub(super) verification: Option<Verification>,
}

/// Explains the Pods that the object `id` is or creates: one answer for each pod spec in it.
#[must_use]
pub fn explain_object(
    workspace: &Workspace,
    id: ObjectId,
    versions: VersionRange,
) -> Vec<PodExplanation> {
    let object = workspace.object(id);
    let pods = object.pods.iter();
    pods.map(|pod| PodExplanation {
        hostname: explain_hostname(object, pod, versions),
        environments: explain_environment(workspace, id, pod, versions),
        ..explain_pod(workspace, id, pod, versions)
    })
    .collect()
}

/// Explains the images of one pod spec of an object.
#[must_use]
pub fn explain_pod(
    workspace: &Workspace,
    id: ObjectId,
    pod: &Pod,
    versions: VersionRange,
) -> PodExplanation {
    let mut on: Vec<PodOn<'_>> = workspace
        .nodes(id.file)
        .iter()
        .map(|node| PodOn {
            name: Some(node.name.to_owned()),
            keyring: PodKeyring::new(workspace, id, pod, Some(node)),
            verification: verification(workspace, node),
        })
        .collect();
    if on.is_empty() {
        on.push(PodOn {
            name: None,
            keyring: PodKeyring::new(workspace, id, pod, None),
            verification: None,
        });
    }
    // The Secrets of the Pod are the same on every node.
    let PodKeyring {
        pull_secrets,
        secrets,
        ..
    } = &on[0].keyring;
    let service_account = match &pull_secrets.source {
        SecretSource::ServiceAccount(account) => {
            let name = workspace.object(*account).metadata.name.text();
            Some((
                name.unwrap_or("?").to_owned(),
                workspace.object_place(*account),
            ))
        }
        _ => None,
    };
    let references = pull_secrets.references.iter().zip(secrets);
    let unlisted: Vec<_> = unlisted(workspace, id, secrets)
        .filter_map(|secret| secret_keyring(workspace, secret))
        .collect();
    PodExplanation {
        object: workspace.object_reference(id),
        place: workspace.object_place(id),
        versions,
        source: pull_secrets.source.clone(),
        service_account,
        secrets: references
            .map(|(reference, &fate)| PullSecretExplanation {
                name: reference.name.clone(),
                place: workspace.place(reference.file, reference.node),
                fate,
                secret: secret_of(fate).map(|secret| workspace.object_place(secret)),
                problem: problem(workspace, fate),
            })
            .collect(),
        runtime: explain_runtime(workspace, id, pod),
        resources: resources(workspace, id, pod, versions),
        images: images(workspace, id, pod, &on, &unlisted, versions),
        hostname: None,
        environments: Vec::new(),
        shutdown: shutdown(workspace, id, pod, versions),
    }
}

/// Returns the Secret of a list entry, if it is among the files.
fn secret_of(fate: SecretUse) -> Option<ObjectId> {
    match fate {
        SecretUse::Used(id) | SecretUse::Broken(id) | SecretUse::Nothing(id, _) => Some(id),
        SecretUse::Missing | SecretUse::Unnamed | SecretUse::Unknown => None,
    }
}

/// Returns why the kubelet rejects the document of an invalid Secret.
fn problem(workspace: &Workspace, fate: SecretUse) -> Option<(String, Location)> {
    let SecretUse::Broken(id) = fate else {
        return None;
    };
    let Body::Secret(secret) = &workspace.object(id).body else {
        return None;
    };
    let tree = &workspace.file(id.file).tree;
    let document = DockerDocument::in_secret(tree, secret)?;
    let problem = document.config.problems.first()?;
    let place = Location {
        file: id.file,
        span: document.outer(tree, problem.span),
    };
    Some((problem.to_string(), place))
}

/// Returns the image pull secrets in the object's namespaces that are not in `listed`. Without a known namespace,
/// only those of the same directory are returned, because a repository of examples has many.
fn unlisted<'w>(
    workspace: &'w Workspace,
    id: ObjectId,
    listed: &'w [SecretUse],
) -> impl Iterator<Item = ObjectId> + 'w {
    let own = workspace.namespaces(id);
    let directory = workspace.file(id.file).directory();
    let is_shared = move |secret: ObjectId, at: &Namespace| {
        let is_near = workspace.file(secret.file).directory() == directory;
        own.contains(at) && (is_near || matches!(at, Namespace::Known(_)))
    };
    workspace.of_kind("", "Secret").filter(move |&secret| {
        let is_pull_secret = match &workspace.object(secret).body {
            Body::Secret(body) => body.pull_shape().is_some(),
            _ => false,
        };
        is_pull_secret
            && !workspace.is_patch(secret.file)
            && workspace
                .namespaces(secret)
                .iter()
                .any(|at| is_shared(secret, at))
            && !listed.iter().any(|&one| secret_of(one) == Some(secret))
    })
}

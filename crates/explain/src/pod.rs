//! Explains one Pod.

use serde::{Serialize, Serializer};

use super::SourceLocation;
use super::environment::{
    EnvironmentExplanation, HostnameExplanation, explain_environment, explain_hostname,
};
use super::image::{ImageExplanation, PodOnNode, images};
use super::runtime::{ResourcesExplanation, RuntimeExplanation, explain_runtime, resources};
use super::shutdown::{ShutdownExplanation, shutdown};
use podwright_cluster::keyring::{NoCredentials, PodKeyring, SecretRejection, SecretUse};
use podwright_cluster::pull::verification;
use podwright_cluster::service_account::{SecretSource, UnknownSource};
use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_model::{Body, DockerDocument, KubernetesVersion, Pod, VersionRange};
use podwright_rule::finding::ObjectReference;
use podwright_syntax::text::Location;

/// Explanation of the Pod that an object is or creates.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PodExplanation<'w> {
    /// The object.
    pub object: ObjectReference,
    /// Location of its name in the file.
    #[serde(flatten)]
    pub place: SourceLocation<'w>,
    /// Kubernetes releases that the explanation applies to.
    #[serde(rename = "kubernetes")]
    pub versions: VersionRange,
    /// Image pull secrets.
    pub pull_secrets: PullSecretsExplanation<'w>,
    /// Runtime class and node runtimes.
    pub runtime: RuntimeExplanation<'w>,
    /// Resource requests and limits.
    pub resources: ResourcesExplanation,
    /// Images, in the start order of their containers, followed by image volumes.
    pub images: Vec<ImageExplanation<'w>>,
    /// Host name; `None` if it is not known or if only images are explained.
    pub hostname: Option<HostnameExplanation>,
    /// Environments of the containers; empty if only images are explained.
    pub environments: Vec<EnvironmentExplanation<'w>>,
    /// Shutdown of the containers.
    pub shutdown: ShutdownExplanation<'w>,
}

/// Image pull secrets of a Pod.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PullSecretsExplanation<'w> {
    /// Where they come from.
    #[serde(rename = "from", serialize_with = "source_name")]
    pub source: SecretSource,
    /// Name of the ServiceAccount that they come from.
    pub service_account: Option<String>,
    /// Where they come from, in words.
    pub text: String,
    /// The entries, in order.
    pub secrets: Vec<PullSecretExplanation<'w>>,
}

/// Explanation of an entry of `imagePullSecrets`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PullSecretExplanation<'w> {
    /// Name; empty if it is not set, `None` if it is a placeholder.
    pub name: Option<String>,
    /// How the kubelet treats the entry.
    #[serde(rename = "fate", serialize_with = "usage_name")]
    pub usage: SecretUse,
    /// How the kubelet treats the entry, in words.
    pub text: String,
    /// Location of the list entry.
    #[serde(flatten)]
    pub place: SourceLocation<'w>,
    /// Location of the Secret, if it is among the files.
    pub secret: Option<SourceLocation<'w>>,
    /// What the kubelet cannot decode in it. Never contains a credential.
    pub problem: Option<String>,
    /// Location of the problem.
    #[serde(skip)]
    pub problem_place: Option<SourceLocation<'w>>,
}

fn source_name<S: Serializer>(source: &SecretSource, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match source {
        SecretSource::Pod => "pod",
        SecretSource::ServiceAccount(_) => "service-account",
        SecretSource::Nobody => "nobody",
        SecretSource::Refused(_) => "refused",
        SecretSource::Unknown(_) => "unknown",
    })
}

fn usage_name<S: Serializer>(usage: &SecretUse, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(match usage {
        SecretUse::Used(_) => "used",
        SecretUse::Broken(_) => "broken",
        SecretUse::Nothing(..) => "nothing",
        SecretUse::Rejected(..) => "rejected",
        SecretUse::Missing => "missing",
        SecretUse::Unnamed => "unnamed",
        SecretUse::Unknown => "unknown",
    })
}

/// Explains the Pods that the object `id` is or creates: one answer for each pod spec in it.
#[must_use]
pub fn explain_object(
    workspace: &Workspace,
    id: ObjectId,
    versions: VersionRange,
) -> Vec<PodExplanation<'_>> {
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
pub fn explain_pod<'w>(
    workspace: &'w Workspace,
    id: ObjectId,
    pod: &Pod,
    versions: VersionRange,
) -> PodExplanation<'w> {
    let located = |location| SourceLocation::new(workspace, location);
    let mut on: Vec<PodOnNode<'_>> = workspace
        .nodes(id.file)
        .iter()
        .map(|node| PodOnNode {
            name: Some(node.name.to_owned()),
            keyring: PodKeyring::new(workspace, id, pod, Some(node)),
            verification: verification(workspace, node),
            node: Some(node.clone()),
        })
        .collect();
    if on.is_empty() {
        on.push(PodOnNode {
            name: None,
            keyring: PodKeyring::new(workspace, id, pod, None),
            verification: None,
            node: None,
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
            Some(name.unwrap_or("?").to_owned())
        }
        _ => None,
    };
    let references = pull_secrets.references.iter().zip(secrets);
    let entries: Vec<_> = references
        .map(|(reference, &usage)| {
            let problem = problem(workspace, usage);
            let elsewhere = reference.name.as_deref().into_iter();
            let elsewhere = elsewhere
                .flat_map(|name| workspace.pull_secrets_elsewhere(reference.from, name))
                .map(|(_, namespace)| namespace);
            let text = match elsewhere.collect::<Vec<_>>()[..] {
                [] => usage_text(usage, reference.name.is_some(), versions),
                ref namespaces => format!(
                    "among the files, it is only in namespace `{}`, where the kubelet does not look",
                    namespaces.join("`, `")
                ),
            };
            PullSecretExplanation {
                text,
                name: reference.name.clone(),
                usage,
                place: located(workspace.place(reference.file, reference.node)),
                secret: secret_of(usage).map(|secret| located(workspace.object_place(secret))),
                problem_place: problem.as_ref().map(|(_, place)| located(*place)),
                problem: problem.map(|(text, _)| text),
            }
        })
        .collect();
    PodExplanation {
        object: workspace.object_reference(id),
        place: located(workspace.object_place(id)),
        versions,
        pull_secrets: PullSecretsExplanation {
            text: source_text(
                &pull_secrets.source,
                service_account.as_deref(),
                entries.is_empty(),
            ),
            source: pull_secrets.source.clone(),
            service_account,
            secrets: entries,
        },
        runtime: explain_runtime(workspace, id, pod),
        resources: resources(workspace, id, pod, versions),
        images: images(workspace, id, pod, &on, versions),
        hostname: None,
        environments: Vec::new(),
        shutdown: shutdown(workspace, id, pod, versions),
    }
}

/// Describes where the image pull secrets of a Pod come from.
fn source_text(source: &SecretSource, service_account: Option<&str>, is_empty: bool) -> String {
    match (source, service_account) {
        (SecretSource::Pod, _) => "set in the Pod".to_owned(),
        (SecretSource::ServiceAccount(_), Some(name)) if is_empty => {
            format!("none, and ServiceAccount `{name}` has none")
        }
        (SecretSource::ServiceAccount(_), Some(name)) => {
            format!("from ServiceAccount `{name}`, because the Pod sets none")
        }
        (SecretSource::ServiceAccount(_), None) => "from its ServiceAccount".to_owned(),
        (SecretSource::Nobody, _) => "none".to_owned(),
        (SecretSource::Refused(name), _) => format!(
            "the API server rejects the Pod: ServiceAccount `{name}` does not exist (event FailedCreate on the object \
             that creates the Pod)"
        ),
        (SecretSource::Unknown(why), _) => match why {
            UnknownSource::Pod => "unknown: the Pod's list is not complete in this file".to_owned(),
            UnknownSource::AccountName => {
                "unknown: the name of the ServiceAccount is a placeholder".to_owned()
            }
            UnknownSource::Account(name) => format!(
                "unknown: the Pod sets none, and ServiceAccount `{name}` is not among the files"
            ),
        },
    }
}

/// Describes how the kubelet treats an image pull secret.
fn usage_text(usage: SecretUse, has_name: bool, versions: VersionRange) -> String {
    let event = if versions.all_since(KubernetesVersion(28)) {
        " and records the event FailedToRetrieveImagePullSecret"
    } else {
        " and, since 1.28, records the event FailedToRetrieveImagePullSecret"
    };
    match usage {
        SecretUse::Used(_) => "used".to_owned(),
        SecretUse::Broken(_) => {
            "the kubelet cannot decode it and pulls no image of the Pod, not even public ones"
                .to_owned()
        }
        SecretUse::Nothing(_, why) => {
            let why = match why {
                NoCredentials::Type => "its type is not an image pull secret type",
                NoCredentials::Key => "it lacks the key that its type requires",
                NoCredentials::Empty => "the key that its type requires is empty",
            };
            format!("ignored by the kubelet: {why}")
        }
        SecretUse::Rejected(_, why) => format!(
            "the API server rejects this Secret {}; unless an earlier version of it exists, the kubelet continues \
             without it{event}",
            why.describe()
        ),
        SecretUse::Missing => format!("does not exist: the kubelet continues without it{event}"),
        SecretUse::Unnamed => {
            "the entry has no name: the kubelet ignores it, but the secrets of the ServiceAccount \
                               are not added"
                .to_owned()
        }
        SecretUse::Unknown if !has_name => "unknown: the name is a placeholder".to_owned(),
        SecretUse::Unknown => "unknown: it is not among the files, or not completely".to_owned(),
    }
}

/// Returns the Secret of a list entry, if it is among the files.
pub(super) fn secret_of(usage: SecretUse) -> Option<ObjectId> {
    match usage {
        SecretUse::Used(id)
        | SecretUse::Broken(id)
        | SecretUse::Nothing(id, _)
        | SecretUse::Rejected(id, _) => Some(id),
        SecretUse::Missing | SecretUse::Unnamed | SecretUse::Unknown => None,
    }
}

/// Returns what is wrong with the document of a Secret that the kubelet cannot decode or the API server rejects.
fn problem(workspace: &Workspace, usage: SecretUse) -> Option<(String, Location)> {
    let (SecretUse::Broken(id) | SecretUse::Rejected(id, SecretRejection::NotJson)) = usage else {
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

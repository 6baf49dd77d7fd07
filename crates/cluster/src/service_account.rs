//! The admission plug-in `ServiceAccount` (`plugin/pkg/admission/serviceaccount`), on by default: which image pull
//! secrets a Pod gets when it is created.

use crate::workspace::{File, ObjectId, Resolution, Target, Workspace};
use podwright_model::{Body, Field, LocalObjectReference, Pod, PodOrigin, ServiceAccount};
use podwright_syntax::{NodeId, text::FileId};

/// ServiceAccount of a Pod that does not name one. A controller creates it in every namespace.
pub const DEFAULT: &str = "default";

/// Image pull secrets that a Pod has in the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullSecrets {
    /// Where the list comes from.
    pub source: SecretSource,
    /// The Secrets in list order. The kubelet ignores empty names.
    pub references: Vec<SecretReference>,
}

/// Source of a Pod's list of image pull secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// The Pod itself. Even an entry without a name overrides the list of the ServiceAccount.
    Pod,
    /// The ServiceAccount, because the Pod has no entries.
    ServiceAccount(ObjectId),
    /// No source: a static Pod without entries, for which admission does not run, or the ServiceAccount `default` if
    /// the files are declared complete and do not contain it.
    Nobody,
    /// The API server rejects the Pod, because this ServiceAccount does not exist.
    Refused(String),
    /// Not known from the files.
    Unknown(UnknownSource),
}

/// Why the source of a Pod's image pull secrets is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnknownSource {
    /// The Pod's own list is a placeholder, or the rest of the object may be elsewhere.
    Pod,
    /// The ServiceAccount name is a placeholder.
    AccountName,
    /// The ServiceAccount of this name is not among the files, or only parts of it are.
    Account(String),
}

/// Entry in a list of image pull secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretReference {
    /// Object whose namespace contains the Secret: the Pod's object or the ServiceAccount.
    pub from: ObjectId,
    /// File that contains the list.
    pub file: FileId,
    /// Node of the entry.
    pub node: NodeId,
    /// Name of the Secret; empty if the entry has no name, `None` if it is a placeholder.
    pub name: Option<String>,
}

/// Returns the image pull secrets of the Pods that `pod` of the object `id` describes.
#[must_use]
pub fn pull_secrets(workspace: &Workspace, id: ObjectId, pod: &Pod) -> PullSecrets {
    let own = &pod.image_pull_secrets;
    let has_unset = match own {
        Field::Value(list, _) => list.is_empty(),
        Field::Missing | Field::Null(_) => true,
        Field::Unknown(_) | Field::Invalid(_) => return unknown(UnknownSource::Pod),
    };
    if !has_unset {
        return PullSecrets {
            source: SecretSource::Pod,
            references: references(id, own),
        };
    }
    let is_partial = workspace.is_partial(id) || pod.origin == PodOrigin::Custom;
    if is_partial {
        return unknown(UnknownSource::Pod);
    }
    let is_from_file = pod.origin == PodOrigin::Pod && is_static_file(workspace.file(id.file));
    if is_static(pod) || is_from_file {
        return nobody(SecretSource::Nobody);
    }
    let name = match pod.effective_service_account() {
        Field::Value(name, _) if !name.is_empty() => name,
        Field::Value(..) | Field::Missing | Field::Null(_) => DEFAULT.to_owned(),
        Field::Unknown(_) | Field::Invalid(_) => return unknown(UnknownSource::AccountName),
    };
    match workspace.service_account(id, &name) {
        Resolution::Found(Target::Object(account)) => of_account(workspace, account, name),
        Resolution::Found(Target::Elsewhere) | Resolution::Unknown => {
            unknown(UnknownSource::Account(name))
        }
        Resolution::Missing if name != DEFAULT => nobody(SecretSource::Refused(name)),
        Resolution::Missing if workspace.file(id.file).context.complete => {
            nobody(SecretSource::Nobody)
        }
        Resolution::Missing => unknown(UnknownSource::Account(name)),
    }
}

/// Returns the ServiceAccount that a Pod runs as, if the files contain all of it and admission runs for the Pod.
#[must_use]
pub fn own_account<'w>(
    workspace: &'w Workspace,
    id: ObjectId,
    pod: &Pod,
) -> Option<(ObjectId, &'w ServiceAccount)> {
    let is_partial = workspace.is_partial(id) || pod.origin == PodOrigin::Custom;
    if is_partial || is_static(pod) {
        return None;
    }
    let name = match pod.effective_service_account() {
        Field::Value(name, _) if !name.is_empty() => name,
        Field::Value(..) | Field::Missing | Field::Null(_) => DEFAULT.to_owned(),
        Field::Unknown(_) | Field::Invalid(_) => return None,
    };
    let Resolution::Found(Target::Object(account)) = workspace.service_account(id, &name) else {
        return None;
    };
    // Without a namespace, a ServiceAccount with this name in another directory often belongs to another example.
    let directory = |id: ObjectId| workspace.file(id.file).directory();
    let is_other = workspace.namespace(account).is_none() && directory(account) != directory(id);
    match &workspace.object(account).body {
        Body::ServiceAccount(own) if !workspace.is_patch(account.file) && !is_other => {
            Some((account, own))
        }
        _ => None,
    }
}

/// Whether a kubelet runs the Pods of `file`, because it is in the directory for static Pods of kubeadm and others.
#[must_use]
pub fn is_static_file(file: &File) -> bool {
    let directory = file.directory();
    directory == STATIC_PODS || directory.ends_with(&format!("/{STATIC_PODS}"))
}

/// Directory of static Pods on most nodes, relative to the root.
const STATIC_PODS: &str = "etc/kubernetes/manifests";

/// Whether the Pod is the copy of a static Pod that a kubelet runs from a file or URL. Admission does not run for it.
#[must_use]
pub fn is_static(pod: &Pod) -> bool {
    let source = pod.metadata.annotation("kubernetes.io/config.source");
    pod.origin == PodOrigin::Pod && matches!(source, Some("file" | "http"))
}

fn of_account(workspace: &Workspace, id: ObjectId, name: String) -> PullSecrets {
    let list = match &workspace.object(id).body {
        Body::ServiceAccount(account) if !workspace.is_patch(id.file) => {
            &account.image_pull_secrets
        }
        _ => return unknown(UnknownSource::Account(name)),
    };
    match list {
        Field::Unknown(_) | Field::Invalid(_) => unknown(UnknownSource::Account(name)),
        Field::Value(..) | Field::Missing | Field::Null(_) => PullSecrets {
            source: SecretSource::ServiceAccount(id),
            references: references(id, list),
        },
    }
}

fn references(from: ObjectId, list: &Field<Vec<LocalObjectReference>>) -> Vec<SecretReference> {
    let entries = list.value().into_iter().flatten();
    let reference = |entry: &LocalObjectReference| SecretReference {
        from,
        file: from.file,
        node: entry.node,
        name: match &entry.name {
            Field::Value(name, _) => Some(name.clone()),
            Field::Missing | Field::Null(_) => Some(String::new()),
            Field::Unknown(_) | Field::Invalid(_) => None,
        },
    };
    entries.map(reference).collect()
}

fn unknown(why: UnknownSource) -> PullSecrets {
    nobody(SecretSource::Unknown(why))
}

fn nobody(source: SecretSource) -> PullSecrets {
    PullSecrets {
        source,
        references: Vec::new(),
    }
}

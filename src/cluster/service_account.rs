//! The admission plug-in `ServiceAccount` (`plugin/pkg/admission/serviceaccount`), on by default: whose pull Secrets a
//! Pod ends up with when it is created.

use crate::model::{Body, Field, LocalObjectReference, Pod, PodOrigin, ServiceAccount};
use crate::syntax::NodeId;
use crate::text::FileId;
use crate::workspace::{File, ObjectId, Resolution, Target, Workspace};

/// The ServiceAccount of a Pod that names none. A controller makes it in every namespace.
pub const DEFAULT: &str = "default";

/// The pull Secrets that a Pod has in the cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullSecrets {
    /// Whose they are.
    pub source: SecretSource,
    /// The Secrets, in the order of the list. The kubelet passes over names that are empty.
    pub references: Vec<SecretReference>,
}

/// Whose list of pull Secrets a Pod has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SecretSource {
    /// Its own. Even an entry without a name is one, which keeps away those of the ServiceAccount.
    Pod,
    /// The ServiceAccount's, since the Pod has none.
    ServiceAccount(ObjectId),
    /// Nobody's: a static Pod without any, which the API server never admits, or the ServiceAccount `default` in files
    /// that are complete, which do not have it.
    Nobody,
    /// The Pod is refused: there is no ServiceAccount of this name.
    Refused(String),
    /// The files do not tell.
    Unknown(UnknownSource),
}

/// Why it is not known whose pull Secrets a Pod has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnknownSource {
    /// The Pod's own list is a placeholder, or what lacks in the object may stand elsewhere.
    Pod,
    /// The name of the ServiceAccount is a placeholder.
    AccountName,
    /// The ServiceAccount of this name is not among the files, or is there only in parts.
    Account(String),
}

/// A name in a list of pull Secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretReference {
    /// The object in whose namespace the Secret is: the Pod's, or the ServiceAccount.
    pub from: ObjectId,
    /// The file of the list.
    pub file: FileId,
    /// The entry.
    pub node: NodeId,
    /// The name; empty if none is written, `None` if it is a placeholder.
    pub name: Option<String>,
}

/// The pull Secrets of the Pods that `pod` of the object `id` stands for.
#[must_use]
pub fn pull_secrets(workspace: &Workspace, id: ObjectId, pod: &Pod) -> PullSecrets {
    let own = &pod.image_pull_secrets;
    let has_unset = match own {
        Field::Is(list, _) => list.is_empty(),
        Field::Absent | Field::Null(_) => true,
        Field::Unknown(_) | Field::Invalid(_) => return unknown(UnknownSource::Pod),
    };
    if !has_unset {
        return PullSecrets {
            source: SecretSource::Pod,
            references: references(id, own),
        };
    }
    let is_partial = workspace.object(id).is_fragment
        || workspace.is_patch(id.file)
        || pod.origin == PodOrigin::Custom;
    if is_partial {
        return unknown(UnknownSource::Pod);
    }
    let is_from_file = pod.origin == PodOrigin::Pod && is_static_file(workspace.file(id.file));
    if is_static(pod) || is_from_file {
        return nobody(SecretSource::Nobody);
    }
    let name = match pod.effective_service_account() {
        Field::Is(name, _) if !name.is_empty() => name,
        Field::Is(..) | Field::Absent | Field::Null(_) => DEFAULT.to_owned(),
        Field::Unknown(_) | Field::Invalid(_) => return unknown(UnknownSource::AccountName),
    };
    match workspace.service_account(id, &name) {
        Resolution::Found(Target::Object(account)) => of_account(workspace, account, name),
        Resolution::Found(Target::Elsewhere) | Resolution::Unknown => {
            unknown(UnknownSource::Account(name))
        }
        Resolution::Missing if name != DEFAULT => nobody(SecretSource::Refused(name)),
        Resolution::Missing if workspace.file(id.file).surroundings.complete => {
            nobody(SecretSource::Nobody)
        }
        Resolution::Missing => unknown(UnknownSource::Account(name)),
    }
}

/// The ServiceAccount that a Pod runs as, if it is among the files as a whole, and the API server looks at it.
#[must_use]
pub fn own_account<'w>(
    workspace: &'w Workspace,
    id: ObjectId,
    pod: &Pod,
) -> Option<(ObjectId, &'w ServiceAccount)> {
    let is_partial = workspace.object(id).is_fragment
        || workspace.is_patch(id.file)
        || pod.origin == PodOrigin::Custom;
    if is_partial || is_static(pod) {
        return None;
    }
    let name = match pod.effective_service_account() {
        Field::Is(name, _) if !name.is_empty() => name,
        Field::Is(..) | Field::Absent | Field::Null(_) => DEFAULT.to_owned(),
        Field::Unknown(_) | Field::Invalid(_) => return None,
    };
    let Resolution::Found(Target::Object(account)) = workspace.service_account(id, &name) else {
        return None;
    };
    // Where no namespace is named, one of that name in another folder is often another example's.
    let folder = |id: ObjectId| workspace.file(id.file).folder();
    let is_other = workspace.namespace(account).is_none() && folder(account) != folder(id);
    match &workspace.object(account).body {
        Body::ServiceAccount(own) if !workspace.is_patch(account.file) && !is_other => {
            Some((account, own))
        }
        _ => None,
    }
}

/// Whether a kubelet runs the Pods of a file: it lies in the folder that kubeadm and others make for them.
#[must_use]
pub fn is_static_file(file: &File) -> bool {
    let folder = file.folder();
    folder == STATIC_PODS || folder.ends_with(&format!("/{STATIC_PODS}"))
}

/// Where static Pods lie on most nodes, from the root.
const STATIC_PODS: &str = "etc/kubernetes/manifests";

/// Whether the Pod is a copy of one that a kubelet runs from a file of its own: nothing is admitted then.
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
        Field::Is(..) | Field::Absent | Field::Null(_) => PullSecrets {
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
            Field::Is(name, _) => Some(name.clone()),
            Field::Absent | Field::Null(_) => Some(String::new()),
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

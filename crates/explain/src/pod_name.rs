//! Selects objects by `[NAMESPACE/]KIND/NAME`.

use std::fmt;
use std::str::FromStr;

use podwright_cluster::workspace::{Namespace, ObjectId, Workspace};
use podwright_syntax::text::{FileId, did_you_mean};

/// Maximum number of objects listed if none matches.
const MAX_SHOWN: usize = 10;

/// Name of an object with Pods, as given on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodName {
    /// Namespace, if given.
    pub namespace: Option<String>,
    /// Kind, case-insensitive; kubectl's short names are accepted.
    pub kind: String,
    /// Name.
    pub name: String,
}

/// Error returned if no object with Pods has the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodNotFound {
    name: PodName,
    nearest: Option<String>,
    others: Vec<String>,
}

impl FromStr for PodName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let (namespace, kind, name) = match parts.as_slice() {
            [kind, name] => (None, *kind, *name),
            [namespace, kind, name] => (Some(*namespace), *kind, *name),
            _ => (None, "", ""),
        };
        if kind.is_empty() || name.is_empty() || namespace == Some("") {
            return Err(
                "expected KIND/NAME or NAMESPACE/KIND/NAME, for example shop/Deployment/web"
                    .to_owned(),
            );
        }
        Ok(Self {
            namespace: namespace.map(str::to_owned),
            kind: kind.to_owned(),
            name: name.to_owned(),
        })
    }
}

impl fmt::Display for PodName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(f, "{namespace}/")?;
        }
        write!(f, "{}/{}", self.kind, self.name)
    }
}

impl fmt::Display for PodNotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no workload {} found", self.name)?;
        if let Some(nearest) = &self.nearest {
            write!(f, "; did you mean {nearest}?")?;
        }
        if self.others.is_empty() {
            return f.write_str("; the input contains no workloads");
        }
        let shown = &self.others[..self.others.len().min(MAX_SHOWN)];
        write!(f, "\navailable: {}", shown.join(", "))?;
        match self.others.len() - shown.len() {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}

impl std::error::Error for PodNotFound {}

/// Returns the objects that are Pods or create Pods, in order. Fragments are omitted; the objects they are merged
/// into are included.
pub fn explainable(workspace: &Workspace) -> impl Iterator<Item = ObjectId> {
    with_pods(workspace).filter(|id| !workspace.is_partial(*id))
}

fn with_pods(workspace: &Workspace) -> impl Iterator<Item = ObjectId> {
    objects(workspace).filter(|id| !workspace.object(*id).pods.is_empty())
}

/// Returns all objects that are applied, in order, also fragments.
pub(super) fn objects(workspace: &Workspace) -> impl Iterator<Item = ObjectId> {
    let checked = workspace.files.iter().zip(0..).filter(|(_, id)| {
        // What a render makes of a file is applied, not the file.
        let id = FileId(*id);
        workspace.skipped(id).is_none() && !workspace.is_rendered_elsewhere(id)
    });
    checked.flat_map(|(file, id)| {
        (0..file.objects.len()).map(move |index| ObjectId {
            file: FileId(id),
            index,
        })
    })
}

/// Returns the objects with this name: several if the files contain variants of one object. Fragments are returned
/// only if there is no complete object.
///
/// # Errors
///
/// Returns [`PodNotFound`] if no workload matches.
pub fn objects_named(workspace: &Workspace, name: &PodName) -> Result<Vec<ObjectId>, PodNotFound> {
    let all: Vec<ObjectId> = explainable(workspace).collect();
    let is_it = |id: &ObjectId| {
        let object = workspace.object(*id);
        let kind = object.kind.text().unwrap_or("");
        workspace.object_reference(*id).name == name.name
            && is_kind(kind, &name.kind)
            && name.namespace.as_deref().is_none_or(|namespace| {
                let mut own = workspace.namespaces(*id).iter();
                own.any(|own| match own {
                    Namespace::Known(own) => own == namespace,
                    Namespace::Unspecified | Namespace::Unknown => true,
                })
            })
    };
    let whole: Vec<ObjectId> = all.iter().copied().filter(is_it).collect();
    if !whole.is_empty() {
        return Ok(whole);
    }
    let parts: Vec<ObjectId> = with_pods(workspace).filter(is_it).collect();
    if !parts.is_empty() {
        return Ok(parts);
    }
    // In the form that `PodName` parses.
    let mut others: Vec<String> = all
        .iter()
        .map(|id| workspace.object_reference(*id).to_string())
        .collect();
    others.sort_unstable();
    others.dedup();
    // Compare in the form of the query, with or without a namespace.
    let wanted = name.to_string();
    let same_form: Vec<(String, &str)> = others
        .iter()
        .map(|full| {
            let parts = full.matches('/').count();
            let form = match full.split_once('/') {
                Some((_, rest)) if name.namespace.is_none() && parts == 2 => rest,
                _ => full,
            };
            (form.to_owned(), full.as_str())
        })
        .collect();
    let near = did_you_mean(&wanted, same_form.iter().map(|(form, _)| form.as_str()));
    let full = near.and_then(|near| same_form.iter().find(|(form, _)| form == near));
    Err(PodNotFound {
        nearest: full.map(|(_, full)| (*full).to_owned()),
        name: name.clone(),
        others,
    })
}

/// Returns whether `asked` refers to `kind`: in any case, in the plural, or by kubectl's short name.
pub(super) fn is_kind(kind: &str, asked: &str) -> bool {
    let (kind, asked) = (kind.to_ascii_lowercase(), asked.to_ascii_lowercase());
    let short = match asked.as_str() {
        "po" => "pod",
        "deploy" => "deployment",
        "rs" => "replicaset",
        "sts" => "statefulset",
        "ds" => "daemonset",
        "cj" => "cronjob",
        "rc" => "replicationcontroller",
        "hpa" => "horizontalpodautoscaler",
        "pvc" => "persistentvolumeclaim",
        other => other,
    };
    kind == short || asked.strip_suffix('s') == Some(&kind)
}

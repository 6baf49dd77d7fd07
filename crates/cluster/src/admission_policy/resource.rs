//! Names of resources: what `resources` in a rule means.

use podwright_schema::{Table, Value, is_cluster_scoped};
use rustc_hash::FxHashMap;

use crate::workspace::Workspace;

/// Resources that CustomResourceDefinitions of the run define.
#[derive(Debug)]
pub(super) struct Resources {
    custom: FxHashMap<(String, String), Custom>,
}

#[derive(Debug)]
struct Custom {
    plural: String,
    is_namespaced: bool,
    versions: Vec<String>,
}

/// A resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Resource {
    /// Name, if it is known.
    pub(super) plural: Option<String>,
    pub(super) is_namespaced: bool,
    /// Versions that are served beside the one of the object.
    pub(super) other_versions: Vec<String>,
}

/// Kinds that no policy is for (`IsExemptAdmissionConfigurationResource`, and the reviews, which are not stored).
fn is_exempt(group: &str, kind: &str) -> bool {
    match group {
        "admissionregistration.k8s.io" => {
            kind.contains("AdmissionPolicy") || kind.contains("WebhookConfiguration")
        }
        "authentication.k8s.io" | "authorization.k8s.io" => true,
        _ => false,
    }
}

impl Resources {
    pub(super) fn of(workspace: &Workspace) -> Self {
        let mut custom = FxHashMap::default();
        for id in workspace.of_kind("apiextensions.k8s.io", "CustomResourceDefinition") {
            let object = workspace.object(id);
            let spec = Value::new(&workspace.file(id.file).tree, object.node).get("spec");
            let names = spec.get("names");
            let (Some(group), Some(kind)) = (spec.get("group").text(), names.get("kind").text())
            else {
                continue;
            };
            let versions = spec.get("versions").items();
            let served = versions.filter(|version| version.get("served").is_true());
            let served =
                served.filter_map(|version| Some(version.get("name").text()?.into_owned()));
            if let (Some(plural), Some(scope)) =
                (names.get("plural").text(), spec.get("scope").text())
            {
                let own = Custom {
                    plural: plural.into_owned(),
                    is_namespaced: scope == "Namespaced",
                    versions: served.collect(),
                };
                custom.insert((group.into_owned(), kind.into_owned()), own);
            }
        }
        Self { custom }
    }

    /// The resource of a kind. `None` if no policy is for it.
    pub(super) fn find(&self, group: &str, version: &str, kind: &str) -> Option<Resource> {
        if is_exempt(group, kind) {
            return None;
        }
        if Table::kind(group, version, kind).is_some() {
            let others = Table::kinds_called(kind).filter(|(own, other, name, ..)| {
                *own == group && *name == kind && *other != version && is_stable(other)
            });
            return Some(Resource {
                plural: Some(plural(kind)),
                is_namespaced: !is_cluster_scoped(group, kind),
                other_versions: others.map(|(_, other, ..)| other.to_owned()).collect(),
            });
        }
        match self.custom.get(&(group.to_owned(), kind.to_owned())) {
            Some(own) => Some(Resource {
                plural: Some(own.plural.clone()),
                is_namespaced: own.is_namespaced,
                other_versions: own
                    .versions
                    .iter()
                    .filter(|one| *one != version)
                    .cloned()
                    .collect(),
            }),
            None => Some(Resource {
                plural: None,
                is_namespaced: true,
                other_versions: Vec::new(),
            }),
        }
    }

    /// Whether parameters of a kind are in a namespace. `None` if the kind is not known.
    pub(super) fn is_namespaced(&self, group: &str, version: &str, kind: &str) -> Option<bool> {
        let found = self.find(group, version, kind)?;
        found.plural.is_some().then_some(found.is_namespaced)
    }
}

/// Whether clusters serve a version by default.
fn is_stable(version: &str) -> bool {
    !version.contains("alpha") && !version.contains("beta")
}

/// The resource of a kind of Kubernetes (`UnsafeGuessKindToResource` of apimachinery, which is right for them).
fn plural(kind: &str) -> String {
    let name = kind.to_ascii_lowercase();
    if name == "endpoints" {
        return name;
    }
    match name.as_bytes().last() {
        Some(b's') => format!("{name}es"),
        Some(b'y') => format!("{}ies", &name[..name.len() - 1]),
        _ => format!("{name}s"),
    }
}

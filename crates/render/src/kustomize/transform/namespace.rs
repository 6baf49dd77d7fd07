//! Namespaces (`api/filters/namespace`).

use rustc_hash::FxHashMap;

use crate::Text;
use crate::error::RenderError;
use crate::kustomize::field_spec::{Create, FieldSpec, apply_all, made, set_string};
use crate::kustomize::gvk::{Gvk, ResId};
use crate::kustomize::resource::Resource;
use crate::kustomize::schema;
use crate::node::{Node, Scalar, Value};

/// Whose namespace is set in the `subjects` of role bindings (`setRoleBindingSubjects`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Subjects {
    /// Subjects with the name `default`.
    #[default]
    NamedDefault,
    /// All service accounts.
    ServiceAccounts,
    /// None.
    Nobody,
}

impl Subjects {
    /// The mode with this name; the default if it is empty.
    ///
    /// # Errors
    ///
    /// Returns an error at another name.
    pub(crate) fn read(name: &Text) -> Result<Self, RenderError> {
        match name.as_str() {
            "" | "defaultOnly" => Ok(Self::NamedDefault),
            "allServiceAccounts" => Ok(Self::ServiceAccounts),
            "none" => Ok(Self::Nobody),
            _ => Err(RenderError::at(
                name.location(),
                "`setRoleBindingSubjects` must be `defaultOnly`, `allServiceAccounts`, or `none`",
            )),
        }
    }
}

/// A namespace to set.
#[derive(Clone, Debug)]
pub(crate) struct Namespace<'c> {
    /// Its name.
    pub(crate) name: &'c Text,
    /// Further fields that hold it.
    pub(crate) specs: &'c [FieldSpec],
    /// Whether a namespace that is set already stays.
    pub(crate) unset_only: bool,
    /// Which subjects of role bindings get it.
    pub(crate) subjects: Subjects,
}

const METADATA_NAMESPACE: &str = "metadata/namespace";
const METADATA_NAME: &str = "metadata/name";

impl Namespace<'_> {
    /// Sets the namespace of all objects that are not cluster-scoped, and in the fields that are specified.
    ///
    /// # Errors
    ///
    /// Returns an error where a path does not lead to a scalar, or if two objects have the same identity afterwards.
    pub(crate) fn apply(&self, resources: &mut [Resource]) -> Result<(), RenderError> {
        if self.name.is_empty() {
            return Ok(());
        }
        let changes: Vec<bool> = resources
            .iter()
            .map(|object| !is_from_helm(object))
            .collect();
        for (resource, change) in resources.iter_mut().zip(&changes) {
            if *change {
                resource.remember_id();
                let gvk = resource.gvk();
                self.set_in(&mut resource.node, &gvk)?;
            }
        }
        let ids: Vec<ResId> = resources.iter().map(Resource::id).collect();
        let mut count: FxHashMap<(&Gvk, &str, &str), u32> = FxHashMap::default();
        for id in &ids {
            *count.entry(key(id)).or_default() += 1;
        }
        let conflict = (ids.iter().zip(&*resources).zip(&changes))
            .find(|((id, _), change)| **change && count.get(&key(id)).is_some_and(|n| *n > 1));
        match conflict {
            None => Ok(()),
            Some(((id, resource), _)) => Err(RenderError::at(
                self.name.location().or(resource.origin),
                format!("`namespace` gives several objects the identity `{id}`"),
            )),
        }
    }

    /// Sets the namespace in one object, which has the type `gvk`.
    pub(crate) fn set_in(&self, node: &mut Node, gvk: &Gvk) -> Result<(), RenderError> {
        let by = self.name.location();
        let mut set = |node: &mut Node| self.set(node);
        if !schema::is_cluster_scoped(gvk) {
            let metadata = FieldSpec {
                gvk: Gvk::default(),
                path: METADATA_NAMESPACE.to_owned(),
                create: true,
                place: None,
            };
            metadata.apply(node, Create::Scalar, by, &mut set)?;
        }
        let is_role_binding = |kind: &str| matches!(kind, "RoleBinding" | "ClusterRoleBinding");
        let is_binding = is_role_binding(&gvk.kind);
        if is_binding {
            self.set_in_subjects(node)?;
        }
        let is_core = gvk.group.is_empty() && gvk.version == "v1";
        let specs = self.specs.iter().filter(|spec| {
            let is_subject = is_role_binding(&spec.gvk.kind) && spec.path == "subjects/namespace";
            spec.path != METADATA_NAMESPACE
                && (is_core || spec.path != METADATA_NAME)
                && !(is_binding && is_subject)
        });
        apply_all(node, gvk, specs, Create::Scalar, by, &mut set)
    }

    fn set_in_subjects(&self, node: &mut Node) -> Result<(), RenderError> {
        let (key, value) = match self.subjects {
            Subjects::Nobody => return Ok(()),
            Subjects::NamedDefault => ("name", "default"),
            Subjects::ServiceAccounts => ("kind", "ServiceAccount"),
        };
        let Some(subjects) = node.get_mut("subjects").filter(|node| !node.is_null()) else {
            return Ok(());
        };
        let place = subjects.location();
        let Some(items) = subjects.list_mut() else {
            return Err(RenderError::at(place, "`subjects` must be a list"));
        };
        for item in items {
            if item.is_null() {
                continue;
            }
            let place = item.location();
            let Some(map) = item.map_mut() else {
                return Err(RenderError::at(place, "a subject must be a mapping"));
            };
            if map.get(key).and_then(Node::str) != Some(value) {
                continue;
            }
            if map.get("namespace").is_none() {
                let origin = made(self.name.location());
                map.set(
                    Scalar::string(Text::new("namespace", origin.clone())),
                    Node::string(Text::new("", origin)),
                );
            }
            if let Some(namespace) = map.get_mut("namespace") {
                self.set(namespace)?;
            }
        }
        Ok(())
    }

    fn set(&self, node: &mut Node) -> Result<(), RenderError> {
        let is_set = match &node.value {
            Value::Scalar(scalar) => !scalar.is_null() && !scalar.text.is_empty(),
            Value::Map(_) | Value::List(_) => false,
        };
        if self.unset_only && is_set {
            return Ok(());
        }
        set_string(node, self.name.clone()).map_err(|mut error| {
            error.message = format!("a namespace is set here: {}", error.message);
            error
        })
    }
}

fn key(id: &ResId) -> (&Gvk, &str, &str) {
    (&id.gvk, &id.name, id.effective_namespace())
}

/// Helm has set the namespaces of its objects itself.
fn is_from_helm(resource: &Resource) -> bool {
    let path = [
        "metadata",
        "annotations",
        "internal.config.kubernetes.io/helm-generated",
    ];
    resource.node.at(&path).and_then(Node::str) == Some("true")
}

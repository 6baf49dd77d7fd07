//! The request to create an object, as policies see it.

use std::cell::OnceCell;
use std::sync::Arc;

use podwright_cel::{ListKind, Value};
use podwright_model::Object;
use podwright_schema::{Admitted, admitted, set_by_plugins};
use podwright_syntax::NodeId;

use super::paths::{self, Path};
use super::policy::Policies;
use crate::pod_security::namespace_of;
use crate::workspace::{ObjectId, Workspace};

/// A request to create an object of the run.
pub(super) struct Request<'w> {
    pub(super) workspace: &'w Workspace,
    pub(super) id: ObjectId,
    pub(super) policies: &'w Policies,
    own: &'w Object,
    pub(super) group: String,
    pub(super) version: String,
    pub(super) kind: String,
    /// Name of the resource, if it is known.
    pub(super) resource: Option<String>,
    pub(super) is_namespaced: bool,
    other_versions: Vec<String>,
    /// Namespace of the object: empty if it has none, `None` if it is not known.
    pub(super) namespace: Option<&'w str>,
    object: OnceCell<Option<Admitted>>,
    value: OnceCell<Value>,
    request: OnceCell<Value>,
    namespace_object: OnceCell<Option<Admitted>>,
}

impl<'w> Request<'w> {
    /// `None` if no policy is for the object.
    pub(super) fn new(
        workspace: &'w Workspace,
        id: ObjectId,
        policies: &'w Policies,
    ) -> Option<Self> {
        let own = workspace.object(id);
        let (api_version, kind) = (own.api_version.text()?, own.kind.text()?);
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        let resource = policies.resources.find(group, version, kind)?;
        let namespace = match resource.is_namespaced {
            true => workspace.namespace(id),
            false => Some(""),
        };
        Some(Self {
            workspace,
            id,
            policies,
            own,
            group: group.to_owned(),
            version: version.to_owned(),
            kind: kind.to_owned(),
            resource: resource.plural,
            is_namespaced: resource.is_namespaced,
            other_versions: resource.other_versions,
            namespace,
            object: OnceCell::new(),
            value: OnceCell::new(),
            request: OnceCell::new(),
            namespace_object: OnceCell::new(),
        })
    }

    /// Whether it creates a Namespace.
    pub(super) fn is_namespace(&self) -> bool {
        self.group.is_empty() && self.kind == "Namespace"
    }

    /// Other served versions of the kind.
    pub(super) fn other_versions(&self) -> &[String] {
        &self.other_versions
    }

    /// Name of the object. `None` if it is not known.
    pub(super) fn name(&self) -> Option<&str> {
        self.own.metadata.name.text()
    }

    /// Namespace of the request: that of the object, and for a Namespace its own name.
    pub(super) fn request_namespace(&self) -> Option<&str> {
        match self.is_namespace() {
            true => self.name(),
            false => self.namespace,
        }
    }

    /// The object. `None` if it is not known.
    pub(super) fn object(&self) -> Option<&Admitted> {
        let compute = || match self.workspace.is_unmodified(self.id) {
            true => seen(self.workspace, self.id, self.namespace),
            false => None,
        };
        self.object.get_or_init(compute).as_ref()
    }

    /// The Namespace of the object, if it is among the files.
    pub(super) fn namespace_object(&self) -> Option<&Admitted> {
        let compute = || {
            let id = namespace_of(self.workspace, self.id)?;
            self.workspace
                .is_unmodified(id)
                .then(|| seen(self.workspace, id, Some("")))?
        };
        self.namespace_object.get_or_init(compute).as_ref()
    }

    /// The variable `object`.
    pub(super) fn value(&self) -> Value {
        let compute = || match self.object() {
            Some(object) => value(object),
            None => Value::unknown("the object as the API server sees it is not known"),
        };
        self.value.get_or_init(compute).clone()
    }

    /// The variable `namespaceObject` (`CreateNamespaceObject`).
    pub(super) fn namespace_value(&self) -> Value {
        if !self.is_namespaced {
            return Value::Null;
        }
        match self.namespace_object() {
            Some(Admitted::Map(fields)) => {
                let kept = ["metadata", "spec", "status"];
                let kept = kept.into_iter().filter_map(|name| {
                    let field = fields.get(name)?;
                    Some((Arc::from(name), value(field)))
                });
                Value::object(kept)
            }
            _ => Value::unknown(match self.namespace {
                Some(name) => format!("namespace `{name}` is not among the files"),
                None => "the namespace of the object is not known".to_owned(),
            }),
        }
    }

    /// The variable `request` (`CreateAdmissionRequest`).
    pub(super) fn request_value(&self) -> Value {
        self.request.get_or_init(|| self.new_request()).clone()
    }

    fn new_request(&self) -> Value {
        let object = |fields: [(&str, Value); 3]| {
            Value::object(fields.map(|(name, value)| (Arc::from(name), value)))
        };
        let text = Value::text;
        let resource = match &self.resource {
            Some(name) => text(name),
            None => Value::unknown("the resource of the kind is not known"),
        };
        let kind = object([
            ("group", text(&self.group)),
            ("version", text(&self.version)),
            ("kind", text(&self.kind)),
        ]);
        let resource = object([
            ("group", text(&self.group)),
            ("version", text(&self.version)),
            ("resource", resource),
        ]);
        let mut fields: Vec<(Arc<str>, Value)> = vec![
            ("uid".into(), text("")),
            ("kind".into(), kind.clone()),
            ("resource".into(), resource.clone()),
            ("requestKind".into(), kind),
            ("requestResource".into(), resource),
            ("operation".into(), text("CREATE")),
            (
                "userInfo".into(),
                Value::unknown("the user of the request is not known"),
            ),
            ("dryRun".into(), Value::Bool(false)),
            (
                "options".into(),
                Value::unknown("the options of the request are not known"),
            ),
        ];
        let mut add = |field: &str, value: Option<&str>, reason: &'static str| match value {
            Some("") => {}
            Some(value) => fields.push((field.into(), text(value))),
            None => fields.push((field.into(), Value::unknown(reason))),
        };
        add("name", self.name(), "the name of the object is not known");
        let reason = "the namespace of the object is not known";
        add("namespace", self.request_namespace(), reason);
        Value::object(fields)
    }

    /// The field that `paths` name: the only one, or what is around all of them.
    pub(super) fn field(&self, paths: &[Path]) -> Option<NodeId> {
        let tree = &self.workspace.file(self.id.file).tree;
        paths::find(tree, self.own.node, paths)
    }

    /// The item of the list at `path`.
    pub(super) fn item(&self, path: &Path, index: usize) -> Option<NodeId> {
        let tree = &self.workspace.file(self.id.file).tree;
        let mut node = self.own.node;
        for name in path {
            node = tree.resolve(tree.get(node, name)?.value);
        }
        tree.items(node).nth(index)
    }
}

/// An object of the run as policies see it.
pub(super) fn seen(
    workspace: &Workspace,
    id: ObjectId,
    namespace: Option<&str>,
) -> Option<Admitted> {
    let file = workspace.file(id.file);
    let custom = workspace.custom_kinds(id.file);
    let mut object = admitted(&file.tree, workspace.object(id), namespace, custom)?;
    set_by_plugins(&mut object);
    Some(object)
}

/// A value of CEL.
pub(super) fn value(from: &Admitted) -> Value {
    match from {
        Admitted::Null => Value::Null,
        Admitted::Bool(value) => Value::Bool(*value),
        Admitted::Int(value) => Value::Int(*value),
        Admitted::Float(value) => Value::Double(*value),
        Admitted::Text(text) => Value::text(text),
        Admitted::List(items) => Value::list(items.iter().map(value).collect(), ListKind::Plain),
        Admitted::Map(fields) => {
            let fields = fields.iter();
            Value::object(fields.map(|(name, field)| (name.as_str().into(), value(field))))
        }
        Admitted::Unknown => Value::unknown("a value of the object is not known"),
    }
}

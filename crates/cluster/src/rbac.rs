//! Who has which role.

use rustc_hash::FxHashMap;

use podwright_model::Object;
use podwright_schema::Value;
use podwright_syntax::SyntaxTree;

use crate::workspace::{ObjectId, Workspace};

/// ServiceAccounts that bindings name: by name, the namespaces and the bindings. `None` stands for a namespace that is
/// not known.
struct Bound(FxHashMap<String, Vec<(Option<String>, ObjectId)>>);

/// Groups of all ServiceAccounts, and of those of a namespace.
const ALL_ACCOUNTS: &str = "system:serviceaccounts";

/// Name under which bindings to all accounts, or to subjects that are not known, are kept.
const ANY: &str = "";

/// Whether a RoleBinding or ClusterRoleBinding of the run names the ServiceAccount `name` in the namespace of `from`, or
/// may name it. The groups of all authenticated users do not count.
#[must_use]
pub fn may_be_bound(workspace: &Workspace, from: ObjectId, name: &str) -> bool {
    let bound = workspace.kept(bindings);
    let namespace = workspace.namespace(from);
    let of = |name: &str| bound.0.get(name).into_iter().flatten();
    of(name).chain(of(ANY)).any(|(of_subject, binding)| {
        let is_same = match (of_subject, namespace) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        is_same && workspace.coexist(from, *binding)
    })
}

fn bindings(workspace: &Workspace) -> Bound {
    let mut bound = Bound(FxHashMap::default());
    for kind in ["RoleBinding", "ClusterRoleBinding"] {
        for id in workspace.of_kind(GROUP, kind) {
            let tree = &workspace.file(id.file).tree;
            let subjects = Value::new(tree, workspace.object(id).node).get("subjects");
            let mut add = |name: &str, namespace: Option<String>| {
                bound
                    .0
                    .entry(name.to_owned())
                    .or_default()
                    .push((namespace, id));
            };
            if subjects.is_unknown() {
                add(ANY, None);
            }
            for subject in subjects.items() {
                let kind = subject.get("kind");
                let name = subject.get("name").text();
                let namespace = subject.get("namespace");
                let namespace = match namespace.text() {
                    Some(text) if !text.is_empty() => Some(text.into_owned()),
                    _ => None,
                };
                match name {
                    Some(name) if kind.is("ServiceAccount") => add(&name, namespace),
                    Some(name) if kind.is("Group") => {
                        if let Some(rest) = name.strip_prefix(ALL_ACCOUNTS) {
                            let namespace = rest.strip_prefix(':').map(str::to_owned);
                            add(ANY, namespace);
                        }
                    }
                    None if !kind.is("User") => add(ANY, namespace),
                    _ => {}
                }
            }
        }
    }
    bound
}

/// API group of roles and bindings.
pub const GROUP: &str = "rbac.authorization.k8s.io";

/// Where a role applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// No binding of the run refers to it.
    Unbound,
    /// In the namespaces of RoleBindings.
    Namespace,
    /// In all namespaces, by a ClusterRoleBinding.
    Cluster,
}

/// Bindings by the kind and name of their roles.
struct RoleReferences(FxHashMap<(String, String), Vec<(Reach, ObjectId)>>);

/// How far a Role or ClusterRole reaches by the bindings of the run.
#[must_use]
pub fn reach(workspace: &Workspace, role: ObjectId) -> Reach {
    let object = workspace.object(role);
    let (Some(kind), Some(name)) = (object.kind.text(), object.metadata.name.text()) else {
        return Reach::Unbound;
    };
    let references = workspace.kept(role_references);
    let key = (kind.to_owned(), name.to_owned());
    let bindings = references.0.get(&key).into_iter().flatten();
    let own = bindings.filter(|(_, binding)| {
        let is_same =
            kind == "ClusterRole" || workspace.shares_namespace(role, *binding) != Some(false);
        is_same && workspace.coexist(role, *binding)
    });
    own.map(|(reach, _)| *reach).max().unwrap_or(Reach::Unbound)
}

fn role_references(workspace: &Workspace) -> RoleReferences {
    let mut references = RoleReferences(FxHashMap::default());
    for (kind, reach) in [
        ("RoleBinding", Reach::Namespace),
        ("ClusterRoleBinding", Reach::Cluster),
    ] {
        for id in workspace.of_kind(GROUP, kind) {
            let tree = &workspace.file(id.file).tree;
            let role = Value::new(tree, workspace.object(id).node).get("roleRef");
            if let (Some(kind), Some(name)) = (role.get("kind").text(), role.get("name").text()) {
                let key = (kind.into_owned(), name.into_owned());
                references.0.entry(key).or_default().push((reach, id));
            }
        }
    }
    references
}

/// Item of `rules` in a role.
#[derive(Clone, Copy, Debug)]
pub struct PolicyRule<'a>(pub Value<'a>);

/// Stands for all groups, resources or verbs.
pub const ALL: &str = "*";

impl<'a> PolicyRule<'a> {
    /// Item of a list that is `text`.
    #[must_use]
    pub fn item(self, list: &'static str, text: &str) -> Option<Value<'a>> {
        self.0.get(list).items().find(|item| item.is(text))
    }

    /// Item of a list that is one of `texts`, or stands for all of them.
    #[must_use]
    pub fn any(self, list: &'static str, texts: &[&str]) -> Option<Value<'a>> {
        let mut items = self.0.get(list).items();
        items.find(|item| item.is(ALL) || texts.iter().any(|text| item.is(text)))
    }

    /// Whether it applies to a group.
    #[must_use]
    pub fn is_for(self, group: &str) -> bool {
        self.any("apiGroups", &[group]).is_some()
    }

    /// Whether it is limited to some names. The authorizer then allows `list` and `watch` only for one of them
    /// (`ResourceNameMatches` in `pkg/apis/rbac/v1/evaluation_helpers.go`).
    #[must_use]
    pub fn is_limited(self) -> bool {
        let names = self.0.get("resourceNames");
        names.is_unknown() || !names.is_empty()
    }
}

/// Rules of a Role or ClusterRole; none for the roles that Kubernetes has itself.
pub fn rules<'a>(tree: &'a SyntaxTree, object: &Object) -> impl Iterator<Item = PolicyRule<'a>> {
    let is_role = object.is(GROUP, "Role") || object.is(GROUP, "ClusterRole");
    let name = object.metadata.name.text().unwrap_or("");
    let is_own = is_role && !is_built_in(name);
    let node = object.node;
    let rules = is_own.then(|| Value::new(tree, node).get("rules"));
    rules.into_iter().flat_map(Value::items).map(PolicyRule)
}

/// Whether every cluster has a ClusterRole of that name, or may have (`plugin/pkg/auth/authorizer/rbac/bootstrappolicy`).
#[must_use]
pub fn is_built_in(name: &str) -> bool {
    name.starts_with("system:") || BUILT_IN.contains(&name)
}

/// ClusterRoles of every cluster for people.
const BUILT_IN: [&str; 4] = ["admin", "cluster-admin", "edit", "view"];

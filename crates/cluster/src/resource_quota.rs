//! ResourceQuotas that require values of each container (`Constraints` in `pkg/quota/v1/evaluator/core/pods.go`).

use podwright_schema::Value;
use podwright_syntax::NodeId;
use rustc_hash::FxHashMap;

use crate::area::{areas, hash, is_beside};
use crate::effective_resources::ResourceList;
use crate::workspace::{ObjectId, Workspace};

/// Amount of a ResourceQuota for which each container needs a value.
#[derive(Clone, Debug)]
pub struct Required {
    /// ResourceQuota.
    pub id: ObjectId,
    /// Node of its amount.
    pub node: NodeId,
    /// Name in the quota: `limits.cpu`.
    pub name: &'static str,
    /// List that needs the value.
    pub list: ResourceList,
    /// Resource that needs the value.
    pub resource: &'static str,
    /// All of them must apply to a Pod.
    scopes: Vec<Scope>,
}

/// Which Pods a quota counts (`podMatchesScopeFunc`).
#[derive(Clone, Debug, PartialEq, Eq)]
enum Scope {
    Terminating,
    NotTerminating,
    NotBestEffort,
    /// Pods with one of the priority classes, or with any class.
    PriorityClass(Option<Vec<String>>),
    /// Pods that are not certain to be counted.
    Other,
}

impl Scope {
    /// Whether the quota certainly counts a Pod with this spec.
    fn applies(&self, spec: Value<'_>) -> bool {
        let deadline = spec.get("activeDeadlineSeconds");
        match self {
            Self::Terminating => deadline.int().is_some_and(|seconds| seconds >= 0),
            Self::NotTerminating => deadline.is_absent(),
            Self::NotBestEffort => spec.get("containers").items().any(|container| {
                let resources = container.get("resources");
                let mut lists = ["requests", "limits"]
                    .map(|list| resources.get(list))
                    .into_iter();
                lists.any(|list| list.find("cpu").is_some() || list.find("memory").is_some())
            }),
            Self::PriorityClass(names) => {
                let class = spec.get("priorityClassName").text();
                let class = class.filter(|class| !class.is_empty());
                class.is_some_and(|class| {
                    let names = names.as_ref();
                    names.is_none_or(|names| names.iter().any(|name| *name == class))
                })
            }
            Self::Other => false,
        }
    }
}

/// Scopes of a quota.
fn scopes(spec: Value<'_>) -> Vec<Scope> {
    let (list, selector) = (spec.get("scopes"), spec.get("scopeSelector"));
    if list.is_unknown() || selector.is_unknown() {
        return vec![Scope::Other];
    }
    let of_list = list.items().map(|scope| match scope.text().as_deref() {
        Some("Terminating") => Scope::Terminating,
        Some("NotTerminating") => Scope::NotTerminating,
        Some("NotBestEffort") => Scope::NotBestEffort,
        Some("PriorityClass") => Scope::PriorityClass(None),
        _ => Scope::Other,
    });
    let expressions = selector.get("matchExpressions");
    let of_selector = expressions.items().map(|one| {
        let operator = one.get("operator");
        match (
            one.get("scopeName").text().as_deref(),
            operator.text().as_deref(),
        ) {
            (Some("Terminating"), Some("Exists")) => Scope::Terminating,
            (Some("NotTerminating"), Some("Exists")) => Scope::NotTerminating,
            (Some("NotBestEffort"), Some("Exists")) => Scope::NotBestEffort,
            (Some("PriorityClass"), Some("Exists")) => Scope::PriorityClass(None),
            (Some("PriorityClass"), Some("In")) => {
                let values = one.get("values").items();
                let values: Option<Vec<String>> = values
                    .map(|value| Some(value.text()?.into_owned()))
                    .collect();
                values.map_or(Scope::Other, |values| Scope::PriorityClass(Some(values)))
            }
            _ => Scope::Other,
        }
    });
    of_list.chain(of_selector).collect()
}

/// Names in quotas, and what they require.
const NAMES: [(&str, ResourceList, &str); 6] = [
    ("cpu", ResourceList::Requests, "cpu"),
    ("memory", ResourceList::Requests, "memory"),
    ("requests.cpu", ResourceList::Requests, "cpu"),
    ("requests.memory", ResourceList::Requests, "memory"),
    ("limits.cpu", ResourceList::Limits, "cpu"),
    ("limits.memory", ResourceList::Limits, "memory"),
];

/// What all ResourceQuotas require, by area and by what it is.
struct All(FxHashMap<u64, Vec<Required>>);

impl All {
    fn of(workspace: &Workspace) -> Self {
        let mut all: FxHashMap<u64, Vec<Required>> = FxHashMap::default();
        for id in workspace.of_kind("", "ResourceQuota") {
            if !workspace.is_unmodified(id) {
                continue;
            }
            for one in read(workspace, id) {
                for area in areas(workspace, id) {
                    let key = hash(&(area, one.list, one.resource));
                    all.entry(key).or_default().push(one.clone());
                }
            }
        }
        Self(all)
    }
}

/// What the ResourceQuotas in the namespace of `from` require of each container of a Pod with this spec, once for each list
/// and resource. Quotas are left out if their scopes may not apply to the Pod, or their namespace or content is not
/// certain.
#[must_use]
pub fn required(workspace: &Workspace, from: ObjectId, spec: Value<'_>) -> Vec<Required> {
    let all = workspace.kept(All::of);
    let mut found: Vec<Required> = Vec::new();
    for (_, list, resource) in NAMES {
        if found
            .iter()
            .any(|one| (one.list, one.resource) == (list, resource))
        {
            continue;
        }
        let of_areas = areas(workspace, from).map(|area| hash(&(area, list, resource)));
        let mut candidates = of_areas.filter_map(|key| all.0.get(&key)).flatten();
        let first = candidates.find(|one| {
            (one.list, one.resource) == (list, resource)
                && one.scopes.iter().all(|scope| scope.applies(spec))
                && is_beside(workspace, from, one.id)
                && workspace.shares_namespace(from, one.id) == Some(true)
        });
        found.extend(first.cloned());
    }
    found
}

fn read(workspace: &Workspace, id: ObjectId) -> impl Iterator<Item = Required> {
    let tree = &workspace.file(id.file).tree;
    let spec = Value::new(tree, workspace.object(id).node).get("spec");
    let scopes = scopes(spec);
    NAMES.iter().filter_map(move |&(name, list, resource)| {
        let amount = spec.get("hard").find(name)?;
        amount.quantity()?;
        Some(Required {
            id,
            node: amount.node,
            name,
            list,
            resource,
            scopes: scopes.clone(),
        })
    })
}

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

/// What the ResourceQuotas in the namespace of `from` require of each container, once for each list and resource. Quotas
/// with scopes count only some Pods, and are left out, as are those of which the namespace or content is not certain.
#[must_use]
pub fn required(workspace: &Workspace, from: ObjectId) -> Vec<Required> {
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
    let has_scopes = !spec.get("scopes").is_empty() || !spec.get("scopeSelector").is_absent();
    let names = NAMES.iter().filter(move |_| !has_scopes);
    names.filter_map(move |&(name, list, resource)| {
        let amount = spec.get("hard").find(name)?;
        amount.quantity()?;
        Some(Required {
            id,
            node: amount.node,
            name,
            list,
            resource,
        })
    })
}

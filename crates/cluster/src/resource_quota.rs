//! ResourceQuotas that require values of each container (`Constraints` in `pkg/quota/v1/evaluator/core/pods.go`).

use podwright_schema::Value;
use podwright_syntax::NodeId;

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

/// What the ResourceQuotas in the namespace of `from` require of each container. Quotas with scopes count only some Pods,
/// and are left out, as are those of which the namespace or content is not certain.
#[must_use]
pub fn required(workspace: &Workspace, from: ObjectId) -> Vec<Required> {
    let mut all = Vec::new();
    for id in workspace.beside(from, "", "ResourceQuota") {
        let is_certain =
            workspace.shares_namespace(from, id) == Some(true) && workspace.is_unmodified(id);
        if !is_certain {
            continue;
        }
        let tree = &workspace.file(id.file).tree;
        let spec = Value::new(tree, workspace.object(id).node).get("spec");
        let has_scopes = !spec.get("scopes").is_empty() || !spec.get("scopeSelector").is_absent();
        if has_scopes {
            continue;
        }
        for (name, list, resource) in NAMES {
            let amount = spec.get("hard").find(name);
            if let Some(amount) = amount.filter(|amount| amount.quantity().is_some()) {
                all.push(Required {
                    id,
                    node: amount.node,
                    name,
                    list,
                    resource,
                });
            }
        }
    }
    all
}

//! Pods that no network policy isolates (`NetworkPolicy`, and the kinds of network plugins).

use rustc_hash::FxHashMap;

use podwright_schema::Value;

use crate::selector::{BySelector, LabelSelector, pod_labels};
use crate::workload::WORKLOADS;
use crate::workspace::{ObjectId, Workspace};

/// The first workload of each namespace whose Pods no policy selects, with the number of them.
pub struct Unprotected(FxHashMap<ObjectId, usize>);

/// Kinds of policies with selectors of their own. One of them in the run makes it unknown what is isolated.
const OTHER_POLICIES: [(&str, &str); 9] = [
    ("cilium.io", "CiliumNetworkPolicy"),
    ("cilium.io", "CiliumClusterwideNetworkPolicy"),
    ("crd.projectcalico.org", "NetworkPolicy"),
    ("crd.projectcalico.org", "GlobalNetworkPolicy"),
    ("projectcalico.org", "NetworkPolicy"),
    ("projectcalico.org", "GlobalNetworkPolicy"),
    ("policy.networking.k8s.io", "AdminNetworkPolicy"),
    ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
    ("policy.networking.k8s.io", "ClusterNetworkPolicy"),
];

impl Unprotected {
    /// Looks at all workloads of the run.
    #[must_use]
    pub fn find(workspace: &Workspace) -> Self {
        // By namespace or, if none is given, by directory.
        let policies = policies(workspace);
        let mut first: FxHashMap<(bool, String, Option<u32>), (ObjectId, usize)> =
            FxHashMap::default();
        for (group, kind) in WORKLOADS {
            for id in workspace.of_kind(group, kind) {
                if !is_unprotected(workspace, id, &policies) {
                    continue;
                }
                let namespace = workspace.namespace(id);
                let directory = workspace.file(id.file).directory();
                let render = workspace.render_of(id.file).map(|_| id.file.0);
                let key = match namespace {
                    Some(name) => (true, name.to_owned(), render),
                    None => (false, directory.to_owned(), render),
                };
                let entry = first.entry(key).or_insert((id, 0));
                entry.0 = entry.0.min(id);
                entry.1 += 1;
            }
        }
        Self(first.into_values().collect())
    }

    /// Number of such workloads in the namespace of which `id` is the first.
    #[must_use]
    pub fn count_at(&self, id: ObjectId) -> Option<usize> {
        self.0.get(&id).copied()
    }
}

/// Policies by the Pods that they select. What is not known selects all.
fn policies(workspace: &Workspace) -> BySelector {
    let policies = workspace.of_kind("networking.k8s.io", "NetworkPolicy");
    let with_selectors = policies.map(|id| {
        let tree = &workspace.file(id.file).tree;
        let spec = Value::new(tree, workspace.object(id).node).get("spec");
        let selector = spec.get("podSelector");
        // Absent means empty, which selects all Pods.
        let selector = LabelSelector::read(selector).filter(|_| !selector.is_absent());
        (id, selector.unwrap_or_else(LabelSelector::all))
    });
    BySelector::of(workspace, with_selectors.collect())
}

fn is_unprotected(workspace: &Workspace, id: ObjectId, policies: &BySelector) -> bool {
    let object = workspace.object(id);
    let [pod] = &object.pods[..] else {
        return false;
    };
    let tree = &workspace.file(id.file).tree;
    let network = Value::new(tree, pod.node).get("hostNetwork");
    // NetworkPolicies do not apply to the network of a node.
    let is_on_node = network.is_true() || network.is_unknown();
    let (Some(labels), false) = (pod_labels(pod), workspace.is_partial(id) || is_on_node) else {
        return false;
    };
    let has_other = OTHER_POLICIES.iter().any(|(group, kind)| {
        let mut policies = workspace.of_kind(group, kind);
        policies.any(|policy| workspace.coexist(id, policy))
    });
    !has_other && policies.matching(workspace, id, &labels).next().is_none()
}

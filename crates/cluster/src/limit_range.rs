//! LimitRanges of a namespace, as the admission plug-in `LimitRanger` applies them
//! (`plugin/pkg/admission/limitranger/admission.go`), with the defaults of the API (`SetDefaults_LimitRangeItem`).

use podwright_model::Quantity;
use podwright_schema::Value;
use podwright_syntax::NodeId;

use crate::resources::Amounts;
use crate::workspace::{ObjectId, Workspace};

/// Item of a LimitRange.
#[derive(Clone, Debug)]
pub struct LimitItem {
    /// Object that contains it.
    pub id: ObjectId,
    /// What it applies to.
    pub subject: LimitSubject,
    /// Least requests and limits, with the nodes of the amounts.
    pub min: Vec<(String, NodeId, Quantity)>,
    /// Greatest requests and limits, with the nodes of the amounts.
    pub max: Vec<(String, NodeId, Quantity)>,
    /// Greatest ratio between limit and request, with the nodes of the amounts.
    pub ratio: Vec<(String, NodeId, Quantity)>,
    /// Limits that a container without them gets.
    pub default: Amounts,
    /// Requests that a container without them gets.
    pub default_request: Amounts,
}

/// What an item of a LimitRange applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitSubject {
    /// Each container and init container.
    Container,
    /// The sum of a Pod.
    Pod,
    /// Each PersistentVolumeClaim.
    Claim,
}

/// Items of the LimitRanges in the namespace of `from`, in order. `None` if the files do not determine them.
#[must_use]
pub fn limit_items(workspace: &Workspace, from: ObjectId) -> Option<Vec<LimitItem>> {
    let mut items = Vec::new();
    let ranges = workspace.of_kind("", "LimitRange");
    for id in ranges.filter(|&id| workspace.coexist(from, id)) {
        match workspace.shares_namespace(from, id) {
            Some(false) => {}
            Some(true) if workspace.is_unmodified(id) => read(workspace, id, &mut items)?,
            _ => return None,
        }
    }
    Some(items)
}

fn read(workspace: &Workspace, id: ObjectId, items: &mut Vec<LimitItem>) -> Option<()> {
    let tree = &workspace.file(id.file).tree;
    let object = Value::new(tree, workspace.object(id).node);
    let limits = object.get("spec").get("limits");
    if limits.is_unknown() {
        return None;
    }
    for item in limits.items() {
        let subject = match &*item.get("type").text()? {
            "Container" => LimitSubject::Container,
            "Pod" => LimitSubject::Pod,
            "PersistentVolumeClaim" => LimitSubject::Claim,
            _ => continue,
        };
        let (min, max) = (amounts(item.get("min"))?, amounts(item.get("max"))?);
        let plain = |list: &[(String, NodeId, Quantity)]| -> Amounts {
            let all = list.iter();
            all.map(|(name, _, amount)| (name.clone(), *amount))
                .collect()
        };
        let mut default = plain(&amounts(item.get("default"))?);
        let mut default_request = plain(&amounts(item.get("defaultRequest"))?);
        if subject == LimitSubject::Container {
            for (name, amount) in plain(&max) {
                default.entry(name).or_insert(amount);
            }
            for (name, amount) in default.clone().into_iter().chain(plain(&min)) {
                default_request.entry(name).or_insert(amount);
            }
        }
        items.push(LimitItem {
            id,
            subject,
            ratio: amounts(item.get("maxLimitRequestRatio"))?,
            min,
            max,
            default,
            default_request,
        });
    }
    Some(())
}

/// Amounts with their nodes; `None` if one is not known.
fn amounts(list: Value<'_>) -> Option<Vec<(String, NodeId, Quantity)>> {
    if list.is_unknown() {
        return None;
    }
    let amounts = list.entries().map(|(name, _, value)| {
        let amount = match value.is_absent() {
            true => Quantity::ZERO,
            false => value.quantity()?,
        };
        Some((name.into_owned(), value.node, amount))
    });
    amounts.collect()
}

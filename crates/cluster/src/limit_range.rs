//! LimitRanges of a namespace, as the admission plug-in `LimitRanger` applies them
//! (`plugin/pkg/admission/limitranger/admission.go`), with the defaults of the API (`SetDefaults_LimitRangeItem`).

use podwright_model::Quantity;
use podwright_schema::Value;
use podwright_syntax::NodeId;

use crate::effective_resources::ResourceList;
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

impl LimitSubject {
    /// Name in LimitRanges.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Container => "Container",
            Self::Pod => "Pod",
            Self::Claim => "PersistentVolumeClaim",
        }
    }
}

/// Items of the LimitRanges in the namespace of `from`, in order. `None` if the files do not determine them.
#[must_use]
pub fn limit_items(workspace: &Workspace, from: ObjectId) -> Option<Vec<LimitItem>> {
    let mut items = Vec::new();
    let ranges = workspace.of_kind("", "LimitRange");
    let directory = |id: ObjectId| workspace.file(id.file).directory();
    for id in ranges.filter(|&id| workspace.coexist(from, id)) {
        // Without a namespace, one in another directory often belongs to another example.
        let is_other = workspace.namespace(id).is_none() && directory(id) != directory(from);
        match workspace.shares_namespace(from, id) {
            Some(false) => {}
            _ if is_other => {}
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

/// Bound of a LimitRange that a container or Pod breaks.
#[derive(Clone, Debug)]
pub struct LimitViolation {
    /// LimitRange.
    pub id: ObjectId,
    /// Node of the bound in it.
    pub node: NodeId,
    /// Name of the resource.
    pub resource: String,
    /// List with the value that breaks it.
    pub list: ResourceList,
    /// What is wrong, as the API server says it: `minimum cpu usage per Container is 1, but request is 100m`.
    pub message: String,
}

/// Bounds of LimitRanges that apply to a subject (`PodValidateLimitFunc`), and that its requests and limits break.
#[must_use]
pub fn violations(
    items: &[LimitItem],
    subject: LimitSubject,
    requests: &Amounts,
    limits: &Amounts,
) -> Vec<LimitViolation> {
    let mut found = Vec::new();
    for item in items.iter().filter(|item| item.subject == subject) {
        let mut add = |(name, node, _): &(String, NodeId, Quantity), list, message: String| {
            found.push(LimitViolation {
                id: item.id,
                node: *node,
                resource: name.clone(),
                list,
                message,
            });
        };
        let per = subject.name();
        for bound in &item.min {
            let (name, _, least) = bound;
            let start = format!("minimum {name} usage per {per} is {least}");
            match (requests.get(name), limits.get(name)) {
                (None, _) => add(
                    bound,
                    ResourceList::Requests,
                    format!("{start}.  No request is specified"),
                ),
                (Some(own), _) if own < least => add(
                    bound,
                    ResourceList::Requests,
                    format!("{start}, but request is {own}"),
                ),
                (_, Some(own)) if own < least => add(
                    bound,
                    ResourceList::Limits,
                    format!("{start}, but limit is {own}"),
                ),
                _ => {}
            }
        }
        for bound in &item.max {
            let (name, _, most) = bound;
            let start = format!("maximum {name} usage per {per} is {most}");
            let request = requests.get(name).filter(|own| *own > most);
            // Of a claim, only requests count.
            let limit = limits.get(name).filter(|_| subject != LimitSubject::Claim);
            match limit {
                None if subject != LimitSubject::Claim => add(
                    bound,
                    ResourceList::Limits,
                    format!("{start}.  No limit is specified"),
                ),
                Some(own) if own > most => add(
                    bound,
                    ResourceList::Limits,
                    format!("{start}, but limit is {own}"),
                ),
                _ => {
                    if let Some(own) = request {
                        let message = format!("{start}, but request is {own}");
                        add(bound, ResourceList::Requests, message);
                    }
                }
            }
        }
        for bound in &item.ratio {
            let (name, _, most) = bound;
            let start = format!("{name} max limit to request ratio per {per} is {most}");
            match (requests.get(name), limits.get(name)) {
                (None, _) => add(
                    bound,
                    ResourceList::Requests,
                    format!("{start}, but no request is specified or request is 0"),
                ),
                (_, None) => add(
                    bound,
                    ResourceList::Limits,
                    format!("{start}, but no limit is specified or limit is 0"),
                ),
                (Some(request), Some(limit)) => {
                    if exceeds(limit, request, most) {
                        let message = format!(
                            "{start}, but limit {limit} is more than request {request} times the ratio"
                        );
                        add(bound, ResourceList::Limits, message);
                    }
                }
            }
        }
    }
    found
}

/// Whether a limit is greater than a request times a ratio. Compared in thousandths, as the API server does.
fn exceeds(limit: &Quantity, request: &Quantity, ratio: &Quantity) -> bool {
    let milli = |quantity: &Quantity| quantity.rounded_up(3);
    let (Some(limit), Some(request), Some(ratio)) = (milli(limit), milli(request), milli(ratio))
    else {
        return false;
    };
    let most = request.checked_mul(ratio);
    request == 0
        || limit
            .checked_mul(1_000)
            .is_some_and(|limit| most.is_some_and(|most| limit > most))
}

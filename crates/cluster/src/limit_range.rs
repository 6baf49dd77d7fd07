//! LimitRanges of a namespace, as the admission plug-in `LimitRanger` applies them
//! (`plugin/pkg/admission/limitranger/admission.go`), with the defaults of the API (`SetDefaults_LimitRangeItem`).

use std::sync::{Arc, Mutex, PoisonError};

use podwright_model::Quantity;
use podwright_schema::Value;
use podwright_syntax::NodeId;
use podwright_syntax::text::FileId;
use rustc_hash::FxHashMap;

use crate::effective_resources::ResourceList;
use crate::resources::Amounts;
use crate::workspace::{Namespace, ObjectId, Workspace};

/// What the LimitRanges of a namespace say about one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitItem {
    /// What it applies to.
    pub subject: LimitSubject,
    /// Least requests and limits.
    pub min: Vec<Bound>,
    /// Greatest requests and limits.
    pub max: Vec<Bound>,
    /// Greatest ratio between limit and request.
    pub ratio: Vec<Bound>,
    /// Limits that a container without them gets.
    pub default: Amounts,
    /// Requests that a container without them gets.
    pub default_request: Amounts,
}

/// Bound of a LimitRange.
#[derive(Clone, Debug, PartialEq)]
pub struct Bound {
    /// LimitRange.
    pub id: ObjectId,
    /// Node of the amount in it.
    pub node: NodeId,
    /// Name of the resource.
    pub resource: String,
    /// Amount, or ratio.
    pub amount: Quantity,
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

/// LimitRanges of the run.
struct Ranges {
    /// Those in one known namespace.
    by_namespace: FxHashMap<String, Vec<ObjectId>>,
    /// Others.
    elsewhere: Vec<ObjectId>,
    /// Answers by file and namespaces.
    known: Mutex<FxHashMap<Ask, Option<Arc<[LimitItem]>>>>,
}

/// File and namespaces of the object that is asked for.
type Ask = (FileId, Vec<Namespace>);

impl Ranges {
    fn of(workspace: &Workspace) -> Self {
        let mut ranges = Self {
            by_namespace: FxHashMap::default(),
            elsewhere: Vec::new(),
            known: Mutex::default(),
        };
        for id in workspace.of_kind("", "LimitRange") {
            let of_namespace = match workspace.namespace(id) {
                Some(name) => ranges.by_namespace.entry(name.to_owned()).or_default(),
                None => &mut ranges.elsewhere,
            };
            of_namespace.push(id);
        }
        ranges
    }

    /// The LimitRanges that may be in the namespace of `from`, in order.
    fn near(&self, workspace: &Workspace, from: ObjectId) -> Vec<ObjectId> {
        let mut found = self.elsewhere.clone();
        match workspace.namespace(from) {
            Some(name) => found.extend(self.by_namespace.get(name).into_iter().flatten()),
            None => found.extend(self.by_namespace.values().flatten()),
        }
        found.sort_unstable();
        found
    }
}

/// What the LimitRanges in the namespace of `from` say: at most one item for each subject, with the strictest bounds and
/// the first defaults. `None` if the files do not determine them.
#[must_use]
pub fn limit_items(workspace: &Workspace, from: ObjectId) -> Option<Arc<[LimitItem]>> {
    let ranges = workspace.kept(Ranges::of);
    let lock = || ranges.known.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (from.file, workspace.namespaces(from).to_vec());
    let known = lock().get(&key).cloned();
    known.unwrap_or_else(|| {
        let items = read_all(workspace, from, &ranges.near(workspace, from)).map(Arc::from);
        lock().entry(key).or_insert(items).clone()
    })
}

fn read_all(workspace: &Workspace, from: ObjectId, ranges: &[ObjectId]) -> Option<Vec<LimitItem>> {
    let mut items = Vec::new();
    let directory = |id: ObjectId| workspace.file(id.file).directory();
    for &id in ranges {
        // Without a namespace, one in another directory often belongs to another example.
        let is_other = workspace.namespace(id).is_none() && directory(id) != directory(from);
        let shares = workspace.shares_namespace(from, id);
        if shares == Some(false) || is_other || !workspace.coexist(from, id) {
            continue;
        }
        match shares {
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
        let bounds = |field| bounds(id, item.get(field));
        let (min, max) = (bounds("min")?, bounds("max")?);
        let plain = |list: &[Bound]| -> Amounts {
            let all = list.iter();
            all.map(|bound| (bound.resource.clone(), bound.amount))
                .collect()
        };
        let mut default = plain(&bounds("default")?);
        let mut default_request = plain(&bounds("defaultRequest")?);
        if subject == LimitSubject::Container {
            for (name, amount) in plain(&max) {
                default.entry(name).or_insert(amount);
            }
            for (name, amount) in default.clone().into_iter().chain(plain(&min)) {
                default_request.entry(name).or_insert(amount);
            }
        }
        let new = LimitItem {
            subject,
            ratio: bounds("maxLimitRequestRatio")?,
            min,
            max,
            default,
            default_request,
        };
        match items.iter_mut().find(|item| item.subject == subject) {
            Some(item) => item.add(new),
            None => items.push(new),
        }
    }
    Some(())
}

impl LimitItem {
    /// Adds what a later item for the same subject says.
    fn add(&mut self, later: Self) {
        keep_strictest(&mut self.min, later.min, |new, old| new > old);
        keep_strictest(&mut self.max, later.max, |new, old| new < old);
        keep_strictest(&mut self.ratio, later.ratio, |new, old| new < old);
        for (name, amount) in later.default {
            self.default.entry(name).or_insert(amount);
        }
        for (name, amount) in later.default_request {
            self.default_request.entry(name).or_insert(amount);
        }
    }
}

fn keep_strictest(
    bounds: &mut Vec<Bound>,
    later: Vec<Bound>,
    is_stricter: impl Fn(&Quantity, &Quantity) -> bool,
) {
    for new in later {
        let mut known = bounds.iter_mut();
        match known.find(|bound| bound.resource == new.resource) {
            Some(known) if is_stricter(&new.amount, &known.amount) => *known = new,
            Some(_) => {}
            None => bounds.push(new),
        }
    }
}

/// Bounds of a LimitRange; `None` if one is not known.
fn bounds(id: ObjectId, list: Value<'_>) -> Option<Vec<Bound>> {
    if list.is_unknown() {
        return None;
    }
    let bounds = list.entries().map(|(name, _, value)| {
        let amount = match value.is_absent() {
            true => Quantity::ZERO,
            false => value.quantity()?,
        };
        Some(Bound {
            id,
            node: value.node,
            resource: name.into_owned(),
            amount,
        })
    });
    bounds.collect()
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
        let mut add = |bound: &Bound, list, message: String| {
            found.push(LimitViolation {
                id: bound.id,
                node: bound.node,
                resource: bound.resource.clone(),
                list,
                message,
            });
        };
        let per = subject.name();
        for bound in &item.min {
            let (name, least) = (&bound.resource, &bound.amount);
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
            let (name, most) = (&bound.resource, &bound.amount);
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
            let (name, most) = (&bound.resource, &bound.amount);
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

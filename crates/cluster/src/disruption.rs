//! PodDisruptionBudgets, as their controller counts (`pkg/controller/disruption/disruption.go`).

use podwright_model::Pod;
use podwright_schema::{IntOrText, Value};
use rustc_hash::FxHashMap;

use crate::area::{areas, is_beside};
use crate::selector::{BySelector, LabelSelector, pod_labels};
use crate::workload::WORKLOADS;
use crate::workspace::{ObjectId, Workspace};

/// How many Pods a budget keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Budget {
    /// At least so many Pods stay.
    MinAvailable(Amount),
    /// At most so many Pods are disrupted.
    MaxUnavailable(Amount),
    /// Neither is set. The controller then expects no Pods and allows no disruption.
    Neither,
}

/// Number or share of Pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// A number.
    Number(i64),
    /// A percentage.
    Percent(i64),
}

impl Amount {
    /// The number of Pods of `total`. Percentages are rounded up.
    #[must_use]
    pub fn of(self, total: i64) -> i64 {
        match self {
            Self::Number(number) => number,
            Self::Percent(percent) => (percent.saturating_mul(total).saturating_add(99)) / 100,
        }
    }
}

impl Budget {
    /// Reads the `spec` of a PodDisruptionBudget; `None` if it is invalid or not known.
    #[must_use]
    pub fn read(spec: Value<'_>) -> Option<Self> {
        let (least, most) = (spec.get("minAvailable"), spec.get("maxUnavailable"));
        match (least.is_absent(), most.is_absent()) {
            (true, true) => Some(Self::Neither),
            (_, false) => amount(most).map(Self::MaxUnavailable),
            (false, true) => amount(least).map(Self::MinAvailable),
        }
    }

    /// Whether the budget allows to end a Pod if `total` Pods are ready. `None` as the total stands for any number.
    #[must_use]
    pub fn allows(self, total: Option<i64>) -> bool {
        match (self, total) {
            (Self::Neither, _) => false,
            (Self::MaxUnavailable(Amount::Number(most) | Amount::Percent(most)), None) => most > 0,
            (Self::MinAvailable(Amount::Percent(least)), None) => least < 100,
            (Self::MinAvailable(Amount::Number(_)), None) => true,
            (Self::MaxUnavailable(most), Some(total)) => most.of(total) > 0,
            (Self::MinAvailable(least), Some(total)) => least.of(total) < total,
        }
    }
}

fn amount(value: Value<'_>) -> Option<Amount> {
    match value.int_or_text()? {
        IntOrText::Int(number) => Some(Amount::Number(number)),
        IntOrText::Text(text) => {
            let percent = text.strip_suffix('%')?.parse().ok()?;
            Some(Amount::Percent(percent))
        }
    }
}

/// PodDisruptionBudgets by their selectors.
struct Budgets {
    known: BySelector,
    /// Those whose selectors are not known, by area.
    unknown: FxHashMap<u64, Vec<ObjectId>>,
}

impl Budgets {
    fn of(workspace: &Workspace) -> Self {
        let mut known = Vec::new();
        let mut unknown: FxHashMap<u64, Vec<ObjectId>> = FxHashMap::default();
        for id in workspace.of_kind("policy", "PodDisruptionBudget") {
            let tree = &workspace.file(id.file).tree;
            let spec = Value::new(tree, workspace.object(id).node).get("spec");
            match LabelSelector::read(spec.get("selector")) {
                Some(selector) => known.push((id, selector)),
                None => {
                    for area in areas(workspace, id) {
                        unknown.entry(area).or_default().push(id);
                    }
                }
            }
        }
        Self {
            known: BySelector::of(workspace, known),
            unknown,
        }
    }
}

/// Whether a PodDisruptionBudget beside an object matches its Pods, or may match them.
#[must_use]
pub fn may_have_budget(workspace: &Workspace, id: ObjectId, pod: &Pod) -> bool {
    let Some(labels) = pod_labels(pod) else {
        return true;
    };
    let budgets = workspace.kept(Budgets::of);
    let unknown = areas(workspace, id).filter_map(|area| budgets.unknown.get(&area));
    let mut unknown = unknown.flatten();
    let mut matching = budgets.known.matching(workspace, id, &labels);
    matching.next().is_some() || unknown.any(|budget| is_beside(workspace, id, *budget))
}

/// Budgets that select Pods of a workload that another budget selects, too. The eviction API then answers with an error
/// (`EvictionREST.Create` in `pkg/registry/core/pod/storage/eviction.go`).
pub struct Overlaps(FxHashMap<ObjectId, Overlap>);

/// The first other budget of a workload, and the workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The other budget, which comes first.
    pub budget: ObjectId,
    /// A workload whose Pods both of them select.
    pub workload: ObjectId,
}

impl Overlaps {
    /// Looks at all workloads of the run. Only what is in one directory certainly belongs together.
    #[must_use]
    pub fn find(workspace: &Workspace) -> Self {
        let budgets = workspace.kept(Budgets::of);
        let mut found = FxHashMap::default();
        let ids = WORKLOADS.iter();
        for id in ids.flat_map(|(group, kind)| workspace.of_kind(group, kind)) {
            let labels = workspace.object(id).pods.first().and_then(pod_labels);
            let Some(labels) = labels.filter(|_| workspace.is_unmodified(id)) else {
                continue;
            };
            let directory = workspace.file(id.file).directory();
            let is_certain = |budget: &ObjectId| {
                let object = workspace.object(*budget);
                workspace.file(budget.file).directory() == directory
                    && object.api_version.text() == Some("policy/v1")
                    && workspace.shares_namespace(id, *budget) == Some(true)
                    && workspace.is_unmodified(*budget)
            };
            let matching = budgets.known.matching(workspace, id, &labels);
            let mut matching = matching.take(MAX_BUDGETS).filter(is_certain);
            let (Some(first), Some(second)) = (matching.next(), matching.next()) else {
                continue;
            };
            let name = |id: ObjectId| workspace.object(id).metadata.name.text();
            if name(first) != name(second) && workspace.coexist(first, second) {
                found.entry(second).or_insert(Overlap {
                    budget: first,
                    workload: id,
                });
            }
        }
        Self(found)
    }

    /// What a budget has in common with one before it.
    #[must_use]
    pub fn of(&self, budget: ObjectId) -> Option<Overlap> {
        self.0.get(&budget).copied()
    }
}

/// Maximum number of budgets of a workload that are compared.
const MAX_BUDGETS: usize = 16;

#[cfg(test)]
mod tests {
    use super::Budget;
    use podwright_schema::Value;

    #[test]
    fn percentages_are_rounded_up() {
        for (spec, total, expected) in [
            ("{maxUnavailable: 0}", None, false),
            ("{maxUnavailable: 0%}", None, false),
            ("{maxUnavailable: 1%}", Some(3), true),
            ("{maxUnavailable: 1}", None, true),
            ("{minAvailable: 100%}", None, false),
            ("{minAvailable: 2}", Some(3), true),
            ("{minAvailable: 3}", Some(3), false),
            ("{minAvailable: 50%}", Some(3), true),
            ("{minAvailable: 50%}", Some(1), false),
            ("{minAvailable: 2}", None, true),
            ("{}", None, false),
        ] {
            let text = format!("spec: {spec}\n");
            let tree = podwright_syntax::parse(text.as_str().into());
            let root = Value::new(&tree, tree.documents()[0].root);
            let budget = Budget::read(root.get("spec")).expect("a budget");
            assert_eq!(budget.allows(total), expected, "{spec} of {total:?}");
        }
    }
}

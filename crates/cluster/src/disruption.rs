//! PodDisruptionBudgets, as their controller counts (`pkg/controller/disruption/disruption.go`).

use podwright_model::Pod;
use podwright_schema::{IntOrText, Value};

use crate::selector::{LabelSelector, pod_labels};
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

/// PodDisruptionBudgets beside an object whose selector matches its Pods, and whether all of them there are known.
#[must_use]
pub fn budgets(workspace: &Workspace, id: ObjectId, pod: &Pod) -> (Vec<ObjectId>, bool) {
    let Some(labels) = pod_labels(pod) else {
        return (Vec::new(), false);
    };
    let mut is_known = true;
    let mut found = Vec::new();
    for budget in workspace.beside(id, "policy", "PodDisruptionBudget") {
        let tree = &workspace.file(budget.file).tree;
        let spec = Value::new(tree, workspace.object(budget).node).get("spec");
        match LabelSelector::read(spec.get("selector")) {
            Some(selector) if selector.matches(&labels) => found.push(budget),
            Some(_) => {}
            None => is_known = false,
        }
    }
    (found, is_known)
}

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

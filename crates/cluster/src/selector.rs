//! Label selectors (`LabelSelectorAsSelector` in `apimachinery/pkg/apis/meta/v1/helpers.go`).

mod by_labels;
mod by_selector;

use podwright_model::{Field, Metadata, Pod, StringMap};
use podwright_schema::Value;
use podwright_syntax::text::is_typo;

pub(crate) use by_labels::ByLabels;
pub(crate) use by_selector::BySelector;

/// Label selector whose requirements are known. Without requirements, it matches everything.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
}

/// Keys and values of labels.
pub type Labels<'l> = Vec<(&'l str, &'l str)>;

impl LabelSelector {
    /// Reads a selector with `matchLabels` and `matchExpressions`; `None` if it is absent or not completely known.
    #[must_use]
    pub fn read(selector: Value<'_>) -> Option<Self> {
        if !selector.is_mapping() {
            return None;
        }
        let mut requirements = equalities(selector.get("matchLabels"))?;
        let expressions = selector.get("matchExpressions");
        if expressions.is_unknown() {
            return None;
        }
        for expression in expressions.items() {
            let operator = match &*expression.get("operator").text()? {
                "In" => Operator::In,
                "NotIn" => Operator::NotIn,
                "Exists" => Operator::Exists,
                "DoesNotExist" => Operator::DoesNotExist,
                _ => return None,
            };
            let values = expression.get("values");
            if values.is_unknown() {
                return None;
            }
            let values = values.items().map(|value| Some(value.text()?.into_owned()));
            requirements.push(Requirement {
                key: expression.get("key").text()?.into_owned(),
                operator,
                values: values.collect::<Option<_>>()?,
            });
        }
        Some(Self { requirements })
    }

    /// Reads a plain mapping of labels, such as the selector of a Service; `None` if it is not completely known.
    #[must_use]
    pub fn of_labels(labels: &StringMap) -> Option<Self> {
        let requirements = labels.iter().map(|(key, _, value)| {
            Some(Requirement {
                key: key.clone(),
                operator: Operator::In,
                values: vec![text(value)?.to_owned()],
            })
        });
        Some(Self {
            requirements: requirements.collect::<Option<_>>()?,
        })
    }

    /// Keys of its requirements.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.requirements.iter().map(|one| one.key.as_str())
    }

    /// The selector that matches everything.
    pub(crate) const fn all() -> Self {
        Self {
            requirements: Vec::new(),
        }
    }

    /// Whether it has no requirements.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Whether labels fulfill all requirements.
    #[must_use]
    pub fn matches(&self, labels: &Labels<'_>) -> bool {
        self.requirements.iter().all(|one| {
            let own = labels.iter().find(|(key, _)| *key == one.key);
            let is_listed = own.is_some_and(|(_, own)| one.values.iter().any(|value| value == own));
            match one.operator {
                Operator::In => is_listed,
                Operator::NotIn => !is_listed,
                Operator::Exists => own.is_some(),
                Operator::DoesNotExist => own.is_none(),
            }
        })
    }
}

impl LabelSelector {
    /// Whether labels fulfill all requirements but one, which they miss by a slip: the value is similar to that of the
    /// label.
    #[must_use]
    pub fn means(&self, labels: &Labels<'_>) -> bool {
        let mut missed = self.requirements.iter().filter(|one| {
            let only = Self {
                requirements: vec![(*one).clone()],
            };
            !only.matches(labels)
        });
        let (Some(one), None) = (missed.next(), missed.next()) else {
            return false;
        };
        let own = labels.iter().find(|(key, _)| *key == one.key);
        let (Some((_, own)), [value], Operator::In) = (own, &one.values[..], one.operator) else {
            return false;
        };
        is_typo(value, own)
    }
}

fn equalities(labels: Value<'_>) -> Option<Vec<Requirement>> {
    if labels.is_unknown() {
        return None;
    }
    let entries = labels.entries().map(|(key, _, value)| {
        Some(Requirement {
            key: key.into_owned(),
            operator: Operator::In,
            values: vec![value.text()?.into_owned()],
        })
    });
    entries.collect()
}

/// Labels of a Pod or of the Pods of a template; `None` if they are not all known.
#[must_use]
pub fn pod_labels(pod: &Pod) -> Option<Labels<'_>> {
    labels(&pod.metadata)
}

/// Labels of an object; `None` if they are not all known.
#[must_use]
pub fn labels(metadata: &Metadata) -> Option<Labels<'_>> {
    match &metadata.labels {
        Field::Missing | Field::Null(_) => Some(Vec::new()),
        Field::Value(labels, _) => {
            let labels = labels.iter();
            labels
                .map(|(key, _, value)| Some((key.as_str(), text(value)?)))
                .collect()
        }
        Field::Unknown(_) | Field::Invalid(_) => None,
    }
}

fn text(value: &Field<String>) -> Option<&str> {
    match value.is_unset() {
        true => Some(""),
        false => value.text(),
    }
}

#[cfg(test)]
mod tests {
    use super::LabelSelector;
    use podwright_schema::Value;

    fn matches(selector: &str) -> Option<bool> {
        let text = format!("selector: {selector}\n");
        let tree = podwright_syntax::parse(text.as_str().into());
        let root = Value::new(&tree, tree.documents()[0].root);
        let selector = LabelSelector::read(root.get("selector"))?;
        Some(selector.matches(&vec![("app", "web"), ("tier", "front")]))
    }

    #[test]
    fn all_requirements_must_be_fulfilled() {
        for (selector, expected) in [
            ("{}", Some(true)),
            ("{matchLabels: {app: web}}", Some(true)),
            ("{matchLabels: {app: web, tier: back}}", Some(false)),
            (
                "{matchExpressions: [{key: app, operator: In, values: [api, web]}]}",
                Some(true),
            ),
            (
                "{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}",
                Some(false),
            ),
            (
                "{matchExpressions: [{key: zone, operator: NotIn, values: [a]}]}",
                Some(true),
            ),
            (
                "{matchExpressions: [{key: tier, operator: Exists}]}",
                Some(true),
            ),
            (
                "{matchExpressions: [{key: app, operator: DoesNotExist}]}",
                Some(false),
            ),
            ("{matchLabels: {app: '${APP}'}}", None),
            ("null", None),
        ] {
            assert_eq!(matches(selector), expected, "{selector}");
        }
    }
}

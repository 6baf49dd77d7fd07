//! Matches labels against label selectors.

use podwright_model::{Field, MappingReader};
use podwright_syntax::{NodeId, SyntaxTree};

/// Label selector in `spec.selector` of a workload.
pub(super) struct Selector {
    /// Mapping node of the selector.
    pub(super) node: NodeId,
    labels: Vec<(String, Field<String>)>,
    expressions: Vec<Expression>,
}

struct Expression {
    node: NodeId,
    key: Field<String>,
    operator: Field<String>,
    values: Field<Vec<Field<String>>>,
}

/// Result of matching labels against one requirement of a selector.
pub(super) enum Fit {
    /// The labels match, or it is not known.
    Perhaps,
    /// The labels do not match; describes what is missing.
    Not(String),
}

impl Selector {
    /// Reads the selector of the object `node`; `None` if there is none or it cannot be read completely.
    pub(super) fn read(tree: &SyntaxTree, node: NodeId) -> Option<Self> {
        let spec = MappingReader::new(tree, node)?
            .mapping("spec")
            .value()
            .copied()?;
        let selector = spec.mapping("selector").value().copied()?;
        let labels = match selector.string_map("matchLabels") {
            Field::Value(labels, _) => labels
                .into_iter()
                .map(|(key, _, value)| (key, value))
                .collect(),
            Field::Missing | Field::Null(_) => Vec::new(),
            Field::Unknown(_) | Field::Invalid(_) => return None,
        };
        let expressions = selector.mappings("matchExpressions", |expression| Expression {
            node: expression.node(),
            key: expression.string("key"),
            operator: expression.string("operator"),
            values: expression.template_strings("values"),
        });
        let expressions = match expressions {
            Field::Value(expressions, _) => expressions,
            Field::Missing | Field::Null(_) => Vec::new(),
            Field::Unknown(_) | Field::Invalid(_) => return None,
        };
        // An unknown field may contain further requirements.
        let is_read = selector.entries().iter().all(|entry| {
            matches!(
                &*tree.key_text(entry.key),
                "matchLabels" | "matchExpressions"
            )
        });
        is_read.then_some(Self {
            node: selector.node(),
            labels,
            expressions,
        })
    }

    /// Reads the selector of the object `node` if it is a plain mapping of labels.
    pub(super) fn read_labels(tree: &SyntaxTree, node: NodeId) -> Option<Self> {
        let spec = MappingReader::new(tree, node)?
            .mapping("spec")
            .value()
            .copied()?;
        let selector = spec.mapping("selector").value().copied()?;
        let Field::Value(labels, _) = spec.string_map("selector") else {
            return None;
        };
        let labels = labels.into_iter().map(|(key, _, value)| (key, value));
        Some(Self {
            node: selector.node(),
            labels: labels.collect(),
            expressions: Vec::new(),
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.expressions.is_empty()
    }

    /// Matches `labels` against each requirement of the selector.
    pub(super) fn fits(&self, tree: &SyntaxTree, labels: &[(&str, &str)]) -> Vec<(NodeId, Fit)> {
        let value = |key: &str| {
            labels
                .iter()
                .find(|(own, _)| *own == key)
                .map(|(_, value)| *value)
        };
        let mut fits = Vec::new();
        for (key, asked) in &self.labels {
            let Some(node) = asked.node() else { continue };
            let asked = if asked.is_unset() {
                Some("")
            } else {
                asked.text()
            };
            let fit = match asked {
                Some(asked) if value(key) != Some(asked) => Fit::Not(format!("`{key}: {asked}`")),
                _ => Fit::Perhaps,
            };
            fits.push((node, fit));
        }
        for expression in &self.expressions {
            let fit = expression.fit(value).unwrap_or(Fit::Perhaps);
            fits.push((tree.resolve(expression.node), fit));
        }
        fits
    }
}

impl Expression {
    /// Matches the label `value` against the expression; `None` if the expression is not completely known.
    fn fit<'l>(&self, value: impl Fn(&str) -> Option<&'l str>) -> Option<Fit> {
        let key = self.key.text()?;
        let own = value(key);
        let listed =
            || -> Option<Vec<&str>> { self.values.value()?.iter().map(Field::text).collect() };
        let (fits, asked) = match self.operator.text()? {
            "In" => {
                let listed = listed()?;
                let fits = own.is_some_and(|own| listed.contains(&own));
                (fits, format!("`{key}` with one of the listed values"))
            }
            "NotIn" => {
                let listed = listed()?;
                let fits = own.is_none_or(|own| !listed.contains(&own));
                (fits, format!("another value of `{key}`"))
            }
            "Exists" => (own.is_some(), format!("`{key}`")),
            "DoesNotExist" => (own.is_none(), format!("no `{key}`")),
            _ => return None,
        };
        Some(if fits { Fit::Perhaps } else { Fit::Not(asked) })
    }
}

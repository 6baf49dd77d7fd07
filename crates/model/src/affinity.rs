use super::{Field, decode::Record, is_placeholder};
use podwright_syntax::NodeId;

/// Term of `nodeSelectorTerms`. A node must meet all of its requirements.
#[derive(Clone, Debug)]
pub struct NodeSelectorTerm {
    /// Mapping node.
    pub node: NodeId,
    /// `matchExpressions`
    pub expressions: Field<Vec<NodeRequirement>>,
    /// Whether it has `matchFields`, which match the node's name.
    pub has_fields: bool,
}

/// Requirement on a label of a node.
#[derive(Clone, Debug)]
pub struct NodeRequirement {
    /// Mapping node.
    pub node: NodeId,
    /// `key`
    pub key: Field<String>,
    /// `operator`
    pub operator: Field<String>,
    /// `values`
    pub values: Field<Vec<Field<String>>>,
}

impl NodeSelectorTerm {
    /// Reads `affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms` of a pod spec. A
    /// node must match at least one of the terms.
    #[must_use]
    pub fn required(spec: Record<'_>) -> Field<Vec<Self>> {
        let within = |field: Field<Record<'_>>, key: &str| match field {
            Field::Value(record, _) => record.record(key).map(|inner| inner.node()),
            other => other.map(|record| record.node()),
        };
        let tree = spec.tree();
        let mut at = spec.record("affinity").map(|record| record.node());
        for key in [
            "nodeAffinity",
            "requiredDuringSchedulingIgnoredDuringExecution",
        ] {
            let record = match at {
                Field::Value(node, place) => match Record::new(tree, node) {
                    Some(record) => Field::Value(record, place),
                    None => Field::Unknown(place),
                },
                Field::Missing => Field::Missing,
                Field::Null(node) => Field::Null(node),
                Field::Unknown(node) | Field::Invalid(node) => Field::Unknown(node),
            };
            at = within(record, key);
        }
        match at {
            Field::Value(node, _) => match Record::new(tree, node) {
                Some(record) => record.records("nodeSelectorTerms", Self::decode),
                None => Field::Unknown(node),
            },
            Field::Missing => Field::Missing,
            Field::Null(node) => Field::Null(node),
            Field::Unknown(node) | Field::Invalid(node) => Field::Unknown(node),
        }
    }

    fn decode(record: Record<'_>) -> Self {
        Self {
            node: record.node(),
            expressions: record.records("matchExpressions", NodeRequirement::decode),
            has_fields: record.entry("matchFields").is_some(),
        }
    }
}

impl NodeRequirement {
    fn decode(record: Record<'_>) -> Self {
        Self {
            node: record.node(),
            key: record.text("key"),
            operator: record.text("operator"),
            values: record.scripts("values").map(|values| {
                let known = |value: Field<String>| match value {
                    Field::Value(text, node) if is_placeholder(&text) => Field::Unknown(node),
                    value => value,
                };
                values.into_iter().map(known).collect()
            }),
        }
    }
}

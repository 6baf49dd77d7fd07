use super::{
    Field,
    decode::{MappingReader, object},
    is_placeholder,
};

object! {
    /// Term of `nodeSelectorTerms`. A node must meet all of its requirements.
    pub struct NodeSelectorTerm {
        pub expressions: Field<Vec<NodeRequirement>> = objects("matchExpressions"),
        /// Matches the node's name.
        pub has_fields: bool = has("matchFields"),
    }
}

object! {
    /// Requirement on a label of a node.
    pub struct NodeRequirement {
        pub key: Field<String> = string("key"),
        pub operator: Field<String> = string("operator"),
        pub values: Field<Vec<Field<String>>> = label_values("values"),
    }
}

impl MappingReader<'_> {
    fn label_values(self, key: &str) -> Field<Vec<Field<String>>> {
        let known = |value: Field<String>| match value {
            Field::Value(text, node) if is_placeholder(&text) => Field::Unknown(node),
            value => value,
        };
        let values = self.template_strings(key);
        values.map(|values| values.into_iter().map(known).collect())
    }
}

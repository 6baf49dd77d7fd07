//! How a schema is written: as in a CustomResourceDefinition, or as the JSON Schemas that `openapi2jsonschema` of
//! kubeconform makes of it.

use podwright_model::MappingReader;
use podwright_syntax::{Scalar, SyntaxTree};

use super::{Form, MAX_DEPTH, Node};

/// What happens to fields that a schema does not name, unless it says so itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// The API server drops them.
    Pruning,
    /// The API server keeps them.
    Preserving,
    /// They are allowed, unless `additionalProperties` is `false`.
    JsonSchema,
}

impl Dialect {
    /// Whether the value may have fields that the schema does not name.
    pub(super) fn is_open(self, schema: MappingReader<'_>) -> bool {
        match self {
            Self::Pruning => false,
            Self::Preserving => true,
            Self::JsonSchema => {
                let tree = schema.tree();
                let others = schema.entry("additionalProperties");
                let others = others.map(|entry| tree.scalar(tree.resolve(entry.value)));
                others != Some(Scalar::Bool(false))
            }
        }
    }

    /// Whether another schema describes the value. Structural schemas have no references.
    pub(super) fn is_elsewhere(self, schema: MappingReader<'_>) -> bool {
        self == Self::JsonSchema && schema.has("$ref")
    }
}

impl Node {
    /// Reads the JSON Schema of a custom resource. `None` if the file has another content, or a syntax error.
    pub(super) fn of_json_schema(tree: &SyntaxTree) -> Option<Self> {
        let [document] = tree.documents() else {
            return None;
        };
        let schema = MappingReader::new(tree, document.root).filter(|_| !document.broken)?;
        let is_schema = !schema.has("apiVersion") && schema.child("properties").is_some();
        if !is_schema {
            return None;
        }
        let mut node = Self::read(schema, Dialect::JsonSchema, MAX_DEPTH);
        if node.fields.is_empty() {
            return Some(Self::anything());
        }
        node.is_resource = true;
        node.form = Form::Record;
        node.has_rules = node.any_rules();
        // The subresources are not known.
        node.drops_status = true;
        Some(node)
    }
}

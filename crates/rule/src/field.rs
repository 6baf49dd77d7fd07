//! Findings about a field that may be absent.

use podwright_schema::pod_security::Needed;
use podwright_schema::{Rest, Value};
use podwright_syntax::{NodeId, NodeKind, PathSegment, Scalar, notation};

use crate::RuleContext;
use crate::finding::{Applicability, Finding, Fix};

impl RuleContext<'_> {
    /// Reports a problem with a value, or with an absent field at the nearest mapping around it.
    pub fn report_value(&mut self, value: Value<'_>, message: impl Into<String>) -> &mut Finding {
        self.report_field(value.node, value.rest, message)
    }

    /// Reports a problem with the node, or with the absent field `rest` of it.
    pub fn report_field(
        &mut self,
        node: NodeId,
        rest: Rest,
        message: impl Into<String>,
    ) -> &mut Finding {
        let path = self.field_path(node, rest);
        let tree = self.tree();
        let is_absent = !rest[0].is_empty();
        let is_collection = !tree.kind(tree.resolve(node)).is_scalar();
        let finding = match is_absent || is_collection {
            true => self.report_missing(node, message),
            false => self.report(node, message),
        };
        finding.field = Some(path);
        finding
    }

    /// Path of a field in its object, whether or not the field is there.
    #[must_use]
    pub fn field_path(&self, node: NodeId, rest: Rest) -> String {
        let tree = self.tree();
        let outer = self
            .object
            .map_or(0, |(_, object)| tree.path(object.node).len());
        let absent = rest.into_iter().filter(|name| !name.is_empty());
        let absent = absent.map(|name| PathSegment::Key(name.to_owned()));
        notation(tree.path(node).into_iter().skip(outer).chain(absent))
    }

    /// Creates a fix that sets the node, or the absent field `rest` of it, to a value; `None` if that would also change
    /// something else, or if the rule that findings are reported for is off.
    #[must_use]
    pub fn set_field(
        &self,
        node: NodeId,
        rest: Rest,
        needed: Needed,
        safety: Applicability,
    ) -> Option<Fix> {
        self.rule?;
        let (value, is_list) = match needed {
            Needed::Bool(value) => (Scalar::Bool(value), false),
            Needed::Text(text) => (Scalar::Str(text.into()), false),
            Needed::List(text) => (Scalar::Str(text.into()), true),
        };
        let absent = rest.into_iter().filter(|name| !name.is_empty());
        let absent: Vec<&str> = absent.collect();
        if !absent.is_empty() {
            return self.add_path(node, &absent, &value, is_list, safety);
        }
        let tree = self.tree();
        match value {
            Scalar::Str(text) => Some(self.replace(node, &text, safety)),
            Scalar::Bool(value) if tree.kind(node) == NodeKind::Plain => {
                let edit = (tree.span(node), value.to_string());
                Some(self.fix(format!("Replace with `{value}`"), safety, [edit]))
            }
            _ => None,
        }
    }
}

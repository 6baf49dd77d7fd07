//! Schemas from the table of well-known operators.

use serde_json::Value as Json;

use super::limits::Limits;
use super::{Form, Node};
use crate::operators::Read;

impl Node {
    /// The schema of a kind. Null is allowed everywhere, because the table does not say where it is forbidden.
    pub(crate) fn of_operator(root: Read) -> Self {
        let mut node = Self::of_read(root);
        node.is_resource = true;
        node.form = Form::Record;
        node
    }

    fn of_read(read: Read) -> Self {
        let mut node = Self {
            is_nullable: true,
            ..Self::default()
        };
        match read {
            Read::Any => node.is_open = true,
            Read::Boolean => node.form = Form::Boolean,
            Read::Number => node.form = Form::Number,
            Read::IntOrString => node.form = Form::IntOrString,
            Read::Text(values) => {
                node.form = Form::Text;
                node.allow(&values);
            }
            Read::Open => {
                node.form = Form::Record;
                node.is_open = true;
            }
            Read::List(inner) => {
                node.form = Form::List;
                node.inner = Some(Box::new(Self::of_read(*inner)));
            }
            Read::Map(inner) => {
                node.form = Form::Map;
                node.inner = Some(Box::new(Self::of_read(*inner)));
            }
            Read::Record(fields) => {
                node.form = Form::Record;
                let required = fields.iter().filter(|(.., is_required)| *is_required);
                node.required = required.map(|(name, ..)| (*name).to_owned()).collect();
                let below =
                    |(name, read, _): (&str, Read, bool)| (name.to_owned(), Self::of_read(read));
                node.fields = fields.into_iter().map(below).collect();
                if !node.required.is_empty() {
                    node.limits = Some(Box::new(Limits {
                        required: node.required.clone(),
                        ..Limits::default()
                    }));
                }
            }
        }
        node
    }

    fn allow(&mut self, values: &[&str]) {
        if values.is_empty() {
            return;
        }
        let text = |value: &&str| (*value).to_owned();
        self.values = values.iter().map(text).collect();
        self.limits = Some(Box::new(Limits {
            values: values
                .iter()
                .map(|value| (Json::String((*value).to_owned()), (*value).to_owned()))
                .collect(),
            strings: values.iter().map(text).collect(),
            ..Limits::default()
        }));
    }
}

//! Templates of an `ApplicationSet` (`applicationset/utils`).

use std::rc::Rc;
use std::sync::Arc;

use podwright_go_template::{
    Call, Data, Entries, Executor, Failure, Function, Key, Limits, Map, MissingKey, Templates,
    Type, Value as GoValue,
};
use podwright_syntax::Scalar as JsonScalar;

use crate::helm::functions::{self, State};
use crate::kustomize::json_scalar;
use crate::{Node, Origin, RenderError, Scalar, Text, Value};

/// How strings are templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// `{{name}}` is the parameter `name` (`fasttemplate`).
    Plain,
    /// `text/template` with the functions of sprig.
    Go {
        /// What a missing parameter is.
        missing: Missing,
    },
}

/// `missingkey` of `goTemplateOptions`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    Invalid,
    Zero,
    Error,
}

/// Most bytes of a name (`SanitizeName`).
const MAX_NAME: usize = 253;

impl Language {
    pub(super) fn read(spec: &Node) -> Self {
        if spec.get("goTemplate").and_then(Node::str) != Some("true") {
            return Self::Plain;
        }
        let options = spec.get("goTemplateOptions").and_then(Node::list);
        let mut missing = Missing::Invalid;
        for option in options.unwrap_or_default().iter().filter_map(Node::str) {
            missing = match option {
                "missingkey=error" => Missing::Error,
                "missingkey=zero" => Missing::Zero,
                _ => Missing::Invalid,
            };
        }
        Self::Go { missing }
    }

    pub(super) fn is_go(self) -> bool {
        self != Self::Plain
    }

    /// The node with its strings replaced, and the keys of its mappings (`RenderTemplateParams`).
    ///
    /// # Errors
    ///
    /// A template cannot be parsed or executed.
    pub(super) fn apply(self, node: Node, parameters: &Node) -> Result<Node, RenderError> {
        if parameters.map().is_none_or(crate::Map::is_empty) {
            return Ok(node);
        }
        self.deeply(node, parameters)
    }

    fn deeply(self, mut node: Node, parameters: &Node) -> Result<Node, RenderError> {
        match &mut node.value {
            Value::Map(map) => {
                for entry in &mut map.entries {
                    let value = std::mem::replace(&mut entry.value, Node::empty_map(None));
                    entry.value = self.deeply(value, parameters)?;
                    if entry.key.as_str().contains("{{") {
                        entry.key.text = self.replaced(&entry.key.text, parameters)?;
                    }
                }
            }
            Value::List(items) => {
                for item in items {
                    let value = std::mem::replace(item, Node::empty_map(None));
                    *item = self.deeply(value, parameters)?;
                }
            }
            Value::Scalar(scalar) => {
                let is_template = scalar.as_str().contains("{{");
                if is_template && matches!(json_scalar(scalar), JsonScalar::Str(_)) {
                    *scalar = Scalar::string(self.replaced(&scalar.text, parameters)?);
                }
            }
        }
        Ok(node)
    }

    /// A string with its parameters replaced (`Replace`).
    ///
    /// # Errors
    ///
    /// The template cannot be parsed or executed.
    pub(super) fn replaced(self, text: &Text, parameters: &Node) -> Result<Text, RenderError> {
        match self {
            Self::Plain => Ok(plain(text, parameters)),
            Self::Go { missing } => go(text, parameters, missing),
        }
    }
}

/// Replaces the tags whose parameters are strings. All others stay.
fn plain(text: &Text, parameters: &Node) -> Text {
    let string = text.as_str();
    let mut out = Text::default();
    let mut at = 0;
    while let Some(start) = string[at..].find("{{").map(|found| at + found) {
        let Some(end) = string[start..].find("}}").map(|found| start + found) else {
            break;
        };
        let name = string[start + 2..end].trim();
        out.push(&text.slice(at..start));
        let value = parameters.get(name).filter(|_| !name.is_empty());
        match value.and_then(Node::text) {
            Some(value) => out.push(value),
            None => out.push(&text.slice(start..end + 2)),
        }
        at = end + 2;
    }
    out.push(&text.slice(at..string.len()));
    out
}

fn go(text: &Text, parameters: &Node, missing: Missing) -> Result<Text, RenderError> {
    const NAME: &str = "";
    let mut functions = functions::all();
    functions.extend(OWN);
    let mut set = Templates::new();
    let is_function = |name: &str| functions.contains(name);
    let wrong = |error: podwright_go_template::Error| {
        let root = error.root();
        let place = root.place.or(text.location());
        RenderError::at(place, root.message.clone())
    };
    set.parse(NAME, &Arc::new(text.clone()), &is_function)
        .map_err(wrong)?;
    let missing = match missing {
        Missing::Invalid => MissingKey::Invalid,
        Missing::Zero => MissingKey::Zero,
        Missing::Error => MissingKey::Error,
    };
    let state = State::default();
    let limits = Limits::default();
    let mut executor = Executor::new(&functions, Rc::new(set), &state, missing, limits);
    executor.execute(NAME, value(parameters)).map_err(wrong)
}

/// A parameter as a value of a template.
fn value(node: &Node) -> GoValue {
    let origin = node.location().map_or(Origin::Nowhere, Origin::made_at);
    match &node.value {
        Value::Map(map) => {
            let entries: Entries = map
                .entries
                .iter()
                .map(|entry| (Key(Arc::new(entry.key.text.clone())), value(&entry.value)))
                .collect();
            GoValue::new(Data::Map(Map::new(entries)), origin)
        }
        Value::List(items) => GoValue::list(items.iter().map(value).collect()),
        Value::Scalar(scalar) => match json_scalar(scalar) {
            JsonScalar::Null | JsonScalar::Invalid => GoValue::new(Data::Nil, origin),
            JsonScalar::Bool(value) => GoValue::new(Data::Bool(value), origin),
            #[allow(clippy::cast_precision_loss)]
            JsonScalar::Int(number) => GoValue::new(Data::Float(number as f64), origin),
            #[allow(clippy::cast_precision_loss)]
            JsonScalar::UInt(number) => GoValue::new(Data::Float(number as f64), origin),
            JsonScalar::Float(number) => GoValue::new(Data::Float(number), origin),
            JsonScalar::Str(_) => GoValue::text(scalar.text.clone()),
        },
    }
}

/// Functions that sprig does not have.
const OWN: &[(&str, Function)] = &[("normalize", Function::new(&[Type::String], normalize))];

fn normalize(call: &mut Call<'_>, arguments: Vec<GoValue>) -> Result<GoValue, Failure> {
    let name = arguments
        .first()
        .and_then(GoValue::as_str)
        .unwrap_or_default();
    let name = sanitized(name);
    Ok(call.string(name, &arguments))
}

/// A name in lower case without what a DNS name cannot have (`SanitizeName`).
pub(super) fn sanitized(name: &str) -> String {
    let lower = name.to_lowercase();
    let is_allowed =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.');
    let clean = lower.chars().map(|c| if is_allowed(c) { c } else { '-' });
    let clean: String = clean.take(MAX_NAME).collect();
    clean.trim_matches(['-', '.']).to_owned()
}

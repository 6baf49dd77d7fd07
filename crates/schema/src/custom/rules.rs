//! CEL rules of custom resources: `x-kubernetes-validations`, as `schema/cel/validation.go` of apiextensions-apiserver
//! evaluates them when an object is created.

use std::sync::Arc;

use podwright_cel::{
    Budget, CALL_LIMIT, Environment, EvaluationError, Program, Type, Value as Cel, Variables,
};
use podwright_model::MappingReader;
use podwright_syntax::{NodeId, Scalar, SyntaxTree};

use super::cel_value::cel_value;
use super::declared::Declared;
use super::stored::{Stored, Value, stored};
use super::{Form, Node};

/// What the rules of an object may cost here. `RuntimeCELCostBudget` of the API server is five times as much.
const MAX_COST: u64 = 2_000_000;

/// A value that does not count when schemas are compared.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Apart<T>(pub(crate) T);

impl<T> PartialEq for Apart<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// A rule as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RuleSource {
    /// The expression.
    rule: String,
    message: String,
    message_expression: String,
    reason: Option<String>,
    /// Path of the field that the error is about.
    field_path: String,
    is_old_optional: bool,
    /// Node of the expression in the definition.
    node: Apart<NodeId>,
}

impl RuleSource {
    /// Reads the rules of a schema. A rule with a value that is not known is left out.
    pub(super) fn read(schema: MappingReader<'_>) -> Vec<Self> {
        if !schema.has("x-kubernetes-validations") {
            return Vec::new();
        }
        let tree = schema.tree();
        let rules = schema.list("x-kubernetes-validations").into_value();
        let rules = rules.into_iter().flatten();
        rules.filter_map(|rule| Self::of(tree, rule)).collect()
    }

    fn of(tree: &SyntaxTree, rule: NodeId) -> Option<Self> {
        let rule = MappingReader::new(tree, rule)?;
        let text = |key: &str| match rule.entry(key) {
            Some(entry) => match tree.scalar(tree.resolve(entry.value)) {
                Scalar::Str(text) => Some(text.into_owned()),
                Scalar::Null => Some(String::new()),
                _ => None,
            },
            None => Some(String::new()),
        };
        Some(Self {
            rule: text("rule")?,
            message: text("message")?,
            message_expression: text("messageExpression")?,
            reason: text("reason").filter(|reason| !reason.is_empty()),
            field_path: text("fieldPath")?,
            is_old_optional: rule.boolean("optionalOldSelf").into_value() == Some(true),
            node: Apart(rule.entry("rule")?.value),
        })
    }
}

/// The rules of a schema, and of the schemas in it.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    rules: Vec<CompiledRule>,
    inner: Option<Box<Self>>,
    /// By the names of properties.
    fields: Vec<(String, Self)>,
}

#[derive(Debug)]
struct CompiledRule {
    source: RuleSource,
    program: Program,
    message: Option<Program>,
}

impl Compiled {
    fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.inner.is_none() && self.fields.is_empty()
    }

    /// Compiles the rules of a schema. Those that do not compile are left out: the definition has the error.
    fn of(node: &Node, declared: Option<&Declared>, names: &mut u32) -> Self {
        let mut own = Self::default();
        if !node.any_rules() {
            return own;
        }
        let computed;
        let declared = match declared {
            Some(declared) => declared,
            None => match Declared::of(node, names) {
                Some(declared) => {
                    computed = declared;
                    &computed
                }
                None => return own,
            },
        };
        for source in &node.rules {
            own.rules.extend(CompiledRule::of(source, &declared.own));
        }
        if let Some(inner) = &node.inner {
            let inner = Self::of(inner, declared.inner.as_deref(), names);
            own.inner = (!inner.is_empty()).then(|| Box::new(inner));
        }
        for (name, field) in &node.fields {
            let known = podwright_cel::escape(name);
            let known = match &known {
                Some(name) => match declared.field(name) {
                    Some(known) => Some(known),
                    // Fields of unknown types are left out.
                    None => continue,
                },
                None => None,
            };
            let inner = Self::of(field, known, names);
            if !inner.is_empty() {
                own.fields.push((name.clone(), inner));
            }
        }
        own
    }
}

/// The variables of a rule.
pub(crate) fn environment(own: &Type, is_old_optional: bool) -> Environment {
    let old = if is_old_optional {
        Type::Optional(Arc::new(own.clone()))
    } else {
        own.clone()
    };
    Environment::new()
        .with("self", own.clone())
        .with("oldSelf", old)
}

impl CompiledRule {
    fn of(source: &RuleSource, own: &Type) -> Option<Self> {
        if source.rule.trim().is_empty() {
            return None;
        }
        let environment = environment(own, source.is_old_optional);
        let program = Program::compile(&source.rule, &environment).ok()?;
        if *program.result_type() != Type::Bool {
            return None;
        }
        let message = Some(&source.message_expression).filter(|text| !text.is_empty());
        let message = message.and_then(|text| Program::compile(text, &environment).ok());
        Some(Self {
            source: source.clone(),
            program,
            message,
        })
    }
}

/// A rule that an object breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct BrokenRule<'s> {
    /// The message of the rule, or of its expression.
    pub message: String,
    /// Whether the message is made of values of the object.
    pub is_computed: bool,
    /// Path of the value that the rule is about, below the object: `spec.replicas`. Empty for the object itself.
    pub field: String,
    /// The expression of the rule.
    pub rule: &'s str,
    /// The error of the evaluation, if it failed.
    pub error: Option<String>,
    /// Reason in the words of the API server: `Invalid value`.
    pub reason: &'static str,
    /// The file of the definition, and the node of the expression in it. `None` if it is not in the run.
    pub origin: Option<(u32, NodeId)>,
}

impl Node {
    /// Whether the schema, or one in it, has rules.
    pub(super) fn any_rules(&self) -> bool {
        !self.rules.is_empty()
            || self.inner.as_deref().is_some_and(Self::any_rules)
            || self.fields.iter().any(|(_, field)| field.any_rules())
    }
}

/// Returns the rules that a new object breaks, with the nodes to report at. Rules that use `oldSelf` do not apply to new
/// objects, unless it is optional.
pub(crate) fn broken<'s>(
    tree: &SyntaxTree,
    node: NodeId,
    schema: &'s Node,
) -> Vec<(NodeId, BrokenRule<'s>)> {
    if !schema.has_rules {
        return Vec::new();
    }
    let compiled = schema.compiled.0.get_or_init(|| {
        let mut names = 0;
        Arc::new(Compiled::of(schema, None, &mut names))
    });
    if compiled.is_empty() {
        return Vec::new();
    }
    let (mut object, _) = stored(tree, node, schema, false);
    if let Value::Map(map) = &mut object.value
        && schema.drops_status
    {
        map.entries.retain(|(name, _)| name != "status");
    }
    let mut judge = Judge {
        origin: schema.origin.0,
        used: 0,
        broken: Vec::new(),
        is_over: false,
    };
    let own = cel_value(&object, schema);
    let place = Place {
        node,
        path: String::new(),
    };
    judge.value(compiled, schema, &object, &own, &place);
    judge.broken
}

/// Where a value is.
struct Place {
    /// Its node, or the nearest one around a default.
    node: NodeId,
    path: String,
}

struct Judge<'s> {
    origin: Option<u32>,
    used: u64,
    broken: Vec<(NodeId, BrokenRule<'s>)>,
    /// Whether the budget is used up, as far as podwright can tell.
    is_over: bool,
}

impl<'s> Judge<'s> {
    /// `Validator.validate`
    fn value(
        &mut self,
        compiled: &'s Compiled,
        schema: &'s Node,
        stored: &Stored<'_>,
        own: &Cel,
        place: &Place,
    ) {
        // Rules do not apply to null.
        if matches!(stored.value, Value::Null | Value::Unknown) {
            return;
        }
        for rule in &compiled.rules {
            if self.is_over {
                return;
            }
            self.rule(rule, stored, own, place);
        }
        match &stored.value {
            Value::List(items) => {
                let (Some(inner), Some(below)) = (&compiled.inner, &schema.inner) else {
                    return;
                };
                for (i, (item, own)) in items.iter().zip(own.items()).enumerate() {
                    let place = Place {
                        node: item.node.unwrap_or(place.node),
                        path: format!("{}[{i}]", place.path),
                    };
                    self.value(inner, below, item, own, &place);
                }
            }
            Value::Map(map) => {
                for (name, value) in &map.entries {
                    let below = match (&compiled.inner, schema.form) {
                        (Some(inner), Form::Map) => {
                            schema.inner.as_deref().map(|own| (&**inner, own))
                        }
                        _ => {
                            let mut fields = compiled.fields.iter();
                            let inner = fields.find(|(own, _)| *own == **name);
                            inner.and_then(|(_, inner)| Some((inner, schema.own_field(name)?)))
                        }
                    };
                    let Some((inner, below)) = below else {
                        continue;
                    };
                    let known = match schema.form {
                        Form::Map => own.get(name).cloned(),
                        _ => podwright_cel::escape(name).and_then(|name| own.get(&name).cloned()),
                    };
                    let own = known.unwrap_or_else(|| cel_value(value, below));
                    let path = match (place.path.as_str(), schema.form) {
                        ("", _) => name.to_string(),
                        (path, Form::Map) => format!("{path}[{name}]"),
                        (path, _) => format!("{path}.{name}"),
                    };
                    let node = value.node.unwrap_or(place.node);
                    self.value(inner, below, value, &own, &Place { node, path });
                }
            }
            _ => {}
        }
    }

    /// `Validator.validateExpressions`
    fn rule(&mut self, rule: &'s CompiledRule, stored: &Stored<'_>, own: &Cel, place: &Place) {
        let source = &rule.source;
        if rule.program.uses("oldSelf") && !source.is_old_optional {
            return;
        }
        let mut variables = Variables::new().with("self", own.clone());
        if source.is_old_optional {
            variables.set("oldSelf", Cel::Optional(None));
        }
        let mut budget = Budget::new(CALL_LIMIT);
        let answer = rule.program.evaluate_within(&variables, &mut budget);
        self.used += budget.used();
        // Nothing is said beyond: such objects are not real, and many of them would take long.
        let is_stopped = matches!(answer, Err(EvaluationError::TooExpensive));
        if self.used > MAX_COST && !is_stopped {
            self.is_over = true;
            return;
        }
        let error = match answer {
            Ok(Cel::Bool(true)) | Err(EvaluationError::Unknown(_)) => return,
            Ok(_) => None,
            Err(error) => {
                self.is_over |= error == EvaluationError::TooExpensive;
                Some(error.to_string())
            }
        };
        let (node, field) = match &error {
            None => below(&source.field_path, stored, place),
            Some(_) => (place.node, place.path.clone()),
        };
        let message = match &error {
            None => rule.message(&variables),
            Some(error) => (error.clone(), true),
        };
        let (message, is_computed) = message;
        let reason = match source.reason.as_deref() {
            _ if error.is_some() => "Invalid value",
            Some("FieldValueForbidden") => "Forbidden",
            Some("FieldValueRequired") => "Required value",
            Some("FieldValueDuplicate") => "Duplicate value",
            _ => "Invalid value",
        };
        let broken = BrokenRule {
            message,
            is_computed,
            field,
            rule: &source.rule,
            error,
            reason,
            origin: self.origin.map(|file| (file, source.node.0)),
        };
        self.broken.push((node, broken));
    }
}

impl CompiledRule {
    /// `evalMessageExpression`, and `ruleMessageOrDefault`, and whether an expression made the message. The expression
    /// counts only if it gives one line of text.
    fn message(&self, variables: &Variables) -> (String, bool) {
        const MAX_LENGTH: usize = 5 * 1024;
        if let Some(program) = &self.message
            && let Ok(Cel::Text(text)) = program.evaluate(variables)
        {
            let text = text.trim();
            if !text.is_empty() && !text.contains(['\n', '\r']) && text.len() <= MAX_LENGTH {
                return (text.to_owned(), true);
            }
        }
        let source = &self.source;
        let message = match source.message.trim() {
            "" => format!("failed rule: {}", source.rule.trim()),
            message => message.to_owned(),
        };
        (message, false)
    }
}

/// The field at a path below a value, or the nearest one around it that exists.
fn below(path: &str, stored: &Stored<'_>, place: &Place) -> (NodeId, String) {
    let mut node = place.node;
    let mut value = Some(stored);
    let mut field = place.path.clone();
    let mut rest = path.trim();
    while !rest.is_empty() {
        let name;
        if let Some(after) = rest.strip_prefix("['") {
            let Some((quoted, after)) = after.split_once("']") else {
                break;
            };
            (name, rest) = (quoted, after);
        } else {
            let after = rest.strip_prefix('.').unwrap_or(rest);
            let end = after.find(['.', '[']).unwrap_or(after.len());
            (name, rest) = after.split_at(end);
            if name.is_empty() {
                break;
            }
        }
        if !field.is_empty() {
            field.push('.');
        }
        field.push_str(name);
        value = match value.map(|stored| &stored.value) {
            Some(Value::Map(map)) => map.get(name),
            _ => None,
        };
        if let Some(Stored {
            node: Some(own), ..
        }) = value
        {
            node = *own;
        }
    }
    (node, field)
}

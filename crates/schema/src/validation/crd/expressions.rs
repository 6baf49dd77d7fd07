//! CEL rules in a schema: the part of `ValidateCustomResourceDefinitionOpenAPISchema` about `x-kubernetes-validations`,
//! and `Compile` of `pkg/apiserver/schema/cel`.

use podwright_cel::{CompileError, Environment, Program, Type};

use super::super::errors::Errors;
use super::super::value::{Value, read};
use super::path;
use crate::custom::Node;
use crate::custom::declared::Declared;
use crate::custom::rules::environment;

const KEY: &str = "x-kubernetes-validations";

/// Checks the rules of a schema, and of the schemas in it. `is_valid` is whether the schema has no errors, as the API
/// server compiles the rules only then.
pub(super) fn rules(schema: Value<'_>, is_valid: bool, e: &mut Errors) {
    let tree = schema.tree;
    if !schema.is_mapping() || !tree.slice(tree.span(schema.node)).contains(KEY) {
        return;
    }
    let mut names = 0;
    let node = (is_valid && is_known(schema)).then(|| Node::of_schema(tree, schema.node));
    let node = node.flatten();
    let declared = node
        .as_ref()
        .and_then(|node| Declared::of(node, &mut names));
    let own = node.as_ref().zip(declared.as_ref());
    Walk { e, names }.schema(schema, own, false);
}

/// Whether no placeholder hides a part of the schema that the types depend on.
fn is_known(schema: Value<'_>) -> bool {
    if schema.is_unknown() {
        return false;
    }
    let mut is_known = true;
    schema.each(|key, value| match key {
        "type" | "format" | "x-kubernetes-int-or-string" | "x-kubernetes-embedded-resource" => {
            is_known &= !value.is_unknown();
        }
        "items" | "additionalProperties" => is_known &= self::is_known(value),
        "properties" => {
            is_known &= !value.is_unknown()
                && value
                    .entries()
                    .all(|(_, _, property)| self::is_known(property));
        }
        _ => {}
    });
    is_known
}

struct Walk<'e> {
    e: &'e mut Errors,
    /// Number of types so far.
    names: u32,
}

impl Walk<'_> {
    /// Goes through a schema with what is known of its types. In a part that is not correlatable, an old and a new value
    /// cannot be matched, so rules cannot use `oldSelf`.
    fn schema(
        &mut self,
        schema: Value<'_>,
        own: Option<(&Node, &Declared)>,
        is_uncorrelatable: bool,
    ) {
        if !schema.is_mapping() {
            return;
        }
        read!(schema => items, properties, additional = "additionalProperties", map_type = "x-kubernetes-map-type",
            list_type = "x-kubernetes-list-type", validations = "x-kubernetes-validations");
        let is_atomic = is_uncorrelatable || map_type.is("atomic");
        for (name, _, property) in properties.entries() {
            let escaped = podwright_cel::escape(&name);
            let computed;
            let inner = own.and_then(|(node, _)| node.own_field(&name));
            let declared = match (&escaped, own) {
                (Some(name), Some((_, declared))) => declared.field(name),
                (None, Some(_)) => {
                    computed = inner.and_then(|inner| Declared::of(inner, &mut self.names));
                    computed.as_ref()
                }
                _ => None,
            };
            self.schema(property, inner.zip(declared), is_atomic);
        }
        let inner = own.and_then(|(node, declared)| {
            Some((node.inner.as_deref()?, declared.inner.as_deref()?))
        });
        self.schema(additional, inner, is_uncorrelatable);
        self.schema(items, inner, is_uncorrelatable || !list_type.is("map"));
        for rule in validations.items() {
            self.rule(
                rule,
                schema,
                own.map(|(_, declared)| declared),
                is_uncorrelatable,
            );
        }
    }

    /// An item of `x-kubernetes-validations`.
    fn rule(
        &mut self,
        item: Value<'_>,
        schema: Value<'_>,
        declared: Option<&Declared>,
        is_uncorrelatable: bool,
    ) {
        read!(item => rule, message, expression = "messageExpression", reason, field_path = "fieldPath",
            optional = "optionalOldSelf");
        let e = &mut *self.e;
        let Some(text) = rule.content() else { return };
        if text.trim().is_empty() {
            e.required(rule, "to have an expression")
                .help("add an expression");
            return;
        }
        self::message(message, &text, e);
        let message_text = expression.content().unwrap_or_default();
        if !message_text.is_empty() && message_text.trim().is_empty() {
            e.required(expression, "to have an expression")
                .help("add an expression, or remove `messageExpression`");
        }
        e.since(28, |e| reason_and_path(reason, field_path, schema, e));
        let Some(declared) = declared else { return };
        let environment = environment(&declared.own, optional.is_true());
        let Some(program) = compile(rule, &text, &environment, Type::Bool, e) else {
            return;
        };
        if !message_text.trim().is_empty() {
            compile(expression, &message_text, &environment, Type::Text, e);
        }
        let uses_old = program.uses("oldSelf");
        if is_uncorrelatable && uses_old {
            e.invalid(
                rule.certain(),
                "cannot use `oldSelf` in the items of a list that has not `x-kubernetes-list-type: map`",
                "set `x-kubernetes-list-type: map` with `x-kubernetes-list-map-keys` in the list, or move the rule up",
            );
        }
        if optional.is_set() && !uses_old {
            e.since(30, |e| {
                e.invalid(
                    optional,
                    "is allowed only when the rule uses `oldSelf`",
                    "remove `optionalOldSelf`",
                );
            });
        }
    }
}

/// Compiles an expression, and checks its type.
fn compile(
    at: Value<'_>,
    text: &str,
    environment: &Environment,
    wanted: Type,
    e: &mut Errors,
) -> Option<Program> {
    let program = match Program::compile(text, environment) {
        Ok(program) => program,
        Err(CompileError { is_limit: true, .. }) => return None,
        Err(error) => {
            e.invalid(at.certain(), error.message, "correct the expression")
                .within(error.at);
            return None;
        }
    };
    let own = program.result_type();
    if *own == wanted {
        return Some(program);
    }
    let words = match wanted {
        Type::Bool => "a boolean",
        _ => "a string",
    };
    let (message, help) = match own {
        Type::Dyn => (
            format!("must be {words}, but its type is not known"),
            "compare the value with another one, or convert it as in `string(…)`",
        ),
        own => (
            format!("must be {words}, but it has the type {own}"),
            "change the expression",
        ),
    };
    e.invalid(at.certain(), message, help);
    None
}

fn message(message: Value<'_>, rule: &str, e: &mut Errors) {
    let Some(text) = message.content() else {
        return;
    };
    let trimmed = text.trim();
    if !text.is_empty() && trimmed.is_empty() {
        e.invalid(
            message,
            "cannot be only spaces",
            "add a text, or remove `message`",
        );
    } else if trimmed.contains(['\n', '\r']) {
        e.invalid(message, "cannot have line breaks", "use one line");
    } else if trimmed.is_empty() && rule.trim().contains(['\n', '\r']) {
        e.required(message, "when `rule` has line breaks")
            .help("add `message`, or write the rule in one line (`>-`)");
    }
}

fn reason_and_path(reason: Value<'_>, field_path: Value<'_>, schema: Value<'_>, e: &mut Errors) {
    const REASONS: [&str; 4] = [
        "FieldValueDuplicate",
        "FieldValueForbidden",
        "FieldValueInvalid",
        "FieldValueRequired",
    ];
    if reason.is_set() && reason.is_none_of(&REASONS) {
        e.not_supported(reason, &REASONS);
    }
    let Some(text) = field_path.text().filter(|text| !text.is_empty()) else {
        return;
    };
    if text.contains(['\n', '\r']) {
        e.invalid(field_path, "cannot have line breaks", "use one line");
    } else if let Err(message) = path::field(&text, schema, true) {
        e.invalid(
            field_path,
            message,
            "use the path of a field of this schema as in `.a.b`",
        );
    }
}

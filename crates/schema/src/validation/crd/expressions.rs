//! CEL rules in a schema: the part of `ValidateCustomResourceDefinitionOpenAPISchema` about `x-kubernetes-validations`,
//! and `Compile` of `pkg/apiserver/schema/cel`.

use super::super::cel::{NOT_EVALUATED, Wanted, compile, times};
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
    let place = Place {
        is_uncorrelatable: false,
        most: Some(1),
    };
    let mut walk = Walk {
        e,
        names,
        total: 0,
        costs: Vec::new(),
    };
    walk.schema(schema, own, place);
    walk.total_cost();
}

/// Where a schema is.
#[derive(Clone, Copy)]
struct Place {
    /// An old and a new value cannot be matched here, so rules cannot use `oldSelf`.
    is_uncorrelatable: bool,
    /// How many values an object has here at most. `None` if nothing limits them.
    most: Option<u64>,
}

/// Largest estimated cost of an expression: `StaticEstimatedCostLimit`.
const COST_LIMIT: u64 = 10_000_000;

/// Largest estimated cost of all rules of a schema: `StaticEstimatedCRDCostLimit`.
const TOTAL_LIMIT: u64 = 100_000_000;

/// First release whose estimate podwright follows exactly.
const COST_SINCE: u16 = 34;

const COST_HELP: &str =
    "simplify the expression, or set `maxItems`, `maxProperties` and `maxLength` in the schema";

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

struct Walk<'e, 'v> {
    e: &'e mut Errors,
    /// Number of types so far.
    names: u32,
    /// Estimated cost of all expressions.
    total: u64,
    /// Estimated cost of the expressions below their own limit.
    costs: Vec<(u64, Value<'v>)>,
}

impl<'v> Walk<'_, 'v> {
    /// Goes through a schema with what is known of its types.
    fn schema(&mut self, schema: Value<'v>, own: Option<(&Node, &Declared)>, place: Place) {
        if !schema.is_mapping() {
            return;
        }
        read!(schema => kind = "type", items, properties, additional = "additionalProperties",
            map_type = "x-kubernetes-map-type", list_type = "x-kubernetes-list-type", max_items = "maxItems",
            max_properties = "maxProperties", validations = "x-kubernetes-validations");
        // `extractMaxElements`
        let factor = match kind.content().as_deref() {
            Some("object") if additional.is_set() => limit(max_properties),
            Some("array") => limit(max_items),
            _ => Some(1),
        };
        let most = place.most.zip(factor);
        let inner = Place {
            most: most.map(|(most, factor)| most.saturating_mul(factor)),
            ..place
        };
        let in_object = Place {
            is_uncorrelatable: inner.is_uncorrelatable || map_type.is("atomic"),
            ..inner
        };
        for (name, _, property) in properties.entries() {
            let escaped = podwright_cel::escape(&name);
            let computed;
            let field = own.and_then(|(node, _)| node.own_field(&name));
            let declared = match (&escaped, own) {
                (Some(name), Some((_, declared))) => declared.field(name),
                (None, Some(_)) => {
                    computed = field.and_then(|field| Declared::of(field, &mut self.names));
                    computed.as_ref()
                }
                _ => None,
            };
            self.schema(property, field.zip(declared), in_object);
        }
        let below = own.and_then(|(node, declared)| {
            Some((node.inner.as_deref()?, declared.inner.as_deref()?))
        });
        self.schema(additional, below, inner);
        let in_list = Place {
            is_uncorrelatable: inner.is_uncorrelatable || !list_type.is("map"),
            ..inner
        };
        self.schema(items, below, in_list);
        for rule in validations.items() {
            self.rule(rule, schema, own.map(|(_, declared)| declared), place);
        }
    }

    /// An item of `x-kubernetes-validations`.
    fn rule(
        &mut self,
        item: Value<'v>,
        schema: Value<'v>,
        declared: Option<&Declared>,
        place: Place,
    ) {
        read!(item => rule, message, expression = "messageExpression", reason, field_path = "fieldPath",
            optional = "optionalOldSelf");
        let e = &mut *self.e;
        let Some(text) = rule.content() else { return };
        let is_empty = text.trim().is_empty();
        if is_empty {
            e.required(rule, "to have an expression")
                .help("add an expression");
        } else {
            self::message(message, &text, e);
        }
        let message_text = expression.content().unwrap_or_default();
        if !message_text.is_empty() && message_text.trim().is_empty() {
            e.required(expression, "to have an expression")
                .help("add an expression, or remove `messageExpression`");
        }
        e.since(28, |e| reason_and_path(reason, field_path, schema, e));
        let Some(declared) = declared.filter(|_| !is_empty) else {
            return;
        };
        let environment = environment(&declared.own, optional.is_true());
        let Some(program) = compile(rule, &text, &environment, Wanted::Bool, e) else {
            return;
        };
        if program.is_never_evaluated() {
            let message = "has a part that podwright cannot evaluate";
            e.not_evaluated(rule.certain(), message, NOT_EVALUATED);
        }
        // `getExpressionCost`
        let least_size = u64::try_from(declared.least_size).unwrap_or(0);
        let most = place.most.unwrap_or(MAX_REQUEST / (least_size + 1));
        let cost = program.estimated_cost(|path| declared.size(path));
        self.cost(rule, cost.saturating_mul(most));
        if !message_text.trim().is_empty() {
            let message = compile(
                expression,
                &message_text,
                &environment,
                Wanted::Text,
                self.e,
            );
            if let Some(message) = message {
                self.cost(
                    expression,
                    message.estimated_cost(|path| declared.size(path)),
                );
            }
        }
        let e = &mut *self.e;
        let uses_old = program.uses("oldSelf");
        if place.is_uncorrelatable && uses_old {
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

impl<'v> Walk<'_, 'v> {
    /// Checks the estimated cost of an expression.
    fn cost(&mut self, at: Value<'v>, cost: u64) {
        self.total = self.total.saturating_add(cost);
        if cost <= COST_LIMIT {
            self.costs.push((cost, at));
            return;
        }
        self.e.since(COST_SINCE, |e| {
            let message = format!(
                "may cost {} what the API server accepts",
                times(cost, COST_LIMIT)
            );
            e.forbidden(at.certain(), message).help(COST_HELP);
        });
    }

    /// Checks the estimated cost of all expressions together.
    fn total_cost(mut self) {
        // The expressions that exceed their own limit already have an error.
        let sum = self.costs.iter().map(|(cost, _)| *cost).sum::<u64>();
        if self.total <= TOTAL_LIMIT || sum <= TOTAL_LIMIT {
            return;
        }
        self.costs.sort_by_key(|(cost, _)| std::cmp::Reverse(*cost));
        let Some(&(_, at)) = self.costs.first() else {
            return;
        };
        self.e.since(COST_SINCE, |e| {
            let message = format!(
                "is the most expensive of rules that may cost {} what the API server accepts",
                times(sum, TOTAL_LIMIT)
            );
            e.forbidden(at.certain(), message).help(COST_HELP);
        });
    }
}

/// Largest request: `MaxRequestSizeBytes`.
const MAX_REQUEST: u64 = 3 * 1024 * 1024;

/// A limit of a list or a map.
fn limit(at: Value<'_>) -> Option<u64> {
    at.int().map(|limit| u64::try_from(limit).unwrap_or(0))
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

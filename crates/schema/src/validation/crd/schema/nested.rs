//! Schemas below `allOf`, `anyOf`, `oneOf` and `not`, which only restrict values.

use super::super::super::errors::Errors;
use super::super::super::value::{Value, read};
use super::{pattern, unsupported};

/// `isIntOrStringAnyOfPattern`.
pub(super) fn is_int_or_string(any_of: Value<'_>) -> bool {
    let mut items = any_of.items();
    ["integer", "string"].iter().all(|kind| {
        items
            .next()
            .is_some_and(|item| item.len() == 1 && item.get("type").is(kind))
    }) && items.next().is_none()
}

/// `validateNestedValueValidation`: a schema below `allOf`, `anyOf`, `oneOf` or `not` describes no fields.
pub(super) fn nested(schema: Value<'_>, skips_any_of: bool, e: &mut Errors) {
    if !schema.is_mapping() {
        return;
    }
    unsupported(schema, e);
    for (key, _, value) in schema.entries() {
        let is_used = value.is_set() && !value.is_empty() && !value.is_false();
        match &*key {
            "type"
            | "title"
            | "description"
            | "nullable"
            | "x-kubernetes-preserve-unknown-fields"
            | "x-kubernetes-embedded-resource"
            | "x-kubernetes-int-or-string"
            | "x-kubernetes-list-map-keys"
            | "x-kubernetes-list-type"
            | "x-kubernetes-map-type"
            | "x-kubernetes-validations"
                if is_used =>
            {
                not_nested(value, e);
            }
            "additionalProperties" if value.is_mapping() || value.is_true() => not_nested(value, e),
            "default" if value.is_set() => not_nested(value, e),
            "items" => nested(value, false, e),
            "pattern" => pattern(value, e),
            "not" => nested(value, false, e),
            "anyOf" if skips_any_of => {}
            "anyOf" | "allOf" | "oneOf" => {
                for item in value.items() {
                    nested(item, false, e);
                }
            }
            "properties" => {
                for (name, name_at, property) in value.entries() {
                    if name == "metadata" {
                        e.forbidden(
                            property,
                            "is not allowed below `allOf`, `anyOf`, `oneOf` and `not`",
                        )
                        .at(name_at);
                    }
                    nested(property, false, e);
                }
            }
            _ => {}
        }
    }
}

fn not_nested(value: Value<'_>, e: &mut Errors) {
    e.forbidden(
        value,
        "is not allowed below `allOf`, `anyOf`, `oneOf` and `not`",
    )
    .help("move it to the schema around them");
}

/// `validateNestedValueValidationCompleteness`: the fields of `nested` must also be in `schema`. The API server asks it
/// only of the keywords at the root.
pub(super) fn complete(
    nested: Value<'_>,
    schema: Value<'_>,
    keyword: &'static str,
    e: &mut Errors,
) {
    if !nested.is_mapping() || schema.is_unknown() {
        return;
    }
    read!(nested => items, properties, any_of = "anyOf", all_of = "allOf", one_of = "oneOf", not);
    for list in [any_of, all_of, one_of] {
        for item in list.items() {
            complete(item, schema, keyword, e);
        }
    }
    complete(not, schema, keyword, e);
    if items.is_mapping() {
        let own = schema.get("items");
        if own.is_absent() {
            e.required(own, format!("as `{keyword}` has it"))
                .at(items)
                .help(format!("add `items` to the schema around `{keyword}`"));
        } else {
            complete(items, own, keyword, e);
        }
    }
    let own = schema.get("properties");
    for (name, name_at, property) in properties.entries() {
        if own.is_unknown() {
            return;
        }
        match own.find(&name) {
            Some(own) => complete(property, own, keyword, e),
            None => {
                e.required(own, format!("to have `{name}`, as `{keyword}` has it"))
                    .at(name_at)
                    .help(format!(
                        "add the property `{name}` to the schema around `{keyword}`"
                    ));
            }
        }
    }
}

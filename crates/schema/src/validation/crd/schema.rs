//! Schemas of custom resources: `ValidateCustomResourceDefinitionOpenAPISchema`, `ValidateStructural` of
//! `pkg/apiserver/schema`, and `ValidateDefaults`.

mod defaults;
mod lists;
mod nested;

use lists::{lists, maps};
use nested::{complete, is_int_or_string, nested};

use super::super::errors::Errors;
use super::super::value::{Value, read};
use super::expressions;

/// Keywords that no schema may have, with what replaces them.
const UNSUPPORTED: [(&str, &str); 6] = [
    ("$ref", "write the schema in its place"),
    ("additionalItems", "remove it"),
    ("definitions", "write the schemas where they are used"),
    (
        "dependencies",
        "remove it, or use `x-kubernetes-validations`",
    ),
    ("id", "remove it"),
    ("patternProperties", "use `additionalProperties`"),
];

/// Keywords that the root cannot have if the version has the subresource `status`.
const NOT_WITH_STATUS: [&str; 14] = [
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "enum",
    "maxProperties",
    "minProperties",
    "not",
    "oneOf",
    "x-kubernetes-embedded-resource",
    "x-kubernetes-int-or-string",
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
];

const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// Where a schema is.
#[derive(Clone, Copy)]
struct Place {
    /// The schema of the whole object.
    is_root: bool,
    /// In `metadata`, `kind` or `apiVersion` of an object.
    is_meta: bool,
    /// Why a default is not allowed.
    no_default: Option<&'static str>,
}

/// `validateCustomResourceDefinitionValidation`.
pub(super) fn root(schema: Value<'_>, has_status: bool, e: &mut Errors) {
    let from = e.list.len();
    let nullable = schema.get("nullable");
    if nullable.is_true() {
        e.forbidden(nullable, "cannot be true at the root");
    }
    if has_status {
        schema.each(|key, value| {
            if NOT_WITH_STATUS.contains(&key) && value.is_set() && !value.is_false() {
                e.invalid(
                    schema,
                    format!("cannot have `{key}` at the root when the version has the subresource `status`"),
                    "move it to the schema of a property",
                )
                .at(value);
            }
        });
    }
    let place = Place {
        is_root: true,
        is_meta: false,
        no_default: None,
    };
    structural(schema, place, e);
    let is_valid = e.list[from..]
        .iter()
        .all(|invalid| !invalid.error.is_rejected());
    expressions::rules(schema, is_valid, e);
}

/// A schema that describes fields, with the schemas in it.
fn structural(schema: Value<'_>, place: Place, e: &mut Errors) {
    if schema.is_unknown() {
        return;
    }
    read!(schema => kind = "type", items, properties, additional = "additionalProperties",
        embedded = "x-kubernetes-embedded-resource", preserve = "x-kubernetes-preserve-unknown-fields",
        int_or_string = "x-kubernetes-int-or-string", default, any_of = "anyOf", all_of = "allOf", one_of = "oneOf", not,
        map_type = "x-kubernetes-map-type", list_type = "x-kubernetes-list-type", unique = "uniqueItems", pattern);
    self::kind(kind, schema, place, e);
    unsupported(schema, e);
    self::pattern(pattern, e);
    if unique.is_true() {
        e.forbidden(unique, "cannot be true")
            .help("remove it, and use `x-kubernetes-list-type: set`");
    }
    if default.is_set() {
        match place.no_default {
            Some(why) => {
                e.forbidden(default, why);
            }
            // The rest of an object surrounds a default in its metadata.
            None if place.is_meta => {}
            None => defaults::default(default, schema, e),
        }
    }
    extensions(int_or_string, preserve, embedded, place, e);
    if embedded.is_true() && properties.is_empty() && !preserve.is_true() {
        e.required(
            properties,
            "when `x-kubernetes-embedded-resource` is true without `x-kubernetes-preserve-unknown-fields`",
        );
    }
    if !properties.is_empty() && (additional.is_mapping() || additional.is_false()) {
        e.forbidden(additional, "cannot be set together with `properties`");
    } else if additional.is_set() && (place.is_root || embedded.is_true()) {
        e.forbidden(
            additional,
            "is not allowed in the schema of an object of Kubernetes",
        )
        .help("use `properties`, or `x-kubernetes-preserve-unknown-fields: true`");
    }
    lists(schema, list_type, items, e);
    maps(map_type, e);

    let inner = Place {
        is_root: false,
        ..place
    };
    if additional.is_mapping() {
        let no_default = place
            .is_meta
            .then_some("is not allowed in `additionalProperties` of metadata");
        let no_default = place.no_default.or(no_default);
        structural(
            additional,
            Place {
                no_default,
                ..inner
            },
            e,
        );
    }
    let is_object = place.is_root || embedded.is_true();
    for (name, _, property) in properties.entries() {
        let mut inside = inner;
        if is_object && matches!(&*name, "metadata" | "kind" | "apiVersion") {
            inside.is_meta = true;
            if place.is_root {
                inside.no_default = Some("is not allowed in `metadata`, `kind` and `apiVersion`");
            }
            meta_property(&name, property, place.is_root, e);
        }
        structural(property, inside, e);
    }
    if items.is_mapping() {
        structural(items, inner, e);
    }
    if is_object && default.is_mapping() {
        for name in ["apiVersion", "kind"] {
            let field = default.get(name);
            if field.is_empty() {
                e.required(field, "in the default of an object");
            }
        }
    }
    let skips_any = is_int_or_string(any_of);
    let skips_first = all_of
        .items()
        .next()
        .is_some_and(|first| is_int_or_string(first.get("anyOf")));
    let mut each = |list: Value<'_>, skip: usize, keyword: &'static str| {
        for (i, schema_of) in list.items().enumerate() {
            let skips_any = keyword == "allOf" && skips_first && i == 0;
            if i >= skip {
                nested(schema_of, skips_any, e);
                if place.is_root {
                    complete(schema_of, schema, keyword, e);
                }
            }
        }
    };
    each(any_of, if skips_any { 2 } else { 0 }, "anyOf");
    each(all_of, 0, "allOf");
    each(one_of, 0, "oneOf");
    if not.is_mapping() {
        nested(not, false, e);
        if place.is_root {
            complete(not, schema, "not", e);
        }
    }
}

/// The type of a schema. Every schema has one, apart from those that accept several.
fn kind(kind: Value<'_>, schema: Value<'_>, place: Place, e: &mut Errors) {
    read!(schema => items, embedded = "x-kubernetes-embedded-resource", preserve = "x-kubernetes-preserve-unknown-fields",
        int_or_string = "x-kubernetes-int-or-string", map_type = "x-kubernetes-map-type", list_type = "x-kubernetes-list-type");
    let Some(text) = kind.text() else { return };
    let needed = [
        (place.is_root, "object", "at the root"),
        (
            embedded.is_true(),
            "object",
            "when `x-kubernetes-embedded-resource` is true",
        ),
        (
            map_type.is_set(),
            "object",
            "when `x-kubernetes-map-type` is set",
        ),
        (
            list_type.is_set(),
            "array",
            "when `x-kubernetes-list-type` is set",
        ),
    ];
    if text.is_empty() {
        let why = needed.iter().find(|(is_needed, ..)| *is_needed);
        if let Some(&(_, needed, why)) = why {
            e.required(kind, why).help(format!("add `type: {needed}`"));
        } else if !int_or_string.is_true() && !preserve.is_true() {
            e.required(kind, "in every schema").help(
                "add the type, or `x-kubernetes-preserve-unknown-fields: true` if the field can be anything",
            );
        }
        return;
    }
    if text == "null" {
        e.forbidden(kind, "cannot be `null`")
            .help("use the type of the value, and `nullable: true`");
    } else if !TYPES.contains(&&*text) {
        e.not_supported(kind, &TYPES);
    } else if let Some((_, needed, why)) = needed
        .iter()
        .find(|(is_needed, needed, _)| *is_needed && text != *needed)
    {
        e.invalid(
            kind,
            format!("must be `{needed}` {why}"),
            format!("use `type: {needed}`"),
        );
    }
    if text == "array" && items.is_absent() {
        e.required(items, "when `type` is `array`")
            .help("add the schema of an item");
    } else if !items.is_unknown() && items.is_set() && !items.is_mapping() {
        e.forbidden(items, "must be a single schema")
            .help("use the schema of an item, not a list of schemas");
    }
}

/// The keywords that `specStandardValidatorV3` rejects.
fn unsupported(schema: Value<'_>, e: &mut Errors) {
    schema.each(|key, value| {
        // `validateUnsupportedFields`, which names the schema.
        if key == "$schema" && value.is_set() && !value.is_empty() {
            e.invalid(
                schema,
                "has `$schema`, which is not supported in schemas of Kubernetes",
                "remove `$schema`",
            )
            .at(value);
        }
        if let Some((_, help)) = UNSUPPORTED.iter().find(|(name, _)| *name == key)
            && value.is_set()
            && !(value.is_empty() && matches!(key, "id" | "definitions" | "patternProperties"))
        {
            e.forbidden(value, "is not supported in schemas of Kubernetes")
                .help(*help);
        }
    });
}

/// `validateExtensions`, and where `x-kubernetes-embedded-resource` is allowed.
fn extensions(
    int_or_string: Value<'_>,
    preserve: Value<'_>,
    embedded: Value<'_>,
    place: Place,
    e: &mut Errors,
) {
    if preserve.is_false() {
        e.invalid(preserve, "must be true or absent", "remove it");
    }
    if int_or_string.is_true() {
        for field in [preserve, embedded] {
            if field.is_true() {
                e.invalid(
                    field,
                    "cannot be true when `x-kubernetes-int-or-string` is true",
                    "remove one of the two",
                );
            }
        }
    }
    if place.is_meta && embedded.is_true() {
        e.forbidden(embedded, "is not allowed in metadata");
    }
}

/// A pattern that Go's `regexp` certainly does not accept: one that looks around, or back.
fn pattern(pattern: Value<'_>, e: &mut Errors) {
    let Some(text) = pattern.content() else {
        return;
    };
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut is_in_class = false;
    while at < bytes.len() {
        let rest = &text.as_bytes()[at..];
        match rest[0] {
            b'\\' => {
                if !is_in_class && rest.get(1).is_some_and(|b| (b'1'..=b'9').contains(b)) {
                    let help = "remove the back reference";
                    e.invalid(
                        pattern.certain(),
                        "has a back reference, which Go does not accept",
                        help,
                    )
                    .within(at..at + 2);
                    return;
                }
                at += 2;
                continue;
            }
            b'[' => is_in_class = true,
            b']' => is_in_class = false,
            b'(' if !is_in_class
                && [&b"(?="[..], b"(?!", b"(?<=", b"(?<!"]
                    .iter()
                    .any(|start| rest.starts_with(start)) =>
            {
                let help = "write the pattern without `(?=`, `(?!`, `(?<=` and `(?<!`";
                e.invalid(
                    pattern.certain(),
                    "looks around, which Go does not accept",
                    help,
                )
                .within(at..at + 3);
                return;
            }
            _ => {}
        }
        at += 1;
    }
}

/// `validateStructuralMetadataInvariants`, and the types of `kind` and `apiVersion`.
fn meta_property(name: &str, property: Value<'_>, is_root: bool, e: &mut Errors) {
    let kind = property.get("type");
    let needed = if name == "metadata" {
        "object"
    } else {
        "string"
    };
    if kind
        .text()
        .is_some_and(|text| text != needed && !text.is_empty())
    {
        e.invalid(
            kind,
            format!("must be `{needed}`"),
            format!("use `type: {needed}`"),
        );
    }
    if name != "metadata" || !is_root || !property.is_mapping() {
        return;
    }
    let help = "keep only `type: object`, and `properties` with `name` and `generateName`";
    for (key, key_at, value) in property.entries() {
        match &*key {
            "type" | "default" => {}
            "properties" => {
                for (field, field_at, _) in value.entries() {
                    if !matches!(&*field, "name" | "generateName") {
                        e.forbidden(property, "can describe only `name` and `generateName`")
                            .at(field_at)
                            .help(help);
                    }
                }
            }
            _ if value.is_set() && !value.is_empty() && !value.is_false() => {
                e.forbidden(property, "can describe only `name` and `generateName`")
                    .at(key_at)
                    .help(help);
            }
            _ => {}
        }
    }
}

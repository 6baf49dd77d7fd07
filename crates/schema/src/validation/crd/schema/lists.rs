//! Lists and maps whose items the API server merges: `x-kubernetes-list-type` and `x-kubernetes-map-type`.

use super::super::super::errors::Errors;
use super::super::super::value::{Value, read};

/// `x-kubernetes-list-type`, `x-kubernetes-list-map-keys`, and `validateMapListKeysMapSet`.
pub(super) fn lists(schema: Value<'_>, list_type: Value<'_>, items: Value<'_>, e: &mut Errors) {
    const KNOWN: [&str; 3] = ["atomic", "set", "map"];
    let keys = schema.get("x-kubernetes-list-map-keys");
    if !list_type.is_set() {
        if !keys.is_empty() {
            e.required(
                list_type,
                "to be `map` when `x-kubernetes-list-map-keys` is set",
            )
            .help("add `x-kubernetes-list-type: map`");
        }
        return;
    }
    if list_type.is_none_of(&KNOWN) {
        e.not_supported(list_type, &KNOWN);
    }
    let is_map = list_type.is("map");
    if !is_map && !keys.is_empty() {
        e.invalid(
            list_type,
            "must be `map` when `x-kubernetes-list-map-keys` is set",
            "use `x-kubernetes-list-type: map`, or remove `x-kubernetes-list-map-keys`",
        );
    }
    if (is_map || list_type.is("set")) && items.get("nullable").is_true() {
        e.forbidden(
            items.get("nullable"),
            "cannot be true for items of a list of type `set` or `map`",
        );
    }
    if list_type.is("set") {
        let (field, is_wrong) = match items.get("type").text().as_deref() {
            Some("array") => {
                let inner = items.get("x-kubernetes-list-type");
                (inner, inner.is_none_of(&["atomic", ""]))
            }
            Some("object") => {
                let inner = items.get("x-kubernetes-map-type");
                (inner, inner.is_none_of(&["atomic"]))
            }
            _ => return,
        };
        if is_wrong {
            e.invalid(
                field,
                "must be `atomic` for items of a list of type `set`",
                "use `atomic`, or make the list a `map` with `x-kubernetes-list-map-keys`",
            );
        }
    }
    if is_map {
        map_keys(keys, items, e);
    }
}

/// The keys of a list of type `map`.
fn map_keys(keys: Value<'_>, items: Value<'_>, e: &mut Errors) {
    if keys.is_empty() {
        e.required(keys, "when `x-kubernetes-list-type` is `map`")
            .help("add a list of names of properties of the items");
    }
    let kind = items.get("type");
    if !items.is_mapping() || kind.is_unknown() {
        return;
    }
    if !kind.is("object") {
        if !kind.is_empty() {
            e.invalid(
                kind,
                "must be `object` when `x-kubernetes-list-type` of the list is `map`",
                "use `x-kubernetes-list-type: set` for scalars",
            );
        }
        return;
    }
    read!(items => properties, required);
    let mut seen: Vec<String> = Vec::new();
    for key in keys.items() {
        let Some(name) = key.text() else { continue };
        let Some(property) = properties.find(&name) else {
            if !properties.is_unknown() {
                e.invalid(
                    keys,
                    "must be names of properties of the items",
                    "add the property, or remove the key",
                )
                .at(key);
            }
            continue;
        };
        read!(property => kind = "type", nullable, default);
        if kind.is("array") || kind.is("object") {
            e.invalid(
                kind,
                "must be a scalar type, as the property is a key",
                "use a scalar as key",
            );
        }
        if nullable.is_true() {
            e.forbidden(nullable, "cannot be true, as the property is a key");
        }
        if default.is_absent()
            && !required.items().any(|item| item.is(&name))
            && !required.is_unknown()
        {
            e.required(default, "as the property is a key and not in `required`")
                .help(format!("add `{name}` to `required` of the items"));
        }
        if seen.iter().any(|other| *other == *name) {
            e.invalid(keys, "cannot have a key twice", "remove one of them")
                .at(key);
        }
        seen.push(name.into_owned());
    }
}

pub(super) fn maps(map_type: Value<'_>, e: &mut Errors) {
    const KNOWN: [&str; 2] = ["atomic", "granular"];
    if map_type.is_set() && map_type.is_none_of(&KNOWN) {
        e.not_supported(map_type, &KNOWN);
    }
}

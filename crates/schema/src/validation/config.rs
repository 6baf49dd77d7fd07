//! ConfigMaps and Secrets: `ValidateConfigMap` and `ValidateSecret`. Values may be credentials, so no message has one.
//!
//! Rules of the group `credentials` check image pull secrets.

use std::collections::BTreeSet;

use podwright_model::docker_config::decode_secret_data;

use super::errors::Errors;
use super::names::is_config_key;
use super::value::{Value, read};

/// Maximum size of the data: `MaxSecretSize`.
const MAX_SIZE: usize = 1024 * 1024;

const KEY_HELP: &str =
    "use letters, digits, `-`, `_` and `.`, at most 253 characters, and do not start with `..`";

/// `ValidateConfigMap`.
pub(super) fn config_map(object: Value<'_>, e: &mut Errors) {
    read!(object => data, binary = "binaryData");
    keys(data, e);
    keys(binary, e);
    if data.is_mapping() && binary.is_mapping() {
        let binary: BTreeSet<_> = binary.entries().map(|(key, ..)| key).collect();
        for (key, node, _) in data.entries() {
            if binary.contains(&key) {
                e.invalid(
                    node,
                    "is also a key of `binaryData`",
                    "remove the key from `data` or `binaryData`",
                );
            }
        }
    }
    let place = if data.is_set() { data } else { binary };
    if let Some(size) = size(&[(data, false), (binary, true)]) {
        too_large(place, size, e);
    }
}

/// `ValidateSecret`.
pub(super) fn secret(object: Value<'_>, e: &mut Errors) {
    read!(object => data, strings = "stringData", kind = "type", metadata);
    keys(data, e);
    keys(strings, e);
    let place = if data.is_set() { data } else { strings };
    // `stringData` overrides `data`. A key in both is rare, and makes the size unknown here.
    if let Some(size) = size(&[(data, true), (strings, false)])
        && !(data.is_mapping() && strings.is_mapping())
    {
        too_large(place, size, e);
    }
    let Some(kind) = kind.text() else { return };
    let is_known = |key: &str| {
        let has = |list: Value<'_>| {
            list.is_unknown()
                || list
                    .entries()
                    .any(|(own, node, _)| own == key || node.is_unknown())
        };
        has(data) || has(strings)
    };
    let required: &[&'static str] = match &*kind {
        "kubernetes.io/tls" => &["tls.crt", "tls.key"],
        "kubernetes.io/ssh-auth" => &["ssh-privatekey"],
        "kubernetes.io/basic-auth" if !is_known("username") && !is_known("password") => {
            &["username"]
        }
        "kubernetes.io/service-account-token" => {
            let annotations = metadata.get("annotations");
            const NAME: &str = "kubernetes.io/service-account.name";
            let name = annotations.entries().find(|(key, ..)| key == NAME);
            match name {
                None if !annotations.is_unknown() => {
                    e.required(annotations.absent(NAME), "for a Secret of this type");
                }
                Some((_, _, value)) if value.is_empty() => {
                    e.required(value, "for a Secret of this type");
                }
                _ => {}
            }
            return;
        }
        _ => return,
    };
    for key in required {
        if !is_known(key) {
            let place = if data.is_set() || !strings.is_set() {
                data
            } else {
                strings
            };
            e.required(place.absent(key), format!("in a Secret of type `{kind}`"));
        }
    }
    if kind == "kubernetes.io/ssh-auth" {
        for list in [data, strings] {
            for (key, _, value) in list.entries() {
                if key == "ssh-privatekey" && value.is_empty() {
                    e.required(value, format!("in a Secret of type `{kind}`"));
                }
            }
        }
    }
}

/// `IsConfigMapKey` for each key.
fn keys(list: Value<'_>, e: &mut Errors) {
    for (key, node, _) in list.entries() {
        if !is_config_key(&key) {
            e.invalid(node, "is not a valid key", KEY_HELP);
        }
    }
}

/// Size of the values, if it is above the limit. `None` if it is below or not known.
fn size(lists: &[(Value<'_>, bool)]) -> Option<usize> {
    let source: usize = lists
        .iter()
        .filter(|(list, _)| list.is_mapping())
        .map(|(list, _)| list.tree.source_text(list.node).len())
        .sum();
    // A decoded value is at most half as long again as its source text.
    if source + source / 2 <= MAX_SIZE {
        return None;
    }
    let mut total = 0;
    for &(list, is_base64) in lists {
        for (_, _, value) in list.entries() {
            let text = value.content()?;
            total += match is_base64 {
                true => decode_secret_data(&text).ok()?.len(),
                false => text.len(),
            };
        }
    }
    (total > MAX_SIZE).then_some(total)
}

fn too_large(at: Value<'_>, size: usize, e: &mut Errors) {
    e.too_large(
        at,
        format!("is {size} bytes in total; at most {MAX_SIZE} bytes (1 MiB) are allowed"),
        "split the data, or store it in a volume or an image",
    );
}

//! The hash of the content in the names of generated objects (`api/hasher`).

use sha2::{Digest, Sha256};

use super::build::Hashes;
use super::resource::Resource;
use crate::Text;
use crate::node::{Node, Scalar, Value};
use crate::scalar::ScalarType;

/// Stands for a hash: as long as one, and a valid end of a name.
const PLACEHOLDER: &str = "hashsuffix";

/// Adds the hash to the names of the objects that need it (`HashTransformer`).
pub(super) fn add_hashes(resources: &mut [Resource], hashes: Hashes) {
    for resource in resources {
        if !resource.needs_hash {
            continue;
        }
        let hash = match hashes {
            Hashes::Content => hash(resource),
            Hashes::Placeholder => PLACEHOLDER.to_owned(),
        };
        resource.remember_id();
        let name = resource.name_text().cloned().unwrap_or_default();
        let by = resource.origin.or_else(|| name.location());
        let suffix = match by {
            Some(by) => name.derived(format!("-{hash}"), by),
            None => Text::constant(format!("-{hash}")),
        };
        let renamed = Text::concat([&name, &suffix]);
        if let Some(node) = resource.node.at_mut(&["metadata", "name"]) {
            *node = Node::string(renamed);
        }
    }
}

/// Ten characters that depend on type and content.
fn hash(resource: &Resource) -> String {
    let node = &resource.node;
    let mut json = String::new();
    match resource.kind() {
        "ConfigMap" => {
            json.push('{');
            if let Some(binary) = node.get("binaryData").filter(|data| data.map().is_some()) {
                json.push_str("\"binaryData\":");
                value(binary, &mut json);
                json.push(',');
            }
            field("data", node.get("data"), &mut json);
            // kustomize looks for a field `metadata/name`, which does not exist.
            json.push_str(",\"kind\":\"ConfigMap\",\"name\":\"\"}");
        }
        "Secret" => {
            json.push('{');
            field("data", node.get("data"), &mut json);
            json.push_str(",\"kind\":\"Secret\",\"name\":\"\",");
            if let Some(data) = node.get("stringData").filter(|data| data.map().is_some()) {
                json.push_str("\"stringData\":");
                value(data, &mut json);
                json.push(',');
            }
            field("type", node.get("type"), &mut json);
            json.push('}');
        }
        // kustomize hashes its own tree with line numbers there.
        _ => value(node, &mut json),
    }
    encode(&json)
}

/// The start of the SHA-256 in hexadecimal, with digits that could form words replaced.
fn encode(json: &str) -> String {
    let digest = Sha256::digest(json.as_bytes());
    let digits = digest
        .iter()
        .take(5)
        .flat_map(|byte| [byte >> 4, byte & 15]);
    let digits = digits.filter_map(|digit| char::from_digit(u32::from(digit), 16));
    let replaced = digits.map(|digit| match digit {
        '0' => 'g',
        '1' => 'h',
        '3' => 'k',
        'a' => 'm',
        'e' => 't',
        other => other,
    });
    replaced.collect()
}

fn field(name: &str, node: Option<&Node>, json: &mut String) {
    json.push('"');
    json.push_str(name);
    json.push_str("\":");
    match node.map(|node| (&node.value, node)) {
        None => json.push_str("\"\""),
        Some((Value::Scalar(scalar), _)) => string(scalar.as_str(), json),
        Some((_, node)) => value(node, json),
    }
}

/// Writes a value as Go's `json.Marshal` does: keys sorted, and no `<`, `>` or `&`.
fn value(node: &Node, json: &mut String) {
    match &node.value {
        Value::Map(map) => {
            let mut entries: Vec<_> = map.entries.iter().collect();
            entries.sort_by(|one, other| one.key.as_str().cmp(other.key.as_str()));
            json.push('{');
            for (index, entry) in entries.into_iter().enumerate() {
                if index > 0 {
                    json.push(',');
                }
                string(entry.key.as_str(), json);
                json.push(':');
                value(&entry.value, json);
            }
            json.push('}');
        }
        Value::List(items) => {
            json.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    json.push(',');
                }
                value(item, json);
            }
            json.push(']');
        }
        Value::Scalar(scalar) => json.push_str(&json_of(scalar)),
    }
}

fn json_of(scalar: &Scalar) -> String {
    match scalar.kind {
        ScalarType::Null => "null".to_owned(),
        ScalarType::Bool => scalar.as_str().to_ascii_lowercase(),
        ScalarType::Int | ScalarType::Float => super::finish::number(scalar.as_str()),
        ScalarType::Timestamp | ScalarType::String => {
            let mut json = String::new();
            string(scalar.as_str(), &mut json);
            json
        }
    }
}

fn string(text: &str, json: &mut String) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                json.push_str(&format!("\\u{:04x}", character as u32));
            }
            other if (other as u32) < 0x20 => json.push_str(&format!("\\u{:04x}", other as u32)),
            other => json.push(other),
        }
    }
    json.push('"');
}

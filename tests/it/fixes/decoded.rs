//! Compares the content that kubectl decodes before and after a fix.

use podwright_syntax::SyntaxTree;
use serde_json::Value;

/// Returns the paths that differ although only `field` of one object should. Without a field, returns the documents
/// that are missing or different.
pub(crate) fn unexpected_changes(
    old: &SyntaxTree,
    new: &SyntaxTree,
    field: Option<&str>,
) -> Vec<String> {
    let (old, new) = (documents(old), documents(new));
    let Some(field) = field else {
        let is_gone = |document: &&Value| !new.contains(document);
        return old.iter().filter(is_gone).map(Value::to_string).collect();
    };
    if old.len() != new.len() {
        return vec![format!("{} documents for {}", new.len(), old.len())];
    }
    let mut changed = Vec::new();
    for (old, new) in old.iter().zip(&new) {
        differences(old, new, String::new(), &mut changed);
    }
    changed.retain(|path| !is_expected(path, field));
    changed
}

fn documents(tree: &SyntaxTree) -> Vec<Value> {
    let roots = tree.documents().iter().map(|document| document.root);
    let values = roots.filter_map(|root| tree.to_json(root).ok());
    values.filter(|value| !value.is_null()).collect()
}

fn differences(old: &Value, new: &Value, path: String, changed: &mut Vec<String>) {
    match (old, new) {
        _ if old == new => {}
        (Value::Object(old), Value::Object(new)) => {
            let keys: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for key in keys {
                let absent = Value::Null;
                let [old, new] = [old, new].map(|map| map.get(key).unwrap_or(&absent));
                differences(old, new, format!("{path}{}", step(&path, key)), changed);
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                differences(old, new, format!("{path}[{index}]"), changed);
            }
        }
        _ => changed.push(path),
    }
}

fn step(path: &str, key: &str) -> String {
    if key.is_empty() || key.contains(['.', '[', '/']) {
        format!("[{key:?}]")
    } else if path.is_empty() {
        key.to_owned()
    } else {
        format!(".{key}")
    }
}

/// Returns whether the path is the field itself, a part of it or its parent (an item, a list, a hook), or its new
/// name.
fn is_expected(path: &str, field: &str) -> bool {
    // The object may be an item of a `List`.
    let inner = path
        .strip_prefix("items[")
        .and_then(|rest| rest.split_once("]."));
    let path = inner.map_or(path, |(_, path)| path);
    let list = |path: &str| {
        let at = path.find("[\"").or_else(|| path.rfind('.'))?;
        Some(path[..at].to_owned())
    };
    let is_renamed = path.contains("[\"") && list(path) == list(field);
    field.starts_with(path) || path.starts_with(field) || is_renamed
}

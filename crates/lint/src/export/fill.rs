//! Options and facts in the texts of a policy.
//!
//! `${NAME}` is the value of an option as an expression of CEL, `${item.NAME}` that of a field of the current record, and
//! `${^item.NAME}` the regular expression in it, for whole strings. `${@NAME}` is something that podwright knows.

use std::collections::BTreeSet;

use podwright_cluster::images::moved_places;
use podwright_schema::resources;
use serde_json::{Map, Value, json};

/// Replaces the names in an expression. `None` if a value is missing, or cannot be a literal
/// of CEL.
pub(super) fn filled(
    text: &str,
    option: &dyn Fn(&str) -> Option<Value>,
    item: &Map<String, Value>,
) -> Option<String> {
    replaced(text, &|name| {
        if let Some(name) = name.strip_prefix("^item.") {
            let pattern = item.get(name)?.as_str()?;
            return literal(&Value::String(format!("^(?:{pattern})$")));
        }
        let value = match (name.strip_prefix("item."), name.strip_prefix('@')) {
            (Some(name), _) => item.get(name).cloned(),
            (_, Some(name)) => fact(name),
            (None, None) => option(name),
        };
        literal(&value?)
    })
}

/// Replaces the fields of the current record in a message.
pub(super) fn filled_text(text: &str, item: &Map<String, Value>) -> Option<String> {
    replaced(text, &|name| {
        let value = item.get(name.strip_prefix("item.")?)?;
        value.as_str().map(str::to_owned)
    })
}

fn replaced(text: &str, with: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, left) = after.split_once('}')?;
        out.push_str(before);
        out.push_str(&with(name)?);
        rest = left;
    }
    out.push_str(rest);
    Some(out)
}

/// What podwright knows, for the rules that use it.
fn fact(name: &str) -> Option<Value> {
    Some(match name {
        // `image-deprecated-registry`
        "moved" => moved_places()
            .map(|(prefix, state, tags)| json!({"prefix": prefix, "state": state, "tags": tags}))
            .collect(),
        "api-groups" => json!(resources::groups().collect::<BTreeSet<&str>>()),
        "cluster-resources" => json!(resources::of_cluster().collect::<BTreeSet<String>>()),
        _ => return None,
    })
}

/// A value as an expression of CEL. Lists and mappings in the environment of Kubernetes have items of one type.
pub(super) fn literal(value: &Value) -> Option<String> {
    Some(match value {
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => {
            let text = text.replace('\\', "\\\\").replace('\'', "\\'");
            (!text.contains('\n')).then(|| format!("'{text}'"))?
        }
        Value::Array(items) => {
            let items = items.iter().map(literal).collect::<Option<Vec<String>>>()?;
            match items.iter().map(String::len).sum::<usize>() {
                // Facts are long lists.
                200.. => format!("[\n  {}\n]", items.join(",\n  ")),
                _ => format!("[{}]", items.join(", ")),
            }
        }
        Value::Object(fields) if fields.values().all(Value::is_string) => {
            let field =
                |(name, value): (&String, &Value)| Some(format!("'{name}': {}", literal(value)?));
            let fields = fields.iter().map(field).collect::<Option<Vec<String>>>()?;
            format!("{{{}}}", fields.join(", "))
        }
        Value::Null | Value::Object(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{filled, filled_text, literal};

    #[test]
    fn options_are_literals() {
        let value = json!(["a'b", "c\\d", 3, true]);
        assert_eq!(literal(&value).unwrap(), r"['a\'b', 'c\\d', 3, true]");
        assert_eq!(literal(&json!({"a": "b"})).unwrap(), "{'a': 'b'}");
        assert_eq!(literal(&json!({"a": 1})), None);
        assert_eq!(literal(&json!("a\nb")), None);
    }

    #[test]
    fn names_stand_for_options_and_fields() {
        let option = |name: &str| (name == "size").then(|| json!(3));
        let item = json!({"key": "a.b", "value": "x|y"});
        let item = item.as_object().unwrap();
        let expression = filled("${size} ${item.key} ${^item.value}", &option, item);
        assert_eq!(expression.unwrap(), "3 'a.b' '^(?:x|y)$'");
        assert_eq!(filled("${other}", &option, item), None);
        let message = filled_text("the label `${item.key}` is missing", item);
        assert_eq!(message.unwrap(), "the label `a.b` is missing");
    }
}

use podwright_go_template::{Data, IntType, Key, Value};

use super::{Lists, to_yaml};

fn value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::nil(),
        serde_json::Value::Bool(flag) => Value::bool(*flag),
        serde_json::Value::Number(number) => Value::constant(match number.as_i64() {
            Some(number) => Data::Int(IntType::Int64, number),
            None => Data::Float(number.as_f64().unwrap_or(0.0)),
        }),
        serde_json::Value::String(text) => Value::string(text),
        serde_json::Value::Array(items) => Value::list(items.iter().map(value).collect()),
        serde_json::Value::Object(map) => {
            let entry =
                |(key, json): (&String, &serde_json::Value)| (Key::from(key.as_str()), value(json));
            Value::map(map.iter().map(entry).collect())
        }
    }
}

/// `to_yaml.jsonl` is what `sigs.k8s.io/yaml` 1.6.0 makes of each value.
#[test]
fn yaml_is_that_of_sigs_yaml() {
    let mut wrong = Vec::new();
    for line in include_str!("to_yaml.jsonl").lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let json = row["json"].as_str().expect("text");
        let expected = row["yaml"].as_str().expect("text");
        let json: serde_json::Value = serde_json::from_str(json).expect("JSON");
        let found = to_yaml(&value(&json), Lists::Flush).expect("YAML");
        let expected = expected.strip_suffix('\n').unwrap_or(expected);
        if found.as_str() != expected {
            wrong.push(format!(
                "{json}\n  found    {:?}\n  expected {expected:?}",
                found.as_str()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

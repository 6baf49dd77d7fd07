use super::{Admitted, admitted};
use crate::CustomKinds;

/// A value as JSON; `null` stands for a value that is not known.
fn json(value: &Admitted) -> serde_json::Value {
    match value {
        Admitted::Null => serde_json::Value::Null,
        Admitted::Bool(value) => (*value).into(),
        Admitted::Int(value) => (*value).into(),
        // JSON does not tell `1.0` from `1`.
        Admitted::Float(value) => serde_json::from_str(&value.to_string()).unwrap(),
        Admitted::Text(value) => value.clone().into(),
        Admitted::List(items) => items.iter().map(json).collect(),
        Admitted::Map(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| (name.clone(), json(value)));
            serde_json::Value::Object(fields.collect())
        }
        Admitted::Unknown => "UNKNOWN".into(),
    }
}

/// Objects with the results of the API server's code: `tests/policy/admitted`.
#[test]
fn objects_are_as_the_api_server_sees_them() {
    let more =
        std::env::var("PODWRIGHT_ADMITTED").map(|path| std::fs::read_to_string(path).unwrap());
    let cases = more
        .as_deref()
        .unwrap_or(include_str!("tests/objects.jsonl"));
    let mut wrong = Vec::new();
    for line in cases.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let text = case["yaml"].as_str().unwrap();
        let tree = podwright_syntax::parse(text.into());
        let objects = podwright_model::decode(&tree, &[]);
        let Some(object) = objects.first() else {
            continue;
        };
        let namespace = case["seen"]["metadata"]["namespace"]
            .as_str()
            .unwrap_or_default();
        let seen = admitted(&tree, object, Some(namespace), &CustomKinds::default());
        let seen = seen.map_or("NONE".into(), |value| json(&value));
        if seen != case["seen"] {
            wrong.push(format!(
                "{text}\nexpected: {}\nfound:    {seen}",
                case["seen"]
            ));
        }
    }
    let first = wrong
        .iter()
        .take(40)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join("\n\n");
    assert!(
        wrong.is_empty(),
        "{} of {}: {first}",
        wrong.len(),
        cases.lines().count()
    );
}

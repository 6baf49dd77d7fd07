//! Each statement and tag of the API server's validation that makes an error is covered by an object, or left out with a
//! reason: `statements.tsv`, `tags.tsv` and `statement-cases.tsv` in `tests/data/api-validation`, which `tests/conformance-api/statements.py` writes.

use std::collections::HashMap;
use std::fs;

use podwright_rule::finding::Severity;
use podwright_rules::server_field;
use serde_json::{Map, Value, json};
use xtask::statements::{Coverage, statements, tags};

use crate::api_validation::findings;

/// Writes out what the file writes short: see `statements.py`.
fn expand(value: Value) -> Value {
    match value {
        Value::Object(fields) => match (fields.get("@text"), fields.get("@list")) {
            (Some(text), _) => {
                let part = text[1].as_str().unwrap().repeat(count(&text[0]));
                json!(part + text[2].as_str().unwrap())
            }
            (_, Some(list)) => Value::Array(vec![expand(list[1].clone()); count(&list[0])]),
            _ => {
                let fields = fields.into_iter().map(|(key, value)| (key, expand(value)));
                Value::Object(fields.collect::<Map<_, _>>())
            }
        },
        Value::Array(items) => items.into_iter().map(expand).collect(),
        other => other,
    }
}

fn count(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

/// A field as the API server and podwright write it: `a[b].c` and `a.b.c`.
fn canonical(field: &str) -> String {
    let mut out = String::new();
    let mut rest = field;
    while let Some((start, tail)) = rest.split_once('[') {
        let (key, tail) = tail.split_once(']').unwrap_or((tail, ""));
        out += start;
        if !key.is_empty() && key.bytes().all(|b| b.is_ascii_digit()) {
            out += &format!("[{key}]");
        } else {
            out += &format!(".{}", key.trim_matches(['"', '\'']));
        }
        rest = tail;
    }
    out + rest
}

/// Rules that report all errors of some kinds.
const OF_KINDS: [&str; 2] = ["admission-policy-invalid", "crd-invalid"];

#[test]
fn every_statement_and_tag_is_covered_or_left_out() {
    let cases = fs::read_to_string("tests/data/api-validation/statement-cases.tsv").unwrap();
    let cases: HashMap<&str, Vec<(String, String)>> = cases
        .lines()
        .map(|line| {
            let [name, _, object] = line.splitn(3, '\t').collect::<Vec<_>>()[..] else {
                panic!("{line}");
            };
            // Which volume type is the first depends on the order of the keys, which `Value` does not keep.
            let object = match object.contains("{\"@") {
                true => expand(serde_json::from_str(object).unwrap()).to_string(),
                false => object.to_owned(),
            };
            let found = findings(&[("a.yaml", &object)], "1.36").into_iter();
            let errors = found.filter(|finding| finding.level == Severity::Error);
            let errors = errors.map(|finding| {
                let field = canonical(&server_field(&finding).unwrap_or_default());
                (finding.rule.to_owned(), field)
            });
            (name, errors.collect())
        })
        .collect();
    let mut missing = Vec::new();
    for statement in statements().chain(tags()) {
        let Coverage::Case { name, field, rule } = statement.coverage else {
            continue;
        };
        let found = cases.get(name).unwrap_or_else(|| panic!("no case {name}"));
        let is_error = |(own, at): &(String, String)| {
            (own == rule || OF_KINDS.contains(&own.as_str())) && *at == canonical(field)
        };
        if !found.iter().any(is_error) {
            missing.push(format!(
                "{} {}: {name} has no {rule} {field}, but {found:?}",
                statement.function, statement.line
            ));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

//! A question, and what the library says. An operation is one line in [`answer`] and one function.

use podwright::syntax::kubectl;
use serde_json::{Value, json};

/// The answer to a question of the conformance set; `{"unsupported": true}` to an operation that is not known.
pub(crate) fn answer(question: &Value) -> Value {
    match text(question, "op") {
        "yaml" => yaml(text(question, "yaml")),
        "yamlstream" => yaml_stream(text(question, "yaml")),
        _ => json!({ "unsupported": true }),
    }
}

fn yaml(text: &str) -> Value {
    let conversion = kubectl::document(text);
    let error = conversion
        .json
        .as_ref()
        .err()
        .map(|error| format!("{:?}", error.kind));
    let strict_error = conversion
        .strict_error
        .map(|error| format!("{:?}", error.kind));
    json!({
        "json": conversion.json.unwrap_or_default(),
        "err": error,
        "strictErr": strict_error,
    })
}

fn yaml_stream(text: &str) -> Value {
    let stream = kubectl::stream(text);
    json!({
        "docs": stream.documents,
        "err": stream.error.map(|error| format!("{error:?}")),
    })
}

fn text<'q>(question: &'q Value, field: &str) -> &'q str {
    question
        .get(field)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

//! A question, and what the library says. An operation is one line in [`answer`] and one function.

use podwright::cluster::pull::default_pull_policy;
use podwright::model::{ImageReference, KubernetesVersion};
use podwright::syntax::kubectl;
use serde_json::{Value, json};

/// The answer to a question of the conformance set; `{"unsupported": true}` to an operation that is not known.
pub(crate) fn answer(question: &Value) -> Value {
    match text(question, "op") {
        "image" => image(text(question, "image")),
        "yaml" => yaml(text(question, "yaml")),
        "yamlstream" => yaml_stream(text(question, "yaml")),
        _ => json!({ "unsupported": true }),
    }
}

fn image(text: &str) -> Value {
    let version = KubernetesVersion::NEWEST;
    let image = ImageReference::parse(text, version);
    let parsed = image.as_ref().ok();
    json!({
        "repo": parsed.map(ImageReference::repository).unwrap_or_default(),
        "tag": parsed.and_then(ImageReference::effective_tag).unwrap_or_default(),
        "digest": parsed.and_then(|image| image.digest.as_deref()).unwrap_or_default(),
        "defaultPullPolicy": default_pull_policy(text, version).name(),
        "err": image.as_ref().err().map(|error| format!("{:?}", error.kind)),
    })
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

use podwright_model::{
    DataValue, Field, Secret, docker_config::decode_secret_data, is_placeholder,
};
use podwright_rule::{Applicability, Fix, RuleContext, declare_rule};
use podwright_syntax::{Scalar, json};

declare_rule! {
    name: "pull-secret-data-not-base64",
    summary: "value in the `data` of an image pull secret is not base64",
    severity: Error,
    since: "0.1.0",
    hooks: { secret: check },
}

fn check(secret: &Secret, cx: &mut RuleContext<'_>) {
    if !secret.is_meant_for_pulling() || cx.is_partial() {
        return;
    }
    for value in secret.data.value().into_iter().flatten() {
        let Scalar::Str(text) = cx.tree().scalar(value.value) else {
            continue;
        };
        let Err(error) = decode_secret_data(&text) else {
            continue;
        };
        if is_placeholder(&text) || cx.tree().is_recovered(value.value) {
            continue;
        }
        let is_json = is_json_object(&text);
        let fix = is_json.then(|| as_text(secret, cx)).flatten();
        let name = &value.name;
        cx.report(
            value.value,
            format!("value of `{name}` is not base64: {error}"),
        )
            .note(
                "the API server cannot decode the Secret and rejects it (400, `illegal base64 data`); line breaks are the \
                 only whitespace allowed in the value",
            )
            .help(if is_json {
                "move the JSON to `stringData`, which takes plain text"
            } else {
                "encode the value with `base64 -w0`, or move the plain text to `stringData`"
            }).fix(fix);
    }
}

fn is_json_object(text: &str) -> bool {
    let tree = json::read(text.into());
    let root = tree.documents().first();
    tree.errors().is_empty() && root.is_some_and(|document| tree.kind(document.root).is_mapping())
}

/// Returns the fix that renames `data` to `stringData`, if this is the only value.
fn as_text(secret: &Secret, cx: &RuleContext<'_>) -> Option<Fix> {
    let is_only_one = |values: &Vec<DataValue>| values.len() == 1;
    let is_alone = secret.data.value().is_some_and(is_only_one);
    if !is_alone || !matches!(secret.string_data, Field::Missing) {
        return None;
    }
    let (_, object) = cx.object?;
    let list = cx.tree().get(object.node, "data")?;
    let (span, content) = cx.tree().replace_scalar(list.key, "stringData");
    Some(cx.fix(
        "Rename `data` to `stringData`",
        Applicability::Unsafe,
        [(span, content)],
    ))
}

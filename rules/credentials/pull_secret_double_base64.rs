use podwright_model::{DataValue, DockerDocument, Field, Secret};
use podwright_rule::{Applicability, Fix, RuleContext, declare_rule};

declare_rule! {
    name: "pull-secret-double-base64",
    summary: "docker config is base64-encoded once too often",
    severity: Error,
    since: "0.1.0",
    hooks: { docker_config: check },
}

fn check(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    let Some(holder) = document
        .holder
        .filter(|_| document.is_encoded_once_more(cx.tree()))
    else {
        return;
    };
    if cx.is_partial() {
        return;
    }
    let is_text = document.is_mapped();
    let fix = is_text.then(|| as_data(cx)).flatten();
    let message = if is_text {
        "value in `stringData` is base64, but must be plain text"
    } else {
        "value is base64-encoded twice"
    };
    cx.report(holder, message)
        .note(
            "after decoding, the API server expects a JSON object, but finds base64 of one and rejects the Secret \
             with 422",
        )
        .help(if is_text {
            "move it to `data`, or use the plain JSON"
        } else {
            "decode the value once with `base64 -d`"
        }).fix(fix);
}

/// Returns the fix that renames `stringData` to `data`, if this is the only value.
fn as_data(cx: &RuleContext<'_>) -> Option<Fix> {
    let (_, object) = cx.object?;
    let podwright_model::Body::Secret(secret) = &object.body else {
        return None;
    };
    let Secret {
        data, string_data, ..
    } = &**secret;
    let is_only_one = |values: &Vec<DataValue>| values.len() == 1;
    if !string_data.value().is_some_and(is_only_one) || !matches!(data, Field::Missing) {
        return None;
    }
    let list = cx.tree().get(object.node, "stringData")?;
    let (span, content) = cx.tree().replace_scalar(list.key, "data");
    Some(cx.fix(
        "Rename `stringData` to `data`",
        Applicability::Unsafe,
        [(span, content)],
    ))
}

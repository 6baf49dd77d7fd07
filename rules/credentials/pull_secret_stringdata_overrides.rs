use podwright_model::docker_config::decode_secret_data;
use podwright_model::{DataValue, Secret, has_template_syntax, is_placeholder};
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::Scalar;

declare_rule! {
    name: "pull-secret-stringdata-overrides",
    summary: "value in `data` is overridden by `stringData`",
    severity: Warning,
    since: "0.1.0",
    hooks: { secret: check },
}

fn check(secret: &Secret, cx: &mut RuleContext<'_>) {
    if !secret.is_meant_for_pulling() || cx.is_partial() {
        return;
    }
    for value in secret.data.value().into_iter().flatten() {
        let mut texts = secret.string_data.value().into_iter().flatten();
        let Some(text) = texts.find(|text| text.name == value.name) else {
            continue;
        };
        if differ(value, text, cx) != Some(true) {
            continue;
        }
        let name = &value.name;
        let place = cx.place(text.key);
        cx.report(value.key, format!("`{name}` in `stringData` overrides this value"))
            .related(place, "this value is used")
            .note("the API server copies `stringData` over `data` when it stores the Secret, so this value is lost")
            .help("keep the value that you want, and remove the other");
    }
}

/// Returns whether the two values differ, or `None` if this is unknown.
fn differ(value: &DataValue, text: &DataValue, cx: &RuleContext<'_>) -> Option<bool> {
    let (Scalar::Str(encoded), Scalar::Str(text)) =
        (cx.tree().scalar(value.value), cx.tree().scalar(text.value))
    else {
        return None;
    };
    if is_placeholder(&encoded) || has_template_syntax(&text) {
        return None;
    }
    let decoded = decode_secret_data(&encoded).ok()?;
    Some(decoded.trim_ascii() != text.trim().as_bytes())
}

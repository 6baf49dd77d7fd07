use podwright_model::{Body, Field, Secret};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "secret-type-immutable-change",
    summary: "type of an existing Secret cannot be changed",
    severity: Error,
    since: "0.1.0",
    hooks: { secret: check },
}

fn check(secret: &Secret, cx: &mut RuleContext<'_>) {
    let Some((id, object)) = cx.object else {
        return;
    };
    let Some(previous) = cx.workspace.previous(id) else {
        return;
    };
    let Body::Secret(before) = &previous.object.body else {
        return;
    };
    let (Some(was), Some(is)) = (type_of(before), type_of(secret)) else {
        return;
    };
    if was == is {
        return;
    }
    let node = secret.type_.node().unwrap_or(object.node);
    let message = format!("Secret type cannot be changed from `{was}` to `{is}`");
    let finding = match secret.type_ {
        Field::Value(..) => cx.report(node, message),
        _ => cx.report_missing(node, message),
    };
    finding
        .note("the API server rejects the update (`field is immutable`), and the Secret stays unchanged")
        .help("rename the Secret and update the references to it, or delete it in the cluster first");
}

/// Returns the type that the API server stores, or `None` if it is unknown.
fn type_of(secret: &Secret) -> Option<&str> {
    match &secret.type_ {
        Field::Missing | Field::Null(_) => Some("Opaque"),
        Field::Value(text, _) if text.is_empty() => Some("Opaque"),
        Field::Value(text, _) => Some(text),
        Field::Unknown(_) | Field::Invalid(_) => None,
    }
}

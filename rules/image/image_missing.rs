use podwright_model::{Container, Field, PodOrigin};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-missing",
    summary: "container has no image",
    severity: Error,
    since: "0.1.0",
    hooks: { container: check },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    // A patch omits the fields that it does not change, and an operator may set the image.
    if cx.is_partial() || cx.is_custom() || is_injected(container, cx) {
        return;
    }
    let name = container.name.text().filter(|name| !name.is_empty());
    let message = match name {
        Some(name) => format!("container `{name}` has no image"),
        None => "container has no image".to_owned(),
    };
    let finding = match &container.image {
        Field::Missing => cx.report_missing(container.node, message),
        Field::Null(node) => cx.report_missing(*node, message),
        Field::Value(text, node) if text.is_empty() => cx.report(*node, message),
        _ => return,
    };
    finding
        .note("the API server rejects the object (422, `image: Required value`)")
        .help("set `image`");
}

/// The containers that the Istio injector completes before the API server validates the Pod. A template is validated
/// as written.
const INJECTED: [&str; 3] = ["istio-init", "istio-proxy", "istio-validation"];

fn is_injected(container: &Container, cx: &RuleContext<'_>) -> bool {
    let is_known = container
        .name
        .text()
        .is_some_and(|name| INJECTED.contains(&name));
    is_known && cx.pod.is_some_and(|pod| pod.origin == PodOrigin::Pod)
}

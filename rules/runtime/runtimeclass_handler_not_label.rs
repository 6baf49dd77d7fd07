use podwright_model::{RuntimeClass, name::dns_label};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "runtimeclass-handler-not-label",
    summary: "handler of a RuntimeClass is not a DNS label",
    severity: Error,
    since: "0.1.0",
    hooks: { runtime_class: check },
}

fn check(class: &RuntimeClass, cx: &mut RuleContext<'_>) {
    let Some((handler, node)) = class.handler.known() else {
        return;
    };
    let Err(error) = dns_label(handler) else {
        return;
    };
    // `runtimeclass-invalid` reports an empty handler.
    if handler.is_empty() {
        return;
    }
    let help = if is_runtime_type(handler) {
        format!(
            "use the name of the runtime, the X of its table `runtimes.X` in the containerd configuration; \
             `{handler}` is its `runtime_type`"
        )
    } else {
        "rename the runtime in the nodes' containerd or CRI-O configuration and use the new name here: lowercase \
         letters, digits, and `-` between them, at most 63 characters"
            .to_owned()
    };
    cx.report_within(
        node,
        error.at,
        format!("handler `{handler}` is not a DNS label: it {}", error.kind),
    )
    .note("the API server rejects the RuntimeClass (422, `handler: Invalid value`)")
    .help(help);
}

/// Whether `handler` is a containerd `runtime_type` such as `io.containerd.kata.v2`, from which containerd derives the
/// name of the shim binary.
fn is_runtime_type(handler: &str) -> bool {
    let version = handler
        .strip_prefix("io.containerd.")
        .and_then(|rest| rest.rsplit_once(".v"));
    version.is_some_and(|(_, number)| number.bytes().all(|b| b.is_ascii_digit()))
}

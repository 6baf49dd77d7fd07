mod overhead;
mod scheduling;

use podwright_model::{Field, Object, RuntimeClass, name::dns_subdomain};
use podwright_rule::{Applicability, RuleContext, Severity, declare_rule};

declare_rule! {
    name: "runtimeclass-invalid",
    summary: "the API server rejects the RuntimeClass",
    severity: Error,
    since: "0.1.0",
    hooks: { runtime_class: check },
}

fn check(class: &RuntimeClass, cx: &mut RuleContext<'_>) {
    let Some((_, object)) = cx.object else {
        return;
    };
    // The base of a patch may contain what the patch lacks, and the merge may remove what the patch contains.
    if cx.is_partial() {
        return;
    }
    name(class, object, cx);
    namespace(object, cx);
    handler(class, object, cx);
    if let Some(overhead) = class.overhead.value() {
        overhead::judge(&overhead.pod_fixed, cx);
    }
    if let Some(scheduling) = class.scheduling.value() {
        scheduling::judge(scheduling, cx);
    }
}

fn name(class: &RuntimeClass, object: &Object, cx: &mut RuleContext<'_>) {
    let metadata = &object.metadata;
    let is_none = |field: &Field<String>| field.is_unset() || field.text() == Some("");
    // Without a handler, it is probably a fragment of a class, and the name comes from elsewhere.
    if is_none(&metadata.name) && is_none(&metadata.generate_name) && !class.handler.is_unset() {
        cx.report_missing(object.node, "a RuntimeClass must have a name")
            .note("the API server rejects the RuntimeClass (422, `metadata.name: Required value`)")
            .help("add `metadata.name`");
    }
    let Some((name, node)) = metadata.name.known().filter(|(name, _)| !name.is_empty()) else {
        return;
    };
    let Err(error) = dns_subdomain(name) else {
        return;
    };
    cx.report_within(
        node,
        error.at,
        format!("invalid RuntimeClass name `{name}`: it {}", error.kind),
    )
    .note("the API server rejects the RuntimeClass (422, `metadata.name: Invalid value`)")
    .help("use lowercase letters, digits, and `-` and `.` between them, at most 253 characters");
}

fn namespace(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((namespace, node)) = object.metadata.namespace.known() else {
        return;
    };
    if namespace.is_empty() {
        return;
    }
    let metadata = cx.tree().get(object.node, "metadata");
    let fix =
        metadata.and_then(|metadata| cx.remove(metadata.value, "namespace", Applicability::Safe));
    // Validation forbids a namespace, but the API server always clears it before validation.
    cx.report(node, "a RuntimeClass cannot have a namespace")
        .at_most(Severity::Warning)
        .note(
            "RuntimeClasses are cluster-scoped: the API server drops the namespace, and Pods of every namespace can \
             use the class",
        )
        .help("remove `namespace`")
.fix(fix);
}

/// Reports a missing or empty handler. `runtimeclass-handler-not-label` reports an invalid one.
fn handler(class: &RuntimeClass, object: &Object, cx: &mut RuleContext<'_>) {
    let message = "a RuntimeClass must have a handler";
    let finding = match &class.handler {
        Field::Missing => cx.report_missing(object.node, message),
        Field::Null(node) => cx.report_missing(*node, message),
        Field::Value(handler, node) if handler.is_empty() => cx.report(*node, message),
        Field::Value(..) | Field::Unknown(_) | Field::Invalid(_) => return,
    };
    finding
        .note("the API server rejects the RuntimeClass (422, `handler: Required value`)")
        .help(
            "set `handler` to the name of a runtime in the nodes' containerd or CRI-O configuration",
        );
}

mod overhead;
mod scheduling;

use crate::finding::{Level, Safety};
use crate::model::{Field, Object, RuntimeClass, name::dns_subdomain};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `runtimeclass-invalid`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RuntimeclassInvalid {}

impl Rule for RuntimeclassInvalid {
    const META: Meta = Meta {
        name: "runtimeclass-invalid",
        chapter: "runtime",
        summary: "the API server refuses the RuntimeClass",
        page: include_str!("../../../rules/runtime/runtimeclass-invalid.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for RuntimeclassInvalid {
    fn runtime_class(&self, class: &RuntimeClass, cx: &mut Cx<'_>) {
        let Some((_, object)) = cx.object else {
            return;
        };
        // What a patch lacks stands in what it is merged into, and what it has may be merged away.
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
}

fn name(class: &RuntimeClass, object: &Object, cx: &mut Cx<'_>) {
    let metadata = &object.metadata;
    let is_none = |field: &Field<String>| field.is_unset() || field.text() == Some("");
    // Without a handler it is rather a part of a class, which something else names.
    if is_none(&metadata.name) && is_none(&metadata.generate_name) && !class.handler.is_unset() {
        cx.report_missing(object.node, "a RuntimeClass needs a name")
            .note(
                "the API server refuses the RuntimeClass with 422 `metadata.name: Required value`",
            )
            .help("write `metadata.name`");
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
        format!("`{name}` is no name of a RuntimeClass: it {}", error.kind),
    )
    .note("the API server refuses the RuntimeClass with 422 `metadata.name: Invalid value`")
    .help("write lower case letters, digits, and `-` and `.` between them, 253 characters at most");
}

fn namespace(object: &Object, cx: &mut Cx<'_>) {
    let Some((namespace, node)) = object.metadata.namespace.known() else {
        return;
    };
    if namespace.is_empty() {
        return;
    }
    let metadata = cx.tree().get(object.node, "metadata");
    let fix = metadata.and_then(|metadata| cx.remove(metadata.value, "namespace", Safety::Safe));
    // Validation forbids it, but every way through the API server clears it first.
    cx.report(node, "a RuntimeClass has no namespace")
        .at_most(Level::Warning)
        .note(
            "RuntimeClasses are cluster-scoped: the API server drops the namespace, and the class is for the \
             Pods of every namespace",
        )
        .help("remove `namespace`")
        .fixes
        .extend(fix);
}

/// A handler of another shape is for `runtimeclass-handler-not-label`.
fn handler(class: &RuntimeClass, object: &Object, cx: &mut Cx<'_>) {
    let message = "a RuntimeClass needs a handler";
    let finding = match &class.handler {
        Field::Absent => cx.report_missing(object.node, message),
        Field::Null(node) => cx.report_missing(*node, message),
        Field::Is(handler, node) if handler.is_empty() => cx.report(*node, message),
        Field::Is(..) | Field::Unknown(_) | Field::Invalid(_) => return,
    };
    finding
        .note("the API server refuses the RuntimeClass with 422 `handler: Required value`")
        .help(
            "write `handler:` with the name of a runtime in the nodes' containerd or CRI-O configuration",
        );
}

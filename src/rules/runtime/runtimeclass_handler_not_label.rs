use crate::finding::Level;
use crate::model::{RuntimeClass, name::dns_label};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `runtimeclass-handler-not-label`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RuntimeclassHandlerNotLabel {}

impl Rule for RuntimeclassHandlerNotLabel {
    const META: Meta = Meta {
        name: "runtimeclass-handler-not-label",
        chapter: "runtime",
        summary: "the handler of a RuntimeClass is no DNS label",
        page: include_str!("../../../rules/runtime/runtimeclass-handler-not-label.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for RuntimeclassHandlerNotLabel {
    fn runtime_class(&self, class: &RuntimeClass, cx: &mut Cx<'_>) {
        let Some((handler, node)) = class.handler.known() else {
            return;
        };
        let Err(error) = dns_label(handler) else {
            return;
        };
        // That there is none is for `runtimeclass-invalid`.
        if handler.is_empty() {
            return;
        }
        let help = if is_runtime_type(handler) {
            format!(
                "`{handler}` is a `runtime_type` of containerd: write the name of the runtime that has it, the X of \
                 its table `runtimes.X`"
            )
        } else {
            "give the runtime such a name in the nodes' containerd or CRI-O configuration, and write it here: \
             lower case letters, digits, and `-` between them, 63 characters at most"
                .to_owned()
        };
        cx.report_within(
            node,
            error.at,
            format!("the handler `{handler}` is no DNS label: it {}", error.kind),
        )
        .note("the API server refuses the RuntimeClass with 422 `handler: Invalid value`")
        .help(help);
    }
}

/// `io.containerd.kata.v2`: what containerd makes the name of a shim's binary from.
fn is_runtime_type(handler: &str) -> bool {
    let version = handler
        .strip_prefix("io.containerd.")
        .and_then(|rest| rest.rsplit_once(".v"));
    version.is_some_and(|(_, number)| number.bytes().all(|b| b.is_ascii_digit()))
}

use crate::finding::Level;
use crate::model::RuntimeClass;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `runtimeclass-overhead-fractional`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RuntimeclassOverheadFractional {}

impl Rule for RuntimeclassOverheadFractional {
    const META: Meta = Meta {
        name: "runtimeclass-overhead-fractional",
        chapter: "runtime",
        summary: "an overhead has a part of a byte",
        page: include_str!("../../../rules/runtime/runtimeclass-overhead-fractional.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for RuntimeclassOverheadFractional {
    fn runtime_class(&self, class: &RuntimeClass, cx: &mut Cx<'_>) {
        let fixed = class
            .overhead
            .value()
            .and_then(|overhead| overhead.pod_fixed.value());
        for (name, _, amount) in fixed.into_iter().flatten() {
            let is_of_bytes = matches!(name.as_str(), "memory" | "ephemeral-storage");
            let Some((quantity, node)) = amount.known().filter(|_| is_of_bytes) else {
                continue;
            };
            if quantity.is_whole() || quantity.is_negative() {
                continue;
            }
            let written = cx.tree().value(node).into_owned();
            let (text, meant) = match written.strip_suffix('m') {
                Some(number) => (
                    format!("`{written}` of `{name}` is thousandths of a byte"),
                    format!("write `{number}Mi`, if megabytes are meant"),
                ),
                None => (
                    format!("`{written}` of `{name}` is no whole number of bytes"),
                    "write whole bytes, with a suffix such as `Mi`".to_owned(),
                ),
            };
            cx.report(node, text)
                .note("the API server takes it, and what the scheduler and the cgroup of the Pod get is next to \
                    nothing")
                .help(meant);
        }
    }
}

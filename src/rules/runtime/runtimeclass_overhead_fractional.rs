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
        summary: "overhead is not a whole number of bytes",
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
                    format!("`{name}` of `{written}` is in thousandths of a byte"),
                    format!("use `{number}Mi` if you mean mebibytes"),
                ),
                None => (
                    format!("`{name}` of `{written}` is not a whole number of bytes"),
                    "use whole bytes, with a suffix such as `Mi`".to_owned(),
                ),
            };
            cx.report(node, text)
                .note("the API server accepts it, but the scheduler and the Pod's cgroup add almost nothing")
                .help(meant);
        }
    }
}

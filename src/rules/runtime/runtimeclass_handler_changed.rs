use crate::finding::Level;
use crate::model::{Body, RuntimeClass};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `runtimeclass-handler-changed`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RuntimeclassHandlerChanged {}

impl Rule for RuntimeclassHandlerChanged {
    const META: Meta = Meta {
        name: "runtimeclass-handler-changed",
        chapter: "runtime",
        summary: "handler of an existing RuntimeClass is changed",
        page: include_str!("../../../rules/runtime/runtimeclass-handler-changed.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for RuntimeclassHandlerChanged {
    fn runtime_class(&self, class: &RuntimeClass, cx: &mut Cx<'_>) {
        let Some((id, _)) = cx.object else {
            return;
        };
        let Some(earlier) = cx.workspace.earlier(id) else {
            return;
        };
        let Body::RuntimeClass(before) = &earlier.object.body else {
            return;
        };
        let (Some(was), Some((is, node))) = (before.handler.text(), class.handler.known()) else {
            return;
        };
        if was == is {
            return;
        }
        cx.report(node, format!("cannot change the handler from `{was}` to `{is}`"))
            .note("the API server rejects the update (`field is immutable`), and the class keeps its old handler")
            .help("create a RuntimeClass with another name for this handler, or delete the old one from the cluster first");
    }
}

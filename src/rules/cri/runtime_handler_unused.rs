use super::each_once;
use crate::cluster::runtime::has_class_for;
use crate::finding::Level;
use crate::model::{RuntimeConfig, name::dns_label};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `runtime-handler-unused`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RuntimeHandlerUnused {}

impl Rule for RuntimeHandlerUnused {
    const META: Meta = Meta {
        name: "runtime-handler-unused",
        chapter: "cri",
        summary: "runtime is not used by any RuntimeClass",
        page: include_str!("../../../rules/cri/runtime-handler-unused.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

impl Check for RuntimeHandlerUnused {
    fn runtime_config(&self, _config: &RuntimeConfig, cx: &mut Cx<'_>) {
        let mut classes = cx.workspace.of_kind("node.k8s.io", "RuntimeClass");
        if cx.file().on_nodes.is_none() || classes.next().is_none() {
            return;
        }
        let found = each_once(cx, |setup| {
            let default = setup.default.as_ref().map(|(name, _)| name.as_str());
            let handlers = setup.handlers.iter();
            let unused = handlers.filter(|handler| {
                default != Some(&handler.name)
                    && dns_label(&handler.name).is_ok()
                    && !has_class_for(cx.workspace, &handler.name)
            });
            unused
                .filter_map(|handler| Some((*handler.tables.last()?, handler.name.clone())))
                .collect()
        });
        for (at, name) in found {
            // The packages configure `runc` and `crun`.
            if at.0 != cx.file_id || ["runc", "crun"].contains(&name.as_str()) {
                continue;
            }
            cx.report(at.1, format!("no RuntimeClass uses the handler `{name}`"))
                .note("without a RuntimeClass, Pods cannot select this runtime")
                .help("add a RuntimeClass, or remove the runtime");
        }
    }
}

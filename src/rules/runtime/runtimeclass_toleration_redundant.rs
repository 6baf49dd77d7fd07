use crate::cluster::admission::{NamedClass, admit, named_class};
use crate::finding::Level;
use crate::model::Pod;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `runtimeclass-toleration-redundant`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RuntimeclassTolerationRedundant {}

impl Rule for RuntimeclassTolerationRedundant {
    const META: Meta = Meta {
        name: "runtimeclass-toleration-redundant",
        chapter: "runtime",
        summary: "toleration of the Pod is redundant with its RuntimeClass",
        page: include_str!("../../../rules/runtime/runtimeclass-toleration-redundant.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

impl Check for RuntimeclassTolerationRedundant {
    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        let (Some(name), Some((from, _))) = (pod.runtime_class_name.text(), cx.object) else {
            return;
        };
        let named = named_class(cx.workspace, from, pod);
        let NamedClass::Found(id, _) = named else {
            return;
        };
        let idle = admit(pod, named).idle_tolerations;
        if cx.is_partial() {
            return;
        }
        let place = cx.workspace.object_place(id);
        for node in idle {
            cx.report_missing(node, "another toleration covers this one")
                .related(place, format!("RuntimeClass `{name}` adds tolerations"))
                .note("admission drops it when it adds the class's tolerations to the Pod's")
                .help("remove it");
        }
    }
}

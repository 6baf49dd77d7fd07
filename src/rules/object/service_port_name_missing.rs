use super::ceiling;
use crate::finding::Level;
use crate::model::Object;
use crate::model::decode::Record;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `service-port-name-missing`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ServicePortNameMissing {}

impl Rule for ServicePortNameMissing {
    const META: Meta = Meta {
        name: "service-port-name-missing",
        chapter: "object",
        summary: "port of a multi-port Service has no name",
        page: include_str!("../../../rules/object/service-port-name-missing.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for ServicePortNameMissing {
    fn object(&self, object: &Object, cx: &mut Cx<'_>) {
        if !object.is("", "Service") || cx.is_partial() {
            return;
        }
        let spec = Record::new(cx.tree(), object.node).map(|record| record.record("spec"));
        let Some(spec) = spec.as_ref().and_then(|spec| spec.value()) else {
            return;
        };
        let ports = spec.records("ports", |port| (port.node(), port.text("name")));
        let ports = ports.value().map(Vec::as_slice).unwrap_or_default();
        if ports.len() < 2 {
            return;
        }
        for (port, name) in ports {
            if !name.is_unset() && name.text() != Some("") {
                continue;
            }
            let level = ceiling(cx);
            cx.report_missing(*port, "port of a multi-port Service has no name")
                .at_most(level)
                .note("the API server rejects the object (422, `name: Required value`)")
                .help("give each port a name, such as `http`");
        }
    }
}

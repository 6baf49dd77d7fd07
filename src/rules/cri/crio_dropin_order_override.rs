use super::each_once;
use crate::cluster::runtime::Spot;
use crate::finding::Level;
use crate::model::RuntimeConfig;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `crio-dropin-order-override`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct CrioDropinOrderOverride {}

impl Rule for CrioDropinOrderOverride {
    const META: Meta = Meta {
        name: "crio-dropin-order-override",
        chapter: "cri",
        summary: "setting is overridden by a later CRI-O file",
        page: include_str!("../../../rules/cri/crio-dropin-order-override.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

impl Check for CrioDropinOrderOverride {
    fn runtime_config(&self, config: &RuntimeConfig, cx: &mut Cx<'_>) {
        let Some(own) = config.crio() else {
            return;
        };
        let found: Vec<(Spot, Spot)> = each_once(cx, |setup| {
            let handlers = setup.handlers.iter();
            let pairs = handlers.flat_map(|handler| {
                let last = handler.tables.last().copied();
                let earlier = handler.tables.iter().rev().skip(1);
                earlier.filter_map(move |&before| Some((before, last?)))
            });
            let default = setup.default.as_ref().and_then(|(_, at)| *at);
            let own = own.default_runtime.node().map(|node| (cx.file_id, node));
            let is_read = setup.files.contains(&cx.file_id);
            let default = own
                .zip(default)
                .filter(|(own, last)| is_read && own.0 != last.0);
            pairs.chain(default).collect()
        });
        for (before, last) in found {
            if before.0 != cx.file_id {
                continue;
            }
            let place = cx.workspace.place(last.0, last.1);
            cx.report(before.1, "a later CRI-O file overrides this setting")
                .related(place, "effective setting")
                .note("CRI-O reads `crio.conf`, then the files in `crio.conf.d` by name; a later runtime table replaces \
                    an earlier one entirely")
                .help("remove the overridden setting");
        }
    }
}

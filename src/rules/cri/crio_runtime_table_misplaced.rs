use super::fixes::move_crio_table;
use crate::finding::{Level, Safety};
use crate::model::RuntimeConfig;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `crio-runtime-table-misplaced`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct CrioRuntimeTableMisplaced {}

impl Rule for CrioRuntimeTableMisplaced {
    const META: Meta = Meta {
        name: "crio-runtime-table-misplaced",
        chapter: "cri",
        summary: "runtime table in a place that CRI-O does not read",
        page: include_str!("../../../rules/cri/crio-runtime-table-misplaced.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for CrioRuntimeTableMisplaced {
    fn runtime_config(&self, config: &RuntimeConfig, cx: &mut Cx<'_>) {
        let Some(config) = config.crio() else {
            return;
        };
        for table in &config.misplaced {
            let name = &table.name;
            let fix = move_crio_table(cx, table, Safety::Safe);
            cx.report(table.key, format!("CRI-O does not read runtimes from `{}`", table.path))
                .note(format!(
                    "CRI-O silently ignores the table, so handler `{name}` does not exist, and Pods that use it stay \
                     `Pending`"
                ))
                .help(format!("use `[crio.runtime.runtimes.{name}]`"))
                .fixes
                .extend(fix);
        }
    }
}

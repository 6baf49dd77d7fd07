use super::fixes::move_crio_table;
use podwright_model::RuntimeConfig;
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "crio-runtime-table-misplaced",
    summary: "runtime table in a place that CRI-O does not read",
    severity: Error,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let Some(config) = config.crio() else {
        return;
    };
    for table in &config.misplaced {
        let name = &table.name;
        let fix = move_crio_table(cx, table, Applicability::Safe);
        cx.report(table.key, format!("CRI-O does not read runtimes from `{}`", table.path))
            .note(format!(
                "CRI-O silently ignores the table, so handler `{name}` does not exist, and Pods that use it stay \
                 `Pending`"
            ))
            .help(format!("use `[crio.runtime.runtimes.{name}]`"))
.fix(fix);
    }
}

use super::each_once;
use podwright_cluster::runtime::Failure;
use podwright_model::RuntimeConfig;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "crio-default-runtime-missing",
    summary: "default runtime of CRI-O does not exist",
    severity: Error,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    if config.crio().is_none() {
        return;
    }
    let found = each_once(cx, |setup| {
        let failures = setup.failures.iter();
        let missing = failures.filter_map(|failure| match failure {
            Failure::NoDefault { at, name } => Some(((*at)?, name.clone(), setup.release)),
            _ => None,
        });
        missing.collect()
    });
    for (at, name, release) in found {
        if at.0 != cx.file_id {
            continue;
        }
        let note = format!(
            "{release} does not start (`default_runtime set to \"{name}\", but no runtime entry table \
             [crio.runtime.runtimes.{name}] was found`); the built-in runtime is `crun`, before 1.31 `runc`"
        );
        cx.report(at.1, format!("runtime `{name}` does not exist"))
            .note(note)
            .help(format!("add a table `[crio.runtime.runtimes.{name}]`, or use the name of an existing runtime"));
    }
}

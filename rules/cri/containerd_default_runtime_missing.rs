use super::each_once;
use podwright_cluster::runtime::{Failure, Release};
use podwright_model::RuntimeConfig;
use podwright_rule::{Rule, RuleContext, declare_rule};

declare_rule! {
    ContainerdDefaultRuntimeMissing {
        name: "containerd-default-runtime-missing",
        summary: "default runtime of containerd does not exist",
        severity: Error,
        since: "0.1.0",
    }
}

impl Rule for ContainerdDefaultRuntimeMissing {
    fn runtime_config(&self, config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
        if config.containerd().is_none() {
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
            let (true, Release::Containerd(number)) = (at.0 == cx.file_id, release) else {
                continue;
            };
            let is_written = cx.tree().kind(at.1).is_scalar() && cx.tree().decoded(at.1) == name;
            let (message, help) = match (name.as_str(), is_written) {
                ("", _) => (
                    "default runtime name is empty".to_owned(),
                    "set it to the name of a runtime, or remove the line to use `runc`".to_owned(),
                ),
                (name, true) => (
                    format!("runtime `{name}` does not exist"),
                    format!(
                        "add a table `runtimes.{name}`, or use the name of an existing runtime"
                    ),
                ),
                (name, false) => (
                    format!("default runtime `{name}` is not configured here"),
                    format!("add a table `runtimes.{name}`, or set `default_runtime_name`"),
                ),
            };
            let finding = cx.report(at.1, message);
            finding
                .note(format!(
                    "the CRI plugin of containerd does not load, and no Pod starts on the node (`no corresponding runtime \
                     configured in containerd.runtimes for default_runtime_name = \"{name}\"`)"
                ))
                .help(help);
            if !is_written && number.is_1() {
                finding.note("before 2.0, configured runtimes replace the built-in `runc`");
            }
        }
    }
}

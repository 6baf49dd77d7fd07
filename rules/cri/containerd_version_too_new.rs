use super::each_once;
use podwright_cluster::runtime::{Failure, Release};
use podwright_model::RuntimeConfig;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "containerd-version-too-new",
    summary: "configuration version is too new for containerd",
    severity: Error,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(_config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let found = each_once(cx, |setup| {
        let failures = setup.failures.iter();
        let newer = failures.filter_map(|failure| match failure {
            Failure::FormatTooNew { at, format } => Some((*at, *format, setup.release)),
            _ => None,
        });
        newer.collect()
    });
    for (at, format, release) in found {
        let (true, Release::Containerd(number)) = (at.0 == cx.file_id, release) else {
            continue;
        };
        let newest = number.newest_format();
        cx.report(at.1, format!("{release} does not support configuration version {format}"))
            .note(format!("it supports version {newest} and older, and does not start with this file"))
            .help(format!(
                "use configuration version {newest}, or set the containerd release of the nodes with `containerd:` in \
                 the configuration or with `--containerd-version`"
            ));
    }
}

use super::{each_once, fixes::remove_name};
use podwright_cluster::runtime::Failure;
use podwright_model::RuntimeConfig;
use podwright_rule::finding::{Applicability, Severity};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "containerd-cri-disabled",
    summary: "containerd CRI plugin is disabled",
    severity: Error,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let Some(config) = config.containerd() else {
        return;
    };
    let found = each_once(cx, |setup| {
        let failures = setup.failures.iter();
        let disabled = failures.filter_map(|failure| match failure {
            Failure::CriDisabled { at } => Some((*at, None, setup.release)),
            Failure::DisabledName { at, name } => Some((*at, Some(name.clone()), setup.release)),
            _ => None,
        });
        disabled.collect()
    });
    // Docker hosts do not need the CRI plugin: the packages of Docker install such a file.
    let ceiling = match cx.file().on_nodes {
        Some(_) => Severity::Error,
        None => Severity::Warning,
    };
    for (at, name, release) in found {
        if at.0 != cx.file_id {
            continue;
        }
        let is_cri = name.as_deref().is_none_or(|name| name == "cri");
        let fix = is_cri
            .then(|| remove_name(cx, config, at.1, Applicability::Safe))
            .flatten();
        let (message, note) = match name {
            None => (
                "CRI plugin is disabled".to_owned(),
                format!(
                    "the kubelet cannot use {release} (`unknown service runtime.v1.RuntimeService`); the configuration \
                     file of Docker's packages contains this line"
                ),
            ),
            Some(name) => (
                format!("`{name}` is not a full plugin name"),
                format!(
                    "{release} does not start (`invalid disabled plugin URI \"{name}\" expect io.containerd.x.vx`)"
                ),
            ),
        };
        cx.report(at.1, message)
            .at_most(ceiling)
            .note(note)
            .help(match is_cri {
                true => "remove it from the list",
                false => {
                    "use the full name, such as `io.containerd.snapshotter.v1.aufs`, or remove it"
                }
            })
            .fixes
            .extend(fix);
    }
}

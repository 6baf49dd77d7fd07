use super::containerd_missing_version::is_meant;
use super::{each_once, fixes::rename_table};
use podwright_cluster::runtime::{Failure, PassedOver, Release};
use podwright_model::RuntimeConfig;
use podwright_model::runtime_config::CriId;
use podwright_rule::finding::Applicability;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "containerd-table-wrong-for-version",
    summary: "containerd ignores a table of another configuration version",
    severity: Error,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(_config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let found = each_once(cx, |setup| {
        let passed = setup.passed_over.iter().copied();
        passed
            .filter(|one| !is_meant(one))
            .map(|one| (one, setup.release))
            .collect()
    });
    for (passed, release) in found.into_iter() {
        if passed.at.0 == cx.file_id {
            passed_over(passed, release, cx);
        }
    }
    let found = each_once(cx, |setup| {
        let failures = setup.failures.iter().cloned();
        let names = failures.filter(|one| matches!(one, Failure::PluginName { .. }));
        names.map(|one| (one, setup.release)).collect()
    });
    for (failure, release) in found {
        if let Failure::PluginName { at, name } = failure
            && at.0 == cx.file_id
        {
            let fix = (name == CriId::Short.name())
                .then(|| rename_table(cx, CriId::Short, CriId::Grpc, Applicability::Safe))
                .flatten();
            cx.report(at.1, format!("`{name}` is not a valid plugin name with `version = 2`"))
                .note(format!(
                    "{release} does not start (`invalid plugin key URI \"{name}\" expect io.containerd.x.vx`)"
                ))
                .help("use the full name, such as `io.containerd.grpc.v1.cri`")
                .fixes
                .extend(fix);
        }
    }
}

fn passed_over(passed: PassedOver, release: Release, cx: &mut RuleContext<'_>) {
    let (id, wanted) = (passed.id.name(), passed.wanted.name());
    let format = match passed.format_at {
        Some(_) => format!("with `version = {}`", passed.format),
        None => "without `version`".to_owned(),
    };
    let fix = rename_table(cx, passed.id, passed.wanted, Applicability::Safe);
    let place = passed
        .format_at
        .filter(|at| *at != passed.at)
        .map(|(file, node)| cx.workspace.place(file, node));
    let finding = cx.report(
        passed.at.1,
        format!("{format}, {release} ignores the runtimes in `{id}`"),
    );
    finding
        .note("there is no error, but the runtimes are missing, and Pods that use them stay `Pending`")
        .help(format!("rename the table to `{wanted}`"))
        .fixes
        .extend(fix);
    if let Some(place) = place {
        finding.related(place, "version set here");
    }
}

use super::{each_once, fixes::at_top};
use podwright_cluster::runtime::PassedOver;
use podwright_model::RuntimeConfig;
use podwright_model::runtime_config::CriId;
use podwright_rule::finding::Applicability;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "containerd-missing-version",
    summary: "containerd ignores a table because `version` is missing",
    severity: Error,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(_config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let found = each_once(cx, |setup| {
        let passed = setup.passed_over.iter().copied();
        let main = setup.files.first().copied();
        passed
            .filter(|one| one.at.0 == cx.file_id && is_meant(one))
            .map(|one| (one, main, setup.release))
            .collect()
    });
    for (passed, main, release) in found {
        // The fix goes into the main file, whose `version` applies to all files.
        let fix = (main == Some(cx.file_id)).then(|| {
            at_top(
                cx,
                "Add `version = 2`",
                "version = 2\n",
                Applicability::Safe,
            )
        });
        let finding = cx.report(
            passed.at.1,
            format!(
                "{release} ignores `{}` without `version = 2`",
                passed.id.name()
            ),
        );
        let (format, wanted) = match passed.wanted {
            CriId::Short => (1, "plugins.cri"),
            _ => (3, "plugins.\"io.containerd.cri.v1.runtime\""),
        };
        finding
            .note(format!(
                "a file without `version` is read as version {format}, in which the table is named `{wanted}`; there \
                 is no error, but the runtimes are missing, and Pods that use them stay `Pending`"
            ))
            .help("add `version = 2` as the first line of the main containerd file")
            .fixes
            .extend(fix);
    }
}

/// Whether the table is ignored because `version` is missing. `containerd-table-wrong-for-version` reports a wrong one.
pub(super) fn is_meant(passed: &PassedOver) -> bool {
    passed.format_at.is_none() && passed.id == CriId::Grpc
}

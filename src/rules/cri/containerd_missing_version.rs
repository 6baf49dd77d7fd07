use super::{each_once, fixes::at_top};
use crate::cluster::runtime::PassedOver;
use crate::finding::{Level, Safety};
use crate::model::RuntimeConfig;
use crate::model::runtime_config::CriId;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `containerd-missing-version`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ContainerdMissingVersion {}

impl Rule for ContainerdMissingVersion {
    const META: Meta = Meta {
        name: "containerd-missing-version",
        chapter: "cri",
        summary: "containerd passes over a table, since the file has no `version`",
        page: include_str!("../../../rules/cri/containerd-missing-version.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for ContainerdMissingVersion {
    fn runtime_config(&self, _config: &RuntimeConfig, cx: &mut Cx<'_>) {
        let found = each_once(cx, |setup| {
            let passed = setup.passed_over.iter().copied();
            let main = setup.files.first().copied();
            passed
                .filter(|one| one.at.0 == cx.file_id && is_meant(one))
                .map(|one| (one, main, setup.release))
                .collect()
        });
        for (passed, main, release) in found {
            // Of several files the first says what all of them are.
            let fix = (main == Some(cx.file_id))
                .then(|| at_top(cx, "Write `version = 2`", "version = 2\n", Safety::Safe));
            let finding = cx.report(
                passed.at.1,
                format!(
                    "without `version = 2` {release} passes over `{}`",
                    passed.id.name()
                ),
            );
            let (format, wanted) = match passed.wanted {
                CriId::Short => (1, "plugins.cri"),
                _ => (3, "plugins.\"io.containerd.cri.v1.runtime\""),
            };
            finding
                .note(format!(
                    "a file without `version` is read as one of the format {format}, in which the table is called \
                     `{wanted}`: there is no error, and none of these runtimes; Pods with such a handler stay `Pending`"
                ))
                .help("write `version = 2` in the first line of containerd's main file")
                .fixes
                .extend(fix);
        }
    }
}

/// That `version` is wrong is for `containerd-table-wrong-for-version`.
pub(super) fn is_meant(passed: &PassedOver) -> bool {
    passed.format_at.is_none() && passed.id == CriId::Grpc
}

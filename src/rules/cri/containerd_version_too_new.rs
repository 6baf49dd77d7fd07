use super::each_once;
use crate::cluster::runtime::{Failure, Release};
use crate::finding::Level;
use crate::model::RuntimeConfig;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `containerd-version-too-new`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ContainerdVersionTooNew {}

impl Rule for ContainerdVersionTooNew {
    const META: Meta = Meta {
        name: "containerd-version-too-new",
        chapter: "cri",
        summary: "configuration version is too new for containerd",
        page: include_str!("../../../rules/cri/containerd-version-too-new.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for ContainerdVersionTooNew {
    fn runtime_config(&self, _config: &RuntimeConfig, cx: &mut Cx<'_>) {
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
}

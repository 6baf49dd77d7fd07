use super::each_once;
use crate::cluster::runtime::{Failure, Release};
use crate::finding::Level;
use crate::model::RuntimeConfig;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `containerd-default-runtime-missing`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ContainerdDefaultRuntimeMissing {}

impl Rule for ContainerdDefaultRuntimeMissing {
    const META: Meta = Meta {
        name: "containerd-default-runtime-missing",
        chapter: "cri",
        summary: "containerd has no such default runtime",
        page: include_str!("../../../rules/cri/containerd-default-runtime-missing.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for ContainerdDefaultRuntimeMissing {
    fn runtime_config(&self, config: &RuntimeConfig, cx: &mut Cx<'_>) {
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
            let is_written = cx.tree().kind(at.1).is_scalar() && cx.tree().value(at.1) == name;
            let (message, help) = match (name.as_str(), is_written) {
                ("", _) => (
                    "the default runtime has no name".to_owned(),
                    "write the name of a runtime, or leave out the line for `runc`".to_owned(),
                ),
                (name, true) => (
                    format!("there is no runtime `{name}`"),
                    format!(
                        "add a table `runtimes.{name}`, or write the name of one that there is"
                    ),
                ),
                (name, false) => (
                    format!("the default runtime `{name}` is not among these"),
                    format!("add a table `runtimes.{name}`, or write `default_runtime_name`"),
                ),
            };
            let finding = cx.report(at.1, message);
            finding
                .note(format!(
                    "the CRI plug-in of containerd does not load, and no Pod starts on the node: `no corresponding \
                     runtime configured in containerd.runtimes for default_runtime_name = \"{name}\"`"
                ))
                .help(help);
            if !is_written && number.is_1() {
                finding.note("before 2.0 the runtimes that are written take the place of the built-in `runc`");
            }
        }
    }
}

use crate::cluster::runtime::{DropReason, crio_fault};
use crate::finding::Level;
use crate::model::RuntimeConfig;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `crio-runtime-type-invalid`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct CrioRuntimeTypeInvalid {}

impl Rule for CrioRuntimeTypeInvalid {
    const META: Meta = Meta {
        name: "crio-runtime-type-invalid",
        chapter: "cri",
        summary: "a runtime is wrong, and CRI-O leaves it out",
        page: include_str!("../../../rules/cri/crio-runtime-type-invalid.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for CrioRuntimeTypeInvalid {
    fn runtime_config(&self, config: &RuntimeConfig, cx: &mut Cx<'_>) {
        let Some(config) = config.crio() else {
            return;
        };
        let release = cx.file().surroundings.releases.crio;
        for runtime in &config.runtimes {
            let Some((why, at)) = crio_fault(runtime, cx.file_id, release) else {
                continue;
            };
            let written = cx.tree().value(at.1).into_owned();
            let (message, help) = match why {
                DropReason::Type => (
                    format!("`{written}` is no type of a runtime"),
                    "write `oci`, `vm` or, from 1.24 on, `pod`",
                ),
                DropReason::ShimName => (
                    "the type `vm` needs a shim of containerd, by the name of its file".to_owned(),
                    "write the path of a `containerd-shim-…-v2`, or `runtime_type = \"oci\"`",
                ),
                DropReason::ConfigPath => (
                    "`runtime_config_path` is for the type `vm` only".to_owned(),
                    "write `runtime_type = \"vm\"`, or remove the line",
                ),
            };
            let name = &runtime.name;
            let finding = cx.report(at.1, message);
            if why == DropReason::ShimName && written.ends_with("containerd-shim-runsc-v1") {
                finding.at_most(Level::Warning).note(
                    "gVisor's shim is let in by cri-o pull request 9974; a build that has it takes this",
                );
            }
            finding
                .note(format!(
                    "CRI-O {release} leaves out `{name}` with a warning, `Runtime handler \"{name}\" is being \
                        ignored`; as \
                     the default runtime it keeps CRI-O from starting"
                ))
                .help(help);
        }
    }
}

use crate::finding::Level;
use crate::model::RuntimeConfig;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::text::Span;

/// Options of `crio-dropin-stray-file`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct CrioDropinStrayFile {}

impl Rule for CrioDropinStrayFile {
    const META: Meta = Meta {
        name: "crio-dropin-stray-file",
        chapter: "cri",
        summary: "a file that looks like a copy is read by CRI-O",
        page: include_str!("../../../rules/cri/crio-dropin-stray-file.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

impl Check for CrioDropinStrayFile {
    fn runtime_config(&self, config: &RuntimeConfig, cx: &mut Cx<'_>) {
        let path = &cx.file().source.path;
        let name = cx.file().name().to_owned();
        let is_drop_in = path.contains("crio.conf.d/");
        let is_meant = name.ends_with(".conf") || name.ends_with(".toml");
        let has_tables = config.crio().is_some_and(|config| {
            let mut entries = cx.tree().entries(config.node);
            entries.next().is_some()
        });
        if !is_drop_in || is_meant || !has_tables {
            return;
        }
        cx.report_span(Span::at(0), format!("CRI-O reads `{name}` too"))
            .note(
                "it reads every file in `crio.conf.d`, whatever its name, in the order of their names: what is here \
                 overrides the files before it",
            )
            .help("move it out of the folder, or give it the ending `.conf` if it is meant");
    }
}

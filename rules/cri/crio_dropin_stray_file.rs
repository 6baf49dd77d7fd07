use podwright_model::RuntimeConfig;
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::text::Span;

declare_rule! {
    name: "crio-dropin-stray-file",
    summary: "file that looks like a backup copy is read by CRI-O",
    severity: Warning,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
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
    cx.report_span(Span::at(0), format!("CRI-O also reads `{name}`"))
        .note(
            "CRI-O reads all files in `crio.conf.d`, sorted by name and regardless of their extension; this file \
             overrides earlier ones",
        )
        .help("move it out of the directory, or use the extension `.conf` if it is intended");
}

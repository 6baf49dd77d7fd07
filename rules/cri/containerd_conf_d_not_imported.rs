use super::fixes::import_drop_ins;
use podwright_cluster::runtime::{drop_ins_left_out, setup};
use podwright_model::{Engine, RuntimeConfig};
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_syntax::text::{FileId, Location, Span};

declare_rule! {
    name: "containerd-conf-d-not-imported",
    summary: "containerd does not import the drop-in files of the node",
    severity: Error,
    since: "0.1.0",
    hooks: { runtime_config: check },
}

fn check(config: &RuntimeConfig, cx: &mut RuleContext<'_>) {
    let Some(config) = config.containerd() else {
        return;
    };
    let nodes = cx.workspace.nodes(cx.file_id);
    let left_out: Vec<FileId> = nodes
        .iter()
        .find(|node| {
            let setup = setup(cx.workspace, node, Engine::Containerd);
            setup.is_some_and(|setup| setup.files.first() == Some(&cx.file_id))
        })
        .map_or_else(Vec::new, |node| drop_ins_left_out(cx.workspace, node));
    if left_out.is_empty() {
        return;
    }
    let fix = import_drop_ins(cx, config, Applicability::Safe);
    let span = match config.imports.node() {
        Some(node) => cx.tree().span(node),
        None => Span::at(0),
    };
    let finding = cx.report_span(
        span,
        "containerd does not read the files in `/etc/containerd/conf.d`",
    );
    finding
        .note(
            "containerd reads only the files in `imports`; the default import of containerd 2.2 and later is part of \
             the built-in configuration, which this file replaces",
        )
        .help("add `imports = [\"/etc/containerd/conf.d/*.toml\"]` before the first table")
.fix(fix);
    for file in left_out {
        let span = Span::at(0);
        finding.related(Location { file, span }, "this file is not read");
    }
}

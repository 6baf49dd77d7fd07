use podwright_cluster::workspace::{Render, Why};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "kustomize-input-missing",
    summary: "file that is often not committed does not exist",
    severity: Info,
    since: "0.1.0",
    hooks: { build: check },
}

fn check(render: &Render, cx: &mut RuleContext<'_>) {
    let Ok(rendered) = &render.result else {
        return;
    };
    for part in &rendered.unknown {
        let note = match part.why {
            Why::MissingInput => {
                "`kustomize build` fails without it; podwright assumes that the file is there before the build, and \
                 that its content is not known, because files with credentials are often not committed"
            }
            Why::LeftOut => {
                "`kustomize build` fails without it; podwright assumes that the file is there before the build, \
                 because a `.gitignore` names it"
            }
            _ => continue,
        };
        if super::has_placeholder(cx.workspace, part.place) {
            continue;
        }
        cx.report_build(
            render,
            part.place,
            format!("the file `{}` does not exist", part.name),
        )
        .note(note)
        .help("create the file before the build, or correct the path");
    }
}

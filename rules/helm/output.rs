use podwright_cluster::workspace::{ChartRelease, NoticeKind, Problem, ProblemKind, Render};
use podwright_rule::finding::Severity;
use podwright_rule::{RuleContext, declare_rules};
use podwright_syntax::text::Location;

use crate::syntax::of_syntax;

declare_rules! {
    hooks: { release: check },
    HELM_OUTPUT_INVALID {
        name: "helm-output-invalid",
        summary: "output of a template is not an object",
        severity: Error,
        since: "0.1.0",
    }
    HELM_OUTPUT_DUPLICATE_KEY {
        name: "helm-output-duplicate-key",
        summary: "output of a template has a key twice",
        severity: Warning,
        since: "0.1.0",
    }
}

fn check(render: &Render, release: &ChartRelease, cx: &mut RuleContext<'_>) {
    let Some(rendered) = super::rendered(render) else {
        return;
    };
    for problem in &rendered.problems {
        if problem.kind == ProblemKind::Output {
            invalid(problem, render, release, cx);
        }
    }
    for notice in &rendered.notices {
        if notice.kind == NoticeKind::NoKind {
            let message = format!("the output has no `{}`", notice.subject);
            cx.as_rule(&HELM_OUTPUT_INVALID)
                .report_build(render, notice.place, message)
                .note("`helm install` stops with `unable to build kubernetes objects`")
                .help("print `apiVersion` and `kind`, or put the text into a file whose name starts with `_`")
                .at_most(super::ceiling(release, false));
        }
    }
    duplicates(rendered.file, render, cx);
}

fn invalid(problem: &Problem, render: &Render, release: &ChartRelease, cx: &mut RuleContext<'_>) {
    if super::is_solved_by_values(problem, render, release, cx) {
        return;
    }
    let error = &problem.error;
    let written = super::source_text(cx.workspace, error.place);
    let explained = error.syntax.map(of_syntax);
    let message = match &explained {
        Some(explained) => format!("the output is not YAML: {}", explained.message),
        None => error.message.clone(),
    };
    let help = help(written)
        .map(str::to_owned)
        .unwrap_or_else(|| match &explained {
            Some(explained) => explained.help.to_owned(),
            None => "print an object with `apiVersion` and `kind`".to_owned(),
        });
    let finding = cx
        .as_rule(&HELM_OUTPUT_INVALID)
        .report_build(render, error.place, message);
    finding
        .note("helm stops with `YAML parse error`")
        .help(help)
        .at_most(super::ceiling(release, false));
    if let Some(value) = error.related {
        finding.related(value, "the value that is printed");
    }
    super::add_way(finding, problem);
}

/// What to do about an action whose output is not YAML where it is.
fn help(action: &str) -> Option<&'static str> {
    if !action.starts_with("{{") || action.contains("indent") || action.contains("quote") {
        return None;
    }
    let is_block = ["toYaml", "include", "tpl", "template"];
    match is_block.iter().any(|function| action.contains(function)) {
        true => Some("indent the output: `| nindent` with the number of spaces of the line"),
        false => Some("quote the output: `| quote`"),
    }
}

/// Keys that mappings of the output have twice.
fn duplicates(file: podwright_syntax::text::FileId, render: &Render, cx: &mut RuleContext<'_>) {
    let tree = &cx.workspace.file(file).tree;
    for document in tree.documents().iter().filter(|document| !document.broken) {
        let mut ahead = vec![document.root];
        while let Some(node) = ahead.pop() {
            if tree.kind(node).is_mapping() {
                for (first, later) in tree.duplicates(node) {
                    let place = |node| {
                        let at = Location {
                            file,
                            span: tree.span(node),
                        };
                        cx.workspace.in_sources(at)
                    };
                    let (first, place) = (place(first.key), place(later.key));
                    let key = tree.key_text(later.key).into_owned();
                    let message = format!("the output has the key `{key}` twice");
                    let finding = cx
                        .as_rule(&HELM_OUTPUT_DUPLICATE_KEY)
                        .report_build(render, place, message);
                    finding
                        .note(
                            "helm keeps the last one; Flux and post-renderers reject the document",
                        )
                        .help("print the key once, or rename the one in the values")
                        .at_most(Severity::Warning);
                    if first != place {
                        finding.related(first, "the first one, which is lost");
                    }
                }
            }
            let inner = tree.children(node);
            ahead.extend(inner.filter(|&inner| !tree.kind(inner).is_scalar()));
        }
    }
}

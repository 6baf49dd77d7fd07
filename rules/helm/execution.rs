use podwright_cluster::workspace::{
    BuildError, ChartRelease, Problem, ProblemKind, Render, Unset, Workspace,
};
use podwright_rule::finding::{Finding, Severity};
use podwright_rule::{RuleContext, declare_rules};

use super::{ceiling, source_text, value_path};

declare_rules! {
    hooks: { release: check },
    HELM_RENDER_FAILS {
        name: "helm-render-fails",
        summary: "Helm cannot render the chart",
        severity: Error,
        since: "0.1.0",
    }
    HELM_VALUE_REQUIRED {
        name: "helm-value-required",
        summary: "chart asks for a value that is not set",
        severity: Error,
        since: "0.1.0",
    }
    HELM_LIMIT_REACHED {
        name: "helm-limit-reached",
        summary: "chart needs more than podwright renders",
        severity: Warning,
        since: "0.1.0",
    }
}

/// Longest message of a chart that is shown, in bytes.
const MAX_MESSAGE: usize = 300;

fn check(render: &Render, release: &ChartRelease, cx: &mut RuleContext<'_>) {
    let rendered = match &render.result {
        Ok(rendered) => rendered,
        Err(error) => {
            if !super::chart::is_about_chart_file(render, error)
                && !super::is_syntax_error(cx.workspace, error)
            {
                if error.is_limit {
                    limit(render, error, cx);
                    return;
                }
                let (message, help) = super::explained(error);
                cx.as_rule(&HELM_RENDER_FAILS)
                    .report_build(render, error.place, message)
                    .note(super::STOPS)
                    .help(help);
            }
            return;
        }
    };
    for problem in &rendered.problems {
        match problem.kind {
            ProblemKind::Nil => nil(problem, render, release, cx),
            ProblemKind::Execute => fails(problem, render, release, cx),
            ProblemKind::Required | ProblemKind::Fail => asks(problem, render, release, cx),
            ProblemKind::Limit => {
                let finding = limit(render, &problem.error, cx);
                super::add_way(finding, problem);
            }
            _ => {}
        }
    }
}

fn nil(problem: &Problem, render: &Render, release: &ChartRelease, cx: &mut RuleContext<'_>) {
    if super::is_solved_by_values(problem, render, release, cx) {
        return;
    }
    let error = &problem.error;
    let field = problem.subject.as_str();
    let written = source_text(cx.workspace, error.place);
    let expression = nil_expression(written, field);
    let path = expression.and_then(value_path);
    let path = path.and_then(|path| {
        let prefix = super::prefix(cx.workspace, render, error.place)?;
        Some(format!("{prefix}{path}"))
    });
    let path = path.or_else(|| followed_path(render, error, field));
    let message = match expression {
        Some(expression) => format!("`{expression}` is not set, so `.{field}` cannot be read"),
        None => format!("`.{field}` is read from a value that is not set"),
    };
    let entry = path.as_ref();
    let entry = entry.and_then(|path| super::nearest_entry(cx.workspace, render, path));
    let help = match (&path, expression) {
        (Some(path), _) => format!("give a value for `{path}.{field}`"),
        (None, Some(expression)) => {
            format!("put the action between `{{{{ with {expression} }}}}` and `{{{{ end }}}}`")
        }
        (None, None) => format!("give the template a value that has `{field}`"),
    };
    let finding = cx
        .as_rule(&HELM_RENDER_FAILS)
        .report_build(render, error.place, message);
    finding
        .note(format!(
            "helm stops with `nil pointer evaluating interface {{}}.{field}`"
        ))
        .help(help)
        .at_most(ceiling(release, false));
    if let Some(entry) = entry {
        finding.related(entry, "the nearest entry that exists");
    }
    super::add_way(finding, problem);
}

/// The path of what is nil, if the value can be followed through the templates.
fn followed_path(render: &Render, error: &BuildError, field: &str) -> Option<String> {
    let loose = super::rendered(render)?.loose.as_ref()?;
    let is_inside = |unset: &&Unset| {
        unset.place.file == error.place.file && error.place.span.contains(unset.place.span)
    };
    let unset = loose.unset.iter().find(is_inside)?;
    let path = unset.path.strip_suffix(field)?.strip_suffix('.')?;
    Some(path.to_owned())
}

/// The path of the only value on the line of an error that is not set.
fn unset_path(render: &Render, error: &BuildError, workspace: &Workspace) -> Option<String> {
    let loose = super::rendered(render)?.loose.as_ref()?;
    let file = error.place.file;
    let lines = workspace.file(file).source.lines();
    let line = lines.line_of(error.place.span.start);
    let unset = loose.unset.iter().filter(|unset| unset.place.file == file);
    let mut unset = unset.filter(|unset| lines.line_of(unset.place.span.start) == line);
    let only = unset.next()?;
    unset.next().is_none().then(|| only.path.clone())
}

/// The part of an expression that is nil if `field` cannot be read: `.Values.image` in `.Values.image.tag`.
fn nil_expression<'t>(text: &'t str, field: &str) -> Option<&'t str> {
    let mark = format!(".{field}");
    let is_end = |at: usize| {
        let rest = &text[at + mark.len()..];
        !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_')
    };
    let mut ends = text.match_indices(&mark).filter(|(at, _)| is_end(*at));
    let (at, _) = ends.next()?;
    // Of a name that occurs twice, either may be meant.
    if ends.next().is_some() {
        return None;
    }
    let before = text[..at].trim_start_matches(['(', '{', '-', ' ']);
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$');
    (!before.is_empty() && before.chars().all(is_path)).then_some(before)
}

fn fails(problem: &Problem, render: &Render, release: &ChartRelease, cx: &mut RuleContext<'_>) {
    if super::is_solved_by_values(problem, render, release, cx) {
        return;
    }
    let error = &problem.error;
    let path = value_path(source_text(cx.workspace, error.place)).map(str::to_owned);
    let is_nil = error.message.contains("invalid value; expected");
    let unset = unset_path(render, error, cx.workspace).filter(|_| is_nil);
    // The expression is at the place.
    let message = match error.message.strip_prefix('`') {
        Some(rest) => rest.split_once("`: ").map_or(rest, |(_, what)| what),
        None => &error.message,
    };
    let finding =
        cx.as_rule(&HELM_RENDER_FAILS)
            .report_build(render, error.place, message.to_owned());
    let help = match (unset, path) {
        (Some(path), _) => format!("give a value for `{path}`, or use `default`"),
        (None, Some(path)) => format!("correct the value of `{path}`, or this action"),
        (None, None) => "correct the action, or the values that it uses".to_owned(),
    };
    finding
        .note(super::STOPS)
        .help(help)
        .at_most(ceiling(release, false));
    super::add_way(finding, problem);
}

fn asks(problem: &Problem, render: &Render, release: &ChartRelease, cx: &mut RuleContext<'_>) {
    if super::is_solved_by_values(problem, render, release, cx) {
        return;
    }
    let error = &problem.error;
    let is_required = problem.kind == ProblemKind::Required;
    let written = source_text(cx.workspace, error.place);
    let path = value_path(written).filter(|_| is_required);
    let path = path.and_then(|path| {
        let prefix = super::prefix(cx.workspace, render, error.place)?;
        Some(format!("{prefix}{path}"))
    });
    let message = match (&path, is_required) {
        (Some(path), _) => format!("required value `{path}` is not set"),
        (None, true) => "a required value is not set".to_owned(),
        (None, false) => "the chart does not accept these values".to_owned(),
    };
    let help = match &path {
        Some(path) => format!("give a value for `{path}`"),
        None => "give the values that the message asks for".to_owned(),
    };
    let entry = path.as_ref();
    let entry = entry.and_then(|path| super::nearest_entry(cx.workspace, render, path));
    // What the chart says can have any value in it.
    let said = podwright_redact::text(error.message.trim());
    let said = said.as_str();
    let said = podwright_syntax::text::shortened(said, MAX_MESSAGE).replace('\n', " ");
    let finding = cx
        .as_rule(&HELM_VALUE_REQUIRED)
        .report_build(render, error.place, message);
    finding
        .note(format!("helm stops with the message of the chart: {said}"))
        .help(help)
        .at_most(ceiling(release, true));
    if let Some(entry) = entry {
        finding.related(entry, "the nearest entry that exists");
    }
    super::add_way(finding, problem);
}

fn limit<'c>(render: &Render, error: &BuildError, cx: &'c mut RuleContext<'_>) -> &'c mut Finding {
    let help = error.help.clone();
    let help = help.unwrap_or_else(|| "make the loop or the recursion end earlier".to_owned());
    let finding =
        cx.as_rule(&HELM_LIMIT_REACHED)
            .report_build(render, error.place, error.message.clone());
    finding
        .note("podwright stops here, and does not check the rest of the chart; helm may go on")
        .help(help)
        .at_most(Severity::Warning);
    finding
}

//! Rules about charts, from what their values make of them.

pub(crate) mod chart;
pub(crate) mod definitions;
pub(crate) mod dependencies;
pub(crate) mod execution;
pub(crate) mod hooks;
pub(crate) mod indentation;
pub(crate) mod output;
pub(crate) mod templates;
pub(crate) mod values;
pub(crate) mod values_schema;

use podwright_cluster::workspace::{
    BuildError, ChartRelease, Problem, Render, Rendered, ValuesSet, Workspace,
};
use podwright_rule::finding::{Finding, Severity};
use podwright_rule::{RuleContext, RuleDefinition};
use podwright_syntax::text::Location;

use crate::syntax::of_syntax;

/// Most calls on the way to an error that are shown.
const MAX_WAY: usize = 4;

const STOPS: &str = "`helm install` and `helm template` stop with this error";

/// What a chart renders to, unless nothing of it can be rendered.
fn rendered(render: &Render) -> Option<&Rendered> {
    render.result.as_ref().ok()
}

/// What is wrong if nothing of a chart can be rendered, and what to do about it.
fn explained(error: &BuildError) -> (String, String) {
    if let Some(kind) = error.syntax {
        let explained = of_syntax(kind);
        return (explained.message.to_owned(), explained.help.to_owned());
    }
    let help = error.help.clone();
    let help = help.unwrap_or_else(|| "correct it; nothing of the chart is checked".to_owned());
    (error.message.clone(), help)
}

/// Whether `yaml-syntax` reports the error, in more words.
fn is_syntax_error(workspace: &Workspace, error: &BuildError) -> bool {
    let file = workspace.file(error.place.file);
    let mut errors = file.tree.errors().iter();
    workspace.skipped(error.place.file).is_none() && errors.any(|one| one.span == error.place.span)
}

/// Whether the chart renders without the problem with other values that it has for its tests, or that the configuration
/// names. Then it is not meant to be installed with its default values.
fn is_solved_by_values(
    problem: &Problem,
    render: &Render,
    release: &ChartRelease,
    cx: &RuleContext<'_>,
) -> bool {
    let all = cx.workspace.renders_at(render.root).iter();
    let mut others = all
        .filter(|other| other.id() != render.id())
        .filter_map(rendered);
    let has_it = |other: &Rendered| {
        let is_same = |one: &Problem| {
            one.kind == problem.kind
                && one.subject == problem.subject
                && one.error.place == problem.error.place
        };
        other.problems.iter().any(is_same)
    };
    release.values == ValuesSet::Defaults && others.any(|other| !has_it(other))
}

/// Highest level of a problem with the values of a release. The default values of a chart may not be meant to be
/// installed; `asks` says whether the chart itself asks for others.
fn ceiling(release: &ChartRelease, asks: bool) -> Severity {
    match release.values {
        ValuesSet::Defaults if asks => Severity::Info,
        ValuesSet::Defaults => Severity::Warning,
        _ => Severity::Error,
    }
}

/// Reports what is so with any values. One render of a chart has it, so that no note names its values.
fn report_for_all<'c>(
    place: Location,
    message: String,
    rule: &'static RuleDefinition,
    render: &Render,
    cx: &'c mut RuleContext<'_>,
) -> &'c mut Finding {
    let finding = cx.as_rule(rule).report_build(render, place, message);
    finding.builds.clear();
    finding
}

/// Adds the calls that lead to a problem.
fn add_way(finding: &mut Finding, problem: &Problem) {
    let error = &problem.error;
    for &call in error.through.iter().rev().take(MAX_WAY) {
        if Some(call) != Some(error.place) {
            finding.related(call, "this call leads to it");
        }
    }
}

/// The text at a place, without more than its first lines.
fn source_text(workspace: &Workspace, at: Location) -> &str {
    let text = &workspace.file(at.file).source.text;
    text.get(at.span.range()).unwrap_or_default()
}

/// The path of the value that a template names: `image.tag` in `.Values.image.tag`.
fn value_path(text: &str) -> Option<&str> {
    let start = text.find(".Values.")? + ".Values.".len();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let rest = &text[start..];
    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let path = rest[..end].trim_end_matches('.');
    (!path.is_empty()).then_some(path)
}

/// Names of the charts between a chart and a file of one that it depends on: `db.` for `charts/db/templates/a.yaml`.
/// `None` if they may be used under other names.
fn prefix(workspace: &Workspace, render: &Render, at: Location) -> Option<String> {
    let root = workspace.file(render.root);
    let path = &*workspace.file(at.file).source.path;
    let rest = path.strip_prefix(root.directory())?.trim_start_matches('/');
    let parts: Vec<&str> = rest.split('/').collect();
    let mut prefix = String::new();
    for pair in parts.windows(2).filter(|pair| pair[0] == "charts") {
        prefix.push_str(pair[1]);
        prefix.push('.');
    }
    let is_sure =
        prefix.is_empty() || (!prefix.contains(".tgz") && !root.source.text.contains("alias:"));
    is_sure.then_some(prefix)
}

/// The entry of `values.yaml` that is nearest to a path: the last one on the way that exists.
fn nearest_entry(workspace: &Workspace, render: &Render, path: &str) -> Option<Location> {
    let directory = workspace.file(render.root).directory();
    let name = match directory {
        "" => "values.yaml".to_owned(),
        directory => format!("{directory}/values.yaml"),
    };
    let ids = render.sources.iter();
    let mut files = ids.filter(|&&id| *workspace.file(id).source.path == *name);
    let file = *files.next()?;
    let tree = &workspace.file(file).tree;
    let mut node = tree.resolve(tree.documents().first()?.root);
    let mut found = None;
    for key in path.split('.') {
        if !tree.kind(node).is_mapping() {
            break;
        }
        let Some(entry) = tree.get(node, key) else {
            break;
        };
        found = Some(tree.span(entry.key));
        node = tree.resolve(entry.value);
    }
    Some(Location { file, span: found? })
}

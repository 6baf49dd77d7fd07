//! What builds make of kustomizations, charts and objects, as text to be shown.

use podwright_cluster::workspace::{ObjectId, Render, Rendered, ValuesSet, Workspace};
use podwright_redact::without_redacted;
use podwright_syntax::text::{FileId, Span};

use super::rendered::{build_name, concealed};

/// Maximum number of lenses for one object or kustomization, because some files are used by hundreds of builds.
const MAX_BUILDS: usize = 3;

/// A link in the text that shows what a build makes of a kustomization or of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// Span that it is about.
    pub span: Span,
    /// Text of the link.
    pub title: String,
    /// The kustomization file of the build. For a chart, its `Chart.yaml`, or a values file that only this build uses.
    pub build: FileId,
    /// Index of the object in the file; `None` for the whole result.
    pub object: Option<usize>,
}

/// A rendered text without credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Name for display, such as `overlays/prod (rendered)`.
    pub name: String,
    /// The text.
    pub text: String,
}

/// Returns the lenses of a file: for a kustomization or a file of a chart, the builds that use it; for objects, the
/// builds that they are part of.
#[must_use]
pub fn lenses(workspace: &Workspace, file: FileId) -> Vec<Lens> {
    let charts = workspace
        .renders_using(file)
        .filter(|render| render.release().is_some());
    let of_charts = chart_lenses(workspace, &charts.collect::<Vec<_>>());
    if !of_charts.is_empty() {
        return of_charts;
    }
    if workspace.file(file).kustomization.is_some() {
        let builds = builds_of(workspace, file);
        return for_builds(workspace, file, Span::at(0), &builds, None);
    }
    let ids = (0..workspace.file(file).objects.len()).map(|index| ObjectId { file, index });
    let lenses = ids.flat_map(|id| {
        let object = workspace.object(id);
        let span = workspace.file(file).tree.key_range(object.node);
        let mut builds: Vec<FileId> = workspace
            .results_of(id)
            .into_iter()
            .map(|result| workspace.settings_file(result.file))
            .collect();
        builds.dedup();
        for_builds(workspace, file, span, &builds, Some(id.index))
    });
    lenses.collect()
}

/// One lens for each values set of a chart.
fn chart_lenses(workspace: &Workspace, renders: &[&Render]) -> Vec<Lens> {
    let lens = |&render: &&Render| {
        let with = set_name(render);
        let build = match with {
            None => render.root,
            Some(_) => own_source(workspace, render)?,
        };
        Some(Lens {
            span: Span::at(0),
            title: match with {
                Some(with) => format!("Show rendered with {with}"),
                None => "Show rendered".to_owned(),
            },
            build,
            object: None,
        })
    };
    renders.iter().filter_map(lens).take(MAX_BUILDS).collect()
}

/// The values set of a render of a chart, if it is not the defaults.
fn set_name(render: &Render) -> Option<&str> {
    match &render.release()?.values {
        ValuesSet::Defaults => None,
        ValuesSet::Test(name) | ValuesSet::Configured(name) => Some(name),
        ValuesSet::Asked => Some(render.release()?.name()),
    }
}

/// A file that only this render of its chart is judged through.
fn own_source(workspace: &Workspace, render: &Render) -> Option<FileId> {
    let all = workspace.renders().iter();
    let others = all.filter(|other| other.root == render.root && other.id() != render.id());
    let others: Vec<&Render> = others.collect();
    let mut own = render.used.iter().copied();
    own.find(|file| !others.iter().any(|other| other.used.contains(file)))
}

fn for_builds(
    workspace: &Workspace,
    file: FileId,
    span: Span,
    builds: &[FileId],
    object: Option<usize>,
) -> Vec<Lens> {
    let lens = |&build: &FileId| Lens {
        span,
        title: match build == file {
            true => "Show rendered".to_owned(),
            false => format!("Show rendered in {}", build_name(workspace, build)),
        },
        build,
        object,
    };
    builds.iter().take(MAX_BUILDS).map(lens).collect()
}

/// Returns what a build makes of a file: the whole result, or what becomes of one object or template. `build` is the
/// root of a build, or another file that tells it apart; without it, the first build that uses the file. Credentials
/// are concealed.
///
/// # Errors
///
/// Returns why there is nothing to show: no build uses the file, or the build fails.
pub fn show(
    workspace: &Workspace,
    file: FileId,
    build: Option<FileId>,
    object: Option<usize>,
) -> Result<Shown, String> {
    let path = &workspace.file(file).source.path;
    let is_meant = |render: &&Render| {
        build.is_none_or(|build| render.root == build || render.used.contains(&build))
    };
    let using = workspace.renders_using(file).filter(is_meant);
    // The build of the file itself is what a reader wants first.
    let Some(render) = using.min_by_key(|render| render.root != file) else {
        let mut failed = workspace
            .renders()
            .iter()
            .filter(|render| render.root == file || render.sources.contains(&file))
            .filter(is_meant)
            .filter_map(|render| render.result.as_ref().err());
        return Err(match failed.next() {
            Some(error) => workspace
                .without_credentials(format!("the build of {path} fails: {}", error.message)),
            None => format!("no build uses {path}"),
        });
    };
    let root = render.root;
    let result = render
        .result
        .as_ref()
        .map_err(|_| format!("the build of {path} fails"))?;
    let rendered = workspace.file(result.file);
    let mut build = build_name(workspace, root);
    if let Some(set) = set_name(render) {
        build = format!("{build} with {set}");
    }
    let concealed = concealed(workspace, result.file);
    let whole = without_redacted(&concealed);
    if render.release().is_some() && is_template(path) {
        let text = of_template(workspace, result, file, &whole);
        let name = path.rsplit('/').next().unwrap_or(path);
        return match text.is_empty() {
            true => Err(format!("no object of {build} comes from {path}")),
            false => Ok(Shown {
                name: format!("{build}: {name} (rendered)"),
                text: workspace.without_credentials(text),
            }),
        };
    }
    let Some(index) = object else {
        return Ok(Shown {
            name: format!("{build} (rendered)"),
            text: workspace.without_credentials(whole.into_owned()),
        });
    };
    let id = ObjectId { file, index };
    if index >= workspace.file(file).objects.len() {
        return Err(format!("{path} does not have this object"));
    }
    let results = workspace.results_of(id).into_iter();
    let own: Vec<ObjectId> = results
        .filter(|result| workspace.settings_file(result.file) == root)
        .collect();
    // Concealing keeps the number of lines.
    let lines: Vec<&str> = whole.lines().collect();
    let parts = own.iter().filter_map(|&result| {
        let span = rendered.tree.span(workspace.object(result).node);
        let line = |at: u32| rendered.source.lines().line_of(at);
        let last = line(span.end.saturating_sub(1).max(span.start));
        Some(lines.get(line(span.start)..=last)?.join("\n") + "\n")
    });
    let text = parts.collect::<Vec<_>>().join("---\n");
    let Some(&first) = own.first() else {
        return Err(format!("the object is not in the build of {build}"));
    };
    let first = workspace.object(first);
    let kind = first.kind.text().unwrap_or("object");
    let called = first.metadata.name.text().unwrap_or("");
    Ok(Shown {
        name: workspace.without_credentials(format!("{build}: {kind} {called} (rendered)")),
        text: workspace.without_credentials(text),
    })
}

/// Whether a file of a chart is a template.
fn is_template(path: &str) -> bool {
    path.contains("/templates/") || path.starts_with("templates/")
}

/// The documents of a rendered chart in which something is written by a template file.
fn of_template(workspace: &Workspace, result: &Rendered, file: FileId, whole: &str) -> String {
    let rendered = workspace.file(result.file);
    let copied: Vec<Span> = result.map.copied_from(file).map(|(span, _)| span).collect();
    // Concealing keeps the number of lines.
    let lines: Vec<&str> = whole.lines().collect();
    let mut text = String::new();
    for document in rendered.tree.documents() {
        let touches =
            |span: &&Span| span.start < document.span.end && document.span.start < span.end;
        if !copied.iter().any(|span| touches(&span)) {
            continue;
        }
        let line = |at: u32| rendered.source.lines().line_of(at);
        let last = line(document.span.end.saturating_sub(1).max(document.span.start));
        if let Some(part) = lines.get(line(document.span.start)..=last) {
            let part = part.join("\n");
            let part = part.trim_matches('\n');
            text.push_str("---\n");
            text.push_str(part.strip_prefix("---\n").unwrap_or(part));
            text.push('\n');
        }
    }
    text
}

/// Kustomization files whose builds use a file, without repetition.
fn builds_of(workspace: &Workspace, file: FileId) -> Vec<FileId> {
    let mut builds: Vec<FileId> = workspace
        .renders_using(file)
        .map(|render| render.root)
        .collect();
    builds.dedup();
    // The build of the file itself is what a reader wants first.
    builds.sort_by_key(|&build| build != file);
    builds
}

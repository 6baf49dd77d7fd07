//! What builds make of kustomizations and objects, as text to be shown.

use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_redact::without_redacted;
use podwright_syntax::text::{FileId, Span};

use super::rendered::build_name;

/// Maximum number of lenses for one object or kustomization, because some files are used by hundreds of builds.
const MAX_BUILDS: usize = 3;

/// A link in the text that shows what a build makes of a kustomization or of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// Span that it is about.
    pub span: Span,
    /// Text of the link.
    pub title: String,
    /// The kustomization file of the build.
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

/// Returns the lenses of a file: for a kustomization, the builds that use it; for objects, the builds that they are
/// part of.
#[must_use]
pub fn lenses(workspace: &Workspace, file: FileId) -> Vec<Lens> {
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

/// Returns what a build makes of a file: the whole result, or what becomes of one object of the file. Without a build,
/// the first one that uses the file. Credentials are concealed.
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
    let mut builds = builds_of(workspace, file);
    builds.retain(|&one| build.is_none_or(|build| build == one));
    let renders = workspace.renders().iter();
    let mut failed = renders
        .clone()
        .filter(|render| render.root == build.unwrap_or(file))
        .filter_map(|render| render.result.as_ref().err());
    let Some(&root) = builds.first() else {
        return Err(match failed.next() {
            Some(error) => workspace
                .without_credentials(format!("the build of {path} fails: {}", error.message)),
            None => format!("no build uses {path}"),
        });
    };
    let mut results = renders.filter(|render| render.root == root);
    let rendered = results
        .find_map(|render| render.result.as_ref().ok())
        .ok_or_else(|| format!("the build of {path} fails"))?;
    let rendered = workspace.file(rendered.file);
    let build = build_name(workspace, root);
    let whole = without_redacted(rendered.shown());
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
        let line = |at: u32| rendered.source.lines.line_of(at);
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

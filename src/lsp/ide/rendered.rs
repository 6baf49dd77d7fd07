//! What the builds of kustomizations make of a value in a source file.

use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_syntax::NodeId;
use podwright_syntax::notation;
use podwright_syntax::text::{FileId, Location, REDACTED, Redacted, Source, Span};

use super::{Cursor, Hover};

/// Maximum number of lines in a hover.
const MAX_LINES: usize = 8;
/// Maximum number of builds named in a line.
const MAX_BUILDS: usize = 4;
/// Maximum number of characters of a value that are shown.
const MAX_LENGTH: usize = 80;

/// Hover on a value of a source file: the results in the builds. For a value of an object that a build changes, the
/// value before and after; for a value of a patch or of a kustomization, what it changes.
pub(super) fn hover(cursor: &Cursor<'_>) -> Option<Hover> {
    if !cursor.workspace.is_rendered_elsewhere(cursor.file) {
        return None;
    }
    if let Some((id, _)) = cursor.object() {
        let results = cursor.workspace.results_of(id);
        if !results.is_empty() {
            return base(cursor, id, &results);
        }
    }
    contribution(cursor)
}

/// A value of a base, and what the builds make of it. `None` if all builds keep it.
fn base(cursor: &Cursor<'_>, id: ObjectId, results: &[ObjectId]) -> Option<Hover> {
    let workspace = cursor.workspace;
    let node = cursor.scalar()?;
    let before = shown(workspace, cursor.file, node);
    let mut groups = Groups::default();
    let mut is_changed = false;
    for &result in results {
        let after = workspace.counterpart(id, node, result);
        let is_same = after.is_some_and(|after| {
            let (here, there) = (cursor.tree(), &workspace.file(result.file).tree);
            here.decoded(node) == there.decoded(there.resolve(after))
        });
        is_changed |= !is_same;
        let line = match after {
            Some(_) if is_same => "unchanged".to_owned(),
            Some(after) => {
                let value = shown(workspace, result.file, after);
                match origin(workspace, result.file, after, cursor.file) {
                    Some(from) => format!("{value}, from {from}"),
                    None => value,
                }
            }
            None => "removed".to_owned(),
        };
        groups.add(line, result.file, workspace);
    }
    is_changed.then(|| Hover {
        span: cursor.tree().span(node),
        markdown: format!("Value before the builds: {before}\n\n{}", groups.lines()),
    })
}

/// A value of a patch or of a kustomization, and what it leads to.
fn contribution(cursor: &Cursor<'_>) -> Option<Hover> {
    let workspace = cursor.workspace;
    let at = cursor.value_place()?;
    let mut groups = Groups::default();
    for (file, node) in workspace.rendered_scalars(at) {
        let place = workspace.place(file, node);
        let Some(result) = workspace.object_at(place) else {
            continue;
        };
        let base = workspace.base_of(result);
        let old = base.and_then(|base| {
            let node = workspace.counterpart(result, node, base)?;
            Some((base.file, node))
        });
        let after = shown(workspace, file, node);
        let change = match old {
            Some((old_file, old))
                if (old_file, workspace.place(old_file, old).span) == (at.file, at.span) =>
            {
                continue;
            }
            Some((old_file, old)) => format!("{} → {after}", shown(workspace, old_file, old)),
            None => after,
        };
        let object = workspace.object(base.unwrap_or(result));
        let tree = &workspace.file(file).tree;
        let outer = tree.path(workspace.object(result).node).len();
        let path = notation(tree.path(node).split_off(outer));
        let kind = object.kind.text().unwrap_or("object");
        let name = object.metadata.name.text().unwrap_or("");
        let line = format!("{kind} `{name}`, `{path}`: {change}");
        groups.add(line, file, workspace);
    }
    (!groups.0.is_empty()).then(|| Hover {
        span: at.span,
        markdown: format!("What this leads to:\n\n{}", groups.lines()),
    })
}

/// Where a build takes a value from, if that is another file.
fn origin(workspace: &Workspace, file: FileId, node: NodeId, not: FileId) -> Option<String> {
    let source = workspace.source_place(workspace.place(file, node))?;
    let is_other = |place: &&Location| place.file != not;
    let place = std::iter::once(&source.place)
        .chain(&source.others)
        .find(is_other)?;
    let file = workspace.file(place.file);
    let position = file
        .source
        .lines()
        .position(place.span.start, &file.source.text);
    Some(format!("{}:{}", file.source.path, position.line))
}

/// Whether a value of a rendered file is made from a credential, such as its hash.
fn is_derived(workspace: &Workspace, file: FileId, node: NodeId) -> bool {
    let place = workspace.place(file, node);
    let Some(source) = workspace.source_place(place) else {
        return false;
    };
    let mut places = std::iter::once(&source.place).chain(&source.others);
    places.any(|place| workspace.file(place.file).shown().is_redacted(place.span))
}

/// The source of a rendered file. What is made from a credential is concealed like the credential.
pub(super) fn concealed(workspace: &Workspace, id: FileId) -> Source {
    let file = workspace.file(id);
    let source = file.shown();
    let mut spans: Vec<Span> = source.redacted_in(Span::new(0, u32::MAX)).collect();
    let documents = file.tree.documents().iter();
    let mut waiting: Vec<NodeId> = documents.map(|document| document.root).collect();
    while let Some(node) = waiting.pop() {
        waiting.extend(file.tree.children(node));
        if file.tree.kind(node).is_scalar() && is_derived(workspace, id, node) {
            spans.push(file.tree.span(node));
        }
    }
    spans.sort_unstable();
    spans.dedup_by(|later, first| {
        let touches = later.start <= first.end;
        if touches {
            first.end = first.end.max(later.end);
        }
        touches
    });
    let concealed = Source::new(source.path.clone(), source.text.clone());
    concealed.set_redacted(|| Redacted {
        spans,
        ..Redacted::default()
    });
    concealed
}

/// The value of a node for display. Credentials are concealed.
fn shown(workspace: &Workspace, id: FileId, node: NodeId) -> String {
    let file = workspace.file(id);
    let node = file.tree.resolve(node);
    if file.shown().is_redacted(file.tree.span(node)) || is_derived(workspace, id, node) {
        return format!("`{REDACTED}`");
    }
    if !file.tree.kind(node).is_scalar() {
        return "a list or mapping".to_owned();
    }
    let text = file.tree.decoded(node);
    let mut short: String = text.chars().take(MAX_LENGTH).collect();
    short = short.replace('\n', " ");
    if short.len() < text.len() {
        short.push('…');
    }
    match short.as_str() {
        "" => "empty".to_owned(),
        _ if short.contains('`') => format!("`` {short} ``"),
        _ => format!("`{short}`"),
    }
}

/// Lines, each with the builds that it is about.
#[derive(Default)]
struct Groups(Vec<(String, Vec<String>)>);

impl Groups {
    /// Adds a line about the build with this rendered file.
    fn add(&mut self, line: String, rendered: FileId, workspace: &Workspace) {
        let build = build_name(workspace, rendered);
        match self.0.iter_mut().find(|(known, _)| *known == line) {
            Some((_, builds)) if builds.contains(&build) => {}
            Some((_, builds)) => builds.push(build),
            None => self.0.push((line, vec![build])),
        }
    }

    fn lines(&self) -> String {
        let mut lines: Vec<String> = self
            .0
            .iter()
            .take(MAX_LINES)
            .map(|(line, builds)| format!("- in {}: {line}", named(builds)))
            .collect();
        if let Some(more @ 1..) = self.0.len().checked_sub(MAX_LINES) {
            lines.push(format!("- and {more} more"));
        }
        lines.join("\n")
    }
}

fn named(builds: &[String]) -> String {
    let mut names: Vec<String> = builds
        .iter()
        .take(MAX_BUILDS)
        .map(|name| format!("`{name}`"))
        .collect();
    if let Some(more @ 1..) = builds.len().checked_sub(MAX_BUILDS) {
        names.push(format!("{more} more"));
    }
    names.join(", ")
}

/// Directory of the kustomization that a rendered file, or a kustomization file, belongs to.
pub(super) fn build_name(workspace: &Workspace, file: FileId) -> String {
    let directory = workspace.file(workspace.settings_file(file)).directory();
    if directory.is_empty() { "." } else { directory }.to_owned()
}

impl Cursor<'_> {
    /// The scalar at the cursor, or the scalar value of the key at the cursor.
    pub(super) fn scalar(&self) -> Option<NodeId> {
        let tree = self.tree();
        let mut documents = tree.documents().iter();
        let document = documents.rfind(|document| self.touches(document.span))?;
        let mut node = document.root;
        loop {
            if tree.kind(node).is_scalar() {
                return self.touches_node(node).then_some(node);
            }
            let mut inside = None;
            for entry in tree.entries(node) {
                if self.touches_node(entry.key) {
                    return tree.kind(entry.value).is_scalar().then_some(entry.value);
                }
                if self.touches_node(entry.value) {
                    inside = Some(entry.value);
                }
            }
            let mut items = tree.items(node);
            node = inside.or_else(|| items.find(|&item| self.touches_node(item)))?;
        }
    }

    /// Place of the scalar at the cursor; in a block scalar, the line of the cursor.
    pub(super) fn value_place(&self) -> Option<Location> {
        let node = self.scalar()?;
        let span = self.tree().span(node);
        let text = self.tree().text();
        let is_block = self.touches(span) && text.get(span.range())?.contains('\n');
        let span = match is_block {
            false => span,
            true => {
                let at = self.offset as usize;
                let start = text.get(..at)?.rfind('\n').map_or(0, |at| at + 1);
                let end = text
                    .get(at..)?
                    .find('\n')
                    .map_or(text.len(), |more| at + more);
                let (start, end) = (u32::try_from(start).ok()?, u32::try_from(end).ok()?);
                Span::new(
                    start.max(span.start),
                    end.min(span.end).max(start.max(span.start)),
                )
            }
        };
        Some(Location {
            file: self.file,
            span,
        })
    }
}

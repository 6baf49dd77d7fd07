use podwright_cluster::workspace::{ChartRelease, Render, Rendered, Skipped, Workspace};
use podwright_rule::{RuleContext, declare_rules};
use podwright_syntax::NodeId;
use podwright_syntax::text::{FileId, Location, Span};
use rustc_hash::FxHashMap;

declare_rules! {
    hooks: { release: check },
    HELM_OUTPUT_MISINDENTED {
        name: "helm-output-misindented",
        summary: "mapping is printed at two levels of indentation",
        severity: Warning,
        since: "0.1.0",
    }
}

/// A mapping in a file with values.
type Mapping = (FileId, NodeId);

/// A key of the output that is copied from a file with values.
#[derive(Clone, Copy)]
struct Printed {
    key: NodeId,
    /// The mapping of the output that has it.
    mapping: NodeId,
    /// End of its value in the output.
    end: u32,
    /// The first key that was printed of the same mapping.
    first: NodeId,
}

fn check(render: &Render, _: &ChartRelease, cx: &mut RuleContext<'_>) {
    let Some(rendered) = super::rendered(render) else {
        return;
    };
    let tree = &cx.workspace.file(rendered.file).tree;
    let mut sources = Sources::default();
    let mut found = Vec::new();
    for document in tree.documents().iter().filter(|document| !document.broken) {
        let mut last: FxHashMap<Mapping, Printed> = FxHashMap::default();
        for (mut printed, mapping) in keys(rendered, document.root, &mut sources, cx.workspace) {
            let start = tree.span(printed.key).start;
            if let Some(before) = last.get(&mapping) {
                printed.first = before.first;
                if before.mapping != printed.mapping
                    && is_printed_at_once(rendered, cx.workspace, before.end, start)
                {
                    found.push((*before, printed));
                }
            }
            last.insert(mapping, printed);
        }
    }
    for (before, printed) in found {
        report(before, printed, rendered, render, cx);
    }
}

/// The keys of a document that are copied from files with values, in the order of the text.
fn keys(
    rendered: &Rendered,
    root: NodeId,
    sources: &mut Sources,
    workspace: &Workspace,
) -> Vec<(Printed, Mapping)> {
    let tree = &workspace.file(rendered.file).tree;
    let mut all = Vec::new();
    let mut ahead = vec![root];
    while let Some(node) = ahead.pop() {
        let is_mapping = tree.kind(node).is_mapping();
        for entry in tree.entries(node).filter(|_| is_mapping) {
            let at = Location {
                file: rendered.file,
                span: tree.span(entry.key),
            };
            if let Some(mapping) = sources.mapping_of(workspace, at) {
                let printed = Printed {
                    key: entry.key,
                    mapping: node,
                    end: tree.span(entry.value).end.max(at.span.end),
                    first: entry.key,
                };
                all.push((printed, mapping));
            }
        }
        let inner = tree.children(node);
        ahead.extend(inner.filter(|&inner| !tree.kind(inner).is_scalar()));
    }
    all.sort_by_key(|(printed, _)| tree.span(printed.key).start);
    all
}

/// Whether there is only space between two places of the output, and none of it is written in a template.
fn is_printed_at_once(rendered: &Rendered, workspace: &Workspace, from: u32, to: u32) -> bool {
    let text = &workspace.file(rendered.file).source.text;
    let gap = text.get(from as usize..to as usize);
    let is_space = gap.is_some_and(|gap| gap.contains('\n') && gap.trim().is_empty());
    let places = || rendered.map.locations(Span::new(from, to));
    is_space && !places().iter().any(|at| is_template(workspace, at.file))
}

fn is_template(workspace: &Workspace, file: FileId) -> bool {
    let file = workspace.file(file);
    file.skipped == Some(Skipped::HelmTemplate) || file.source.path.contains("templates/")
}

fn report(
    before: Printed,
    printed: Printed,
    rendered: &Rendered,
    render: &Render,
    cx: &mut RuleContext<'_>,
) {
    let file = rendered.file;
    let tree = &cx.workspace.file(file).tree;
    let start = tree.span(before.first).start;
    let column = {
        let text = &cx.workspace.file(file).source.text[..start as usize];
        text.len() - text.rfind('\n').map_or(0, |at| at + 1)
    };
    let place = |node| {
        let at = Location {
            file,
            span: tree.span(node),
        };
        cx.workspace.in_sources(at)
    };
    let (key, other) = (tree.key_text(printed.key), tree.key_text(before.key));
    let message = format!("`{key}` is printed at another level than `{other}`");
    let at = action(rendered, cx.workspace, start).unwrap_or_else(|| place(printed.key));
    let (key_place, other_place) = (place(printed.key), place(before.key));
    let finding = cx
        .as_rule(&HELM_OUTPUT_MISINDENTED)
        .report_build(render, at, message);
    finding
        .note(
            "both are in one mapping of the values; only the first line of what an action prints has the indentation \
             that is before the action",
        )
        .help(format!("start the action with `{{{{-`, and add `| nindent {column}`"))
        .related(other_place, "this entry is where it should be")
        .related(key_place, "this entry is not");
}

/// The action that prints the output from `start` on.
fn action(rendered: &Rendered, workspace: &Workspace, start: u32) -> Option<Location> {
    let before = Span::new(start.checked_sub(1)?, start);
    let literal = rendered.map.locations(before).into_iter().next()?;
    let text = &workspace.file(literal.file).source.text;
    let from = literal.span.end as usize;
    let rest = text.get(from..)?;
    let rest = rest.trim_start_matches([' ', '\t']);
    let from = text.len() - rest.len();
    let end = from + rest.starts_with("{{").then(|| rest.find("}}"))?? + 2;
    Some(Location {
        file: literal.file,
        span: Span::new(u32::try_from(from).ok()?, u32::try_from(end).ok()?),
    })
}

/// The mappings of files with values, by the start of each key.
#[derive(Default)]
struct Sources(FxHashMap<FileId, FxHashMap<u32, NodeId>>);

impl Sources {
    /// The mapping that a key of the output is copied from.
    fn mapping_of(&mut self, workspace: &Workspace, at: Location) -> Option<Mapping> {
        let place = workspace
            .source_place(at)
            .filter(|found| found.is_exact)?
            .place;
        if is_template(workspace, place.file) {
            return None;
        }
        let keys = self.0.entry(place.file).or_insert_with(|| {
            let tree = &workspace.file(place.file).tree;
            let mut keys = FxHashMap::default();
            let mut ahead: Vec<NodeId> = tree.documents().iter().map(|one| one.root).collect();
            while let Some(node) = ahead.pop() {
                if tree.kind(node).is_mapping() {
                    let own = tree.entries(node);
                    keys.extend(own.map(|entry| (tree.span(entry.key).start, node)));
                }
                let inner = tree.children(node);
                ahead.extend(inner.filter(|&inner| !tree.kind(inner).is_scalar()));
            }
            keys
        });
        let mapping = keys.get(&place.span.start)?;
        Some((place.file, *mapping))
    }
}

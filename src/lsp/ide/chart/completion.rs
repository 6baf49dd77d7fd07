//! Completions in files of a chart.

use std::collections::BTreeMap;

use podwright_render::helm::symbols::{PathId, Paths, Reads, Setters, Step};
use podwright_syntax::text::Span;
use podwright_syntax::{NodeId, PathSegment, SyntaxTree};

use super::action::{Written, action_at, is_closed, written_at};
use super::{Chart, ChartCursor, functions};
use crate::lsp::ide::{Completion, CompletionKind, Completions};

/// Stands for the name that is being written.
const CURSOR: &str = "PODWRIGHT_CURSOR";

/// Returns what can be written at the cursor. `with` returns the chart with another text of the file.
#[must_use]
pub fn completions(
    cursor: &ChartCursor<'_>,
    with: &dyn Fn(String) -> Option<Chart>,
) -> Option<Completions> {
    let text = cursor.text();
    let offset = cursor.offset as usize;
    let Some(action) = action_at(text, offset) else {
        return cursor.is_values().then(|| entries(cursor)).flatten();
    };
    let (replaced, items) = match written_at(text, &action, offset)? {
        Written::String { before, content } => {
            if !matches!(before.as_str(), "include" | "template" | "block") {
                return None;
            }
            (content, templates(cursor.chart))
        }
        Written::Word { word, is_first } => (word, words(is_first)),
        Written::Field { base, name } => {
            let mut other = String::with_capacity(text.len() + 30);
            other.push_str(text.get(..name.start)?);
            other.push_str(CURSOR);
            if !is_closed(text, &action) {
                other.push_str(" }}");
            }
            other.push_str(text.get(name.end..)?);
            (name, fields(cursor, &base, with(other)))
        }
    };
    let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    (!items.is_empty()).then(|| Completions {
        replaces: Span::new(at(replaced.start), at(replaced.end)),
        items,
    })
}

fn templates(chart: &Chart) -> Vec<Completion> {
    let used = chart.symbols.definitions.iter().filter(|one| one.is_used);
    let mut items: Vec<Completion> = used
        .map(|one| Completion {
            name: one.name.to_string(),
            text: one.name.to_string(),
            detail: one
                .place
                .map(|place| chart.shown_place(place))
                .unwrap_or_default(),
            kind: CompletionKind::Template,
        })
        .collect();
    items.sort_by(|a, b| a.name.cmp(&b.name));
    items
}

fn words(is_first: bool) -> Vec<Completion> {
    let item = |known: functions::Known, kind| Completion {
        name: known.name.to_owned(),
        text: known.name.to_owned(),
        detail: format!("{}: {}", known.signature, known.text),
        kind,
    };
    let keywords = functions::keywords().filter(|_| is_first);
    let keywords = keywords.map(|known| item(known, CompletionKind::Keyword));
    let functions = functions::functions().map(|known| item(known, CompletionKind::Function));
    keywords.chain(functions).collect()
}

/// Fields of what is before the point.
fn fields(cursor: &ChartCursor<'_>, base: &str, with: Option<Chart>) -> Vec<Completion> {
    let mut found: BTreeMap<String, Completion> = BTreeMap::new();
    if let Some(with) = &with {
        let paths = with.symbols.paths();
        for read in with.symbols.keys_in(cursor.file) {
            let start = read.place.span.start as usize;
            let text = &with.source(cursor.file).text;
            if text.get(start..start + read.place.span.len() as usize) != Some(CURSOR) {
                continue;
            }
            for path in read.paths {
                let parent = paths.parent(path).unwrap_or(PathId::ROOT);
                for general in paths.matching(parent) {
                    for (step, child) in paths.children(general) {
                        if let Step::Key(key) = step
                            && is_identifier(key)
                            && &**key != CURSOR
                        {
                            let item = value(with, key, child);
                            found.entry(key.to_string()).or_insert(item);
                        }
                    }
                }
            }
        }
    }
    if !found.is_empty() {
        return found.into_values().collect();
    }
    let object = base.rsplit('.').next().unwrap_or_default();
    let known = match base {
        "" => functions::objects(),
        _ if base.starts_with('$') && !base.contains('.') => functions::objects(),
        _ => functions::fields(object).unwrap_or_default(),
    };
    known
        .iter()
        .map(|(name, what)| Completion {
            name: (*name).to_owned(),
            text: (*name).to_owned(),
            detail: (*what).to_owned(),
            kind: CompletionKind::Field,
        })
        .collect()
}

fn is_identifier(key: &str) -> bool {
    key.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn value(chart: &Chart, key: &str, path: PathId) -> Completion {
    let symbols = &chart.symbols;
    let detail = match symbols.setters(path) {
        Setters::Entries(entries) => {
            let entry = &symbols.entries[entries[0]];
            let shown = chart.shown_value(entry);
            let shown = chart.without_credentials(shown);
            format!("{} {}", chart.type_of(entry), shown.replace('`', ""))
        }
        Setters::Templates => "set by a template".to_owned(),
        _ => "not set in any values file".to_owned(),
    };
    Completion {
        name: key.to_owned(),
        text: key.to_owned(),
        detail,
        kind: CompletionKind::Field,
    }
}

/// Keys of a values file that templates read and that the map at the cursor does not have.
fn entries(cursor: &ChartCursor<'_>) -> Option<Completions> {
    let text = cursor.text();
    let offset = cursor.offset as usize;
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let before = text.get(..offset)?;
    let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    let lead = line.trim_end_matches(is_word).len();
    let (lead, word) = line.split_at(lead);
    if !lead.chars().all(|c| matches!(c, ' ' | '-')) || word == "-" {
        return None;
    }
    let start = offset - word.len();
    let rest = text.get(offset..)?;
    let end = offset + rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let has_colon = text.get(end..)?.starts_with(':');
    let entry = if has_colon {
        CURSOR.to_owned()
    } else {
        format!("{CURSOR}: x")
    };
    let other = format!("{}{entry}{}", &text[..start], text.get(end..)?);
    let tree = podwright_syntax::yaml::read(other.as_str().into());
    let key = tree.ids().find(|&id| tree.source_text(id) == CURSOR)?;
    let mut path = path_of_key(&tree, key)?;
    path.pop();
    let symbols = &cursor.chart.symbols;
    let values = symbols
        .values
        .iter()
        .find(|values| values.file == cursor.file)?;
    let root = symbols.charts.get(values.chart)?.root;
    let maps = at(symbols.paths(), root, &path);
    let mut items: BTreeMap<String, Completion> = BTreeMap::new();
    let siblings = mapping_at(&tree, &path)?;
    for map in maps {
        for (step, child) in symbols.paths().children(map) {
            let Step::Key(name) = step else { continue };
            if tree.get(siblings, name).is_some() {
                continue;
            }
            let Reads::Found(places) = symbols.reads(child) else {
                continue;
            };
            let Some(place) = symbols.names(child).into_iter().min() else {
                continue;
            };
            debug_assert!(!places.is_empty());
            let has_keys = symbols.paths().children(child).next().is_some();
            let end = match (has_colon, has_keys) {
                (true, _) => "",
                (false, true) => ":",
                (false, false) => ": ",
            };
            items.insert(
                name.to_string(),
                Completion {
                    name: name.to_string(),
                    text: format!("{name}{end}"),
                    detail: format!("read at {}", cursor.chart.shown_place(place)),
                    kind: CompletionKind::Field,
                },
            );
        }
    }
    let offset = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    (!items.is_empty()).then(|| Completions {
        replaces: Span::new(offset(start), offset(end)),
        items: items.into_values().collect(),
    })
}

/// The path of a key, which ends with it.
fn path_of_key(tree: &SyntaxTree, key: NodeId) -> Option<Vec<PathSegment>> {
    let ids = tree.ids().filter(|&id| tree.kind(id).is_mapping());
    let mut entries = ids.flat_map(|id| tree.entries(id).collect::<Vec<_>>());
    let entry = entries.find(|entry| entry.key == key)?;
    Some(tree.path(entry.value))
}

fn mapping_at(tree: &SyntaxTree, path: &[PathSegment]) -> Option<NodeId> {
    let mut node = tree.documents().first()?.root;
    for segment in path {
        node = tree.resolve(node);
        node = match segment {
            PathSegment::Key(key) => tree.get(node, key)?.value,
            PathSegment::Index(index) => tree.items(node).nth(*index)?,
        };
    }
    let node = tree.resolve(node);
    tree.kind(node).is_mapping().then_some(node)
}

/// The values that a path in a file means, also as any entry of a map or list.
fn at(paths: &Paths, root: PathId, path: &[PathSegment]) -> Vec<PathId> {
    let mut found = vec![root];
    for segment in path {
        let mut next = Vec::new();
        for map in found {
            if let PathSegment::Key(key) = segment {
                next.extend(paths.known(map, &Step::Key(key.as_str().into())));
            }
            next.extend(paths.known(map, &Step::Any));
        }
        found = next;
    }
    found
}

//! Fixes in TOML files. Table names are repeated in each header, so headers are edited line by line.

use podwright_model::runtime_config::{ContainerdConfig, CriId, MisplacedTable};
use podwright_rule::{Applicability, Fix, RuleContext};
use podwright_syntax::{NodeId, text::Span};

const DROP_INS: &str = "\"/etc/containerd/conf.d/*.toml\"";

/// Returns a fix that inserts `line` at the start of the file.
pub(super) fn at_top(cx: &RuleContext<'_>, title: &str, line: &str, safety: Applicability) -> Fix {
    cx.fix(
        title.to_owned(),
        safety,
        vec![(Span::at(0), line.to_owned())],
    )
}

/// Returns a fix that imports the drop-in files of the node; `None` if `imports` is not a list.
pub(super) fn import_drop_ins(
    cx: &RuleContext<'_>,
    config: &ContainerdConfig,
    safety: Applicability,
) -> Option<Fix> {
    let title = format!("Import {DROP_INS}");
    let Some(node) = config.imports.node() else {
        let line = format!("imports = [{DROP_INS}]\n");
        return Some(at_top(cx, &title, &line, safety));
    };
    let tree = cx.tree();
    if !tree.kind(node).is_sequence() {
        return None;
    }
    let edit = match tree.items(node).last() {
        Some(item) => (Span::at(tree.span(item).end), format!(", {DROP_INS}")),
        None => (tree.span(node), format!("[{DROP_INS}]")),
    };
    Some(cx.fix(title, safety, [edit]))
}

/// Returns a fix that removes an item from `disabled_plugins`.
pub(super) fn remove_name(
    cx: &RuleContext<'_>,
    config: &ContainerdConfig,
    item: NodeId,
    safety: Applicability,
) -> Option<Fix> {
    let list = config.disabled_plugins.node()?;
    if let Some(fix) = cx.remove_item(list, item, safety) {
        return Some(fix);
    }
    let tree = cx.tree();
    let is_only = tree.items(list).count() == 1;
    is_only.then(|| {
        let title = "Empty the list".to_owned();
        cx.fix(title, safety, [(tree.span(list), "[]")])
    })
}

/// Returns a fix that renames the runtime tables for another configuration version. `None` if they have no separate
/// headers.
pub(super) fn rename_table(
    cx: &RuleContext<'_>,
    from: CriId,
    to: CriId,
    safety: Applicability,
) -> Option<Fix> {
    let (from, to) = (from.name(), to.name());
    let quoted = |quote: char, name: &str| format!("{quote}{name}{quote}");
    let mut edits = Vec::new();
    for (at, line) in headers(cx.tree().text()) {
        let Some(lead) = line.find("plugins.").map(|at| at + "plugins.".len()) else {
            continue;
        };
        let rest = &line[lead..];
        let spellings = [quoted('"', from), quoted('\'', from), from.to_owned()];
        let Some(written) = spellings
            .iter()
            .find(|name| rest.starts_with(name.as_str()))
        else {
            continue;
        };
        if !rest[written.len()..].starts_with(".containerd") {
            continue;
        }
        let start = at + offset(lead);
        let quote = if written.starts_with('\'') { '\'' } else { '"' };
        edits.push((
            Span::new(start, start + offset(written.len())),
            quoted(quote, to),
        ));
    }
    (!edits.is_empty()).then(|| cx.fix(format!("Rename to `{to}`"), safety, edits))
}

/// Returns a fix that moves a runtime table and its subtables to the place where CRI-O reads it.
pub(super) fn move_crio_table(
    cx: &RuleContext<'_>,
    table: &MisplacedTable,
    safety: Applicability,
) -> Option<Fix> {
    let meant = "crio.runtime.runtimes";
    let name = cx.tree().source_text(table.key);
    let lead = format!("{}.{name}", table.path);
    let mut edits = Vec::new();
    for (at, line) in headers(cx.tree().text()) {
        let inner = line.trim_start_matches('[');
        let is_own = inner
            .strip_prefix(lead.as_str())
            .is_some_and(|rest| rest.starts_with([']', '.']));
        if is_own {
            let start = at + offset(line.len() - inner.len());
            edits.push((
                Span::new(start, start + offset(table.path.len())),
                meant.to_owned(),
            ));
        }
    }
    let title = format!("Rename to `[{meant}.{name}]`");
    (!edits.is_empty()).then(|| cx.fix(title, safety, edits))
}

/// Returns the table headers, each from its bracket on, with the byte offset of the bracket.
fn headers(text: &str) -> Vec<(u32, &str)> {
    let mut at = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let code = line.trim_start();
        if code.starts_with('[') {
            found.push((at + offset(line.len() - code.len()), code));
        }
        at += offset(line.len());
    }
    found
}

fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(0)
}

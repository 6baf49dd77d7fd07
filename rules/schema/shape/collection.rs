//! Values that should be lists or mappings.

use podwright_rule::{Applicability, Fix};
use podwright_schema::advice::is_of;
use podwright_schema::{Record, Releases, Shape, Subject};
use podwright_syntax::text::Span;
use podwright_syntax::{Entry, NodeId, NodeKind, Scalar};

use super::{Advice, Wrong, written};

impl Wrong<'_, '_> {
    pub(super) fn mapping_for_list(&self) -> Option<Advice> {
        let tree = self.cx.tree();
        let Shape::List(inner) = self.shape else {
            return None;
        };
        let entries: Vec<Entry> = tree.entries(self.node).collect();
        let is_scalar = |entry: &Entry| tree.kind(entry.value).is_scalar();
        let item = match inner.shape() {
            Shape::Record(record) => record,
            _ => return None,
        };
        if item.name() == Some("core.v1.EnvVar") && entries.iter().all(is_scalar) {
            let first = tree.key_text(entries.first()?.key);
            let lines: Vec<String> = entries
                .iter()
                .flat_map(|entry| {
                    let value = match tree.scalar(entry.value) {
                        Scalar::Str(_) => tree.source_text(entry.value).to_owned(),
                        _ => format!("\"{}\"", tree.source_text(entry.value)),
                    };
                    [
                        format!("- name: {}", tree.source_text(entry.key)),
                        format!("  value: {value}"),
                    ]
                })
                .collect();
            let is_short = lines.iter().all(|line| !line.contains('\n'));
            let fix = self.lines(&lines).filter(|_| is_short);
            return Some((
                format!("use a list of items with `name` and `value`: `- name: {first}`"),
                fix,
            ));
        }
        if is_of(&self.subject, self.node, inner.shape()) && !entries.is_empty() {
            let first = tree.key_text(entries[0].key);
            return Some((
                format!("use a list: put `- ` before `{first}`"),
                self.as_item(),
            ));
        }
        let is_named = |entry: &Entry| {
            tree.kind(entry.value).is_mapping() && is_of(&self.subject, entry.value, inner.shape())
        };
        let has_name = record_has(item, "name");
        if let (Some(first), true) = (entries.first(), has_name && entries.iter().all(is_named)) {
            let first = tree.key_text(first.key);
            return Some((
                format!("use a list of items with a `name`: `- name: {first}`"),
                None,
            ));
        }
        Some(("use a list: put `- ` before each item".to_owned(), None))
    }

    /// Returns the fix that makes a block mapping the only item of a list.
    fn as_item(&self) -> Option<Fix> {
        let tree = self.cx.tree();
        if tree.kind(self.node) != NodeKind::Mapping {
            let text = format!("[{}]", tree.source_text(self.node));
            return self.fix("Make it a list", tree.span(self.node), text);
        }
        let source = tree.source_text(self.node).trim_end();
        let mut text = String::from("- ");
        for (index, line) in source.split_inclusive('\n').enumerate() {
            if index > 0 && !line.trim().is_empty() {
                text.push_str("  ");
            }
            text.push_str(line);
        }
        let start = tree.span(self.node).start;
        let end = start + u32::try_from(source.len()).ok()?;
        self.fix("Make it a list", Span::new(start, end), text)
    }

    pub(super) fn scalar_for_list(&self) -> Option<Advice> {
        let text = self.text()?;
        let tree = self.cx.tree();
        let Shape::List(inner) = self.shape else {
            return None;
        };
        let flow = |items: &[String]| format!("[{}]", items.join(", "));
        let span = tree.span(self.node);
        match inner.shape() {
            Shape::Text => {
                let is_command = matches!(self.field, "command" | "args");
                let list = match is_command {
                    true => flow(&arguments(&text, self.field)),
                    false => flow(&[written(&text)]),
                };
                let is_simple =
                    !matches!(tree.kind(self.node), NodeKind::Literal | NodeKind::Folded);
                let fix = is_simple
                    .then(|| self.fix("Make it a list", span, list.clone()))
                    .flatten();
                Some((format!("use a list: `{list}`"), fix))
            }
            Shape::Record(record) => {
                let mut fields = record.required_names();
                let (field, None) = (fields.next()?, fields.next()) else {
                    return None;
                };
                if !is_of_field(&self.subject, record, field, self.node) {
                    return None;
                }
                let item = format!("{field}: {}", tree.source_text(self.node));
                let fix = self.lines(&[format!("- {item}")]);
                Some((format!("use a list: `- {field}: {text}`"), fix))
            }
            _ => None,
        }
    }

    pub(super) fn list_for_mapping(&self) -> Option<Advice> {
        let tree = self.cx.tree();
        let items: Vec<NodeId> = tree.items(self.node).collect();
        let all_fit = items
            .iter()
            .all(|item| tree.kind(*item).is_mapping() && is_of(&self.subject, *item, self.shape));
        let mut names: Vec<_> = items
            .iter()
            .flat_map(|item| tree.entries(*item))
            .map(|entry| tree.key_text(entry.key))
            .collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        if items.is_empty() || !all_fit || names.len() != count {
            return None;
        }
        let help = format!("remove the `-`: `{}` is a mapping, not a list", self.field);
        let is_block = tree.kind(self.node) == NodeKind::Sequence
            && items
                .iter()
                .all(|item| tree.kind(*item) == NodeKind::Mapping)
            && !tree.is_anchored(self.node)
            && !tree.source_text(self.node).contains('&');
        let dashes: Option<Vec<(Span, &str)>> = items
            .iter()
            .map(|item| {
                let start = tree.span(*item).start;
                let before = tree.text().get(..start as usize)?.trim_end_matches(' ');
                let dash = u32::try_from(before.len().checked_sub(1)?).ok()?;
                (before.ends_with('-') && start - dash == 2)
                    .then_some((Span::new(dash, dash + 1), " "))
            })
            .collect();
        let fix = dashes.filter(|_| is_block).map(|edits| {
            self.cx
                .fix("Remove the dashes", Applicability::Unsafe, edits)
        });
        Some((help, fix))
    }

    pub(super) fn text_for_mapping(&self) -> Option<Advice> {
        let text = self.text()?;
        let (record, source) = match self.shape {
            Shape::Record(record) => (record, self.cx.tree().source_text(self.node)),
            Shape::Map(_) => {
                let (key, value) = text.split_once('=').filter(|(key, _)| !key.contains(' '))?;
                let line = format!("{key}: {}", written(value));
                let fix = self.lines(std::slice::from_ref(&line));
                return Some((format!("use a mapping: `{line}`"), fix));
            }
            _ => return None,
        };
        if text.is_empty() {
            return Some(("use a mapping; `{}` is an empty one".to_owned(), None));
        }
        if let (true, Some((key, value))) =
            (record_has(record, "matchLabels"), text.split_once('='))
        {
            let line = format!("{key}: {}", written(value));
            let fix = self.lines(&["matchLabels:".to_owned(), format!("  {line}")]);
            return Some((format!("use `matchLabels` with `{line}`"), fix));
        }
        let mut names = ["name", "claimName", "secretName", "path", "ip"].into_iter();
        let name = names.find(|name| record_has(record, name))?;
        let fix = self.lines(&[format!("{name}: {source}")]);
        Some((format!("use a mapping: `{name}: {source}`"), fix))
    }
}

fn record_has(record: Record<'_>, name: &str) -> bool {
    let mut fields = record.fields(Releases::ALL);
    fields.any(|field| field.name == name)
}

fn is_of_field(subject: &Subject<'_>, record: Record<'_>, name: &str, node: NodeId) -> bool {
    let mut fields = record.fields(Releases::ALL);
    fields.any(|field| field.name == name && is_of(subject, node, field.shape))
}

fn arguments(text: &str, field: &str) -> Vec<String> {
    let needs_shell = text.contains(['|', '&', ';', '<', '>', '$', '*', '\'', '(', '{']);
    let words = || text.split_whitespace().map(quoted_word);
    match (needs_shell, field) {
        (false, _) => words().collect(),
        (true, "command") => ["/bin/sh", "-c", text].map(quoted_word).to_vec(),
        (true, _) => vec![quoted_word(text)],
    }
}

fn quoted_word(word: &str) -> String {
    format!("\"{word}\"")
}

#[cfg(test)]
mod tests {
    use super::arguments;

    #[test]
    fn command_lines_become_lists() {
        assert_eq!(arguments("npm start", "command"), ["\"npm\"", "\"start\""]);
        assert_eq!(
            arguments("echo a | cat", "command"),
            ["\"/bin/sh\"", "\"-c\"", "\"echo a | cat\""]
        );
        assert_eq!(arguments("a | cat", "args"), ["\"a | cat\""]);
    }
}

//! Advice and fixes for unknown fields.

use podwright_rule::{Applicability, Fix, RuleContext};
use podwright_schema::Subject;
use podwright_schema::advice::{Meaning, Place, explained_by, meaning, moved_together};
use podwright_syntax::text::Span;
use podwright_syntax::{Destination, Entry, NodeId, NodeKind, Scalar};

use super::{path, quoted, rename, schema_subject};

/// What to do about an unknown field.
pub(super) struct Suggestion {
    pub(super) help: String,
    pub(super) fix: Option<Fix>,
    pub(super) note: Option<String>,
}

impl From<(String, Option<Fix>)> for Suggestion {
    fn from((help, fix): (String, Option<Fix>)) -> Self {
        Self {
            help,
            fix,
            note: None,
        }
    }
}

/// Maximum number of fields of a mapping in which a field is looked for that an unknown one may mean.
const MAX_ENTRIES: usize = 200;

/// Returns what to do about the unknown field at `key` of `mapping`.
pub(super) fn suggestion(mapping: NodeId, key: NodeId, cx: &RuleContext<'_>) -> Suggestion {
    let tree = cx.tree();
    if tree.entries(mapping).nth(MAX_ENTRIES).is_some() {
        return unexplained(None);
    }
    let entry = tree.entries(mapping).find(|entry| entry.key == key);
    let (Some(subject), Some(entry)) = (schema_subject(cx), entry) else {
        return unexplained(None);
    };
    match meaning(&subject, mapping, entry) {
        Some(Meaning::Name {
            name,
            instead,
            is_clean,
        }) => match instead {
            _ if tree.get(mapping, &name).is_some() => (
                format!("use `{name}`, which is set already: keep one of the two"),
                None,
            )
                .into(),
            None => {
                let fix = is_clean.then(|| rename(mapping, key, &name, Applicability::Unsafe, cx));
                let fix = fix.flatten();
                (format!("use `{name}`"), fix).into()
            }
            Some(expected) => (format!("use `{name}`, which must be {expected}"), None).into(),
        },
        Some(Meaning::Place(place)) => to_place(&subject, mapping, entry, &place, cx).into(),
        Some(Meaning::Places(places)) => {
            let paths: Vec<&str> = places.iter().map(|place| place.path.as_str()).collect();
            let of = of_object(cx);
            (format!("move it to one of {}{of}", quoted(&paths)), None).into()
        }
        Some(Meaning::Lift) => {
            let name = tree.key_text(key);
            let fix = lift(mapping, entry, cx);
            (
                format!("move its fields one level up, and remove `{name}`"),
                fix,
            )
                .into()
        }
        Some(Meaning::Text(text, help)) => {
            (help.to_owned(), replacement(mapping, entry, text, cx)).into()
        }
        Some(Meaning::Advice(help)) => (help.to_owned(), None).into(),
        Some(Meaning::OtherVersion(other)) => Suggestion {
            help: format!("use a field of this API version, or `apiVersion: {other}`"),
            fix: None,
            note: Some(format!("the field exists in `{other}`")),
        },
        None => unexplained(explained_by(&subject, mapping)),
    }
}

/// Advice for a field that resembles no other one.
fn unexplained(path: Option<String>) -> Suggestion {
    let help = match path {
        Some(path) => {
            format!("find the right field with `kubectl explain {path}`, or remove this one")
        }
        None => "use a field of the API, or remove this one".to_owned(),
    };
    (help, None).into()
}

/// " of the Deployment".
fn of_object(cx: &RuleContext<'_>) -> String {
    let kind = cx.object.and_then(|(_, object)| object.kind.text());
    kind.map_or_else(String::new, |kind| format!(" of the {kind}"))
}

fn to_place(
    subject: &Subject<'_>,
    mapping: NodeId,
    entry: Entry,
    place: &Place,
    cx: &RuleContext<'_>,
) -> (String, Option<Fix>) {
    let tree = cx.tree();
    let of = of_object(cx);
    let full = match place.path.as_str() {
        "" => place.name.clone(),
        path => format!("{path}.{}", place.name),
    };
    if let Some(taken) = place.taken {
        let (taken, value) = (tree.resolve(taken), tree.resolve(entry.value));
        let (same, is_scalar) = (tree.kind(taken).is_scalar(), tree.kind(value).is_scalar());
        return if same && is_scalar && tree.scalar(taken) == tree.scalar(value) {
            let fix = cx.remove(mapping, &tree.key_text(entry.key), Applicability::Unsafe);
            (format!("remove it: `{full}`{of} has the same value"), fix)
        } else if same && is_scalar {
            (
                format!("set the right value in `{full}`{of}, and remove this field"),
                None,
            )
        } else {
            (
                format!("move its content to `{full}`{of}, and remove this field"),
                None,
            )
        };
    }
    let is_renamed = tree.key_text(entry.key) != place.name;
    let help = match place.path.as_str() {
        _ if place.is_in_items => {
            format!(
                "move it to `{}`{of}, in each item that needs it",
                place.path
            )
        }
        "" => format!("move it to the top level{of}, beside `metadata`"),
        _ if is_renamed || place.mapping == mapping => {
            format!("use `{}`", nearest(mapping, &full, cx))
        }
        path => format!("move it to `{path}`{of}"),
    };
    (help, moved(subject, mapping, entry, place, cx))
}

/// The path of a field, from the mapping if it is below that.
fn nearest(mapping: NodeId, full: &str, cx: &RuleContext<'_>) -> String {
    let own = path(mapping, cx);
    let below = full
        .strip_prefix(&own)
        .and_then(|rest| rest.strip_prefix('.'));
    below.unwrap_or(full).to_owned()
}

/// Returns the fix that moves the entry, and others that belong to the same place.
fn moved(
    subject: &Subject<'_>,
    mapping: NodeId,
    entry: Entry,
    place: &Place,
    cx: &RuleContext<'_>,
) -> Option<Fix> {
    if place.is_in_items {
        return None;
    }
    let tree = cx.tree();
    let together = moved_together(subject, mapping, place);
    let alone = [(entry, place.clone())];
    // A mapping that is created for one of several fields may lack the others.
    let is_alone_right = place.missing.is_empty() || together.len() < 2;
    let choices = match is_alone_right {
        true => vec![together.as_slice(), &alone],
        false => vec![together.as_slice()],
    };
    let edits = choices.into_iter().find_map(|entries| {
        let is_clean = entries.iter().all(|(_, place)| place.is_clean);
        let shown = entries.iter().all(|(entry, _)| may_be_shown(*entry, cx));
        if !shown || !is_clean || entries.is_empty() {
            return None;
        }
        let common = common_keys(entries);
        let paths: Vec<Vec<String>> = entries
            .iter()
            .map(|(_, place)| {
                let rest = place.missing.iter().skip(common).cloned();
                rest.chain([place.name.clone()]).collect()
            })
            .collect();
        let moved: Vec<(Entry, &[String])> = entries
            .iter()
            .zip(&paths)
            .map(|((entry, _), path)| (*entry, path.as_slice()))
            .collect();
        let to = Destination {
            mapping: place.mapping,
            missing: place.missing.get(..common)?,
        };
        Some((entries.len(), tree.move_entries(mapping, &moved, to)?))
    });
    let (count, edits) = edits?;
    let what = match count {
        1 => format!("`{}`", tree.key_text(entry.key)),
        _ => format!("{count} fields"),
    };
    let below = match count {
        1 => place.missing.join("."),
        _ => place.missing.first().cloned().unwrap_or_default(),
    };
    let title = match (place.path.as_str(), place.mapping == mapping) {
        (_, true) => format!("Move {what} to `{below}`"),
        ("", _) => format!("Move {what} to the top level"),
        (path, _) => format!("Move {what} to `{path}`"),
    };
    Some(cx.fix(title, Applicability::Unsafe, edits))
}

/// Number of missing keys that the places have in common.
fn common_keys(entries: &[(Entry, Place)]) -> usize {
    let Some(((_, first), others)) = entries.split_first() else {
        return 0;
    };
    let shared = |other: &Place| {
        let pairs = first.missing.iter().zip(&other.missing);
        pairs.take_while(|(one, two)| one == two).count()
    };
    let counts = others.iter().map(|(_, other)| shared(other));
    counts.min().unwrap_or(first.missing.len())
}

/// Whether a fix may repeat the text of the entry, which it may not if that contains a credential.
fn may_be_shown(entry: Entry, cx: &RuleContext<'_>) -> bool {
    let tree = cx.tree();
    let span = Span::new(tree.span(entry.key).start, tree.span(entry.value).end);
    !cx.file().shown().is_redacted(span)
}

/// Returns the fix that moves the fields of the value to the mapping around it.
fn lift(mapping: NodeId, entry: Entry, cx: &RuleContext<'_>) -> Option<Fix> {
    let tree = cx.tree();
    let entries: Vec<Entry> = tree.entries(entry.value).collect();
    let names: Vec<String> = entries
        .iter()
        .map(|entry| tree.key_text(entry.key).into_owned())
        .collect();
    let is_free = names.iter().all(|name| tree.get(mapping, name).is_none());
    let shown = entries.iter().all(|entry| may_be_shown(*entry, cx));
    if !is_free || !shown {
        return None;
    }
    let paths: Vec<[String; 1]> = names.into_iter().map(|name| [name]).collect();
    let all: Vec<(Entry, &[String])> = entries
        .into_iter()
        .zip(paths.iter().map(|path| path.as_slice()))
        .collect();
    let to = Destination {
        mapping,
        missing: &[],
    };
    let edits = tree.move_entries(entry.value, &all, to)?;
    Some(cx.fix("Move the fields one level up", Applicability::Unsafe, edits))
}

/// Returns the fix that replaces an entry with a text from the table.
fn replacement(mapping: NodeId, entry: Entry, text: &str, cx: &RuleContext<'_>) -> Option<Fix> {
    let tree = cx.tree();
    let name = text.split(':').next()?;
    let is_simple = tree.kind(mapping) == NodeKind::Mapping
        && tree.get(mapping, name).is_none()
        && !tree.is_anchored(entry.key)
        && !tree.is_recovered(mapping)
        && !matches!(tree.scalar(entry.value), Scalar::Null | Scalar::Invalid)
        && !matches!(
            tree.kind(entry.value),
            NodeKind::Literal | NodeKind::Folded | NodeKind::Alias
        );
    if !is_simple || !may_be_shown(entry, cx) {
        return None;
    }
    let start = tree.span(entry.key).start;
    let line = tree.text()[..start as usize]
        .rfind('\n')
        .map_or(0, |at| at + 1);
    let indentation = format!("{}{}", tree.line_end(), " ".repeat(start as usize - line));
    let value = tree.source_text(entry.value);
    let content = text.replace("\\n", &indentation).replace('$', value);
    let span = Span::new(start, tree.span(entry.value).end);
    Some(cx.fix(
        format!("Replace with `{name}`"),
        Applicability::Unsafe,
        [(span, content)],
    ))
}

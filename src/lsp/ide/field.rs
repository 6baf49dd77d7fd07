//! Schema information at a position: the field there and the possible fields and values.

use super::{Completion, CompletionKind, Completions, Cursor, Hover};
use podwright_cluster::workspace::File;
use podwright_model::Object;
use podwright_schema::{Field, Here, Inner, Record, Releases, Shape, Subject, at};
use podwright_syntax::text::{Source, Span};

/// Hover on a key or a single-line value: the type of the field, the releases that have it, its values, and the first
/// sentence of its documentation.
pub(super) fn hover(cursor: &Cursor<'_>) -> Option<Hover> {
    let (_, object) = cursor.object()?;
    let here = at(&subject(cursor, object), cursor.offset)?;
    let (field, key) = (here.field?, here.key?);
    let value = cursor.tree().get(here.mapping, field.name)?.value;
    let span = if here.is_key {
        cursor.tree().span(key)
    } else if cursor.tree().kind(value).is_scalar() && cursor.touches_node(value) {
        cursor.tree().span(value)
    } else {
        return None;
    };
    Some(Hover {
        span,
        markdown: described(&field, here.releases),
    })
}

/// Completes the fields at the cursor, required ones first, or the values of a field.
pub(super) fn completions(cursor: &Cursor<'_>) -> Option<Completions> {
    let source = &cursor.file().source;
    let word = Word::at(&source.text, cursor.offset)?;
    // An incomplete line is not valid YAML, so it is completed before it is parsed.
    let text = word.completed(&source.text);
    let file = File::read(
        Source::new(source.path.clone(), text),
        &cursor.file().context,
    );
    let mut objects = file.objects.iter();
    let object = objects.rfind(|object| {
        let span = file.tree.span(object.node);
        span.start <= word.span.start && word.span.start <= span.end
    })?;
    let here = at(
        &Subject {
            tree: &file.tree,
            object,
            range: cursor.versions,
            is_partial: true,
            custom: cursor.workspace.custom_kinds(cursor.file),
        },
        word.span.start,
    )?;
    let items = match here.field {
        Some(field) => values(&field, here.releases),
        None if word.is_key => fields(&here, &file),
        None => return None,
    };
    (!items.is_empty()).then_some(Completions {
        replaces: word.span,
        items,
    })
}

fn subject<'w>(cursor: &Cursor<'w>, object: &'w Object) -> Subject<'w> {
    Subject {
        tree: cursor.tree(),
        object,
        range: cursor.versions,
        is_partial: cursor.is_partial(object),
        custom: cursor.workspace.custom_kinds(cursor.file),
    }
}

fn fields(here: &Here<'_>, file: &File) -> Vec<Completion> {
    let is_written = |name: &str| file.tree.get(here.mapping, name).is_some();
    let is_root = file
        .objects
        .iter()
        .any(|object| object.node == here.mapping);
    let mut fields: Vec<Field<'_>> = here
        .record
        .fields(here.releases)
        .filter(|field| !(is_written(field.name) || is_root && field.name == "status"))
        .collect();
    fields.sort_by_key(|field| !field.required.hold_any(here.releases));
    fields.dedup_by_key(|field| field.name);
    let item = |field: &Field<'_>| Completion {
        name: field.name.to_owned(),
        text: match field.shape {
            Shape::List(_) | Shape::Map(_) | Shape::Record(_) => format!("{}:", field.name),
            _ => format!("{}: ", field.name),
        },
        detail: called(field.shape),
        kind: CompletionKind::Field,
    };
    fields.iter().map(item).collect()
}

fn values(field: &Field<'_>, releases: Releases) -> Vec<Completion> {
    let truths: &[&str] = match field.shape {
        Shape::Boolean => &["true", "false"],
        _ => &[],
    };
    let values = field.values.of(releases);
    values
        .chain(truths.iter().copied())
        .map(|value| Completion {
            name: value.to_owned(),
            text: value.to_owned(),
            detail: format!("`{}`", field.name),
            kind: CompletionKind::Value,
        })
        .collect()
}

/// Describes a field.
fn described(field: &Field<'_>, releases: Releases) -> String {
    let mut facts = vec![called(field.shape)];
    if field.required.hold_any(releases) {
        facts.push("required".to_owned());
    }
    let there = field.releases.to_string();
    if field.releases != Releases::ALL && !there.is_empty() {
        facts.push(format!("Kubernetes {there}"));
    }
    let values: Vec<String> = field
        .values
        .of(releases)
        .map(|value| format!("`{value}`"))
        .collect();
    let mut lines = vec![format!("`{}`: {}", field.name, facts.join(", "))];
    if !values.is_empty() {
        lines.push(format!("One of {}", values.join(", ")));
    }
    if !field.sentence.is_empty() {
        lines.push(field.sentence.to_owned());
    }
    lines.join("\n\n")
}

/// Describes a shape in a few words, such as "list of Container".
fn called(shape: Shape<'_>) -> String {
    let of = |inner: Inner<'_>| called(inner.shape());
    match shape {
        Shape::Any => "anything".to_owned(),
        Shape::Text => "string".to_owned(),
        Shape::Bytes => "base64".to_owned(),
        Shape::Time => "time".to_owned(),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Int32 | Shape::Int64 => "integer".to_owned(),
        Shape::Number => "number".to_owned(),
        Shape::Quantity => "quantity".to_owned(),
        Shape::IntOrString => "integer or string".to_owned(),
        Shape::List(inner) => format!("list of {}", of(inner)),
        Shape::Map(inner) => format!("mapping to {}", of(inner)),
        Shape::Record(record) => record_name(record).to_owned(),
    }
}

fn record_name(record: Record<'_>) -> &'static str {
    let name = record.name().unwrap_or("mapping");
    name.rsplit('.').next().unwrap_or(name)
}

/// Stands for the word that is being written.
pub(super) const PLACEHOLDER: &str = "PODWRIGHT_CURSOR";

/// The word that is being written.
pub(super) struct Word {
    /// Span of the word; may be empty.
    pub(super) span: Span,
    /// Whether it may become a key: only spaces and `- ` precede it on the line.
    is_key: bool,
    /// Whether a `:` follows it.
    has_colon: bool,
}

impl Word {
    pub(super) fn at(text: &str, offset: u32) -> Option<Self> {
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
        let offset = offset as usize;
        let (before, behind) = (text.get(..offset)?, text.get(offset..)?);
        let line = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        let lead = line.trim_end_matches(is_word);
        // A single `-` starts an item.
        let (lead, word) = line.split_at(lead.len());
        if word == "-" || line.trim_start().starts_with('#') {
            return None;
        }
        let rest = behind.len() - behind.trim_start_matches(is_word).len();
        let is_key = lead.chars().all(|c| matches!(c, ' ' | '-'));
        let is_value = lead.trim_end().ends_with([':', ',', '[', '-']) && !lead.contains(" #");
        let at = |offset: usize| u32::try_from(offset).ok();
        (is_key || is_value).then_some(Self {
            span: Span::new(at(offset - word.len())?, at(offset + rest)?),
            is_key,
            has_colon: behind[rest..].starts_with(':'),
        })
    }

    /// Returns the text with a placeholder instead of the word; a complete entry if the word may become a key.
    pub(super) fn completed(&self, text: &str) -> String {
        let range = self.span.range();
        let rest = if self.is_key && !self.has_colon {
            ": x"
        } else {
            ""
        };
        let (before, after) = (&text[..range.start], &text[range.end..]);
        format!("{before}{PLACEHOLDER}{rest}{after}")
    }
}

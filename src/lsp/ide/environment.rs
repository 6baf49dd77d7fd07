//! Hovers and definitions for variables: references `$(NAME)` and names in `env`.

use super::{Cursor, Hover};
use podwright_cluster::environment::{Definition, Environment, Lookup, Subject, references};
use podwright_cluster::workspace::ObjectId;
use podwright_explain::environment::{ShownValue, VariableSource, explain_variable};
use podwright_model::{Container, Field, Pod};
use podwright_syntax::NodeId;
use podwright_syntax::text::{Location, Span};

/// Maximum number of characters of a value that are shown.
const MAX_LENGTH: usize = 200;

/// A reference at the cursor: its span and name, and its index in `env` if it is in one.
struct Here<'w> {
    of: Subject<'w>,
    span: Span,
    name: String,
    position: usize,
}

/// Hover on `$(NAME)`: the value that the kubelet inserts.
pub(super) fn reference(cursor: &Cursor<'_>) -> Option<Hover> {
    let here = reference_here(cursor)?;
    let environment = Environment::new(here.of);
    let name = &here.name;
    let markdown = match environment.lookup_before(name, here.position) {
        Lookup::Defined(definition) => said(&environment, definition, cursor),
        Lookup::Undefined => {
            format!("`{name}` is not defined: `$({name})` is not expanded")
        }
        Lookup::Unknown => {
            format!(
                "Unknown whether variable `{name}` is defined: not all of its possible sources are among the files"
            )
        }
    };
    Some(Hover {
        span: here.span,
        markdown,
    })
}

/// Hover on the name of a variable in `env`: its value and what it overrides.
pub(super) fn name(cursor: &Cursor<'_>) -> Option<Hover> {
    let (of, position, node) = cursor.pods().find_map(|(id, _, pod)| {
        pod.containers.iter().find_map(|container| {
            let env = container.env.value()?.iter().enumerate();
            let mut names = env.filter_map(|(at, one)| Some((at, one.name.known()?.1)));
            let (at, node) = names.find(|(_, node)| cursor.touches_node(*node))?;
            Some((subject(cursor, id, pod, container), at, node))
        })
    })?;
    let environment = Environment::new(of);
    let own = |definition: &&Definition| definition.position == Some(position);
    let definition = environment.definitions.iter().find(own)?;
    let mut markdown = said(&environment, definition, cursor);
    if let Some(later) = definition.overridden_by {
        let later = &environment.definitions[later];
        let later = explain_variable(cursor.workspace, &environment, later);
        markdown.push_str(&format!(
            "\n\nNo effect: overridden by {}",
            described(&later.source, cursor)
        ));
    }
    Some(Hover {
        span: cursor.tree().span(node),
        markdown,
    })
}

/// Returns the definition of the variable that the `$(NAME)` at the cursor refers to.
pub(super) fn definition(cursor: &Cursor<'_>) -> Option<Location> {
    let here = reference_here(cursor)?;
    let environment = Environment::new(here.of);
    match environment.lookup_before(&here.name, here.position) {
        Lookup::Defined(definition) => definition.place,
        Lookup::Undefined | Lookup::Unknown => None,
    }
}

fn subject<'w>(
    cursor: &Cursor<'w>,
    id: ObjectId,
    pod: &'w Pod,
    container: &'w Container,
) -> Subject<'w> {
    Subject {
        workspace: cursor.workspace,
        id,
        pod,
        container,
        versions: cursor.versions,
    }
}

fn reference_here<'w>(cursor: &Cursor<'w>) -> Option<Here<'w>> {
    cursor.pods().find_map(|(id, _, pod)| {
        pod.containers.iter().find_map(|container| {
            texts(container).into_iter().find_map(|(field, position)| {
                let (text, node) = field.known()?;
                let (name, span) = at(text, node, cursor)?;
                Some(Here {
                    of: subject(cursor, id, pod, container),
                    span,
                    name,
                    position,
                })
            })
        })
    })
}

/// Strings in which the kubelet expands references; those in `env` with their index in the list.
fn texts(container: &Container) -> Vec<(&Field<String>, usize)> {
    let env = container.env.value().into_iter().flatten().enumerate();
    let values = env.map(|(position, variable)| (&variable.value, position));
    let words = [&container.command, &container.args].into_iter();
    let words = words.flat_map(|list| list.value().into_iter().flatten());
    let mounts = container.volume_mounts.value().into_iter().flatten();
    let paths = mounts.map(|mount| &mount.sub_path_expr);
    values
        .chain(words.chain(paths).map(|field| (field, usize::MAX)))
        .collect()
}

fn at(text: &str, node: NodeId, cursor: &Cursor<'_>) -> Option<(String, Span)> {
    let tree = cursor.tree();
    if !text.contains("$(") || !cursor.touches_node(node) {
        return None;
    }
    let mut all = references(text);
    all.find_map(|reference| {
        let span = tree.span_within(node, reference.range);
        cursor
            .touches(span)
            .then(|| (reference.name.to_owned(), span))
    })
}

fn said(environment: &Environment, definition: &Definition, cursor: &Cursor<'_>) -> String {
    let answer = explain_variable(cursor.workspace, environment, definition);
    let value = match &answer.value {
        ShownValue::Complete(text) | ShownValue::Partial(text) if text.is_empty() => {
            "empty".to_owned()
        }
        ShownValue::Complete(text) | ShownValue::Partial(text) => {
            let mut short: String = text.chars().take(MAX_LENGTH).collect();
            if short.len() < text.len() {
                short.push('…');
            }
            let fence = if short.contains('`') { "``" } else { "`" };
            format!("{fence}{}{fence}", short.replace('\n', "⏎"))
        }
        _ => answer
            .hidden_reason()
            .trim_matches(|c| matches!(c, '(' | ')'))
            .to_owned(),
    };
    let mut markdown = format!(
        "`{}`: {value}\n\nSource: {}",
        answer.name,
        described(&answer.source, cursor)
    );
    for overridden in &answer.overrides {
        let overridden = described(overridden, cursor);
        markdown.push_str(&format!("\n\nOverrides {overridden}"));
    }
    markdown
}

/// Describes the source of a value, with the file if it is not that of the cursor.
fn described(source: &VariableSource<'_>, cursor: &Cursor<'_>) -> String {
    let place = source.place;
    match place.filter(|place| place.location.file != cursor.file) {
        Some(place) => format!("{source}, in {}", place.path()),
        None => source.to_string(),
    }
}

//! Credentials recognized by their name: the key of a mapping, the `name` of a `value`, or a preceding flag.

use std::borrow::Cow;

use podwright_syntax::text::{Span, is_within};
use podwright_syntax::{NodeId, NodeKind, SyntaxTree};

use crate::by_kind::named;
use crate::by_shape;
use crate::forms::user_and_password;
use crate::names::{may_name, names_credential};

/// Adds the values of such names in all documents, and scalars that contain a Secret.
///
/// `secrets` are the nodes of objects whose data is already added.
pub(crate) fn find(tree: &SyntaxTree, secrets: &[NodeId], spans: &mut Vec<Span>) {
    // Words of `holds_secret`. Most scalars have none.
    let text = tree.text().as_bytes();
    let all = |part: &'static str| memchr::memmem::find_iter(text, part);
    let mut signs: Vec<usize> = all("Secret").chain(all("/stringData/")).collect();
    signs.sort_unstable();
    let may_hold_secret = |scalar: NodeId| {
        let range = tree.span(scalar).range();
        let next = signs.partition_point(|at| *at < range.start);
        signs.get(next).is_some_and(|at| *at < range.end)
    };
    let documents = tree.documents().iter();
    let mut waiting: Vec<NodeId> = documents.map(|document| document.root).collect();
    while let Some(node) = waiting.pop() {
        if tree.kind(node).is_mapping() {
            mapping(tree, node, spans);
            if !secrets.contains(&node) {
                by_shape::secret_like(tree, node, spans);
            }
        } else if tree.kind(node).is_sequence() {
            flags(tree, node, spans);
        } else if tree.kind(node).is_scalar() && holds_secret(tree.source_text(node)) {
            spans.push(tree.span(node));
        }
        let children = tree.children(node);
        let is_waiting = |child: &NodeId| !tree.kind(*child).is_scalar() || may_hold_secret(*child);
        waiting.extend(children.filter(is_waiting));
    }
}

fn mapping(tree: &SyntaxTree, node: NodeId, spans: &mut Vec<Span>) {
    // A duplicate key has two values.
    let (mut names, mut values) = (Vec::new(), Vec::new());
    let (mut has_target, mut has_merge) = (false, false);
    for entry in tree.entries(node) {
        let held = tree.resolve(entry.value);
        let key = &*decoded(tree, tree.resolve(entry.key));
        let kind = tree.kind(held);
        has_target |= key == "target";
        has_merge |= key == "<<";
        // A constant, and not what computes the value.
        let is_constant = || unquoted(tree, held).starts_with(['\'', '"']);
        if is_like(key, VALUE) || key == "default" || (key == "expression" && is_constant()) {
            values.push(held);
        }
        if kind.is_scalar() {
            if NAMES.iter().any(|name| is_like(key, name)) {
                names.push(held);
            }
            if may_name(key) && names_credential(key, unquoted(tree, held)) {
                spans.push(tree.span(held));
            }
        } else if !may_name(key) {
            // The key does not apply to the contents of the list or mapping.
        } else if kind.is_sequence() {
            let items = tree.items(held).map(|item| tree.resolve(item));
            let scalars = items.filter(|item| tree.kind(*item).is_scalar());
            let credentials = scalars.filter(|item| names_credential(key, unquoted(tree, *item)));
            spans.extend(credentials.map(|item| tree.span(item)));
        } else if names_credential(key, SOMETHING) {
            let inner = named(tree, held, "value").filter(|inner| tree.kind(*inner).is_scalar());
            spans.extend(inner.map(|inner| tree.span(inner)));
        }
    }
    let all = has_merge.then(|| merged(tree, node));
    for merged in all.into_iter().flatten() {
        for entry in tree.entries(merged).take(MAX_MERGED) {
            let held = tree.resolve(entry.value);
            let key = tree.key_text(entry.key);
            if is_like(&key, VALUE) {
                values.push(held);
            } else if tree.kind(held).is_scalar() && NAMES.iter().any(|name| is_like(&key, name)) {
                names.push(held);
            }
        }
    }
    if has_target {
        patch_of_secret(tree, node, spans);
    }
    for value in values {
        let is_scalar = tree.kind(value).is_scalar();
        let text = if is_scalar {
            unquoted(tree, value)
        } else {
            SOMETHING
        };
        let mut names = names.iter().map(|name| decoded(tree, *name));
        if names.any(|name| names_credential(&name, text)) {
            by_shape::scalars(tree, value, spans);
        }
    }
}

/// Maximum number of entries of a merged mapping that are looked at, because many mappings can merge the same one.
const MAX_MERGED: usize = 16;

/// Mappings that `<<` merges into a mapping.
fn merged(tree: &SyntaxTree, mapping: NodeId) -> Vec<NodeId> {
    let mut all = Vec::new();
    for value in named(tree, mapping, "<<") {
        match tree.kind(value).is_sequence() {
            true => all.extend(
                tree.items(value)
                    .take(MAX_MERGED)
                    .map(|item| tree.resolve(item)),
            ),
            false => all.push(value),
        }
    }
    all
}

/// Adds the patch of an entry whose target is a Secret.
fn patch_of_secret(tree: &SyntaxTree, node: NodeId, spans: &mut Vec<Span>) {
    let is_secret = |target| {
        let mut kinds = named(tree, target, "kind").filter(|kind| tree.kind(*kind).is_scalar());
        kinds.any(|kind| unquoted(tree, kind).starts_with("Secret"))
    };
    if named(tree, node, "target").any(is_secret) {
        let patches = named(tree, node, "patch");
        patches.for_each(|patch| by_shape::scalars(tree, patch, spans));
    }
}

/// Keys whose values name the value next to them.
const NAMES: [&str; 3] = ["name", "key", "header"];

/// Key of the value that they name.
const VALUE: &str = "value";

/// Whether a key is `name`, or is misspelled so that it was probably meant.
fn is_like(key: &str, name: &str) -> bool {
    let length = key.len();
    if !(3..=8).contains(&length) || length.abs_diff(name.len()) > 2 {
        return false;
    }
    if key == name {
        return true;
    }
    let distance = 1 + usize::from(name == VALUE && length == 3);
    // One typo leaves the first or the last letter as it is. Most keys have neither, and are not copied.
    let (own, meant) = (key.as_bytes(), name.as_bytes());
    let may_be_meant = distance > 1
        || own[..1].eq_ignore_ascii_case(&meant[..1])
        || own[length - 1..].eq_ignore_ascii_case(&meant[meant.len() - 1..]);
    may_be_meant && key != "kind" && is_within(&key.to_ascii_lowercase(), name, distance)
}

/// Sample value with no known format.
const SOMETHING: &str = "a1b2c3d4";

/// Adds the list item after a flag such as `--password`.
fn flags(tree: &SyntaxTree, node: NodeId, spans: &mut Vec<Span>) {
    let mut flag = "";
    for item in tree.items(node) {
        let item = tree.resolve(item);
        let is_scalar = tree.kind(item).is_scalar();
        let word = if is_scalar { unquoted(tree, item) } else { "" };
        if is_scalar && !word.starts_with('-') && names_credential(flag, word) {
            spans.push(tree.span(item));
        }
        if let Some(from) = user_and_password(flag, word) {
            let span = tree.span(item);
            let quote = span.end - span.start - u32::try_from(word.len()).unwrap_or(0);
            let from = u32::try_from(from).unwrap_or(0);
            spans.push(Span::new(
                span.start + quote / 2 + from,
                span.end - quote / 2,
            ));
        }
        flag = word
            .strip_prefix('-')
            .map_or("", |rest| rest.trim_start_matches('-'));
    }
}

/// Whether the string of a scalar contains a Secret, such as the last applied configuration of `kubectl apply`, or a
/// patch.
fn holds_secret(written: &str) -> bool {
    let has_literals = written.contains("literals");
    let is_kind = |at: usize| {
        let behind =
            written[at + "kind".len()..].trim_start_matches(['"', '\'', '\\', ':', ' ', '\n']);
        let Some(behind) = behind.strip_prefix("Secret") else {
            return false;
        };
        (has_literals && behind.starts_with("Generator"))
            || !behind.starts_with(|c: char| c.is_ascii_alphanumeric())
    };
    if written.contains("/stringData/") {
        return true;
    }
    let has_values = || has_literals || written.contains("data") || written.contains("stringData");
    memchr::memmem::find_iter(written.as_bytes(), b"kind").any(is_kind) && has_values()
}

/// String that a key or a name means: `"pass\x77ord"` is `password`.
fn decoded(tree: &SyntaxTree, node: NodeId) -> Cow<'_, str> {
    let written = unquoted(tree, node);
    match tree.kind(node) {
        NodeKind::DoubleQuoted if written.contains('\\') => tree.decoded(node),
        _ => written.into(),
    }
}

/// Source text of a scalar without its quotes. Escapes are kept.
fn unquoted(tree: &SyntaxTree, node: NodeId) -> &str {
    match tree.kind(node) {
        NodeKind::SingleQuoted => tree.source_text(node).trim_matches('\''),
        NodeKind::DoubleQuoted => tree.source_text(node).trim_matches('"'),
        _ => tree.source_text(node),
    }
}

#[cfg(test)]
mod tests {
    use super::{NAMES, VALUE, is_like};

    #[test]
    fn each_single_typo_of_a_name_is_meant() {
        for name in NAMES.into_iter().chain([VALUE]) {
            for at in 0..name.len() {
                let (before, after) = name.split_at(at);
                let missing = format!("{before}{}", &after[1..]);
                let wrong = format!("{before}Q{}", &after[1..]);
                let more = format!("{before}q{after}");
                let swapped = after[1..].chars().next().map(|next| {
                    let rest = &after[1 + next.len_utf8()..];
                    format!("{before}{next}{}{rest}", &after[..1])
                });
                for typo in [Some(missing), Some(wrong), Some(more), swapped] {
                    let typo = typo.filter(|typo| (3..=8).contains(&typo.len()));
                    assert!(typo.is_none_or(|typo| is_like(&typo, name)), "{name} {at}");
                }
            }
        }
        assert!(is_like("val", VALUE) && is_like("alu", VALUE));
        assert!(!is_like("kind", "key") && !is_like("image", "name"));
    }
}

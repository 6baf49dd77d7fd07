//! Credentials of objects that resemble a Secret: a kind, or the name of a field, is misspelled.

use podwright_syntax::text::{Span, is_within};
use podwright_syntax::{NodeId, SyntaxTree};

use crate::names::split;

/// Fields of a Secret, and of its metadata, that contain no credential.
const HARMLESS: [&str; 9] =
    split("apiVersion kind metadata type immutable name namespace labels annotations");

/// Fields with the values of a Secret.
const VALUES: [&str; 2] = ["data", "stringData"];

/// Adds the scalars in fields that a Secret does not have, of the Secret at `object`.
pub(crate) fn unknown_fields(tree: &SyntaxTree, object: NodeId, spans: &mut Vec<Span>) {
    for entry in tree.entries(object) {
        let key = tree.key_text(entry.key);
        if !HARMLESS.contains(&&*key) && !VALUES.contains(&&*key) {
            scalars(tree, entry.value, spans);
        }
    }
}

/// Adds everything that may be a credential in a mapping that resembles a Secret, or a list of Secrets. Returns whether it
/// does.
pub(crate) fn secret_like(tree: &SyntaxTree, mapping: NodeId, spans: &mut Vec<Span>) {
    let mut is_secret = false;
    let mut is_list = false;
    for entry in tree.entries(mapping) {
        let key = tree.key_text(entry.key);
        if !may_tell(&key) {
            continue;
        }
        let key = normalized(&key);
        let value = tree.resolve(entry.value);
        if key == "kind" && tree.kind(value).is_scalar() {
            let kind = normalized(tree.source_text(value));
            is_list |= kind == "secretlist";
            if kind == "secretgenerator" {
                literals(tree, mapping, spans);
            }
            is_secret |= is_within(&kind, "secret", 1);
        }
        is_secret |= is_within(&key, "stringdata", 2);
    }
    if !is_secret && !is_list {
        return;
    }
    for entry in tree.entries(mapping) {
        let key = tree.key_text(entry.key);
        if is_list && key == "items" {
            for item in tree.items(tree.resolve(entry.value)) {
                fields(tree, tree.resolve(item), spans);
            }
        }
    }
    if is_secret {
        fields(tree, mapping, spans);
    }
}

/// Whether a key may be `kind` or similar to `stringData`, which tell a Secret. Most are not, and are not copied to be
/// compared.
fn may_tell(key: &str) -> bool {
    let letters = || key.bytes().filter(u8::is_ascii_alphanumeric);
    let is_other = |byte: &u8| !b"stringda".contains(&byte.to_ascii_lowercase());
    (key.len() >= "stringdata".len() - 2 && letters().filter(is_other).take(3).count() < 3)
        || letters()
            .next()
            .is_some_and(|byte| byte.eq_ignore_ascii_case(&b'k'))
}

/// Adds the literals of a generator that is an object.
fn literals(tree: &SyntaxTree, generator: NodeId, spans: &mut Vec<Span>) {
    for entry in tree.entries(generator) {
        if tree.key_text(entry.key) == "literals" {
            scalars(tree, entry.value, spans);
        }
    }
}

/// Adds the scalars of all fields that are not harmless, except those that the decoded Secret has.
fn fields(tree: &SyntaxTree, mapping: NodeId, spans: &mut Vec<Span>) {
    for entry in tree.entries(mapping) {
        let is_harmless = HARMLESS.iter().any(|own| {
            let key = tree.key_text(entry.key);
            key.eq_ignore_ascii_case(own)
        });
        if !is_harmless {
            scalars(tree, entry.value, spans);
        }
    }
}

/// Adds all scalars at and below `id`.
pub(crate) fn scalars(tree: &SyntaxTree, id: NodeId, spans: &mut Vec<Span>) {
    let mut waiting = vec![id];
    while let Some(id) = waiting.pop() {
        if tree.kind(id).is_mapping() {
            waiting.extend(tree.entries(id).map(|entry| tree.resolve(entry.value)));
        } else if tree.kind(id).is_sequence() {
            waiting.extend(tree.items(id).map(|item| tree.resolve(item)));
        } else {
            spans.push(tree.span(id));
        }
    }
}

/// Lower case, without separators and quotes.
fn normalized(key: &str) -> String {
    let letters = key.chars().filter(|c| c.is_alphanumeric()).take(32);
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

//! Credentials recognized by the kind of their object: Secrets, docker configs, registry settings.

use podwright_model::{Body, DockerDocument, Object, Secret};
use podwright_syntax::text::Span;
use podwright_syntax::{NodeId, SyntaxErrorKind, SyntaxTree};

use crate::by_shape;
use crate::contents::Contents;
use crate::names::split;
use crate::span::end;

/// Adds the values of Secrets, docker configs, Secret generators, and environment variables of credential plugins.
pub(crate) fn find(file: Contents<'_>, spans: &mut Vec<Span>) {
    if let Some(document) = file.docker_config {
        docker(file.tree, document, spans);
    }
    if file.is_runtime_config {
        registries(file, spans);
    }
    for object in file.objects {
        match &object.body {
            Body::Secret(secret) => secret_values(file.tree, object, secret, spans),
            Body::CredentialProviderConfig(_) => variables(file.tree, object.node, spans),
            _ => {}
        }
    }
    if file.is_kustomization {
        literals(file.tree, spans);
    }
    broken_secrets(file, spans);
}

/// Keys in the configuration of containerd and of registries that contain registry credentials or headers.
const REGISTRY_KEYS: [&str; 8] =
    split("auth auths header headers identity_token identitytoken password username");

/// Adds registry credentials from a container runtime configuration. If it is malformed or a template, adds every line that
/// may contain one.
fn registries(file: Contents<'_>, spans: &mut Vec<Span>) {
    let tree = file.tree;
    if let Some(document) = tree.documents().first() {
        under_registry_keys(tree, document.root, spans);
    }
    let is_template = tree.text().is_empty() && !file.source.text.is_empty();
    if is_template || !tree.errors().is_empty() {
        let values = values_of_lines(&file.source.text, 0, |line| {
            let lower = line.to_lowercase();
            let mut words = REGISTRY_KEYS.into_iter().chain(["://"]);
            let may_hold = words.any(|word| lower.contains(word));
            may_hold.then(|| line.find(['=', ':']).map_or(0, |at| at + 1))
        });
        spans.extend(values);
    }
}

fn under_registry_keys(tree: &SyntaxTree, node: NodeId, spans: &mut Vec<Span>) {
    for entry in tree.entries(node) {
        let key = tree.key_text(entry.key).to_lowercase();
        if REGISTRY_KEYS.contains(&&*key) {
            scalars(tree, entry.value, spans);
        } else {
            under_registry_keys(tree, entry.value, spans);
        }
    }
    for item in tree.items(node) {
        under_registry_keys(tree, item, spans);
    }
    let has_password = |text: &str| text.contains("://") && text.contains('@');
    if tree.kind(node).is_scalar() && has_password(tree.source_text(node)) {
        spans.push(tree.span(node));
    }
}

/// Adds every value, including those of duplicate keys.
fn secret_values(tree: &SyntaxTree, object: &Object, secret: &Secret, spans: &mut Vec<Span>) {
    let document = DockerDocument::in_secret(tree, secret);
    by_shape::unknown_fields(tree, object.node, spans);
    let lists = ["data", "stringData"];
    for list in lists.iter().flat_map(|list| named(tree, object.node, list)) {
        if !tree.kind(list).is_mapping() {
            spans.push(tree.span(list));
        }
        for entry in tree.entries(list) {
            let value = tree.resolve(entry.value);
            match &document {
                Some(document) if document.holder == Some(value) => docker(tree, document, spans),
                _ => by_shape::scalars(tree, value, spans),
            }
        }
    }
}

/// Adds `providers[].env[].value` of a CredentialProviderConfig, including misspelled variants.
fn variables(tree: &SyntaxTree, config: NodeId, spans: &mut Vec<Span>) {
    let lists = named(tree, config, "providers");
    for provider in lists.flat_map(|list| tree.items(list)) {
        for entry in tree.entries(tree.resolve(provider)) {
            let value = tree.resolve(entry.value);
            // Should be a list of names and values, under any key.
            if tree.kind(value).is_mapping() && tree.key_text(entry.key) != "tokenAttributes" {
                spans.push(tree.span(value));
            }
            for variable in tree.items(value) {
                for field in tree.entries(tree.resolve(variable)) {
                    if tree.key_text(field.key) != "name" {
                        by_shape::scalars(tree, tree.resolve(field.value), spans);
                    }
                }
            }
        }
    }
}

/// Fields of a secretGenerator that contain no values.
const GENERATOR_FIELDS: [&str; 9] =
    split("name namespace behavior type env envs files options kvSources");

/// Adds `secretGenerator[].literals` of a kustomization: `key=value`, also if its name is misspelled.
fn literals(tree: &SyntaxTree, spans: &mut Vec<Span>) {
    for document in tree.documents() {
        let generators = named(tree, document.root, "secretGenerator");
        for generator in generators.flat_map(|list| tree.items(list)) {
            for entry in tree.entries(tree.resolve(generator)) {
                if !GENERATOR_FIELDS.contains(&&*tree.key_text(entry.key)) {
                    by_shape::scalars(tree, tree.resolve(entry.value), spans);
                }
            }
        }
    }
}

/// Values of all entries with this name.
pub(crate) fn named<'t>(
    tree: &'t SyntaxTree,
    mapping: NodeId,
    name: &'t str,
) -> impl Iterator<Item = NodeId> + 't {
    let entries = tree.entries(mapping);
    entries
        .filter(move |entry| tree.key_text(entry.key) == name)
        .map(|entry| tree.resolve(entry.value))
}

/// Adds the contents of a docker config. Keys and registries may be shown if they are identified with certainty.
fn docker(tree: &SyntaxTree, document: &DockerDocument, spans: &mut Vec<Span>) {
    let inner = document.tree(tree);
    let root = inner.documents().first().map(|document| document.root);
    let is_certain = inner.errors().iter().all(|error| {
        matches!(
            error.kind,
            SyntaxErrorKind::TrailingComma
                | SyntaxErrorKind::MissingComma
                | SyntaxErrorKind::MissingValue
                | SyntaxErrorKind::ByteOrderMark
        )
    });
    match root {
        Some(root) if is_certain && document.is_mapped() => {
            let mut values = Vec::new();
            scalars(inner, root, &mut values);
            spans.extend(values.into_iter().map(|span| document.outer(tree, span)));
        }
        _ => spans.push(document.outer(tree, Span::new(0, end(inner.text())))),
    }
}

/// Adds the scalars below `id`, and keys that may contain a password: `https://user:password@host`, `host?token=x`.
fn scalars(tree: &SyntaxTree, id: NodeId, spans: &mut Vec<Span>) {
    if tree.kind(id).is_mapping() {
        for entry in tree.entries(id) {
            let key = tree.source_text(entry.key);
            if key.contains('@') || (key.contains('?') && key.contains('=')) {
                spans.push(tree.span(entry.key));
            }
            scalars(tree, entry.value, spans);
        }
    } else if tree.kind(id).is_sequence() {
        for item in tree.items(id) {
            scalars(tree, item, spans);
        }
    } else if !tree.span(id).is_empty() {
        spans.push(tree.span(id));
    }
}

/// In a malformed document, the end of a value is uncertain. If the document may be a Secret, everything after a colon
/// is redacted, except what is known not to be a credential.
fn broken_secrets(file: Contents<'_>, spans: &mut Vec<Span>) {
    let documents = file.tree.documents().iter();
    let broken: Vec<Span> = documents
        .filter(|document| document.broken && may_be_secret(file.tree.slice(document.span)))
        .map(|document| document.span)
        .collect();
    if broken.is_empty() {
        return;
    }
    let objects = file.objects.iter();
    let mut harmless: Vec<Span> = objects
        .flat_map(|object| harmless(file.tree, object))
        .collect();
    harmless.sort_unstable();
    let is_harmless = |value: Span| {
        let before = harmless.partition_point(|span| span.start <= value.start);
        before > 0 && harmless[before - 1].contains(value)
    };
    for document in broken {
        let text = file.tree.slice(document);
        let values = values_of_lines(text, document.start, |line| {
            let without_indent = line.trim_start_matches([' ', '-']);
            let indent = line.len() - without_indent.len();
            Some(line.find(": ").map_or(indent, |colon| colon + 2))
        });
        spans.extend(values.filter(|value| !is_harmless(*value)));
    }
}

/// Whether a malformed text may be a Secret: it has the kind as a word, or the name of a field that only Secrets have.
fn may_be_secret(text: &str) -> bool {
    let is_word = |at: usize| {
        let before = text[..at].chars().next_back();
        let after = text[at + "Secret".len()..].chars().next();
        let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        !is_part(before) && !is_part(after)
    };
    let mut kinds = memchr::memmem::find_iter(text.as_bytes(), b"Secret");
    kinds.any(is_word) || text.contains("stringData")
}

/// The rest of each line of `text`, which starts at offset `start`, from where `value_at` says that a value begins.
fn values_of_lines(
    text: &str,
    start: u32,
    value_at: impl Fn(&str) -> Option<usize>,
) -> impl Iterator<Item = Span> {
    let mut next = start;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = next;
        next += end(line);
        let from = value_at(line)?;
        let span = Span::new(start + end(&line[..from]), start + end(line.trim_end()));
        (span.start < span.end).then_some(span)
    })
}

/// Spans of an object that are never credentials, whatever else its document contains.
fn harmless(tree: &SyntaxTree, object: &Object) -> Vec<Span> {
    let fields = [
        &object.api_version,
        &object.kind,
        &object.metadata.name,
        &object.metadata.namespace,
    ];
    let nodes = fields.into_iter().filter_map(|field| field.node());
    nodes.map(|id| tree.span(id)).collect()
}

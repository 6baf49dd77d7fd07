//! Redaction of credentials by kind: Secrets, docker configs, registry settings.

use super::end;
use crate::workspace::File;
use podwright_model::{Body, DockerDocument, Object, Secret};
use podwright_syntax::text::Span;
use podwright_syntax::{NodeId, SyntaxErrorKind, SyntaxTree};

/// Adds the values of Secrets, docker configs, Secret generators, and environment variables of credential plugins.
pub(super) fn declared(file: &File, spans: &mut Vec<Span>) {
    if let Some(document) = &file.docker_config {
        docker(&file.tree, document, spans);
    }
    if file.runtime_config.is_some() {
        registries(file, spans);
    }
    for object in &file.objects {
        match &object.body {
            Body::Secret(secret) => secret_values(&file.tree, object, secret, spans),
            Body::CredentialProviderConfig(_) => variables(&file.tree, object.node, spans),
            _ => {}
        }
    }
    if file.kustomization.is_some() {
        literals(&file.tree, spans);
    }
    broken_secrets(file, spans);
}

/// Keys in containerd's configuration that contain registry credentials or headers.
const REGISTRY_KEYS: [&str; 6] = [
    "auth",
    "auths",
    "headers",
    "identitytoken",
    "password",
    "username",
];

/// Adds registry credentials from a container runtime configuration. If it is malformed, adds every line that may
/// contain one.
fn registries(file: &File, spans: &mut Vec<Span>) {
    let tree = &file.tree;
    if let Some(document) = tree.documents().first() {
        under_registry_keys(tree, document.root, spans);
    }
    if !tree.errors().is_empty() {
        let mut start = 0;
        for line in file.source.text.split_inclusive('\n') {
            let lower = line.to_lowercase();
            if REGISTRY_KEYS.iter().any(|key| lower.contains(key)) || lower.contains("://") {
                let from = line.find('=').map_or(0, |at| at + 1);
                spans.push(Span::new(
                    start + end(&line[..from]),
                    start + end(line.trim_end()),
                ));
            }
            start += end(line);
        }
    }
}

fn under_registry_keys(tree: &SyntaxTree, node: NodeId, spans: &mut Vec<Span>) {
    for entry in tree.entries(node) {
        let key = tree.key_text(entry.key).to_lowercase();
        if REGISTRY_KEYS.contains(&key.as_str()) {
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
    let lists = ["data", "stringData"];
    for list in lists.iter().flat_map(|list| named(tree, object.node, list)) {
        if !tree.kind(list).is_mapping() {
            spans.push(tree.span(list));
        }
        for entry in tree.entries(list) {
            let value = tree.resolve(entry.value);
            match &document {
                Some(document) if document.holder == Some(value) => docker(tree, document, spans),
                _ => spans.push(tree.span(value)),
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
                let values = named(tree, tree.resolve(variable), "value");
                spans.extend(values.map(|value| tree.span(value)));
            }
        }
    }
}

/// Adds `secretGenerator[].literals` of a kustomization: `key=value`.
fn literals(tree: &SyntaxTree, spans: &mut Vec<Span>) {
    for document in tree.documents() {
        let generators = named(tree, document.root, "secretGenerator");
        for generator in generators.flat_map(|list| tree.items(list)) {
            for list in named(tree, tree.resolve(generator), "literals") {
                let is_list = tree.kind(list).is_sequence();
                let items = tree.items(list).map(|item| tree.span(tree.resolve(item)));
                spans.extend(items);
                spans.extend((!is_list).then(|| tree.span(list)));
            }
        }
    }
}

/// Values of all entries with this name.
fn named<'t>(
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
fn broken_secrets(file: &File, spans: &mut Vec<Span>) {
    for (index, document) in file.tree.documents().iter().enumerate() {
        let text = file.tree.slice(document.span);
        if !document.broken || !text.contains("Secret") {
            continue;
        }
        let own = file.objects_of(index).iter();
        let mut harmless: Vec<Span> = own
            .flat_map(|object| harmless(&file.tree, object))
            .collect();
        harmless.sort_unstable();
        let is_harmless = |value: Span| {
            let before = harmless.partition_point(|span| span.start <= value.start);
            before > 0 && harmless[before - 1].contains(value)
        };
        let mut start = document.span.start;
        for line in text.split_inclusive('\n') {
            let next = start + end(line);
            let from = line.find(": ").map_or_else(
                || line.len() - line.trim_start_matches([' ', '-']).len(),
                |colon| colon + 2,
            );
            let value = Span::new(start + end(&line[..from]), start + end(line.trim_end()));
            start = next;
            if value.start < value.end && !is_harmless(value) {
                spans.push(value);
            }
        }
    }
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

use crate::podwright::object_too_large;
use crate::syntax::yaml_separator_splits_scalar::Cuts;
use podwright_cluster::workspace::File;
use podwright_model::{Field, MappingReader, Object, TYPE_FIELDS, list_items, misspelled};
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_syntax::{Document, NodeId, Scalar};

declare_rule! {
    name: "object-type-missing",
    summary: "object without a valid `apiVersion` or `kind`",
    severity: Error,
    since: "0.1.0",
    hooks: { object: check, file: documents },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let tree = cx.tree();
    if tree.documents()[object.document].broken || tree.is_recovered(object.node) {
        return;
    }
    // A patch with a target needs no type.
    if cx.workspace.is_patch(cx.file_id) || object.is_program_configuration() {
        return;
    }
    let is_named = tree.get(object.node, "metadata").is_some();
    for (name, field) in TYPE_FIELDS
        .into_iter()
        .zip([&object.api_version, &object.kind])
    {
        if let Some(entry) = misspelled(tree, object.node, name) {
            misspelled_key(object.node, entry.key, name, cx);
            continue;
        }
        let (node, message) = match *field {
            Field::Missing => {
                let other = TYPE_FIELDS
                    .iter()
                    .find_map(|name| tree.get(object.node, name));
                let node = other.map_or(object.node, |entry| entry.key);
                (node, format!("object has no `{name}`"))
            }
            Field::Null(node) if is_named => (node, format!("`{name}` is empty")),
            Field::Invalid(node) if is_named => (
                node,
                format!("`{name}` must be a string, but this is {}", found(node, cx)),
            ),
            Field::Value(ref text, node) if text.is_empty() => (node, format!("`{name}` is empty")),
            _ => continue,
        };
        cx.report(node, message)
            .note(consequence(name))
            .help(format!(
                "set `{name}` to the {} of the object",
                meaning(name)
            ));
    }
}

fn misspelled_key(mapping: NodeId, key: NodeId, name: &str, cx: &mut RuleContext<'_>) {
    let tree = cx.tree();
    let written = tree.key_text(key);
    let has_mark = written.starts_with('\u{feff}');
    let message = match has_mark {
        true => format!("a byte order mark precedes `{name}`"),
        false => format!("field `{written}` must be written `{name}`"),
    };
    let note = match has_mark {
        true => format!(
            "kubectl skips a byte order mark only at the start of a document: here it is a part of the field name, so \
             {}",
            consequence(name)
        ),
        false => format!("field names are case-sensitive: {}", consequence(name)),
    };
    let help = match has_mark {
        true => "remove the invisible character U+FEFF".to_owned(),
        false => format!("use `{name}`"),
    };
    let is_free = tree.get(mapping, name).is_none() && !tree.is_anchored(key);
    let fix = is_free.then(|| cx.replace(key, name, Applicability::Safe));
    cx.report(key, message).note(note).help(help).fix(fix);
}

/// What kubectl does without the field. `unstructuredJSONScheme.Decode` of apimachinery requires the kind, and
/// `RESTMapping` the API version.
fn consequence(name: &str) -> &'static str {
    match name {
        "kind" => "kubectl rejects the object with `Object 'Kind' is missing`",
        _ => "kubectl rejects the object: it finds no resource without an API version",
    }
}

fn meaning(name: &str) -> &'static str {
    match name {
        "kind" => "kind",
        _ => "API version",
    }
}

/// Describes the value of a node.
fn found(node: NodeId, cx: &RuleContext<'_>) -> &'static str {
    let tree = cx.tree();
    match tree.scalar(node) {
        Scalar::Bool(_) => "a boolean",
        Scalar::Int(_) | Scalar::UInt(_) | Scalar::Float(_) => "a number",
        _ if tree.kind(node).is_mapping() => "a mapping",
        _ if tree.kind(node).is_sequence() => "a list",
        _ => "not one",
    }
}

/// Checks the documents of a manifest that are not objects, and the items of its lists.
fn documents(file: &File, cx: &mut RuleContext<'_>) {
    let is_applied = file.objects.iter().any(|object| {
        object.kind.text().is_some()
            && object.api_version.text().is_some()
            && !object.is_program_configuration()
    });
    let is_other = file.kustomization.is_some()
        || file.docker_config.is_some()
        || cx.workspace.is_patch(cx.file_id)
        || cx.workspace.is_plugin_configuration(cx.file_id);
    if is_other {
        return;
    }
    let cuts = Cuts::of(&file.tree);
    let mut count = 0;
    for (document, index) in file.tree.documents().iter().zip(0..) {
        if document.broken || file.tree.is_recovered(document.root) {
            continue;
        }
        items(document.root, 0, cx);
        let is_rest = cuts.leave(document);
        if is_applied && file.objects_of(index).is_empty() && !is_rest && count < MAX_COUNT {
            count += usize::from(no_object(document, cx));
        }
    }
}

/// Maximum number of documents in a file that are reported. More have the same cause.
const MAX_COUNT: usize = 10;

/// Reports a document that is not an object. Returns whether it did.
fn no_object(document: &Document, cx: &mut RuleContext<'_>) -> bool {
    let tree = cx.tree();
    let root = tree.resolve(document.root);
    let is_list = MappingReader::new(tree, root)
        .and_then(list_items)
        .is_some();
    let is_mapping = tree.kind(root).is_mapping();
    let is_empty =
        tree.scalar(root) == Scalar::Null || (is_mapping && tree.entries(root).next().is_none());
    let is_template = podwright_model::has_template_syntax(tree.slice(tree.span(root)));
    if is_list || is_empty || is_template {
        return false;
    }
    let (message, help) = match is_mapping {
        true => (
            "document has neither `apiVersion` nor `kind`",
            "add `apiVersion` and `kind`, or indent it like the object that it belongs to",
        ),
        false => (
            "document is not an object",
            "remove the document, or write it as a comment",
        ),
    };
    cx.report_missing(root, message)
        .note("kubectl applies the other documents of the file and fails with `Object 'Kind' is missing`")
        .help(help);
    true
}

/// Maximum nesting depth of lists in lists, as for `podwright_model::decode`.
const MAX_DEPTH: usize = 8;

/// Checks that every item of a list is an object.
fn items(node: NodeId, depth: usize, cx: &mut RuleContext<'_>) {
    let tree = cx.tree();
    let of_list = MappingReader::new(tree, node).and_then(list_items);
    for item in of_list.into_iter().flatten() {
        let item = tree.resolve(item);
        if tree.kind(item).is_mapping() {
            if depth < MAX_DEPTH {
                items(item, depth + 1, cx);
            } else if MappingReader::new(tree, item)
                .and_then(list_items)
                .is_some()
            {
                object_too_large::nested_lists(item, MAX_DEPTH, cx);
            }
            continue;
        }
        let text = tree.source_text(item);
        if tree.is_recovered(item) || podwright_model::has_template_syntax(text) {
            continue;
        }
        let message = match tree.scalar(item) {
            Scalar::Null => "item of a list is empty",
            _ => "item of a list is not an object",
        };
        cx.report(item, message)
            .note("kubectl rejects the item: it has no `kind`")
            .help("write a whole object, or remove the item");
    }
}

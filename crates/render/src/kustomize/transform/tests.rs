//! Each file in `tests` is a kustomization, its objects, and what `kustomize build` (api 0.21.2) makes of them: the
//! `expected` objects, or an `error` at the text that follows. `origins` tells for fields which bytes are copied from
//! which line (`text@line`) or made at the request of it (`text~line`).

use std::fmt::Write as _;
use std::path::Path;

use podwright_syntax::text::FileId;

use super::{Image, LabelEntry, Namespace, Replica, Subjects, add_prefix, add_suffix, set_pairs};
use crate::kustomize::config::{Section, TransformerConfig};
use crate::kustomize::fields::{Fields, Strictness};
use crate::kustomize::name_reference::fix_references;
use crate::kustomize::replacement::{self, Replacement};
use crate::kustomize::resource::Resource;
use crate::kustomize::variables::{Variable, Variables};
use crate::{Node, RenderError, emit};
use crate::{Origin, Text};

const KUSTOMIZATION: Strictness = Strictness::Kustomization;

/// Applies the fields of a kustomization in the order of kustomize.
fn build(kustomization: &Node, resources: &mut [Resource]) -> Result<(), RenderError> {
    let builtin = TransformerConfig::builtin();
    let known = [
        "apiVersion",
        "kind",
        "resources",
        "namespace",
        "namePrefix",
        "nameSuffix",
        "labels",
        "commonLabels",
        "commonAnnotations",
        "replicas",
        "images",
        "replacements",
        "vars",
    ];
    let fields = Fields::new(kustomization, KUSTOMIZATION, &known)?;
    if let Some(name) = &fields.text("namespace")? {
        let namespace = Namespace {
            name,
            specs: builtin.specs(Section::Namespace),
            unset_only: false,
            subjects: Subjects::default(),
        };
        namespace.apply(resources)?;
    }
    if let Some(prefix) = fields.text("namePrefix")? {
        add_prefix(resources, &prefix, builtin.specs(Section::NamePrefix))?;
    }
    if let Some(suffix) = fields.text("nameSuffix")? {
        add_suffix(resources, &suffix, builtin.specs(Section::NameSuffix))?;
    }
    for item in fields.list("labels")? {
        let entry = LabelEntry::read(item, KUSTOMIZATION)?;
        set_pairs(resources, &entry.pairs, &entry.specs(&builtin)?)?;
    }
    let labels = fields.pairs("commonLabels")?;
    set_pairs(resources, &labels, builtin.specs(Section::CommonLabels))?;
    let annotations = fields.pairs("commonAnnotations")?;
    set_pairs(
        resources,
        &annotations,
        builtin.specs(Section::CommonAnnotations),
    )?;
    for item in fields.list("replicas")? {
        Replica::read(item, KUSTOMIZATION)?.apply(resources, builtin.specs(Section::Replicas))?;
    }
    for item in fields.list("images")? {
        Image::read(item, KUSTOMIZATION)?.apply(resources, builtin.specs(Section::Images))?;
    }
    let replacements: Vec<Replacement> = fields
        .list("replacements")?
        .iter()
        .map(|item| Replacement::read(item, KUSTOMIZATION))
        .collect::<Result<_, _>>()?;
    replacement::apply(&replacements, resources)?;
    let declared: Vec<Variable> = fields
        .list("vars")?
        .iter()
        .map(|item| Variable::read(item, KUSTOMIZATION))
        .collect::<Result<_, _>>()?;
    let mut variables = Variables::default();
    variables.declare(&declared, resources)?;
    fix_references(resources, &builtin)?;
    variables.resolve(resources, &builtin)?;
    Ok(())
}

fn json(yaml: &str) -> Vec<serde_json::Value> {
    let tree = podwright_syntax::parse(yaml.into());
    assert!(tree.errors().is_empty(), "{:?}: {yaml}", tree.errors());
    let documents = tree.documents().iter();
    let roots = documents.map(|document| tree.to_json(document.root).expect("JSON"));
    roots.collect()
}

/// The value at a path `a.b.0`.
fn value<'n>(node: &'n Node, path: &str) -> Option<&'n Node> {
    path.split('.')
        .try_fold(node, |node, part| match node.list() {
            Some(items) => items.get(part.parse::<usize>().ok()?),
            None => node.get(&part.replace(',', ".")),
        })
}

fn origins(text: &Text, source: &str) -> String {
    let mut out = String::new();
    for (range, origin) in text.runs() {
        let mark = match origin {
            Origin::Copied(_) => '@',
            Origin::Made { .. } => '~',
            Origin::Nowhere => '!',
        };
        let at = origin
            .locations()
            .next()
            .map_or(0, |at| at.span.start as usize);
        let line = source[..at].matches('\n').count() + 1;
        let part = text.as_str()[range].replace('\n', "\\n");
        let _ = write!(out, " {part}{mark}{line}");
    }
    out.trim_start().to_owned()
}

fn check(name: &str, file: &str) {
    let (source, answer) = file.split_once("\n=== ").expect("an answer");
    let tree = podwright_syntax::parse(source.into());
    let mut documents = crate::documents(&tree, FileId(0))
        .expect("valid")
        .into_iter();
    let kustomization = documents.next().expect("a kustomization");
    let mut resources: Vec<Resource> = documents.map(Resource::new).collect();
    let result = build(&kustomization, &mut resources);
    if let Some(at) = answer.strip_prefix("error\n") {
        let error = result.expect_err(name);
        let place = error
            .place
            .unwrap_or_else(|| panic!("{name}: no place: {error}"));
        let text = &source[place.span.start as usize..];
        assert!(
            text.starts_with(at.trim_end()),
            "{name}: {error} at {text:.60}"
        );
        return;
    }
    result.unwrap_or_else(|error| panic!("{name}: {error}"));
    let answer = answer.strip_prefix("expected\n").expect("expected objects");
    let (expected, wanted) = answer.split_once("=== origins\n").unwrap_or((answer, ""));
    let (output, _) = emit(resources.iter().map(|resource| &resource.node));
    assert_eq!(json(&output), json(expected), "{name}:\n{output}");
    let mut own = String::new();
    for line in wanted.lines() {
        let (field, _) = line.split_once(": ").expect("a field and its origins");
        let (object, path) = field.split_once(' ').expect("an object and a path");
        let resource = resources.iter().find(|resource| resource.kind() == object);
        let node = &resource.expect("an object of the kind").node;
        let value = value(node, path).and_then(Node::text).expect("a scalar");
        let _ = writeln!(own, "{field}: {}", origins(value, source));
    }
    assert_eq!(own, wanted, "{name}");
}

#[test]
fn kustomize_agrees() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kustomize/transform/tests");
    let mut count = 0;
    for entry in std::fs::read_dir(directory).expect("the directory of the cases") {
        let path = entry.expect("an entry").path();
        let file = std::fs::read_to_string(&path).expect("UTF-8");
        check(&path.file_stem().expect("a name").to_string_lossy(), &file);
        count += 1;
    }
    assert!(count > 20, "{count} cases");
}

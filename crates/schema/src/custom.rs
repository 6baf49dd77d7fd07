//! Kinds that CustomResourceDefinitions define, with their structural schemas.
//!
//! The API server rejects an object that breaks a CEL rule (`x-kubernetes-validations`), see [`rules`].

mod catalog;
mod cel_value;
mod completed;
pub(crate) mod declared;
pub(super) mod default;
mod fields;
mod format;
mod json_schema;
pub(super) mod judge;
mod kind;
mod limits;
mod operator;
pub mod rules;
mod source;
mod stored;
mod verdict;

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashMap;
use serde_json::Value as Json;

pub use catalog::Catalog;
use completed::Completed;
use json_schema::Dialect;
pub(crate) use kind::Release;
pub use kind::{Definition, Kind};
use limits::{Limits, texts};
use podwright_model::{MappingReader, Object};
use podwright_syntax::{NodeId, SyntaxTree};
use rules::{Apart, Compiled, RuleSource};
pub use source::Source;

use crate::table::Table;

/// Custom resource schemas by group, kind and version.
#[derive(Clone, Debug, Default)]
pub struct CustomKinds {
    /// What the files of the run define.
    by_group: FxHashMap<String, FxHashMap<String, Kind>>,
    completed: Completed,
    /// What else defines kinds, in order of precedence.
    catalogs: Vec<Arc<dyn Catalog>>,
}

/// A node of a structural schema.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Node {
    form: Form,
    /// Sorted by name.
    fields: Vec<(String, Self)>,
    required: Vec<String>,
    values: Vec<String>,
    /// Further limits of the value, if any.
    limits: Option<Box<Limits>>,
    list_type: ListType,
    is_nullable: bool,
    /// Whether the schema goes on deeper than [`MAX_DEPTH`].
    is_cut: bool,
    /// Schema of the items of a list, or of the values of a map.
    pub(crate) inner: Option<Box<Self>>,
    /// `x-kubernetes-preserve-unknown-fields`
    is_open: bool,
    /// Default value.
    default: Option<Json>,
    /// Whether it has `apiVersion`, `kind` and `metadata`: the root, or a node with `x-kubernetes-embedded-resource`.
    is_resource: bool,
    sentence: String,
    /// Whether it is an object that may have any fields, which expressions do not see.
    is_any_object: bool,
    /// How expressions read a string.
    text_format: TextFormat,
    /// `x-kubernetes-validations`
    rules: Vec<RuleSource>,
    /// Whether a schema in it has rules. Of the root only.
    has_rules: bool,
    /// Whether the subresource `status` drops the field from a new object. Of the root only.
    drops_status: bool,
    /// The compiled rules. Of the root only.
    compiled: Apart<OnceLock<Arc<Compiled>>>,
    /// The file of the definition. Of the root only.
    origin: Apart<Option<u32>>,
}

/// Formats of a string that are a type of their own in CEL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum TextFormat {
    #[default]
    Plain,
    Bytes,
    Date,
    DateTime,
    Duration,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Form {
    #[default]
    Any,
    Text,
    Boolean,
    Int32,
    Int64,
    Number,
    IntOrString,
    List,
    Map,
    Record,
}

/// Which items of a list must be unique: `x-kubernetes-list-type`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum ListType {
    #[default]
    Atomic,
    Set,
    /// Items must differ in the values of these keys.
    Map(Vec<String>),
}

impl CustomKinds {
    /// Kinds of a catalog.
    #[must_use]
    pub fn of_catalog(catalog: Arc<dyn Catalog>) -> Self {
        Self {
            by_group: FxHashMap::default(),
            catalogs: vec![catalog],
            completed: Completed::default(),
        }
    }

    /// What defines the kind, by the order of precedence: the files of the run, then catalogs (`schemas` of the
    /// configuration). A source that defines the kind is the only one that counts.
    fn definition(&self, group: &str, kind: &str) -> Option<&Kind> {
        let own = self.by_group.get(group).and_then(|kinds| kinds.get(kind));
        if own.is_some() || self.catalogs.is_empty() || is_built_in(group, kind) {
            return own;
        }
        let mut catalogs = self.catalogs.iter();
        catalogs.find_map(|catalog| catalog.kind(group, kind))
    }

    /// Looks up the schema of `kind` in `api_version`: that of the newest release which has this version.
    #[must_use]
    pub fn find(&self, api_version: &str, kind: &str) -> Option<&Node> {
        let newest = self.releases(api_version, kind).first();
        newest.map(|release| &*release.schema)
    }

    /// The releases of the definition of `kind` that have the version in `api_version`, newest first.
    pub(crate) fn releases(&self, api_version: &str, kind: &str) -> &[Release] {
        let known = api_version.rsplit_once('/').and_then(|(group, version)| {
            let known = self.definition(group, kind)?;
            Some(known.releases(version))
        });
        known.unwrap_or_default()
    }

    /// Returns whether any version of the group defines the kind.
    #[must_use]
    pub fn has_kind(&self, group: &str, kind: &str) -> bool {
        self.definition(group, kind).is_some()
    }

    /// Finds a group and kind that differ from these only in case.
    #[must_use]
    pub fn in_other_letters(&self, group: &str, kind: &str) -> Option<(&str, &str)> {
        let kinds = self.by_group.iter().flat_map(|(group, kinds)| {
            let kinds = kinds.keys().map(String::as_str);
            kinds.map(move |kind| (group.as_str(), kind))
        });
        let mut same = kinds.filter(|(own_group, own_kind)| {
            own_group.eq_ignore_ascii_case(group) && own_kind.eq_ignore_ascii_case(kind)
        });
        let own = same.next().or_else(|| {
            let mut catalogs = self.catalogs.iter();
            catalogs.find_map(|catalog| catalog.in_other_case(group, kind))
        });
        own.filter(|own| *own != (group, kind))
    }

    /// Returns whether no kinds are defined.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_group.is_empty() && self.catalogs.is_empty()
    }

    /// Whether something in the cluster may set fields of new objects that their author left out. This is certain not
    /// to be so only for kinds that are defined in the run, if no webhook of their operator is known, and if no
    /// `MutatingWebhookConfiguration` and no `MutatingAdmissionPolicy` of the run could apply to them.
    #[must_use]
    pub fn may_complete(&self, group: &str, kind: &str) -> bool {
        let own = self.by_group.get(group).and_then(|kinds| kinds.get(kind));
        let is_left_alone = own.is_some_and(|own| !own.has_webhook());
        !is_left_alone || self.completed.may_include(group)
    }

    /// Adds the kind that `object` in `tree` defines, if it is a CustomResourceDefinition. If a version is defined
    /// twice with different schemas, its schema becomes unknown. Adds also what changes new objects.
    pub fn add(&mut self, tree: &SyntaxTree, object: &Object) {
        self.add_from(tree, object, None);
    }

    /// Like [`add`](Self::add), with the number of the file, to find the rules of the definition in it.
    pub fn add_from(&mut self, tree: &SyntaxTree, object: &Object, origin: Option<u32>) {
        if let Some(definition) = Definition::read(tree, object, origin) {
            let kinds = self.by_group.entry(definition.group.clone()).or_default();
            let own = kinds.entry(definition.kind.clone()).or_default();
            own.add(definition);
        } else if is_completing(object)
            && let Some(record) = MappingReader::new(tree, object.node)
        {
            self.completed.add(record);
        }
    }

    /// Adds the kinds of `others` that are not defined yet.
    pub fn add_missing(&mut self, others: &Self) {
        for (group, kinds) in &others.by_group {
            let own = self.by_group.entry(group.clone()).or_default();
            for (name, kind) in kinds {
                own.entry(name.clone()).or_insert_with(|| kind.clone());
            }
        }
        for catalog in &others.catalogs {
            let is_same = |own: &Arc<dyn Catalog>| Arc::ptr_eq(own, catalog);
            if !self.catalogs.iter().any(is_same) {
                self.catalogs.push(Arc::clone(catalog));
            }
        }
    }
}

/// Whether no catalog can define the kind. The group of a CustomResourceDefinition is a domain with at least one dot
/// (`ValidateCustomResourceDefinition`), and the API server itself serves its own kinds.
fn is_built_in(group: &str, kind: &str) -> bool {
    !group.contains('.')
        || Table::kinds_called(kind).any(|(own, _, name, ..)| own == group && name == kind)
}

/// Returns whether the object is a CustomResourceDefinition.
#[must_use]
pub fn is_definition(object: &Object) -> bool {
    object.is("apiextensions.k8s.io", "CustomResourceDefinition")
}

/// Returns whether the object decides about custom resources: it defines them, or changes new ones. Its content affects
/// the findings in other objects.
#[must_use]
pub fn is_about_custom_kinds(object: &Object) -> bool {
    is_definition(object) || is_completing(object)
}

fn is_completing(object: &Object) -> bool {
    let kinds = ["MutatingWebhookConfiguration", "MutatingAdmissionPolicy"];
    let mut kinds = kinds.into_iter();
    kinds.any(|kind| object.is("admissionregistration.k8s.io", kind))
}

/// Maximum nesting depth of schemas. Real definitions are not that deep.
const MAX_DEPTH: usize = 64;

impl Node {
    /// Schema that accepts any object, for kinds whose schema is unknown.
    fn anything() -> Self {
        Self {
            is_open: true,
            is_resource: true,
            form: Form::Record,
            ..Self::default()
        }
    }

    /// Schema that accepts any value.
    fn any_value() -> Self {
        Self {
            is_open: true,
            is_nullable: true,
            ..Self::default()
        }
    }

    fn read(schema: MappingReader<'_>, dialect: Dialect, depth: usize) -> Self {
        let flag = |key: &str| schema.boolean(key).into_value().unwrap_or(false);
        if dialect.is_elsewhere(schema) {
            return Self::any_value();
        }
        let mut node = Self {
            is_open: dialect.is_open(schema) || flag("x-kubernetes-preserve-unknown-fields"),
            is_resource: flag("x-kubernetes-embedded-resource"),
            is_nullable: flag("nullable"),
            default: default(schema),
            list_type: list_type(schema),
            sentence: first_sentence(schema.template_string("description").text().unwrap_or("")),
            ..Self::default()
        };
        if depth == 0 {
            node.is_cut = true;
            return node;
        }
        let tree = schema.tree();
        let below = |node: NodeId| {
            MappingReader::new(tree, node).map(|schema| Self::read(schema, dialect, depth - 1))
        };
        if let Some(properties) = schema.child("properties") {
            for entry in properties.entries() {
                let name = tree.key_text(entry.key).into_owned();
                node.fields
                    .push((name, below(entry.value).unwrap_or_default()));
            }
            node.fields.sort_by(|(a, _), (b, _)| a.cmp(b));
        }
        node.required = texts(schema, "required");
        node.values = texts(schema, "enum");
        node.rules = RuleSource::read(schema);
        let limits = Limits::read(schema, depth);
        node.limits = (limits != Limits::default()).then(|| Box::new(limits));
        let inner = |key| Some(Box::new(below(schema.entry(key)?.value)?));
        let kind = schema.string("type");
        let format = schema.string("format");
        node.text_format = match format.text() {
            Some("byte") => TextFormat::Bytes,
            Some("date") => TextFormat::Date,
            Some("date-time") => TextFormat::DateTime,
            Some("duration") => TextFormat::Duration,
            _ => TextFormat::Plain,
        };
        node.form = match (kind.text(), format.text()) {
            _ if flag("x-kubernetes-int-or-string") => Form::IntOrString,
            (Some("string"), _) => Form::Text,
            (Some("boolean"), _) => Form::Boolean,
            (Some("integer"), Some("int32")) => Form::Int32,
            (Some("integer"), _) => Form::Int64,
            (Some("number"), _) => Form::Number,
            (Some("array"), _) => {
                node.inner = inner("items");
                // Disabled pruning also applies to the items.
                if let (true, Some(items)) = (node.is_open, &mut node.inner) {
                    items.keep_all();
                }
                Form::List
            }
            (Some("object"), _) if node.fields.is_empty() && !node.is_resource => {
                node.inner = inner("additionalProperties");
                // `additionalProperties: true`, or a value that cannot be read.
                let is_any = node.inner.is_none() && schema.has("additionalProperties");
                match node.inner {
                    Some(_) => Form::Map,
                    None if is_any => {
                        node.is_any_object = true;
                        Form::Any
                    }
                    None => Form::Record,
                }
            }
            (Some("object"), _) => Form::Record,
            _ => Form::Any,
        };
        node
    }

    /// Reads the schema of the whole object at a node. `None` if it is only a stub.
    pub(crate) fn of_schema(tree: &SyntaxTree, node: NodeId) -> Option<Self> {
        let mut node = Self::read(MappingReader::new(tree, node)?, Dialect::Pruning, MAX_DEPTH);
        node.is_resource = true;
        node.form = Form::Record;
        Some(node)
    }

    fn keep_all(&mut self) {
        self.is_open = true;
        if let (Form::List, Some(items)) = (self.form, &mut self.inner) {
            items.keep_all();
        }
    }

    /// Returns whether unknown fields are preserved.
    pub(super) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether the subresource `status` drops the field from a new object. Of the root only.
    pub(super) fn drops_status(&self) -> bool {
        self.drops_status
    }

    /// Schema of the field `name`, if the definition contains one.
    pub(crate) fn own_field(&self, name: &str) -> Option<&Self> {
        self.named_field(name).map(|(_, field)| field)
    }

    fn named_field(&self, name: &str) -> Option<(&str, &Self)> {
        let at = self
            .fields
            .binary_search_by(|(own, _)| own.as_str().cmp(name));
        let (name, field) = &self.fields[at.ok()?];
        Some((name, field))
    }
}

/// Fields of every object.
const RESOURCE: [(&str, &str); 3] = [
    ("apiVersion", "The group and version of the kind."),
    ("kind", "The kind of the object."),
    (
        "metadata",
        "Name, namespace, labels and other metadata of the object.",
    ),
];

/// Reads `default`. A null default counts as missing.
fn default(schema: MappingReader<'_>) -> Option<Json> {
    let entry = schema.entry("default")?;
    let value = schema.tree().to_json(entry.value).ok()?;
    (!value.is_null()).then_some(value)
}

fn list_type(schema: MappingReader<'_>) -> ListType {
    match schema.string("x-kubernetes-list-type").text() {
        Some("set") => ListType::Set,
        Some("map") => ListType::Map(texts(schema, "x-kubernetes-list-map-keys")),
        _ => ListType::Atomic,
    }
}

fn first_sentence(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let end = words
        .iter()
        .position(|word| word.ends_with('.') && !word.ends_with("e.g.") && !word.ends_with("i.e."));
    words[..end.map_or(words.len(), |at| at + 1)].join(" ")
}

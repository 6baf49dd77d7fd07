//! What defines a custom kind: the schemas of its versions, in one or several releases.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use podwright_model::{MappingReader, Object};
use podwright_syntax::SyntaxTree;

use super::json_schema::Dialect;
use super::rules::Apart;
use super::{Form, MAX_DEPTH, Node, Source, is_definition};

/// A custom kind: the schemas of its versions.
#[derive(Clone, Debug, Default)]
pub struct Kind {
    /// By version, newest release first.
    versions: FxHashMap<String, Vec<Release>>,
    /// Whether a webhook of the operator converts between versions.
    has_webhook: bool,
}

/// The schema of a version in one release of the definition.
#[derive(Clone, Debug)]
pub(crate) struct Release {
    pub(crate) schema: Arc<Node>,
    /// Where it is from. `None` for a definition among the files of the run.
    pub(crate) source: Option<Arc<Source>>,
}

/// A CustomResourceDefinition, or what a JSON Schema says of one of its versions.
#[derive(Clone, Debug)]
pub struct Definition {
    /// `spec.group`
    pub group: String,
    /// `spec.names.kind`
    pub kind: String,
    versions: Vec<(String, Arc<Node>)>,
    /// Whether a webhook of the operator converts between versions.
    has_webhook: bool,
}

impl Definition {
    /// Reads a CustomResourceDefinition. `None` if the object is not one, or if its group or kind is unknown.
    pub(super) fn read(tree: &SyntaxTree, object: &Object, origin: Option<u32>) -> Option<Self> {
        let definition = MappingReader::new(tree, object.node)?;
        if !is_definition(object) {
            return None;
        }
        let spec = definition.child("spec")?;
        let (group, kind) = names(spec)?;
        let version = definition.string("apiVersion");
        let is_old = version
            .text()
            .is_some_and(|version| version.ends_with("/v1beta1"));
        // By default, `v1beta1` preserves unknown fields and `v1` drops them.
        let is_open = spec.boolean("preserveUnknownFields").into_value();
        let dialect = match is_open.unwrap_or(is_old) {
            true => Dialect::Preserving,
            false => Dialect::Pruning,
        };
        let shared = schema(spec.child("validation"), dialect);
        let written = spec.mappings("versions", |version| {
            let mut schema = schema(version.child("schema"), dialect);
            if let Some(root) = &mut schema {
                let subresources = version.child("subresources");
                root.drops_status = subresources.is_some_and(|own| own.has("status"));
            }
            Some((
                version.string("name").into_value()?,
                schema.or_else(|| shared.clone()),
            ))
        });
        let written = written.into_value().into_iter().flatten().flatten();
        let mut versions: Vec<(String, Option<Node>)> = written.collect();
        if let Some(name) = spec.string("version").into_value() {
            versions.push((name, shared));
        }
        let versions = versions.into_iter().map(|(name, schema)| {
            let mut schema = schema.unwrap_or_else(Node::anything);
            schema.origin = Apart(origin);
            (name, Arc::new(schema))
        });
        let conversion = spec.child("conversion");
        let strategy = conversion.and_then(|own| own.string("strategy").into_value());
        Some(Self {
            group,
            kind,
            versions: versions.collect(),
            has_webhook: strategy.is_some_and(|strategy| strategy != "None"),
        })
    }

    /// Reads a CustomResourceDefinition that is not among the files of the run. Nothing is known about the fields in a
    /// document with a syntax error. `None` if the object is not a definition, or if its group or kind is unknown.
    #[must_use]
    pub fn of_object(tree: &SyntaxTree, object: &Object) -> Option<Self> {
        let mut own = Self::read(tree, object, None)?;
        if tree.documents()[object.document].broken {
            for (_, schema) in &mut own.versions {
                *schema = Arc::new(Node::anything());
            }
        }
        Some(own)
    }

    /// Reads the JSON Schema of a version of a kind, as kubeconform uses them. `None` if the file has another content.
    #[must_use]
    pub fn of_json_schema(
        tree: &SyntaxTree,
        group: &str,
        version: &str,
        kind: &str,
    ) -> Option<Self> {
        let schema = Node::of_json_schema(tree)?;
        Some(Self {
            group: group.to_owned(),
            kind: kind.to_owned(),
            versions: vec![(version.to_owned(), Arc::new(schema))],
            has_webhook: false,
        })
    }

    /// Group and kind of a CustomResourceDefinition, without reading its schemas.
    #[must_use]
    pub fn names(tree: &SyntaxTree, object: &Object) -> Option<(String, String)> {
        let definition = MappingReader::new(tree, object.node).filter(|_| is_definition(object))?;
        names(definition.child("spec")?)
    }
}

impl Kind {
    /// The kind that all these releases of its definition define. A version that one release defines twice with
    /// different schemas has an unknown schema.
    #[must_use]
    pub fn of_releases(mut releases: Vec<(Definition, Source)>) -> Self {
        releases.sort_by(|(_, one), (_, other)| other.cmp(one));
        let mut own = Self::default();
        for (definition, source) in releases {
            let source = Arc::new(source);
            let mut release = Self::default();
            release.add(definition);
            for (version, schemas) in release.versions {
                let known = own.versions.entry(version).or_default();
                for Release { schema, .. } in schemas {
                    let is_same = |known: &Release| known.schema == schema;
                    // An equal schema has the same verdict, and the newest release is the one to name.
                    if !known.iter().any(is_same) {
                        let source = Some(Arc::clone(&source));
                        known.push(Release { schema, source });
                    }
                }
            }
        }
        own
    }

    /// Adds a definition of the same release. If a version is defined twice with different schemas, its schema becomes
    /// unknown.
    pub(super) fn add(&mut self, definition: Definition) {
        self.has_webhook |= definition.has_webhook;
        for (name, schema) in definition.versions {
            let known = self.versions.entry(name).or_default();
            match known.first_mut() {
                None => known.push(Release {
                    schema,
                    source: None,
                }),
                Some(known) if known.schema != schema => {
                    known.schema = Arc::new(Node::anything());
                }
                Some(_) => {}
            }
        }
    }

    /// Whether a webhook of the operator is known.
    pub(super) fn has_webhook(&self) -> bool {
        self.has_webhook
    }

    /// The releases that have a version, newest first.
    pub(super) fn releases(&self, version: &str) -> &[Release] {
        self.versions.get(version).map_or(&[], Vec::as_slice)
    }
}

fn names(spec: MappingReader<'_>) -> Option<(String, String)> {
    let group = spec.string("group").into_value()?;
    let kind = spec.child("names")?.string("kind").into_value()?;
    Some((group, kind))
}

/// Reads `openAPIV3Schema` from `validation`, or from the `schema` of a version.
fn schema(around: Option<MappingReader<'_>>, dialect: Dialect) -> Option<Node> {
    let schema = around?.child("openAPIV3Schema")?;
    let mut node = Node::read(schema, dialect, MAX_DEPTH);
    // A schema without fields is only a stub.
    if node.fields.is_empty() {
        return Some(Node::anything());
    }
    node.is_resource = true;
    node.form = Form::Record;
    node.has_rules = node.any_rules();
    Some(node)
}

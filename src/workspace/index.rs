use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::kustomize::Builds;
use super::{File, Skipped};
use crate::model::{Body, Field, Object};
use crate::text::FileId;

/// An object of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// Its file.
    pub file: FileId,
    /// Its index among the file's objects.
    pub index: usize,
}

/// The namespace of an object, as far as the files tell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Namespace {
    /// Named in the object, in a kustomization, or given for the run.
    Known(String),
    /// Named nowhere: whatever the client's context says. Two such are taken to be equal.
    Unspecified,
    /// A placeholder.
    Unknown,
}

impl Namespace {
    /// The name, where there is one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Known(name) => Some(name),
            Self::Unspecified | Self::Unknown => None,
        }
    }
}

/// What an object is found by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObjectKey {
    /// The API group, empty for the core group.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// The namespace; [`Namespace::Unspecified`] for cluster-scoped kinds.
    pub namespace: Namespace,
    /// The name.
    pub name: String,
}

/// Every named object of the run.
#[derive(Debug, Default)]
pub(super) struct Index {
    by_key: FxHashMap<ObjectKey, Vec<ObjectId>>,
    /// By group and kind, in order.
    by_kind: FxHashMap<(String, String), Vec<ObjectId>>,
    namespaces: FxHashMap<ObjectId, Vec<Namespace>>,
    /// The names of Secrets that generators and operators make, in whatever namespace.
    made_secrets: FxHashSet<String>,
    /// The kinds of the objects in templates that are not rendered, whose names cannot be known.
    templated_kinds: FxHashSet<String>,
}

impl Index {
    pub(super) fn new(files: &[Arc<File>], builds: &Builds) -> Self {
        let mut index = Self::default();
        for (file, id) in files.iter().zip(0..) {
            let default = file.surroundings.namespace.as_deref();
            if file.skipped == Some(Skipped::HelmTemplate) {
                index.templated_kinds.extend(kinds(&file.source.text));
            }
            index
                .made_secrets
                .extend(file.kustomization.iter().flat_map(|k| k.secrets.clone()));
            for (at, object) in file.objects.iter().enumerate() {
                let id = ObjectId {
                    file: FileId(id),
                    index: at,
                };
                if let Body::SecretMaker(names) = &object.body {
                    index.made_secrets.extend(names.iter().cloned());
                }
                if object.is("", "Secret") && object.metadata.is_replicated() {
                    let name = object.metadata.name.text();
                    index.made_secrets.extend(name.map(str::to_owned));
                }
                index.add(id, object, namespaces(object, id.file, builds, default));
            }
        }
        index
    }

    fn add(&mut self, id: ObjectId, object: &Object, namespaces: Vec<Namespace>) {
        if let (Some(group), Some(kind)) = (object.group(), object.kind.text()) {
            self.by_kind
                .entry((group.to_owned(), kind.to_owned()))
                .or_default()
                .push(id);
            if let Some(name) = object.metadata.name.text() {
                for namespace in &namespaces {
                    let key = ObjectKey {
                        group: group.to_owned(),
                        kind: kind.to_owned(),
                        namespace: namespace.clone(),
                        name: name.to_owned(),
                    };
                    self.by_key.entry(key).or_default().push(id);
                }
            }
        }
        self.namespaces.insert(id, namespaces);
    }

    /// The objects of that key, in order.
    pub(super) fn find(&self, key: &ObjectKey) -> &[ObjectId] {
        self.by_key.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether something makes a Secret of that name at run time, or may.
    pub(super) fn makes_secret(&self, name: &str) -> bool {
        self.made_secrets.contains(name) || self.made_secrets.contains("*")
    }

    /// Whether a template that is not rendered may make objects of that kind.
    pub(super) fn is_templated(&self, kind: &str) -> bool {
        self.templated_kinds.contains(kind)
    }

    pub(super) fn of_kind(&self, group: &str, kind: &str) -> &[ObjectId] {
        self.by_kind
            .get(&(group.to_owned(), kind.to_owned()))
            .map_or(&[], Vec::as_slice)
    }

    pub(super) fn namespaces(&self, id: ObjectId) -> &[Namespace] {
        self.namespaces.get(&id).map_or(&[], Vec::as_slice)
    }
}

/// The kinds that stand in a template's lines.
fn kinds(template: &str) -> impl Iterator<Item = String> {
    let values = template.lines().filter_map(|line| {
        let line = line.trim_start_matches([' ', '-']);
        line.strip_prefix("kind:")
    });
    values.map(|value| value.trim().trim_matches(['"', '\'']).to_owned())
}

/// In which namespaces an object ends up: one, or one for each kustomization that takes it elsewhere.
fn namespaces(
    object: &Object,
    file: FileId,
    builds: &Builds,
    default: Option<&str>,
) -> Vec<Namespace> {
    if is_cluster_scoped(object) {
        return vec![Namespace::Unspecified];
    }
    let own = match &object.metadata.namespace {
        Field::Is(name, _) if !name.is_empty() => Namespace::Known(name.clone()),
        Field::Is(..) | Field::Absent | Field::Null(_) => default
            .map_or(Namespace::Unspecified, |name| {
                Namespace::Known(name.to_owned())
            }),
        Field::Unknown(_) | Field::Invalid(_) => Namespace::Unknown,
    };
    builds.namespaces(file, &own)
}

fn is_cluster_scoped(object: &Object) -> bool {
    object.is("node.k8s.io", "RuntimeClass") || object.is("", "Namespace")
}

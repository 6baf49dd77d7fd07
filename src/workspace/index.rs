use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ObjectKey<'a> {
    /// The API group, empty for the core group.
    pub(super) group: &'a str,
    /// The kind.
    pub(super) kind: &'a str,
    /// The namespace; [`Namespace::Unspecified`] for cluster-scoped kinds.
    pub(super) namespace: &'a Namespace,
    /// The name.
    pub(super) name: &'a str,
}

/// Every named object of the run.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// By the hash of an [`ObjectKey`]: whoever finds an object there compares it, and no key is kept.
    by_key: FxHashMap<u64, Vec<ObjectId>>,
    /// By the hash of group and kind, in order.
    by_kind: FxHashMap<u64, Vec<ObjectId>>,
    /// The hashes of group, kind and namespace of objects whose names are placeholders: they may be any.
    unnamed: FxHashSet<u64>,
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
            let of_kind = self.by_kind.entry(hash(&(group, kind))).or_default();
            of_kind.push(id);
            if matches!(object.metadata.name, Field::Unknown(_)) {
                let places = namespaces.iter();
                self.unnamed
                    .extend(places.map(|namespace| hash(&(group, kind, namespace))));
            }
            if let Some(name) = object.metadata.name.text() {
                for namespace in &namespaces {
                    let key = hash(&ObjectKey {
                        group,
                        kind,
                        namespace,
                        name,
                    });
                    self.by_key.entry(key).or_default().push(id);
                }
            }
        }
        self.namespaces.insert(id, namespaces);
    }

    /// The objects that may be of that key, in order: to be compared.
    pub(super) fn find(&self, key: &ObjectKey<'_>) -> &[ObjectId] {
        self.by_key.get(&hash(key)).map_or(&[], Vec::as_slice)
    }

    /// Whether there is an object of that kind and namespace whose name is not known.
    pub(super) fn has_unnamed(&self, group: &str, kind: &str, namespace: &Namespace) -> bool {
        self.unnamed.contains(&hash(&(group, kind, namespace)))
    }

    /// Whether something makes a Secret of that name at run time, or may.
    pub(super) fn makes_secret(&self, name: &str) -> bool {
        self.made_secrets.contains(name) || self.made_secrets.contains("*")
    }

    /// Whether a template that is not rendered may make objects of that kind.
    pub(super) fn is_templated(&self, kind: &str) -> bool {
        self.templated_kinds.contains(kind)
    }

    /// The objects that may be of that kind, in order: to be compared.
    pub(super) fn of_kind(&self, group: &str, kind: &str) -> &[ObjectId] {
        let key = hash(&(group, kind));
        self.by_kind.get(&key).map_or(&[], Vec::as_slice)
    }

    pub(super) fn namespaces(&self, id: ObjectId) -> &[Namespace] {
        self.namespaces.get(&id).map_or(&[], Vec::as_slice)
    }
}

fn hash(key: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    key.hash(&mut hasher);
    hasher.finish()
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

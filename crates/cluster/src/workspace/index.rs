use std::borrow::Borrow;
use std::collections::hash_map::Entry;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

use super::kustomize::Builds;
use super::{File, Skipped};
use podwright_model::{Body, Field, Object, ReferenceKind};
use podwright_syntax::text::FileId;

/// Object of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// File that contains the object.
    pub file: FileId,
    /// Index among the file's objects.
    pub index: usize,
}

/// Namespace of an object, as far as the files show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Namespace {
    /// Set in the object, in a kustomization, or for the run.
    Known(String),
    /// Not set, so the client's context decides. Two such namespaces are assumed to be equal.
    Unspecified,
    /// Placeholder.
    Unknown,
}

impl Namespace {
    /// Name of the namespace, if known.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Known(name) => Some(name),
            Self::Unspecified | Self::Unknown => None,
        }
    }
}

/// Lookup key of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ObjectKey<'a> {
    /// API group; empty for the core group.
    pub(super) group: &'a str,
    /// Kind.
    pub(super) kind: &'a str,
    /// Namespace; [`Namespace::Unspecified`] for cluster-scoped kinds.
    pub(super) namespace: &'a Namespace,
    /// Name.
    pub(super) name: &'a str,
}

/// Group of objects of one kind that belong together: those of a namespace or, without a namespace, those of a
/// directory, because a repository of examples has many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Neighbourhood<'a> {
    group: &'a str,
    kind: &'a str,
    namespace: &'a Namespace,
    directory: Option<&'a str>,
}

impl<'a> Neighbourhood<'a> {
    /// Neighborhood of an object in `directory`.
    pub(super) fn new(
        group: &'a str,
        kind: &'a str,
        namespace: &'a Namespace,
        directory: &'a str,
    ) -> Self {
        Self {
            group,
            kind,
            namespace,
            directory: namespace.name().is_none().then_some(directory),
        }
    }
}

/// Index of all named objects of the run.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// Objects by hash of their [`ObjectKey`]. Callers compare the objects, because the keys are not stored.
    by_key: FxHashMap<u64, Vec<ObjectId>>,
    /// Sorted objects by hash of group and kind.
    by_kind: FxHashMap<u64, Vec<ObjectId>>,
    /// Sorted objects by hash of their [`Neighbourhood`]. Callers compare the objects.
    by_neighbourhood: FxHashMap<u64, Vec<ObjectId>>,
    /// Hashes of group, kind and namespace of objects whose names are placeholders, which match any name.
    unnamed: Counted<u64>,
    namespaces: FxHashMap<ObjectId, Vec<Namespace>>,
    /// Names of Secrets that generators and operators create, in any namespace.
    made_secrets: Counted<String>,
    /// Names of ConfigMaps that generators create, in any namespace.
    made_config_maps: Counted<String>,
    /// Kinds of objects in unrendered templates, whose names are unknown.
    templated_kinds: Counted<String>,
}

/// Multiset: a member remains until it was removed as often as it was added.
#[derive(Clone, Debug)]
struct Counted<T>(FxHashMap<T, usize>);

/// Whether the contribution of a file is added to the index or removed from it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Add,
    Remove,
}

impl Index {
    pub(super) fn new(files: &[Arc<File>], builds: &Builds) -> Self {
        let mut index = Self::default();
        for (file, id) in files.iter().zip(0..) {
            index.add(FileId(id), file, builds);
        }
        index
    }

    /// Adds the contents of a file.
    pub(super) fn add(&mut self, id: FileId, file: &File, builds: &Builds) {
        self.file(file, Change::Add);
        for (object, index) in file.objects.iter().zip(0..) {
            let id = ObjectId { file: id, index };
            let default = file.context.namespace.as_deref();
            let namespaces = namespaces(object, id.file, builds, default);
            self.object(id, object, &namespaces, file.directory(), Change::Add);
            self.namespaces.insert(id, namespaces);
        }
    }

    /// Removes the contents of a file that was added before.
    pub(super) fn remove(&mut self, id: FileId, file: &File) {
        self.file(file, Change::Remove);
        for (object, index) in file.objects.iter().zip(0..) {
            let id = ObjectId { file: id, index };
            let namespaces = self.namespaces.remove(&id).unwrap_or_default();
            self.object(id, object, &namespaces, file.directory(), Change::Remove);
        }
    }

    fn file(&mut self, file: &File, change: Change) {
        if file.skipped == Some(Skipped::HelmTemplate) {
            for kind in kinds(&file.source.text) {
                self.templated_kinds.change(kind, change);
            }
        }
        let secrets = file.kustomization.iter().flat_map(|k| &k.secrets);
        let generated = secrets.map(|generator| generator.name.clone());
        let made = file.objects.iter().flat_map(made_secrets);
        for name in generated.chain(made) {
            self.made_secrets.change(name, change);
        }
        let maps = file.kustomization.iter().flat_map(|k| &k.config_maps);
        let generated = maps.map(|generator| generator.name.clone());
        let copied = file
            .objects
            .iter()
            .filter(|object| object.is("", "ConfigMap") && object.metadata.is_replicated());
        let copied = copied.filter_map(|object| object.metadata.name.text().map(str::to_owned));
        for name in generated.chain(copied) {
            self.made_config_maps.change(name, change);
        }
    }

    fn object(
        &mut self,
        id: ObjectId,
        object: &Object,
        namespaces: &[Namespace],
        directory: &str,
        change: Change,
    ) {
        let (Some(group), Some(kind)) = (object.group(), object.kind.text()) else {
            return;
        };
        list(&mut self.by_kind, hash(&(group, kind)), id, change);
        for namespace in namespaces {
            let neighbourhood = Neighbourhood::new(group, kind, namespace, directory);
            list(&mut self.by_neighbourhood, hash(&neighbourhood), id, change);
            if let Some(name) = object.metadata.name.text() {
                let key = ObjectKey {
                    group,
                    kind,
                    namespace,
                    name,
                };
                list(&mut self.by_key, hash(&key), id, change);
            } else if matches!(object.metadata.name, Field::Unknown(_)) {
                self.unnamed.change(hash(&(group, kind, namespace)), change);
            }
        }
    }

    /// Candidates for that key, in order. Callers compare them.
    pub(super) fn find(&self, key: &ObjectKey<'_>) -> &[ObjectId] {
        self.by_key.get(&hash(key)).map_or(&[], Vec::as_slice)
    }

    /// Candidates for that neighborhood, in order. Callers compare them.
    pub(super) fn neighbours(&self, neighbourhood: &Neighbourhood<'_>) -> &[ObjectId] {
        let key = hash(neighbourhood);
        self.by_neighbourhood.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Whether there is an object of that kind and namespace with an unknown name.
    pub(super) fn has_unnamed(&self, group: &str, kind: &str, namespace: &Namespace) -> bool {
        self.unnamed.contains(&hash(&(group, kind, namespace)))
    }

    /// Whether a Secret of that name is, or may be, created at run time.
    pub(super) fn makes_secret(&self, name: &str) -> bool {
        self.made_secrets.contains(name) || self.made_secrets.contains("*")
    }

    /// Whether a ConfigMap of that name is generated when the files are built, or copied.
    pub(super) fn makes_config_map(&self, name: &str) -> bool {
        self.made_config_maps.contains(name)
    }

    /// Whether a ConfigMap or Secret of that name has exactly one origin.
    pub(super) fn makes_once(&self, kind: ReferenceKind, name: &str) -> bool {
        match kind {
            ReferenceKind::ConfigMap => self.made_config_maps.count(name) == 1,
            ReferenceKind::Secret => self.made_secrets.count(name) == 1,
            ReferenceKind::RuntimeClass | ReferenceKind::ServiceAccount => false,
        }
    }

    /// Whether an unrendered template may create objects of that kind.
    pub(super) fn is_templated(&self, kind: &str) -> bool {
        self.templated_kinds.contains(kind)
    }

    /// Candidates for that kind, in order. Callers compare them.
    pub(super) fn of_kind(&self, group: &str, kind: &str) -> &[ObjectId] {
        let key = hash(&(group, kind));
        self.by_kind.get(&key).map_or(&[], Vec::as_slice)
    }

    pub(super) fn namespaces(&self, id: ObjectId) -> &[Namespace] {
        self.namespaces.get(&id).map_or(&[], Vec::as_slice)
    }
}

impl<T> Default for Counted<T> {
    fn default() -> Self {
        Self(FxHashMap::default())
    }
}

impl<T: Eq + Hash> Counted<T> {
    fn change(&mut self, member: T, change: Change) {
        let mut count = match self.0.entry(member) {
            Entry::Occupied(entry) => entry,
            Entry::Vacant(entry) => entry.insert_entry(0),
        };
        match change {
            Change::Add => *count.get_mut() += 1,
            Change::Remove if *count.get() > 1 => *count.get_mut() -= 1,
            Change::Remove => _ = count.remove(),
        }
    }

    fn count<Q: ?Sized + Eq + Hash>(&self, member: &Q) -> usize
    where
        T: Borrow<Q>,
    {
        self.0.get(member).copied().unwrap_or(0)
    }

    fn contains<Q: ?Sized + Eq + Hash>(&self, member: &Q) -> bool
    where
        T: Borrow<Q>,
    {
        self.0.contains_key(member)
    }
}

/// Inserts `id` into the sorted list of `key`, or removes it.
fn list(lists: &mut FxHashMap<u64, Vec<ObjectId>>, key: u64, id: ObjectId, change: Change) {
    let list = lists.entry(key).or_default();
    match (list.binary_search(&id), change) {
        (Err(at), Change::Add) => list.insert(at, id),
        (Ok(at), Change::Remove) => _ = list.remove(at),
        (Ok(_), Change::Add) | (Err(_), Change::Remove) => {}
    }
    if list.is_empty() {
        lists.remove(&key);
    }
}

/// Names of the Secrets that an object creates, or that a controller copies to other namespaces.
fn made_secrets(object: &Object) -> Vec<String> {
    let copied = object.is("", "Secret") && object.metadata.is_replicated();
    match &object.body {
        Body::SecretMaker(names) => names.clone(),
        _ if copied => object
            .metadata
            .name
            .text()
            .map(str::to_owned)
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

fn hash(key: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    key.hash(&mut hasher);
    hasher.finish()
}

/// Kinds that appear in the lines of a template.
fn kinds(template: &str) -> impl Iterator<Item = String> {
    let values = template.lines().filter_map(|line| {
        let line = line.trim_start_matches([' ', '-']);
        line.strip_prefix("kind:")
    });
    values.map(|value| value.trim().trim_matches(['"', '\'']).to_owned())
}

/// Effective namespaces of an object: one, or one for each kustomization that moves it to another.
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
        Field::Value(name, _) if !name.is_empty() => Namespace::Known(name.clone()),
        Field::Value(..) | Field::Missing | Field::Null(_) => default
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

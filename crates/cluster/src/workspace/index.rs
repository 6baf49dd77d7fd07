use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

use super::kustomize::Builds;
use super::object_id::{Namespace, ObjectId};
use super::standing::Standings;
use super::world::Worlds;
use super::{File, Skipped};
use podwright_model::{Body, Field, Object, ReferenceKind};
use podwright_syntax::text::FileId;

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

impl ObjectKey<'_> {
    /// Hash in the index.
    pub(super) fn hash(&self) -> u64 {
        hash(self)
    }
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
    /// Sorted objects by hash of group, kind and name, and by that of group, kind and namespace. Callers compare the
    /// objects.
    by_name: FxHashMap<u64, Vec<ObjectId>>,
    by_namespace: FxHashMap<u64, Vec<ObjectId>>,
    /// Objects whose names are placeholders, which match any name, by hash of group, kind and namespace.
    unnamed: FxHashMap<u64, Vec<ObjectId>>,
    namespaces: FxHashMap<ObjectId, Vec<Namespace>>,
    /// Names of Secrets that operators create, in any namespace.
    made_secrets: Counts,
    /// Names of ConfigMaps that controllers copy, to any namespace.
    made_config_maps: Counts,
    /// Names of Secrets that generators of kustomizations create, before a hash is added.
    generated_secrets: Counts,
    /// Names of ConfigMaps that generators of kustomizations create, before a hash is added.
    generated_config_maps: Counts,
    /// Kinds of objects in unrendered templates, whose names are unknown.
    templated_kinds: Counts,
}

/// How often each name was added and not removed.
type Counts = FxHashMap<String, usize>;

/// Whether the contribution of a file is added to the index or removed from it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Add,
    Remove,
}

impl Index {
    /// Index of the objects of all files that may be in the cluster. Of a file that is a source of a render, the result
    /// has the objects as they are applied.
    pub(super) fn new(
        files: &[Arc<File>],
        builds: &Builds,
        standings: &Standings,
        worlds: &Worlds,
    ) -> Self {
        let mut index = Self::default();
        for (file, id) in files.iter().zip(0..) {
            let id = FileId(id);
            if worlds.is_source(id) {
                index.add_source(id, file, builds);
            } else if standings.skipped(id).is_none() {
                index.add(id, file, builds);
            }
        }
        index
    }

    /// Adds what is known of a file whose objects are not applied as they are: no reference finds them.
    pub(super) fn add_source(&mut self, id: FileId, file: &File, builds: &Builds) {
        self.source(file, Change::Add);
        for (object, index) in file.objects.iter().zip(0..) {
            let default = file.context.namespace.as_deref();
            let namespaces = namespaces(object, id, builds, default);
            self.namespaces
                .insert(ObjectId { file: id, index }, namespaces);
        }
    }

    /// Removes what [`Self::add_source`] added.
    pub(super) fn remove_source(&mut self, id: FileId, file: &File) {
        self.source(file, Change::Remove);
        for index in 0..file.objects.len() {
            self.namespaces.remove(&ObjectId { file: id, index });
        }
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

    /// What a template of a chart makes is known.
    fn source(&mut self, file: &File, change: Change) {
        if file.skipped != Some(Skipped::HelmTemplate) {
            self.file(file, change);
        }
    }

    fn file(&mut self, file: &File, change: Change) {
        if file.skipped == Some(Skipped::HelmTemplate) {
            for kind in kinds(&file.source.text) {
                count(&mut self.templated_kinds, kind, change);
            }
        }
        if let Some(kustomization) = &file.kustomization {
            for generator in &kustomization.secrets {
                count(&mut self.generated_secrets, &generator.name, change);
            }
            for generator in &kustomization.config_maps {
                count(&mut self.generated_config_maps, &generator.name, change);
            }
        }
        for object in &file.objects {
            if let Body::SecretMaker(maker) = &object.body {
                for name in &maker.names {
                    count(&mut self.made_secrets, name, change);
                }
            }
            let made = if object.is("", "Secret") {
                &mut self.made_secrets
            } else if object.is("", "ConfigMap") {
                &mut self.made_config_maps
            } else {
                continue;
            };
            // A controller copies it to other namespaces.
            if let (true, Some(name)) =
                (object.metadata.is_replicated(), object.metadata.name.text())
            {
                count(made, name, change);
            }
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
        if let Some(name) = object.metadata.name.text() {
            list(&mut self.by_name, hash(&(group, kind, name)), id, change);
        }
        for namespace in namespaces {
            let neighbourhood = Neighbourhood::new(group, kind, namespace, directory);
            list(&mut self.by_neighbourhood, hash(&neighbourhood), id, change);
            let key = hash(&(group, kind, namespace));
            list(&mut self.by_namespace, key, id, change);
            if let Some(name) = object.metadata.name.text() {
                let key = ObjectKey {
                    group,
                    kind,
                    namespace,
                    name,
                };
                list(&mut self.by_key, hash(&key), id, change);
            } else if matches!(object.metadata.name, Field::Unknown(_)) {
                list(
                    &mut self.unnamed,
                    hash(&(group, kind, namespace)),
                    id,
                    change,
                );
            }
        }
    }

    /// Candidates for that key, in order. Callers compare them.
    pub(super) fn find(&self, key: &ObjectKey<'_>) -> &[ObjectId] {
        self.by_key.get(&hash(key)).map_or(&[], Vec::as_slice)
    }

    /// The hashes of all keys that at least `count` objects have, with these objects, in order.
    pub(super) fn with_key(&self, count: usize) -> impl Iterator<Item = (u64, &[ObjectId])> {
        let all = self.by_key.iter();
        all.filter(move |(_, ids)| ids.len() >= count)
            .map(|(&key, ids)| (key, ids.as_slice()))
    }

    /// Candidates for that neighborhood, in order. Callers compare them.
    pub(super) fn neighbours(&self, neighbourhood: &Neighbourhood<'_>) -> &[ObjectId] {
        let key = hash(neighbourhood);
        self.by_neighbourhood.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Whether there is an object of that kind and namespace with an unknown name.
    pub(super) fn has_unnamed(&self, group: &str, kind: &str, namespace: &Namespace) -> bool {
        self.unnamed.contains_key(&hash(&(group, kind, namespace)))
    }

    /// Whether a Secret of that name is, or may be, created at run time.
    pub(super) fn makes_secret(&self, name: &str) -> bool {
        self.made_secrets.contains_key(name) || self.made_secrets.contains_key("*")
    }

    /// Whether a ConfigMap of that name is copied at run time.
    pub(super) fn makes_config_map(&self, name: &str) -> bool {
        self.made_config_maps.contains_key(name)
    }

    /// Whether a generator of a kustomization creates a ConfigMap or Secret of that name.
    pub(super) fn generates(&self, kind: &str, name: &str) -> bool {
        match kind {
            "Secret" => self.generated_secrets.contains_key(name),
            "ConfigMap" => self.generated_config_maps.contains_key(name),
            _ => false,
        }
    }

    /// Whether a ConfigMap or Secret of that name has exactly one origin.
    pub(super) fn makes_once(&self, kind: ReferenceKind, name: &str) -> bool {
        let (generated, made) = match kind {
            ReferenceKind::ConfigMap => (&self.generated_config_maps, &self.made_config_maps),
            ReferenceKind::Secret => (&self.generated_secrets, &self.made_secrets),
            ReferenceKind::RuntimeClass | ReferenceKind::ServiceAccount => return false,
        };
        let of = |counts: &Counts| counts.get(name).copied().unwrap_or(0);
        of(generated) + of(made) == 1
    }

    /// Whether an unrendered template may create objects of that kind.
    pub(super) fn is_templated(&self, kind: &str) -> bool {
        self.templated_kinds.contains_key(kind)
    }

    /// Candidates for that kind, in order. Callers compare them.
    pub(super) fn of_kind(&self, group: &str, kind: &str) -> &[ObjectId] {
        let key = hash(&(group, kind));
        self.by_kind.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Candidates for that kind and name, in order. Callers compare them.
    pub(super) fn named(&self, group: &str, kind: &str, name: &str) -> &[ObjectId] {
        let key = hash(&(group, kind, name));
        self.by_name.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Candidates for that kind and namespace, in order. Callers compare them.
    pub(super) fn in_namespace(
        &self,
        group: &str,
        kind: &str,
        namespace: &Namespace,
    ) -> &[ObjectId] {
        let key = hash(&(group, kind, namespace));
        self.by_namespace.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Effective namespaces of an object; empty if it is not in the index.
    pub(super) fn namespaces(&self, id: ObjectId) -> &[Namespace] {
        self.namespaces.get(&id).map_or(&[], Vec::as_slice)
    }
}

/// Inserts `id` into the sorted list of `key`, or removes it.
fn list(lists: &mut FxHashMap<u64, Vec<ObjectId>>, key: u64, id: ObjectId, change: Change) {
    // Most lists have one object.
    let list = lists.entry(key).or_insert_with(|| Vec::with_capacity(1));
    match (list.binary_search(&id), change) {
        (Err(at), Change::Add) => list.insert(at, id),
        (Ok(at), Change::Remove) => _ = list.remove(at),
        (Ok(_), Change::Add) | (Err(_), Change::Remove) => {}
    }
    if list.is_empty() {
        lists.remove(&key);
    }
}

/// Adds or removes one occurrence of `name`.
fn count(counts: &mut Counts, name: &str, change: Change) {
    let before = counts.remove(name).unwrap_or(0);
    let after = match change {
        Change::Add => before + 1,
        Change::Remove => before.saturating_sub(1),
    };
    if after > 0 {
        counts.insert(name.to_owned(), after);
    }
}

fn hash(key: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    key.hash(&mut hasher);
    hasher.finish()
}

/// Kinds that appear in the lines of a template.
fn kinds(template: &str) -> impl Iterator<Item = &str> {
    let values = template.lines().filter_map(|line| {
        let line = line.trim_start_matches([' ', '-']);
        line.strip_prefix("kind:")
    });
    values.map(|value| value.trim().trim_matches(['"', '\'']))
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

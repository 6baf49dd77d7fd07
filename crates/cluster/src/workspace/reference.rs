//! Resolution of references by name.

use rustc_hash::FxHashMap;

use super::ObjectReference;
use super::Origin;
use super::Workspace;
use super::index::{Neighbourhood, ObjectKey};
use super::object_id::{Namespace, ObjectId};
use podwright_model::{Body, Field, Object, RuntimeClass};
use podwright_syntax::text::{FileId, distance, shortened};

/// Result of resolving a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution<T> {
    /// The object is among the files, or is known to exist elsewhere.
    Found(T),
    /// The object does not exist: all candidates are among the files, and none of them matches.
    Missing,
    /// The files do not determine whether the object exists.
    Unknown,
}

/// Target of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// An object of the run.
    Object(ObjectId),
    /// An object that is created at run time, or declared to exist.
    Elsewhere,
}

impl Workspace {
    /// Effective namespaces of an object: one, or one for each kustomization that moves it.
    #[must_use]
    pub fn namespaces(&self, id: ObjectId) -> &[Namespace] {
        self.links.index.namespaces(id)
    }

    /// Namespace of an object, if it is known and unique.
    #[must_use]
    pub fn namespace(&self, id: ObjectId) -> Option<&str> {
        match self.namespaces(id) {
            [namespace] => namespace.name(),
            _ => None,
        }
    }

    /// Whether two objects are in the same namespace, or in none that is given. `None` if that is not known, or if
    /// kustomizations move one of them to several.
    #[must_use]
    pub fn shares_namespace(&self, one: ObjectId, other: ObjectId) -> Option<bool> {
        let (own, others) = (self.namespaces(one), self.namespaces(other));
        if own.contains(&Namespace::Unknown) || others.contains(&Namespace::Unknown) {
            return None;
        }
        match (own, others) {
            ([own], [other]) if own == other => Some(true),
            _ if own.iter().any(|own| others.contains(own)) => None,
            // One that is applied without a namespace may go to that of the other.
            _ if own.iter().chain(others).any(|one| one.name().is_none()) => None,
            _ => Some(false),
        }
    }

    /// Reference to an object for display. Names that exceed the maximum length in Kubernetes are truncated, because
    /// every finding contains the reference.
    #[must_use]
    pub fn object_reference(&self, id: ObjectId) -> ObjectReference {
        let object = self.object(id);
        let short = |text: &str| shortened(text, MAX_NAME_LENGTH).into_owned();
        let text = |field: &Field<String>| short(field.text().unwrap_or(""));
        let generated = object.metadata.generate_name.text();
        let name = match object.metadata.name.text() {
            Some(name) => short(name),
            None => generated.map_or(String::new(), |name| format!("{}*", short(name))),
        };
        ObjectReference {
            api_version: text(&object.api_version),
            kind: text(&object.kind),
            namespace: self.namespace(id).map(short),
            name,
        }
    }

    /// Resolves the Secret `name`, which holds registry credentials, in the namespace of `from`.
    ///
    /// It counts as missing only if the run is complete, or if the run contains pull Secrets of the namespace: many
    /// teams create theirs with `kubectl create secret` and do not commit them.
    #[must_use]
    pub fn pull_secret(&self, from: ObjectId, name: &str) -> Resolution<Target> {
        self.resolve(from, "", "Secret", name, is_pull_secret)
    }

    /// Resolves the ServiceAccount `name` in the namespace of `from`.
    #[must_use]
    pub fn service_account(&self, from: ObjectId, name: &str) -> Resolution<Target> {
        self.resolve(from, "", "ServiceAccount", name, |_| true)
    }

    /// Resolves the RuntimeClass `name`.
    #[must_use]
    pub fn runtime_class(&self, from: ObjectId, name: &str) -> Resolution<Target> {
        self.resolve(from, "node.k8s.io", "RuntimeClass", name, |_| true)
    }

    /// The RuntimeClass that `name` in a Pod of `from` refers to, if unambiguous: the only one of that name in the
    /// directory of `from` or, failing that, in the run. `None` if a patch may change it.
    #[must_use]
    pub fn resolve_runtime_class_exact(
        &self,
        from: ObjectId,
        name: &str,
    ) -> Option<(ObjectId, &RuntimeClass)> {
        let key = ObjectKey {
            group: "node.k8s.io",
            kind: "RuntimeClass",
            namespace: &Namespace::Unspecified,
            name,
        };
        let all: Vec<ObjectId> = self.find_from(from, &key).collect();
        if all.iter().any(|id| self.is_patch(id.file)) {
            return None;
        }
        let directory = self.file(from.file).directory();
        let is_near = |id: &&ObjectId| self.file(id.file).directory() == directory;
        let near: Vec<ObjectId> = all.iter().filter(is_near).copied().collect();
        let (([id], _) | ([], [id])) = (near.as_slice(), all.as_slice()) else {
            return None;
        };
        match &self.object(*id).body {
            Body::RuntimeClass(class) => Some((*id, class)),
            _ => None,
        }
    }

    /// Names of all RuntimeClasses.
    pub fn runtime_class_names(&self) -> impl Iterator<Item = &str> {
        let ids = self.of_kind("node.k8s.io", "RuntimeClass");
        ids.filter_map(|id| self.object(id).metadata.name.text())
    }

    /// The first pull Secrets called `name` in namespaces other than those of `from`, with their namespaces. Empty if the
    /// namespace of `from` has such a Secret or may get one.
    #[must_use]
    pub fn pull_secrets_elsewhere(&self, from: ObjectId, name: &str) -> Vec<(ObjectId, &str)> {
        let own = self.namespaces(from);
        let is_known = |namespace: &Namespace| namespace.name().is_some();
        if !own.iter().all(is_known) || matches!(self.pull_secret(from, name), Resolution::Found(_))
        {
            return Vec::new();
        }
        let all = self.kept(PullSecrets::new);
        let named = all.0.get(name).into_iter().flatten().copied();
        let pull = named.filter(|id| self.coexist(from, *id));
        pull.flat_map(|id| self.namespaces(id).iter().map(move |at| (id, at)))
            .filter(|(_, at)| !own.contains(at))
            .filter_map(|(id, at)| Some((id, at.name()?)))
            .take(MAX_ELSEWHERE)
            .collect()
    }

    /// The first objects called `name` in namespaces other than those of `from`, with their namespaces. Empty if the namespace of
    /// `from` has such an object or may get one from the files.
    #[must_use]
    pub fn elsewhere(
        &self,
        from: ObjectId,
        group: &str,
        kind: &str,
        name: &str,
    ) -> Vec<(ObjectId, &str)> {
        let own = self.namespaces(from);
        let is_known = |namespace: &Namespace| namespace.name().is_some();
        let is_here = || {
            let found = self.resolve(from, group, kind, name, |_| true);
            matches!(found, Resolution::Found(_))
                || own.iter().any(|namespace| {
                    self.links.index.is_templated(kind)
                        || self.links.index.has_unnamed(group, kind, namespace)
                })
        };
        if own.is_empty() || !own.iter().all(is_known) || is_here() {
            return Vec::new();
        }
        let ids = self.named(group, kind, name);
        let ids = ids.filter(|id| self.coexist(from, *id));
        ids.flat_map(|id| self.namespaces(id).iter().map(move |at| (id, at)))
            .filter(|(_, at)| !own.contains(at))
            .filter_map(|(id, at)| Some((id, at.name()?)))
            .take(MAX_ELSEWHERE)
            .collect()
    }

    /// Pull Secrets in the namespaces of `from` or, if no namespace is given, in its directory. Some of them may be in
    /// other variants than `from`.
    pub(crate) fn pull_secrets_around(&self, from: ObjectId) -> Vec<ObjectId> {
        let directory = self.file(from.file).directory();
        let own = self.namespaces(from).iter();
        let ids = own.flat_map(|namespace| {
            let neighbourhood = Neighbourhood::new("", "Secret", namespace, directory);
            let all = self.links.index.neighbours(&neighbourhood).iter().copied();
            all.filter(move |&id| {
                let is_near =
                    namespace.name().is_some() || self.file(id.file).directory() == directory;
                is_near
                    && is_pull_secret(self.object(id))
                    && self.namespaces(id).contains(namespace)
                    && !self.is_patch(id.file)
            })
        });
        let mut ids: Vec<ObjectId> = ids.collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Names of the pull Secrets in the namespaces of `from`.
    pub fn pull_secret_names(&self, from: ObjectId) -> impl Iterator<Item = &str> {
        self.in_namespaces_of(from, "", "Secret")
            .filter(|object| is_pull_secret(object))
            .filter_map(|object| object.metadata.name.text())
    }

    /// Names of the ServiceAccounts in the namespaces of `from`.
    pub fn service_account_names(&self, from: ObjectId) -> impl Iterator<Item = &str> {
        self.in_namespaces_of(from, "", "ServiceAccount")
            .filter_map(|object| object.metadata.name.text())
    }

    /// Describes the namespaces of an object, to follow "in".
    #[must_use]
    pub fn described_namespace(&self, id: ObjectId) -> String {
        let names: Option<Vec<String>> = self
            .namespaces(id)
            .iter()
            .map(|namespace| Some(format!("`{}`", namespace.name()?)))
            .collect();
        match names.as_deref() {
            Some([name]) => format!("namespace {name}"),
            Some(names) if !names.is_empty() => format!("namespaces {}", names.join(", ")),
            _ => "its namespace".to_owned(),
        }
    }

    /// All objects of a kind, in order.
    pub fn of_kind(&self, group: &str, kind: &str) -> impl Iterator<Item = ObjectId> {
        let all = self.links.index.of_kind(group, kind).iter().copied();
        all.filter(move |id| self.object(*id).is(group, kind))
    }

    /// All objects of a kind in the files that configurations list under `policies`. They are not applied.
    pub fn in_policy_files(&self, group: &str, kind: &str) -> impl Iterator<Item = ObjectId> {
        self.links.policy_files.iter().flat_map(move |&id| {
            let objects = self.file(id).objects.iter().enumerate();
            let own = objects.filter(move |(_, object)| object.is(group, kind));
            own.map(move |(index, _)| ObjectId { file: id, index })
        })
    }

    /// Whether a configuration lists the file under `policies`.
    #[must_use]
    pub fn is_policy_file(&self, id: FileId) -> bool {
        matches!(self.file(id).origin, Origin::Policy(_))
    }

    /// All objects of a kind with that name, in order.
    pub fn named<'w>(
        &'w self,
        group: &'w str,
        kind: &'w str,
        name: &'w str,
    ) -> impl Iterator<Item = ObjectId> + 'w {
        let all = self.links.index.named(group, kind, name).iter().copied();
        all.filter(move |id| {
            let object = self.object(*id);
            object.is(group, kind) && object.metadata.name.text() == Some(name)
        })
    }

    /// All objects with a key that may exist beside `from`, in order.
    pub(super) fn find_from(
        &self,
        from: ObjectId,
        key: &ObjectKey<'_>,
    ) -> impl Iterator<Item = ObjectId> {
        self.find(key).filter(move |id| self.coexist(from, *id))
    }

    /// Whether both objects may be in one cluster at the same time. Two builds of one base are variants, so the objects
    /// of one are not there for the other.
    #[must_use]
    pub fn coexist(&self, one: ObjectId, other: ObjectId) -> bool {
        self.worlds.coexist(one.file, other.file)
    }

    /// All objects with a key, in order.
    pub(super) fn find(&self, key: &ObjectKey<'_>) -> impl Iterator<Item = ObjectId> {
        let all = self.links.index.find(key).iter().copied();
        all.filter(move |&id| self.has_key(id, key))
    }

    /// Whether the key is that of the object.
    pub(super) fn has_key(&self, id: ObjectId, key: &ObjectKey<'_>) -> bool {
        let object = self.object(id);
        object.is(key.group, key.kind)
            && object.metadata.name.text() == Some(key.name)
            && self.namespaces(id).contains(key.namespace)
    }

    fn in_namespaces_of<'w>(
        &'w self,
        from: ObjectId,
        group: &'w str,
        kind: &'w str,
    ) -> impl Iterator<Item = &'w Object> + 'w {
        let ids = self.ids_in_namespaces_of(from, group, kind);
        ids.map(|id| self.object(id))
    }

    /// Objects of a kind in the namespaces of `from` that may exist beside it, in order. If no namespace is given, those
    /// in the same directory.
    #[must_use]
    pub fn beside(&self, from: ObjectId, group: &str, kind: &str) -> Vec<ObjectId> {
        let own = self.namespaces(from).iter();
        let all = own.flat_map(|namespace| self.neighbours(from, group, kind, namespace));
        let mut all: Vec<ObjectId> = all.collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Objects of a kind in the namespaces of `from` that may exist beside it.
    pub(super) fn ids_in_namespaces_of<'w>(
        &'w self,
        from: ObjectId,
        group: &'w str,
        kind: &'w str,
    ) -> impl Iterator<Item = ObjectId> + 'w {
        let index = &self.links.index;
        let own = self.namespaces(from).iter();
        let ids = own.flat_map(move |namespace| {
            let all = index.in_namespace(group, kind, namespace).iter().copied();
            all.filter(move |id| {
                self.object(*id).is(group, kind) && self.namespaces(*id).contains(namespace)
            })
        });
        ids.filter(move |id| self.coexist(from, *id))
    }

    /// Resolves a reference. `keeps` decides which objects of the kind near `from` show that the files contain all
    /// objects of this kind.
    pub(super) fn resolve(
        &self,
        from: ObjectId,
        group: &str,
        kind: &str,
        name: &str,
        keeps: impl Fn(&Object) -> bool,
    ) -> Resolution<Target> {
        let cluster_scoped = [Namespace::Unspecified];
        let namespaces = match kind {
            "RuntimeClass" => &cluster_scoped[..],
            _ => self.namespaces(from),
        };
        let context = &self.file(from.file).context;
        let mut missing = !namespaces.is_empty() && !self.links.index.is_templated(kind);
        for namespace in namespaces {
            let key = ObjectKey {
                group,
                kind,
                namespace,
                name,
            };
            if let Some(id) = self.nearest_object(from, &key, &keeps) {
                return Resolution::Found(Target::Object(id));
            }
            let exists = context
                .externals
                .iter()
                .any(|e| e.is(kind, namespace, name));
            let is_made = match kind {
                "Secret" => self.links.index.makes_secret(name),
                "ConfigMap" => {
                    self.links.index.makes_config_map(name) || IN_EVERY_NAMESPACE.contains(&name)
                }
                _ => false,
            };
            // What the generators of a build create is in its result.
            let is_generated =
                self.render_of(from.file).is_none() && self.links.index.generates(kind, name);
            if exists || is_made || is_generated {
                return Resolution::Found(Target::Elsewhere);
            }
            let is_certain = context.complete || self.had(&key);
            missing &= *namespace != Namespace::Unknown
                && (is_certain || self.is_kept(from, group, kind, namespace, &keeps))
                && !self.lacks_parts(from.file)
                && (is_certain || self.is_meant(from, group, kind, name))
                && !self.worlds.may_bring(namespace.name())
                && !self.links.index.has_unnamed(group, kind, namespace);
        }
        if missing {
            Resolution::Missing
        } else {
            Resolution::Unknown
        }
    }

    /// Resolves a reference to an object that is not in a namespace, such as a PriorityClass. It is missing only if the run
    /// is complete, or has objects of the kind in the directory of `from`.
    #[must_use]
    pub fn resolve_of_cluster(
        &self,
        from: ObjectId,
        group: &str,
        kind: &str,
        name: &str,
    ) -> Resolution<Target> {
        let mut named = self.named(group, kind, name);
        if let Some(id) = named.find(|id| self.coexist(from, *id)) {
            return Resolution::Found(Target::Object(id));
        }
        let context = &self.file(from.file).context;
        let mut externals = context.externals.iter();
        if externals.any(|one| one.is(kind, &Namespace::Unspecified, name)) {
            return Resolution::Found(Target::Elsewhere);
        }
        let directory = self.file(from.file).directory();
        let is_kept = || {
            let neighbourhood = Neighbourhood::new(group, kind, &Namespace::Unspecified, directory);
            let mut near = self.links.index.neighbours(&neighbourhood).iter();
            near.any(|id| self.object(*id).is(group, kind) && self.coexist(from, *id))
        };
        let is_missing = !self.links.index.is_templated(kind)
            && (context.complete || is_kept())
            && !self.lacks_parts(from.file)
            && (context.complete || self.is_meant(from, group, kind, name))
            && !self.worlds.may_bring(None)
            && !self
                .links
                .index
                .has_unnamed(group, kind, &Namespace::Unspecified);
        match is_missing {
            true => Resolution::Missing,
            false => Resolution::Unknown,
        }
    }

    /// Whether there may be objects of the kind that the run does not have: charts that are not here, or templates that are
    /// not rendered, may create them.
    #[must_use]
    pub fn may_have_more(&self, kind: &str) -> bool {
        self.worlds.may_bring(None) || self.links.index.is_templated(kind)
    }

    /// Selects the most likely of several objects with the same name: complete rather than a patch, in the same
    /// directory, and accepted by `keeps`.
    fn nearest_object(
        &self,
        from: ObjectId,
        key: &ObjectKey<'_>,
        keeps: impl Fn(&Object) -> bool,
    ) -> Option<ObjectId> {
        let distance = |id: ObjectId| {
            let is_of_other_build = id.file != from.file && self.render_of(id.file).is_some();
            let is_kept = keeps(self.object(id));
            (self.is_patch(id.file), is_of_other_build, !is_kept)
        };
        let near = self.find_near(from, key).into_iter();
        let near = near.map(|id| (distance(id), id)).min();
        if let Some(((false, false, _), id)) = near {
            return Some(id);
        }
        // None that is further away is better than the first of these.
        let mut best: Option<((bool, bool, bool, bool), ObjectId)> = None;
        let directory = self.file(from.file).directory();
        for id in self.find_from(from, key) {
            let is_far = self.file(id.file).directory() != directory;
            let (is_patch, is_of_other_build, is_other) = distance(id);
            let distance = (is_patch, is_of_other_build, is_far, is_other);
            if distance == (false, false, true, false) {
                return Some(id);
            }
            if best.is_none_or(|(least, _)| distance < least) {
                best = Some((distance, id));
            }
        }
        best.map(|(_, id)| id)
    }

    /// Whether the file is of a build that needs what cannot be had offline, so that objects may be missing in it.
    fn lacks_parts(&self, file: FileId) -> bool {
        let own = self.render_of(file).into_iter();
        own.chain(self.renders_using(file))
            .any(|render| matches!(&render.result, Ok(rendered) if rendered.asks_cluster || !rendered.unknown.is_empty()))
    }

    /// Whether a reference of a chart means one of its own objects and misspells it. Whoever installs a chart brings
    /// objects that it only names, and so do its jobs and operators.
    fn is_meant(&self, from: ObjectId, group: &str, kind: &str, name: &str) -> bool {
        let render = self.render_of(from.file);
        if render.is_none_or(|render| render.release().is_none()) {
            return true;
        }
        let longest = name.len() / MIN_BYTES_PER_EDIT;
        let mut own = self.of_kind(group, kind).filter(|id| id.file == from.file);
        own.any(|id| {
            let known = self.object(id).metadata.name.text();
            known.is_some_and(|known| distance(known, name) <= longest.min(MAX_EDITS))
        })
    }

    /// Whether the files contain all objects of that kind and namespace. If no namespace is given, only the directory
    /// of `from` counts, because a repository of examples has many. If there are several objects with the same identity
    /// as `from`, the files are variants, and none of them is complete.
    fn is_kept(
        &self,
        from: ObjectId,
        group: &str,
        kind: &str,
        namespace: &Namespace,
        keeps: impl Fn(&Object) -> bool,
    ) -> bool {
        // Calling `keeps` is cheaper than checking whether the object is near.
        let mut kept = self.neighbours_that(from, group, kind, namespace, keeps);
        kept.next().is_some() && !self.has_variant(from, namespace)
    }

    /// Objects of a kind in `namespace` or, if no namespace is given, in the directory of `from`.
    pub(super) fn neighbours<'w>(
        &'w self,
        from: ObjectId,
        group: &'w str,
        kind: &'w str,
        namespace: &'w Namespace,
    ) -> impl Iterator<Item = ObjectId> + 'w {
        self.neighbours_that(from, group, kind, namespace, |_| true)
    }

    /// Objects from [`Self::neighbours`] that satisfy `wanted`, which is evaluated first.
    fn neighbours_that<'w>(
        &'w self,
        from: ObjectId,
        group: &'w str,
        kind: &'w str,
        namespace: &'w Namespace,
        wanted: impl Fn(&Object) -> bool + 'w,
    ) -> impl Iterator<Item = ObjectId> + 'w {
        let directory = self.file(from.file).directory();
        let neighbourhood = Neighbourhood::new(group, kind, namespace, directory);
        let all = self.links.index.neighbours(&neighbourhood).iter().copied();
        all.filter(move |&id| {
            if !wanted(self.object(id)) {
                return false;
            }
            let is_near = namespace.name().is_some() || self.file(id.file).directory() == directory;
            is_near
                && self.object(id).is(group, kind)
                && self.namespaces(id).contains(namespace)
                && self.coexist(from, id)
        })
    }

    /// Whether there is another object with the kind and name of `id` in that namespace that is not a patch. If no
    /// namespace is given, only those in the same directory count.
    fn has_variant(&self, id: ObjectId, namespace: &Namespace) -> bool {
        let object = self.object(id);
        let (Some(group), Some(kind), Some(name)) = (
            object.group(),
            object.kind.text(),
            object.metadata.name.text(),
        ) else {
            return false;
        };
        let key = ObjectKey {
            group,
            kind,
            namespace,
            name,
        };
        let is_variant = |other: ObjectId| other != id && !self.is_patch(other.file);
        match namespace {
            Namespace::Known(_) => self.find_from(id, &key).any(is_variant),
            _ => self.find_near(id, &key).into_iter().any(is_variant),
        }
    }
}

/// Pull Secrets by name.
struct PullSecrets(FxHashMap<String, Vec<ObjectId>>);

impl PullSecrets {
    fn new(workspace: &Workspace) -> Self {
        let mut all: FxHashMap<String, Vec<ObjectId>> = FxHashMap::default();
        for id in workspace.of_kind("", "Secret") {
            let object = workspace.object(id);
            if let Some(name) = object
                .metadata
                .name
                .text()
                .filter(|_| is_pull_secret(object))
            {
                all.entry(name.to_owned()).or_default().push(id);
            }
        }
        Self(all)
    }
}

/// Most objects of one name that are returned from other namespaces.
const MAX_ELSEWHERE: usize = 20;

/// Most edits between a name and its misspelling, and the bytes that a name has for each.
const MAX_EDITS: usize = 2;
const MIN_BYTES_PER_EDIT: usize = 5;

/// ConfigMaps with certificates that controllers of Kubernetes, OpenShift and Istio create in every namespace.
const IN_EVERY_NAMESPACE: [&str; 3] = [
    "kube-root-ca.crt",
    "openshift-service-ca.crt",
    "istio-ca-root-cert",
];

fn is_pull_secret(object: &Object) -> bool {
    matches!(&object.body, Body::Secret(secret) if secret.pull_key().is_some())
}

/// Maximum length of a displayed name. Names in Kubernetes have at most 253 characters.
const MAX_NAME_LENGTH: usize = 300;

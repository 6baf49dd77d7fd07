//! Lookup of objects whose complete content is known.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{ObjectId, Resolution, Target, Workspace, index::ObjectKey, object_id::Namespace};
use podwright_model::{Body, DataValue, Field, Generator, Object, ReferenceKind};
use podwright_syntax::text::FileId;

impl Workspace {
    /// Resolves to the only object of this kind and name that `from` can refer to, provided that nothing modifies it:
    /// no patch, no variant in another file, no controller that fills it in. Otherwise the result is unknown.
    #[must_use]
    pub fn resolve_exact(
        &self,
        from: ObjectId,
        group: &str,
        kind: &str,
        name: &str,
    ) -> Resolution<ObjectId> {
        match self.resolve(from, group, kind, name, |_| true) {
            Resolution::Missing => Resolution::Missing,
            Resolution::Unknown | Resolution::Found(Target::Elsewhere) => Resolution::Unknown,
            Resolution::Found(Target::Object(_)) => {
                let only = self.only(from, group, kind, name);
                let whole = only.filter(|&id| self.is_complete(id));
                whole.map_or(Resolution::Unknown, Resolution::Found)
            }
        }
    }

    /// The generator that produces the ConfigMap or Secret `name` in all kustomizations that build `from`, with the
    /// file of its kustomization. `None` if anything else produces an object of that name.
    #[must_use]
    pub fn generator(
        &self,
        from: ObjectId,
        kind: ReferenceKind,
        name: &str,
    ) -> Option<(FileId, &Generator)> {
        if !self.links.index.makes_once(kind, name) {
            return None;
        }
        let find = |file: FileId| {
            let kustomization = self.file(file).kustomization.as_deref()?;
            let list = match kind {
                ReferenceKind::ConfigMap => &kustomization.config_maps,
                _ => &kustomization.secrets,
            };
            let generator = list.iter().find(|generator| generator.name == name)?;
            Some((file, generator))
        };
        let mut all = self.links.builds.chains(from.file).iter();
        let first = find(*all.next()?.iter().find(|&&file| find(file).is_some())?)?;
        all.all(|chain| chain.contains(&first.0)).then_some(first)
    }

    /// The only object of that name in all namespaces of `from`, counting patches. If no namespace is given, an object
    /// in another directory does not count, because it often belongs to a different example.
    fn only(&self, from: ObjectId, group: &str, kind: &str, name: &str) -> Option<ObjectId> {
        let mut only = None;
        for namespace in self.namespaces(from) {
            let key = ObjectKey {
                group,
                kind,
                namespace,
                name,
            };
            let all: Vec<ObjectId> = match namespace {
                Namespace::Unspecified => self.find_near(from, &key),
                Namespace::Known(_) => self.find_from(from, &key).take(2).collect(),
                Namespace::Unknown => return None,
            };
            let [found] = all[..] else { return None };
            if *only.get_or_insert(found) != found {
                return None;
            }
        }
        only
    }

    /// Whether the manifest contains the complete object.
    fn is_complete(&self, id: ObjectId) -> bool {
        let object = self.object(id);
        let name = object.metadata.name.text().unwrap_or("");
        let index = &self.links.index;
        let is_generated_too = self.render_of(id.file).is_none() && index.generates("Secret", name);
        let is_made_too = object.is("", "Secret") && (index.makes_secret(name) || is_generated_too);
        self.is_unmodified(id) && !is_filled_later(object) && !is_made_too
    }

    /// Whether a kustomization that reaches the object has a patch that may apply to it.
    #[must_use]
    pub fn may_be_patched(&self, id: ObjectId) -> bool {
        let object = self.object(id);
        let kind = object.kind.text().unwrap_or("");
        let name = object.metadata.name.text().unwrap_or("");
        let same = |other: &Object| {
            other.kind.text() == Some(kind) && other.metadata.name.text() == Some(name)
        };
        let patches = |file: FileId| {
            let Some(kustomization) = &self.file(file).kustomization else {
                return false;
            };
            let generated = match kind {
                "ConfigMap" => kustomization.config_maps.as_slice(),
                "Secret" => kustomization.secrets.as_slice(),
                _ => &[],
            };
            let mut targets = kustomization.targets.iter();
            let mut files = self.links.builds.patches_of(file).iter();
            targets.any(|target| target.may_be(kind, name))
                || generated.iter().any(|own| own.name == name)
                || files.any(|&patch| self.file(patch).objects.iter().any(same))
        };
        let mut chains = self.links.builds.chains(id.file).iter().flatten();
        chains.any(|&file| patches(file))
    }

    /// Services in the namespaces of `from`, without patches and partial objects, in order, one of each name. If no
    /// namespace is given, only Services of the same directory count, because a repository of examples has many. If all
    /// variants of a Service are in other directories, none is returned, because the intended one is unknown.
    #[must_use]
    pub fn services_near(&self, from: ObjectId) -> Arc<[ObjectId]> {
        let asks = (
            self.file(from.file).directory().into(),
            self.namespaces(from).to_vec(),
        );
        let mut kept = self.links.services_near.lock();
        let found = || self.find_services_near(from).into();
        Arc::clone(kept.entry(asks).or_insert_with(found))
    }

    fn find_services_near(&self, from: ObjectId) -> Vec<ObjectId> {
        let own = self.namespaces(from).iter();
        let all = own.flat_map(|namespace| self.neighbours(from, "", "Service", namespace));
        let mut all: Vec<ObjectId> = all.filter(|&id| self.is_unmodified(id)).collect();
        all.sort_unstable();
        all.dedup();
        let directory = self.file(from.file).directory();
        let is_near = |id: ObjectId| self.file(id.file).directory() == directory;
        // By name: the intended Service, if it is unambiguous.
        let mut by_name: FxHashMap<&str, Option<ObjectId>> = FxHashMap::default();
        for id in all {
            let Some(name) = self.object(id).metadata.name.text() else {
                continue;
            };
            let meant = by_name.entry(name).or_insert(Some(id));
            *meant = match *meant {
                Some(one) if one == id => Some(id),
                Some(one) if is_near(one) && !is_near(id) => Some(one),
                _ if is_near(id) => Some(id),
                _ => None,
            };
        }
        let mut found: Vec<ObjectId> = by_name.into_values().flatten().collect();
        found.sort_unstable();
        found
    }

    /// Whether a kustomization reaches the file.
    #[must_use]
    pub fn is_kustomized(&self, file: FileId) -> bool {
        !self.links.builds.chains(file).is_empty()
    }

    /// Whether the object is complete and, as far as the files show, reaches the cluster unmodified.
    #[must_use]
    pub fn is_unmodified(&self, id: ObjectId) -> bool {
        !self.is_partial(id) && !self.may_be_patched(id)
    }
}

/// Whether keys may be added to the object in the cluster: it is empty, or a controller is configured to write into it.
fn is_filled_later(object: &Object) -> bool {
    let ask = || may_be_filled_later(object);
    *object.is_filled_later.get_or_init(ask)
}

fn may_be_filled_later(object: &Object) -> bool {
    let metadata = &object.metadata;
    let marks = [&metadata.annotations, &metadata.labels];
    let is_marked = marks.into_iter().any(|field| match field {
        Field::Value(all, _) => all.iter().any(|(key, ..)| {
            FILLERS.iter().any(|word| key.contains(word)) || podwright_model::has_delimiter(key)
        }),
        Field::Unknown(_) | Field::Invalid(_) => true,
        Field::Missing | Field::Null(_) => false,
    });
    let is_open = |lists: &[&Field<Vec<DataValue>>]| {
        let count = |list: &&Field<Vec<DataValue>>| list.value().map_or(0, Vec::len);
        let is_unknown = |list: &&Field<Vec<DataValue>>| match list {
            Field::Value(values, _) => values
                .iter()
                .any(|value| podwright_model::has_delimiter(&value.name)),
            Field::Unknown(_) | Field::Invalid(_) => true,
            Field::Missing | Field::Null(_) => false,
        };
        lists.iter().map(count).sum::<usize>() == 0 || lists.iter().any(is_unknown)
    };
    is_marked
        || match &object.body {
            Body::ConfigMap(map) => is_open(&[&map.data, &map.binary_data]),
            Body::Secret(secret) => {
                secret.type_.text() == Some("kubernetes.io/service-account-token")
                    || is_open(&[&secret.data, &secret.string_data])
            }
            _ => false,
        }
}

/// Substrings of annotation and label keys that make controllers write into ConfigMaps and Secrets.
const FILLERS: [&str; 6] = [
    "inject",
    "replicat",
    "vault",
    "secret-generator",
    "kubed.appscode.com/sync",
    "config-syncer.appscode.com/sync",
];

//! Finds the references to a ConfigMap or Secret that an event misses, and the object itself.

use super::{Trace, Tracer, field};
use crate::event::pattern::Captures;
use podwright_cluster::environment::keys;
use podwright_cluster::keyring::secret_rejection;
use podwright_cluster::workspace::ObjectId;
use podwright_model::{Body, Container, Field, KeyRef, Pod, ReferenceKind, references};
use podwright_syntax::NodeId;
use podwright_syntax::text::did_you_mean;

/// What the message says about the object.
struct Wanted<'c> {
    kinds: Vec<ReferenceKind>,
    name: Option<&'c str>,
    key: Option<&'c str>,
}

/// Maximum number of keys that are listed.
const MAX_KEYS: usize = 6;

impl<'w> Tracer<'w, '_> {
    pub(super) fn see_reference(&self, captures: &Captures, trace: &mut Trace<'w>) {
        let captured = |wanted: &str| {
            let mut words = captures.iter();
            words
                .find(|(name, _)| *name == wanted)
                .map(|(_, word)| word.as_str())
        };
        let message = self.event.message.to_ascii_lowercase();
        let is_config_map = message.contains("configmap") || message.contains("config key");
        let wanted = Wanted {
            kinds: match (is_config_map, message.contains("secret")) {
                (true, false) => vec![ReferenceKind::ConfigMap],
                (false, true) => vec![ReferenceKind::Secret],
                _ => vec![ReferenceKind::ConfigMap, ReferenceKind::Secret],
            },
            name: captured("name"),
            key: captured("key"),
        };
        let before = trace.related.len();
        if let Some(pod) = self.pod {
            self.keys_in_env(&wanted, trace);
            self.keys_in_volumes(pod, &wanted, trace);
        }
        if trace.related.len() == before {
            self.names(&wanted, trace);
        }
        self.targets(&wanted, trace);
    }

    /// Adds the variables that take the key.
    fn keys_in_env(&self, wanted: &Wanted<'_>, trace: &mut Trace<'w>) {
        let Some(key) = wanted.key else { return };
        for container in self.containers() {
            for (kind, reference) in key_references(container) {
                let is_it = wanted.kinds.contains(&kind)
                    && wanted.name.is_none_or(|name| is(&reference.name, name))
                    && is(&reference.key, key);
                if let Some(node) = reference.key.node().filter(|_| is_it) {
                    let name = reference.name.text().unwrap_or("?");
                    let text = format!("key `{key}` of {} `{name}`", kind.name());
                    trace.add(self.place(node), text);
                    trace.scopes.push(self.place(reference.node).location);
                }
            }
        }
    }

    /// Adds the items of volumes that take the key.
    fn keys_in_volumes(&self, pod: &'w Pod, wanted: &Wanted<'_>, trace: &mut Trace<'w>) {
        let Some(key) = wanted.key else { return };
        let Some(volumes) = field(self.tree(), pod.node, "volumes") else {
            return;
        };
        let volumes = self.items(volumes);
        let projected = volumes.iter().flat_map(|&volume| {
            let sources = field(self.tree(), volume, "projected.sources");
            sources.map_or_else(Vec::new, |sources| self.items(sources))
        });
        for source in volumes.iter().copied().chain(projected.collect::<Vec<_>>()) {
            for path in ["configMap.items", "secret.items"] {
                let Some(items) = field(self.tree(), source, path) else {
                    continue;
                };
                for item in self.items(items) {
                    if self.text(item, "key").as_deref() == Some(key) {
                        trace.add(
                            self.place(item),
                            format!("key `{key}` in `items` of a volume"),
                        );
                    }
                }
            }
        }
    }

    /// Adds the fields that name the object.
    fn names(&self, wanted: &Wanted<'_>, trace: &mut Trace<'w>) {
        let Some(name) = wanted.name else { return };
        let all = references(self.tree(), self.workspace.object(self.id));
        let found: Vec<NodeId> = all
            .into_iter()
            .filter(|one| {
                wanted.kinds.contains(&one.kind) && one.name == name && !one.is_pull_secret
            })
            .map(|one| one.value)
            .collect();
        let is_of_container = |&node: &NodeId| {
            let span = self.tree().span(node);
            self.event.container.is_some()
                && self.containers().iter().any(|container| {
                    let own = self.tree().span(container.node);
                    own.start <= span.start && span.end <= own.end
                })
        };
        let of_container: Vec<NodeId> = found.iter().copied().filter(is_of_container).collect();
        let found = if of_container.is_empty() {
            found
        } else {
            of_container
        };
        for node in found {
            trace.add(self.place(node), format!("reference to `{name}`"));
        }
    }

    /// Adds the objects of that name, or the one that may be meant.
    fn targets(&self, wanted: &Wanted<'_>, trace: &mut Trace<'w>) {
        let Some(name) = wanted.name else { return };
        for &kind in &wanted.kinds {
            let all: Vec<ObjectId> = self.workspace.of_kind(kind.group(), kind.name()).collect();
            let of_name = |id: &&ObjectId| is(&self.workspace.object(**id).metadata.name, name);
            let own = self.workspace.namespaces(self.id);
            let mut found = false;
            for &id in all.iter().filter(of_name) {
                found = true;
                let is_near = self
                    .workspace
                    .namespaces(id)
                    .iter()
                    .any(|at| own.contains(at));
                let text = self.describe_target(id, kind, name, wanted.key, is_near);
                trace.add(self.located(self.workspace.object_place(id)), text);
            }
            if found {
                continue;
            }
            let near = self.workspace.referable(self.id, kind);
            let near: Vec<(ObjectId, &str)> = near
                .filter_map(|id| Some((id, self.workspace.object(id).metadata.name.text()?)))
                .collect();
            let meant = did_you_mean(name, near.iter().map(|(_, name)| *name));
            if let Some((id, name)) = near.iter().find(|(_, name)| Some(*name) == meant) {
                let text = format!("{} `{name}` exists: did you mean this one?", kind.name());
                trace.add(self.located(self.workspace.object_place(*id)), text);
            }
        }
    }

    fn describe_target(
        &self,
        id: ObjectId,
        kind: ReferenceKind,
        name: &str,
        key: Option<&str>,
        is_near: bool,
    ) -> String {
        let kind = kind.name();
        let tree = &self.workspace.file(id.file).tree;
        if !is_near {
            let place = self.workspace.described_namespace(id);
            return format!("{kind} `{name}` is in {place}, which the Pod cannot use");
        }
        if let Body::Secret(secret) = &self.workspace.object(id).body
            && self.workspace.is_unmodified(id)
            && let Some(why) = secret_rejection(tree, secret)
        {
            return format!("the API server rejects this Secret {}", why.describe());
        }
        let Some(key) = key else {
            return format!(
                "{kind} `{name}` is in the files, but was not in the cluster: apply it first"
            );
        };
        let keys: Vec<String> = keys(self.workspace, id)
            .into_iter()
            .map(|one| one.key)
            .collect();
        if keys.iter().any(|one| one == key) {
            return format!(
                "{kind} `{name}` has the key `{key}` in the files, but not in the cluster: apply it again"
            );
        }
        match did_you_mean(key, keys.iter().map(String::as_str)) {
            Some(near) => format!("{kind} `{name}` has the key `{near}`: did you mean this one?"),
            None if keys.is_empty() => format!("{kind} `{name}` has no keys in the files"),
            None => {
                let shown = keys.iter().take(MAX_KEYS).map(|key| format!("`{key}`"));
                let shown: Vec<String> = shown.collect();
                format!("{kind} `{name}` has the keys {}", shown.join(", "))
            }
        }
    }
}

/// Returns the references to keys in the variables of a container.
fn key_references(container: &Container) -> impl Iterator<Item = (ReferenceKind, &KeyRef)> {
    let variables = container.env.value().into_iter().flatten();
    let sources = variables.filter_map(|variable| variable.value_from.value());
    sources.flat_map(|source| {
        let config_map = source.config_map_key_ref.value();
        let secret = source.secret_key_ref.value();
        let config_map = config_map.map(|one| (ReferenceKind::ConfigMap, &**one));
        config_map
            .into_iter()
            .chain(secret.map(|one| (ReferenceKind::Secret, &**one)))
    })
}

fn is(field: &Field<String>, text: &str) -> bool {
    field.text().is_some_and(|own| own == text)
}

//! Fields of a Pod that explain an event.

use super::{Trace, Tracer, field, named};
use crate::event::pattern::Captures;
use crate::event::symptom::See;
use crate::pod_name::objects;
use podwright_model::{Field, Pod};
use podwright_syntax::{Entry, NodeId, Scalar};

impl<'w> Tracer<'w, '_> {
    /// Adds `command` and `args`, or the image, whose entrypoint runs without them.
    pub(super) fn see_command(&self, trace: &mut Trace<'w>) {
        for container in self.containers() {
            let of = format!(" of container `{}`", named(container));
            let mut found = false;
            for path in ["command", "args"] {
                if let Some(entry) = field(self.tree(), container.node, path) {
                    self.field(path, &of, entry, trace);
                    found = true;
                }
            }
            if let Some(node) = container.image.node().filter(|_| !found) {
                let text =
                    format!("image{of}, whose own entrypoint runs, because `command` is not set");
                trace.add(self.place(node), text);
            }
        }
    }

    pub(super) fn see_no_resources(&self, trace: &mut Trace<'w>) {
        for container in self.containers() {
            let is_missing = |path: &&str| field(self.tree(), container.node, path).is_none();
            let paths = ["resources.requests", "resources.limits"];
            let missing: Vec<&str> = paths.into_iter().filter(is_missing).collect();
            let what = match missing.as_slice() {
                [] => "`resources`",
                [only] => &format!("without `{only}`"),
                _ => "without `resources`",
            };
            let name = container.name.node().unwrap_or(container.node);
            let text = match missing.is_empty() {
                true => format!("{what} of container `{}`", named(container)),
                false => format!("container `{}` {what}", named(container)),
            };
            trace.add(self.place(name), text);
        }
    }

    pub(super) fn see_hook(&self, pod: &'w Pod, name: &str, trace: &mut Trace<'w>) {
        for container in self.containers() {
            let Field::Value(lifecycle, node) = &container.lifecycle else {
                continue;
            };
            let mut hooks = lifecycle.hooks();
            if let Some((_, hook)) = hooks.find(|(hook, _)| *hook == name) {
                let text = format!("{name} hook of container `{}`", named(container));
                trace.add(self.key(hook.node), text);
                trace.scopes.push(self.entry(*node));
            }
        }
        if name == "preStop"
            && let Some(node) = pod.termination_grace_period_seconds.node()
        {
            trace.add(self.key(node), "time that the Pod has to stop");
            trace.scopes.push(self.entry(node));
        }
    }

    pub(super) fn see_runtime_class(&self, pod: &'w Pod, see: See, trace: &mut Trace<'w>) {
        let Some(node) = pod.runtime_class_name.node() else {
            return;
        };
        trace.add(self.place(node), "name of the RuntimeClass");
        let name = pod.runtime_class_name.text().unwrap_or("");
        let found = self.workspace.resolve_runtime_class_exact(self.id, name);
        if let Some((id, class)) = found.filter(|_| see == See::Handler)
            && let Some(handler) = class.handler.node()
        {
            let place = self.located(self.workspace.place(id.file, handler));
            let text = "handler of the RuntimeClass, which the runtime of each node must provide";
            trace.add(place, text);
        }
    }

    /// Adds the mounts whose path is in the message, with their volumes; all mounts with `subPath` if there are none.
    pub(super) fn see_mounts(&self, pod: &'w Pod, trace: &mut Trace<'w>) {
        for container in self.containers() {
            let Some(mounts) = field(self.tree(), container.node, "volumeMounts") else {
                continue;
            };
            for mount in self.items(mounts) {
                let path = self.text(mount, "mountPath").unwrap_or_default();
                let is_named =
                    path.len() > 1 && self.event.message.contains(path.trim_end_matches('/'));
                if !is_named {
                    continue;
                }
                let text = format!("mount at `{path}` in container `{}`", named(container));
                trace.add(self.place(mount), text);
                if let Some(volume) = self.text(mount, "name") {
                    self.volume(pod, &volume, trace);
                }
            }
        }
    }

    /// Adds the volume that the message names, or those whose name is in the message.
    pub(super) fn see_volumes(&self, pod: &'w Pod, captures: &Captures, trace: &mut Trace<'w>) {
        let captured = |wanted: &str| {
            let mut words = captures.iter();
            words
                .find(|(name, _)| *name == wanted)
                .map(|(_, word)| word)
        };
        if let Some(name) = captured("volume") {
            self.volume(pod, name, trace);
        }
        if let Some(path) = captured("path") {
            self.volumes_with(pod, path, trace);
        }
        if let Some(claim) = captured("name") {
            self.volumes_with(pod, claim, trace);
        }
        let has_volume = trace
            .related
            .iter()
            .any(|one| one.text.starts_with("volume "));
        if !has_volume && let Some(volumes) = field(self.tree(), pod.node, "volumes") {
            for volume in self.items(volumes) {
                let name = self.text(volume, "name").unwrap_or_default();
                if is_word(&name, &self.event.message) {
                    self.volume(pod, &name, trace);
                }
            }
        }
        let has_volume = trace
            .related
            .iter()
            .any(|one| one.text.starts_with("volume "));
        if !has_volume {
            self.claimed_volumes(pod, trace);
        }
        if let Some(name) = captured("volume") {
            self.persistent_volume(name, trace);
        }
    }

    /// Adds the volumes with a claim: messages about them name the PersistentVolume.
    fn claimed_volumes(&self, pod: &'w Pod, trace: &mut Trace<'w>) {
        let Some(volumes) = field(self.tree(), pod.node, "volumes") else {
            return;
        };
        for volume in self.items(volumes) {
            let path = "persistentVolumeClaim.claimName";
            if let Some(claim) = field(self.tree(), volume, path) {
                let name = self.text(volume, "name").unwrap_or_default();
                trace.add(self.place(claim.value), format!("volume `{name}`"));
            }
        }
    }

    /// Adds a PersistentVolume of the files.
    fn persistent_volume(&self, name: &str, trace: &mut Trace<'w>) {
        for id in objects(self.workspace) {
            let object = self.workspace.object(id);
            if object.kind.text() != Some("PersistentVolume")
                || self.workspace.object_reference(id).name != name
            {
                continue;
            }
            let tree = &self.workspace.file(id.file).tree;
            let path = field(tree, object.node, "spec.local.path");
            let place = match path {
                Some(path) => self.workspace.place(id.file, tree.resolve(path.value)),
                None => self.workspace.object_place(id),
            };
            trace.add(self.located(place), format!("PersistentVolume `{name}`"));
        }
    }

    fn volume(&self, pod: &'w Pod, name: &str, trace: &mut Trace<'w>) {
        let Some(volumes) = field(self.tree(), pod.node, "volumes") else {
            return;
        };
        for volume in self.items(volumes) {
            if self.text(volume, "name").as_deref() == Some(name) {
                trace.add(self.place(volume), format!("volume `{name}`"));
            }
        }
    }

    /// Adds the volumes with this value in a field of their source, such as a path or the name of a claim.
    fn volumes_with(&self, pod: &'w Pod, value: &str, trace: &mut Trace<'w>) {
        let Some(volumes) = field(self.tree(), pod.node, "volumes") else {
            return;
        };
        for volume in self.items(volumes) {
            let found = [
                "hostPath.path",
                "persistentVolumeClaim.claimName",
                "nfs.path",
                "csi.driver",
            ]
            .into_iter()
            .filter_map(|path| field(self.tree(), volume, path))
            .find(|entry| self.scalar(entry.value).as_deref() == Some(value));
            if let Some(entry) = found {
                let name = self.text(volume, "name").unwrap_or_default();
                trace.add(self.place(entry.value), format!("volume `{name}`"));
            }
        }
    }

    pub(super) fn items(&self, list: Entry) -> Vec<NodeId> {
        let tree = self.tree();
        let list = tree.resolve(list.value);
        if !tree.kind(list).is_sequence() {
            return Vec::new();
        }
        tree.items(list).map(|item| tree.resolve(item)).collect()
    }

    pub(super) fn text(&self, node: NodeId, key: &str) -> Option<String> {
        self.scalar(field(self.tree(), node, key)?.value)
    }

    fn scalar(&self, node: NodeId) -> Option<String> {
        match self.tree().scalar(self.tree().resolve(node)) {
            Scalar::Str(text) => Some(text.into_owned()),
            _ => None,
        }
    }
}

/// Whether a message has a name as a separate word.
fn is_word(name: &str, message: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    !name.is_empty()
        && message.match_indices(name).any(|(at, _)| {
            let before = message[..at].chars().next_back();
            let after = message[at + name.len()..].chars().next();
            !before.is_some_and(is_inner) && !after.is_some_and(is_inner)
        })
}

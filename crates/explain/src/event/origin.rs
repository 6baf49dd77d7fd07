//! Finds the objects of the files that create a Pod. Controllers derive Pod names from their own.

use super::trace::field;
use super::{Diagnosis, Event, Regarding};
use crate::pod_name::{explainable, is_kind, objects};
use podwright_cluster::workspace::{Namespace, ObjectId, Workspace};
use podwright_model::{Object, PodOrigin};
use podwright_syntax::Scalar;
use rustc_hash::FxHashMap;

/// Maximum length of a name before the random suffix is appended (`maxGeneratedNameLength` of the API server).
const CUT: usize = 58;
/// Length of the random suffix.
const RANDOM: usize = 5;

/// Returns the objects that a message without an object may be about: those that have the image, the container or
/// another word of the message, or the only one in the files.
pub(super) fn of_message(
    workspace: &Workspace,
    event: &Event,
    diagnosis: &Diagnosis,
) -> Vec<ObjectId> {
    let all: Vec<ObjectId> = explainable(workspace).collect();
    if all.len() <= 1 {
        return all;
    }
    let text = |id: &ObjectId| {
        let tree = &workspace.file(id.file).tree;
        tree.source_text(workspace.object(*id).node)
    };
    let has_image = |id: &ObjectId| {
        let containers = workspace
            .object(*id)
            .pods
            .iter()
            .flat_map(|pod| &pod.containers);
        let mut images = containers.filter_map(|container| container.image.text());
        images.any(|image| event.message.contains(&format!("\"{image}\"")))
    };
    let with_image: Vec<ObjectId> = all.iter().copied().filter(has_image).collect();
    if !with_image.is_empty() {
        return with_image;
    }
    let parts = diagnosis.parts().iter().flat_map(|part| &part.captures);
    let words: Vec<&str> = parts
        .map(|(_, word)| word.as_str())
        .filter(|word| word.len() > 2)
        .collect();
    let has_words =
        |id: &ObjectId| !words.is_empty() && words.iter().all(|word| text(id).contains(word));
    let found: Vec<ObjectId> = all.into_iter().filter(has_words).collect();
    if found.len() == 1 { found } else { Vec::new() }
}

/// Returns the objects that `regarding` is or may be created by; several only if their names match equally well.
pub(super) fn origins(workspace: &Workspace, regarding: &Regarding) -> Vec<ObjectId> {
    let mut best = 0;
    let mut found = Vec::new();
    for id in workspace.kept(Makers::new).candidates(regarding) {
        if !is_in_namespace(workspace, id, regarding) {
            continue;
        }
        let match_score = match_score(workspace.object(id), regarding);
        if match_score > best {
            best = match_score;
            found.clear();
        }
        if match_score == best && match_score > 0 {
            found.push(id);
        }
    }
    if found.is_empty() {
        found.extend(others(workspace, regarding));
    }
    found
}

/// Returns the workload that a HorizontalPodAutoscaler scales, if it is in the files.
pub(super) fn scale_target(workspace: &Workspace, id: ObjectId) -> Option<ObjectId> {
    let object = workspace.object(id);
    if object.kind.text() != Some("HorizontalPodAutoscaler") {
        return None;
    }
    let tree = &workspace.file(id.file).tree;
    let text = |path: &str| {
        let entry = field(tree, object.node, path)?;
        match tree.scalar(tree.resolve(entry.value)) {
            Scalar::Str(text) => Some(text.into_owned()),
            _ => None,
        }
    };
    let target = Regarding {
        kind: text("spec.scaleTargetRef.kind")?,
        namespace: workspace.namespace(id).map(str::to_owned),
        name: text("spec.scaleTargetRef.name")?,
        controller: None,
    };
    let is_it = |id: &ObjectId| match_score(workspace.object(*id), &target) == usize::MAX;
    explainable(workspace)
        .filter(|id| is_in_namespace(workspace, *id, &target))
        .find(is_it)
}

/// Like [`origins`], for an object whose namespace only the message tells.
pub(super) fn in_namespace(
    workspace: &Workspace,
    regarding: &Regarding,
    namespace: &str,
) -> Vec<ObjectId> {
    let regarding = Regarding {
        namespace: Some(namespace.to_owned()),
        ..regarding.clone()
    };
    origins(workspace, &regarding)
}

/// Returns the objects of this kind and name that do not create Pods, such as a HorizontalPodAutoscaler.
fn others<'w>(
    workspace: &'w Workspace,
    regarding: &'w Regarding,
) -> impl Iterator<Item = ObjectId> + 'w {
    let named = workspace.kept(Named::new);
    let named = named.0.get(&regarding.name).cloned().unwrap_or_default();
    named.into_iter().filter(|&id| {
        let object = workspace.object(id);
        object.pods.is_empty()
            && object
                .kind
                .text()
                .is_some_and(|kind| is_kind(kind, &regarding.kind))
            && is_in_namespace(workspace, id, regarding)
    })
}

/// All objects by name.
struct Named(FxHashMap<String, Vec<ObjectId>>);

impl Named {
    fn new(workspace: &Workspace) -> Self {
        Self(by_name(workspace, objects(workspace)))
    }
}

fn by_name(
    workspace: &Workspace,
    ids: impl Iterator<Item = ObjectId>,
) -> FxHashMap<String, Vec<ObjectId>> {
    let mut all: FxHashMap<String, Vec<ObjectId>> = FxHashMap::default();
    for id in ids {
        if let Some(name) = workspace.object(id).metadata.name.text() {
            all.entry(name.to_owned()).or_default().push(id);
        }
    }
    all
}

/// Objects that create Pods. The name of a Pod starts with that of its maker.
struct Makers {
    named: FxHashMap<String, Vec<ObjectId>>,
    /// Objects of which a Pod has another name: it is generated, or cut.
    others: Vec<ObjectId>,
}

impl Makers {
    fn new(workspace: &Workspace) -> Self {
        let name = |id: ObjectId| workspace.object(id).metadata.name.text();
        let is_other = |id: ObjectId| name(id).is_none_or(|name| name.len() + 1 >= CUT);
        Self {
            named: by_name(workspace, explainable(workspace)),
            others: explainable(workspace).filter(|&id| is_other(id)).collect(),
        }
    }

    /// Objects that may match, in order.
    fn candidates(&self, regarding: &Regarding) -> Vec<ObjectId> {
        let called = regarding.controller.iter().map(|(_, called)| called);
        let names = called.chain([&regarding.name]).flat_map(|name| {
            let starts = name.match_indices('-').map(|(at, _)| &name[..at]);
            starts.chain([name.as_str()])
        });
        let named = names.filter_map(|name| self.named.get(name)).flatten();
        let mut found: Vec<ObjectId> = named.chain(&self.others).copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn is_in_namespace(workspace: &Workspace, id: ObjectId, regarding: &Regarding) -> bool {
    let Some(namespace) = &regarding.namespace else {
        return true;
    };
    let mut own = workspace.namespaces(id).iter();
    own.any(|own| match own {
        Namespace::Known(own) => own == namespace,
        Namespace::Unspecified | Namespace::Unknown => true,
    })
}

/// Returns how well the object matches as the creator; 0 if it does not create the Pod.
fn match_score(object: &Object, regarding: &Regarding) -> usize {
    let kind = object.kind.text().unwrap_or("");
    let Some(name) = object.metadata.name.text() else {
        let generated = object.metadata.generate_name.text();
        let is_it = generated.is_some_and(|start| {
            let rest = regarding.name.strip_prefix(start);
            rest.is_some_and(is_random)
        });
        return usize::from(is_it && kind == "Pod");
    };
    let is_certain = |of: &str, called: &str| {
        is_kind(kind, of) && name == called || creates_named(of, called, kind, name)
    };
    if is_certain(&regarding.kind, &regarding.name) {
        return usize::MAX;
    }
    if let Some((of, called)) = &regarding.controller {
        return if is_certain(of, called) {
            usize::MAX
        } else {
            0
        };
    }
    let is_custom = object
        .pods
        .iter()
        .any(|pod| pod.origin == PodOrigin::Custom);
    let makes =
        is_kind("Pod", &regarding.kind) && creates_pod(kind, is_custom, name, &regarding.name);
    if makes { name.len() } else { 0 }
}

/// Returns whether the object creates a ReplicaSet or Job with the name `called`.
fn creates_named(of: &str, called: &str, kind: &str, name: &str) -> bool {
    let rest = called
        .strip_prefix(name)
        .and_then(|rest| rest.strip_prefix('-'));
    match kind {
        "Deployment" => is_kind("ReplicaSet", of) && rest.is_some_and(is_hash),
        "CronJob" => is_kind("Job", of) && rest.is_some_and(is_number),
        _ => false,
    }
}

/// Returns whether an object of that kind and name creates Pods with such a name.
fn creates_pod(kind: &str, is_custom: bool, name: &str, pod: &str) -> bool {
    // A long name is truncated, so the rest of it cannot be compared.
    let is_cut = pod.len() == CUT + RANDOM && name.len() + 1 >= CUT;
    if is_cut && kind != "StatefulSet" {
        return pod
            .get(..CUT)
            .is_some_and(|start| format!("{name}-").starts_with(start));
    }
    let Some(rest) = pod
        .strip_prefix(name)
        .and_then(|rest| rest.strip_prefix('-'))
    else {
        return false;
    };
    let parts: Vec<&str> = rest.split('-').collect();
    match (kind, parts.as_slice()) {
        ("Deployment", [hash, random]) => is_hash(hash) && is_random(random),
        ("ReplicaSet" | "ReplicationController" | "DaemonSet", [random]) => is_random(random),
        ("Job", [random]) => is_random(random),
        ("Job", [index, random]) => is_number(index) && is_random(random),
        ("CronJob", [time, random]) => is_number(time) && is_random(random),
        ("CronJob", [time, index, random]) => {
            is_number(time) && is_number(index) && is_random(random)
        }
        ("StatefulSet", [ordinal]) => is_number(ordinal),
        (_, parts) if is_custom => parts.len() <= 3,
        _ => false,
    }
}

fn is_hash(text: &str) -> bool {
    (1..=10).contains(&text.len()) && is_lower(text)
}

fn is_random(text: &str) -> bool {
    text.len() == RANDOM && is_lower(text)
}

fn is_lower(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

//! Finds the lines of an object that explain an event.

use super::pattern::Captures;
use super::symptom::See;
use super::{Diagnosis, Event, RelatedLocation, origin};
use crate::SourceLocation;
use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_model::{Container, Pod, VersionRange};
use podwright_syntax::text::{Location, Span};
use podwright_syntax::{Entry, NodeId, SyntaxTree};

mod fields;
mod images;
mod reference;

/// Relevant locations, and the parts of the files whose findings may explain the event.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace<'w> {
    pub(super) related: Vec<RelatedLocation<'w>>,
    pub(super) scopes: Vec<Location>,
}

impl<'w> Trace<'w> {
    pub(super) fn extend(&mut self, other: Self) {
        self.related.extend(other.related);
        self.scopes.extend(other.scopes);
    }

    pub(super) fn add(&mut self, place: SourceLocation<'w>, text: impl Into<String>) {
        let text = text.into();
        let is_said = |one: &RelatedLocation<'_>| one.place == place && one.text.starts_with(&text);
        if !self.related.iter().any(is_said) {
            self.related.push(RelatedLocation { text, place });
        }
        self.scopes.push(place.location);
    }
}

/// Traces an event of an object, or of a Pod that the object `id` is or creates.
pub(super) fn trace<'w>(
    workspace: &'w Workspace,
    id: ObjectId,
    event: &Event,
    diagnosis: &Diagnosis,
    versions: VersionRange,
) -> Trace<'w> {
    let mut trace = Trace::default();
    let object = workspace.object(id);
    if let Some(target) = origin::scale_target(workspace, id) {
        trace.extend(self::trace(workspace, target, event, diagnosis, versions));
    }
    let pods: Vec<Option<&Pod>> = match object.pods.as_slice() {
        [] => vec![None],
        pods => pods.iter().map(Some).collect(),
    };
    for pod in pods {
        let tracer = Tracer {
            workspace,
            id,
            pod,
            event,
            versions,
        };
        tracer.trace(diagnosis, &mut trace);
    }
    trace
}

pub(super) struct Tracer<'w, 'e> {
    pub(super) workspace: &'w Workspace,
    pub(super) id: ObjectId,
    pub(super) pod: Option<&'w Pod>,
    pub(super) event: &'e Event,
    pub(super) versions: VersionRange,
}

impl<'w> Tracer<'w, '_> {
    fn trace(&self, diagnosis: &Diagnosis, trace: &mut Trace<'w>) {
        for part in diagnosis.parts() {
            for &see in part.symptom.see {
                self.see(see, &part.captures, trace);
            }
        }
        let object = self.workspace.object(self.id);
        if diagnosis.parts().is_empty() {
            trace
                .scopes
                .push(self.workspace.place(self.id.file, object.node));
        }
        if let [container] = self.containers().as_slice()
            && diagnosis.is_about_container()
        {
            trace.scopes.push(self.place(container.node).location);
            if trace.related.is_empty() {
                let name = container.name.node().unwrap_or(container.node);
                trace.add(
                    self.place(name),
                    format!("container `{}`", named(container)),
                );
            }
        }
        if trace.related.is_empty() {
            let place = self.located(self.workspace.object_place(self.id));
            let kind = object.kind.text().unwrap_or("object");
            trace.add(place, format!("the {kind} of the event"));
        }
    }

    fn see(&self, see: See, captures: &Captures, trace: &mut Trace<'w>) {
        match see {
            See::Object(path) => {
                let node = self.workspace.object(self.id).node;
                if let Some(entry) = field(self.tree(), node, path) {
                    self.field(path, "", entry, trace);
                }
            }
            See::Image | See::Credentials | See::PullPolicy => self.see_images(see, trace),
            See::MissingPullSecrets | See::BrokenPullSecrets => self.see_pull_secrets(see, trace),
            See::Reference => self.see_reference(captures, trace),
            _ => {
                if let Some(pod) = self.pod {
                    self.see_pod(pod, see, captures, trace);
                }
            }
        }
    }

    fn see_pod(&self, pod: &'w Pod, see: See, captures: &Captures, trace: &mut Trace<'w>) {
        match see {
            See::Pod(path) => {
                if let Some(entry) = field(self.tree(), pod.node, path) {
                    self.field(path, " of the Pod", entry, trace);
                }
            }
            See::Container(path) => {
                for container in self.containers() {
                    if let Some(entry) = field(self.tree(), container.node, path) {
                        let of = format!(" of container `{}`", named(container));
                        self.field(path, &of, entry, trace);
                    }
                }
            }
            See::NoResources => self.see_no_resources(trace),
            See::Command => self.see_command(trace),
            See::User => {
                for path in ["securityContext.runAsNonRoot", "securityContext.runAsUser"] {
                    self.see_pod(pod, See::Container(path), captures, trace);
                    self.see_pod(pod, See::Pod(path), captures, trace);
                }
            }
            See::Mounts => self.see_mounts(pod, trace),
            See::Volumes => self.see_volumes(pod, captures, trace),
            See::Hook(name) => self.see_hook(pod, name, trace),
            See::RuntimeClass | See::Handler => self.see_runtime_class(pod, see, trace),
            _ => {}
        }
    }

    /// Adds a field: its key, and everything below it as a scope.
    pub(super) fn field(&self, path: &str, of: &str, entry: Entry, trace: &mut Trace<'w>) {
        let name = path.rsplit('.').next().unwrap_or(path);
        let key = self.tree().span(entry.key);
        let place = self.workspace.place_of(self.id.file, key);
        trace.add(self.located(place), format!("`{name}`{of}"));
        let end = self.tree().span(entry.value).end.max(key.end);
        let span = Span::new(key.start, end);
        trace
            .scopes
            .push(self.workspace.place_of(self.id.file, span));
    }

    /// The containers that the event is about: the one that it names, otherwise all.
    pub(super) fn containers(&self) -> Vec<&'w Container> {
        let all = || self.pod.into_iter().flat_map(|pod| &pod.containers);
        let named: Vec<&Container> = all()
            .filter(|container| {
                let name = self.event.container.as_deref();
                name.is_some() && container.name.text() == name
            })
            .collect();
        if named.is_empty() {
            all().collect()
        } else {
            named
        }
    }

    pub(super) fn tree(&self) -> &'w SyntaxTree {
        &self.workspace.file(self.id.file).tree
    }

    pub(super) fn located(&self, location: Location) -> SourceLocation<'w> {
        SourceLocation::new(self.workspace, location)
    }

    pub(super) fn place(&self, node: NodeId) -> SourceLocation<'w> {
        self.located(self.workspace.place(self.id.file, node))
    }

    /// Returns the location of a value's key.
    pub(super) fn key(&self, node: NodeId) -> SourceLocation<'w> {
        self.located(
            self.workspace
                .place_of(self.id.file, self.tree().key_range(node)),
        )
    }

    /// Returns the location from a value's key to its end.
    pub(super) fn entry(&self, node: NodeId) -> Location {
        let start = self.key(node).location.span.start;
        let end = self.place(node).location.span.end;
        self.workspace.place_of(self.id.file, Span::new(start, end))
    }
}

/// Name of a container for messages.
pub(super) fn named(container: &Container) -> &str {
    container.name.text().unwrap_or("?")
}

/// Returns the entry at a path such as `securityContext.runAsUser` below a mapping.
pub(super) fn field(tree: &SyntaxTree, node: NodeId, path: &str) -> Option<Entry> {
    let mut node = tree.resolve(node);
    let mut found = None;
    for key in path.split('.') {
        if !tree.kind(node).is_mapping() {
            return None;
        }
        let entry = tree.get(node, key)?;
        node = tree.resolve(entry.value);
        found = Some(entry);
    }
    found
}

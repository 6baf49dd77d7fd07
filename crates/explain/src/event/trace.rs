//! Finds the lines of an object that explain an event.

use super::{Event, EventKind, RelatedLocation};
use crate::pod::secret_of;
use crate::{
    Credentials, ImageExplanation, PodExplanation, Reference, SourceLocation, User, explain_pod,
};
use podwright_cluster::keyring::SecretUse;
use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_model::{Body, Container, Field, Pod, VersionRange};
use podwright_syntax::NodeId;
use podwright_syntax::text::{Location, Span};

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

    fn add(&mut self, place: SourceLocation<'w>, text: impl Into<String>) {
        let text = text.into();
        let related = RelatedLocation { text, place };
        if !self.related.contains(&related) {
            self.related.push(related);
        }
        self.scopes.push(place.location);
    }
}

/// Traces an event of a Pod that the object `id` is or creates.
pub(super) fn trace<'w>(
    workspace: &'w Workspace,
    id: ObjectId,
    event: &Event,
    kind: &EventKind,
    versions: VersionRange,
) -> Trace<'w> {
    let mut trace = Trace::default();
    for pod in &workspace.object(id).pods {
        let tracer = Tracer {
            workspace,
            id,
            pod,
            event,
        };
        tracer.trace(kind, versions, &mut trace);
    }
    trace
}

struct Tracer<'w, 'e> {
    workspace: &'w Workspace,
    id: ObjectId,
    pod: &'w Pod,
    event: &'e Event,
}

impl<'w> Tracer<'w, '_> {
    fn trace(&self, kind: &EventKind, versions: VersionRange, trace: &mut Trace<'w>) {
        match kind {
            EventKind::Sandbox | EventKind::RuntimeClass(_) | EventKind::NoRuntimeClass(_) => {
                self.runtime_class(trace);
            }
            EventKind::NoServiceAccount(_) => {
                let fields = [&self.pod.service_account_name, &self.pod.service_account];
                for node in fields.into_iter().filter_map(|field| field.node()) {
                    trace.add(self.place(node), "name of the ServiceAccount");
                }
            }
            EventKind::PostStart => self.hooks("postStart", trace),
            EventKind::PreStop | EventKind::Kill => self.hooks("preStop", trace),
            _ => {
                let answer = explain_pod(self.workspace, self.id, self.pod, versions);
                self.images(kind, &answer, trace);
            }
        }
    }

    fn images(&self, kind: &EventKind, answer: &PodExplanation<'w>, trace: &mut Trace<'w>) {
        if !matches!(kind, EventKind::PullSecrets(_) | EventKind::Keyring) {
            for image in self.images_of_event(answer) {
                self.image(kind, image, trace);
            }
        }
        for secret in &answer.pull_secrets.secrets {
            let name = secret.name.as_deref().unwrap_or("(placeholder)");
            let is_related = match kind {
                EventKind::PullSecrets(names) => names.iter().any(|one| one == name),
                EventKind::Keyring => matches!(secret.usage, SecretUse::Broken(_)),
                EventKind::Pull(cause) | EventKind::BackOff(cause) => {
                    cause.may_be_credentials() && !matches!(secret.usage, SecretUse::Used(_))
                }
                _ => false,
            };
            if matches!(kind, EventKind::Pull(_) | EventKind::BackOff(_)) {
                trace.scopes.push(secret.place.location);
                trace.scopes.extend(self.secret_scope(secret.usage));
            }
            if !is_related {
                continue;
            }
            let text = format!("image pull secret `{name}`: {}", secret.text);
            trace.add(secret.place, text);
            trace.scopes.extend(self.secret_scope(secret.usage));
            if let (Some(problem), Some(place)) = (&secret.problem, secret.problem_place) {
                trace.add(place, problem.clone());
            }
            for (elsewhere, namespace) in self.workspace.pull_secrets_elsewhere(self.id, name) {
                let text = format!("Secret `{name}` exists in namespace `{namespace}`");
                trace.add(self.located(self.workspace.object_place(elsewhere)), text);
            }
        }
    }

    /// Returns the images that the event is about: those of its container or named in its message, otherwise all.
    fn images_of_event<'a>(&self, answer: &'a PodExplanation<'w>) -> Vec<&'a ImageExplanation<'w>> {
        let matching =
            |is_it: &dyn Fn(&ImageExplanation<'w>) -> bool| -> Vec<&'a ImageExplanation<'w>> {
                answer.images.iter().filter(|image| is_it(image)).collect()
            };
        let is_named = |image: &ImageExplanation<'w>| match (&image.user, &self.event.container) {
            (User::Container(_, Some(name)), Some(container)) => name == container,
            _ => false,
        };
        let is_in_message = |image: &ImageExplanation<'w>| {
            let written = image.image.as_ref();
            written.is_some_and(|text| self.event.message.contains(&format!("\"{text}\"")))
        };
        let both = matching(&|image| is_named(image) && is_in_message(image));
        let by_name = matching(&is_named);
        let by_image = matching(&is_in_message);
        [both, by_name, by_image, matching(&|_| true)]
            .into_iter()
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    fn image(&self, kind: &EventKind, image: &ImageExplanation<'w>, trace: &mut Trace<'w>) {
        let user = &image.user;
        let text = match image.reference.newest() {
            Some(Reference::Invalid(error)) => format!("image of {user}: {error}"),
            _ => format!("image of {user}"),
        };
        trace.add(image.place, text);
        if let Some(place) = image.overridden {
            trace.add(place, "image that a kustomization replaces");
        }
        let container = self.container(&image.user);
        trace
            .scopes
            .extend(container.map(|container| self.place(container.node).location));
        if *kind == EventKind::NeverPull
            && let Some(node) = container.and_then(|one| one.image_pull_policy.node())
        {
            trace.add(self.place(node), "pull policy");
        }
        let (EventKind::Pull(cause) | EventKind::BackOff(cause)) = kind else {
            return;
        };
        if !cause.may_be_credentials() {
            return;
        }
        for node in &image.nodes {
            if let Some(credentials) = node.newest_credentials() {
                add_credentials(credentials, image, trace);
            }
        }
        for secret in &image.unlisted_secrets {
            let text = format!("not listed by the Pod: {}: {}", secret.source, secret.why);
            trace.add(secret.source.place, text);
        }
    }

    fn runtime_class(&self, trace: &mut Trace<'w>) {
        let Some(node) = self.pod.runtime_class_name.node() else {
            return;
        };
        trace.add(self.place(node), "name of the RuntimeClass");
        let name = self.pod.runtime_class_name.text().unwrap_or("");
        let found = self.workspace.resolve_runtime_class_exact(self.id, name);
        if let Some((id, class)) = found
            && let Some(handler) = class.handler.node()
        {
            let place = self.located(self.workspace.place(id.file, handler));
            let text = "handler of the RuntimeClass, which the runtime of each node must provide";
            trace.add(place, text);
        }
    }

    fn hooks(&self, name: &str, trace: &mut Trace<'w>) {
        let is_of_event = |container: &&Container| match &self.event.container {
            Some(meant) => container.name.text() == Some(meant),
            None => true,
        };
        for container in self.pod.containers.iter().filter(is_of_event) {
            let Field::Value(lifecycle, node) = &container.lifecycle else {
                continue;
            };
            let mut hooks = lifecycle.hooks();
            if let Some((_, hook)) = hooks.find(|(hook, _)| *hook == name) {
                let of = container.name.text().unwrap_or("?");
                let text = format!("{name} hook of container `{of}`");
                trace.add(self.key(hook.node), text);
                trace.scopes.push(self.entry(*node));
            }
        }
        if name == "preStop"
            && let Some(node) = self.pod.termination_grace_period_seconds.node()
        {
            trace.add(self.key(node), "time that the Pod has to stop");
            trace.scopes.push(self.entry(node));
        }
    }

    fn container(&self, user: &User) -> Option<&Container> {
        let User::Container(kind, name) = user else {
            return None;
        };
        let mut containers = self.pod.containers.iter();
        containers.find(|one| one.kind == *kind && one.name.text() == name.as_deref())
    }

    /// Returns the location of the whole Secret.
    fn secret_scope(&self, usage: SecretUse) -> Option<Location> {
        let id = secret_of(usage)?;
        let object = self.workspace.object(id);
        let is_secret = matches!(object.body, Body::Secret(_));
        is_secret.then(|| self.workspace.place(id.file, object.node))
    }

    fn located(&self, location: Location) -> SourceLocation<'w> {
        SourceLocation::new(self.workspace, location)
    }

    fn place(&self, node: NodeId) -> SourceLocation<'w> {
        self.located(self.workspace.place(self.id.file, node))
    }

    /// Returns the location of a value's key.
    fn key(&self, node: NodeId) -> SourceLocation<'w> {
        let tree = &self.workspace.file(self.id.file).tree;
        self.located(self.workspace.place_of(self.id.file, tree.key_range(node)))
    }

    /// Returns the location from a value's key to its end.
    fn entry(&self, node: NodeId) -> Location {
        let start = self.key(node).location.span.start;
        let end = self.place(node).location.span.end;
        let span = Span::new(start, end);
        self.workspace.place_of(self.id.file, span)
    }
}

fn add_credentials<'w>(
    credentials: &Credentials<'w>,
    image: &ImageExplanation<'w>,
    trace: &mut Trace<'w>,
) {
    for tried in &credentials.tried {
        let anonymous = match tried.is_anonymous {
            Some(true) => "; it is empty, so the kubelet pulls anonymously",
            _ => "",
        };
        let text = format!("tried: {}: {}{anonymous}", tried.source, tried.why);
        trace.add(tried.source.place, text);
    }
    for near in credentials.not_tried.iter().filter(|one| one.is_near) {
        let text = format!("not tried: {}: {}", near.source, near.why);
        trace.add(near.source.place, text);
    }
    if credentials.tried.is_empty() {
        let text = format!("credentials: {credentials}");
        trace.add(image.place, text);
    }
}

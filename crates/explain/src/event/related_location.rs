//! Finds the lines of an object that explain an event.

use super::{Event, EventKind, Lead};
use crate::{Credentials, ImageExplanation, PodExplanation, User, explain_pod, words};
use podwright_cluster::keyring::SecretUse;
use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_model::{Body, Container, Field, Pod, VersionRange};
use podwright_syntax::NodeId;
use podwright_syntax::text::{Location, Span};

/// Relevant locations, and the parts of the files whose findings may explain the event.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    pub(super) leads: Vec<Lead>,
    pub(super) scopes: Vec<Location>,
}

impl Trace {
    pub(super) fn extend(&mut self, other: Self) {
        self.leads.extend(other.leads);
        self.scopes.extend(other.scopes);
    }

    fn lead(&mut self, place: Location, text: impl Into<String>) {
        let text = text.into();
        let lead = Lead { place, text };
        if !self.leads.contains(&lead) {
            self.leads.push(lead);
        }
        self.scopes.push(place);
    }
}

/// Returns the trail of an event of a Pod that the object `id` is or creates.
pub(super) fn trail(
    workspace: &Workspace,
    id: ObjectId,
    event: &Event,
    topic: &EventKind,
    versions: VersionRange,
) -> Trace {
    let mut trail = Trace::default();
    for pod in &workspace.object(id).pods {
        let walk = Walk {
            workspace,
            id,
            pod,
            event,
        };
        walk.follow(topic, versions, &mut trail);
    }
    trail
}

struct Walk<'w> {
    workspace: &'w Workspace,
    id: ObjectId,
    pod: &'w Pod,
    event: &'w Event,
}

impl Walk<'_> {
    fn follow(&self, topic: &EventKind, versions: VersionRange, trail: &mut Trace) {
        match topic {
            EventKind::Sandbox | EventKind::RuntimeClass(_) | EventKind::NoRuntimeClass(_) => {
                self.runtime_class(trail);
            }
            EventKind::NoServiceAccount(_) => {
                let fields = [&self.pod.service_account_name, &self.pod.service_account];
                for node in fields.into_iter().filter_map(|field| field.node()) {
                    trail.lead(self.place(node), "name of the ServiceAccount");
                }
            }
            EventKind::PostStart => self.hooks("postStart", trail),
            EventKind::PreStop | EventKind::Kill => self.hooks("preStop", trail),
            _ => {
                let answer = explain_pod(self.workspace, self.id, self.pod, versions);
                self.images(topic, &answer, trail);
            }
        }
    }

    fn images(&self, topic: &EventKind, answer: &PodExplanation, trail: &mut Trace) {
        if !matches!(topic, EventKind::PullSecrets(_) | EventKind::Keyring) {
            for image in self.meant(answer) {
                self.image(topic, image, trail);
            }
        }
        for secret in &answer.secrets {
            let name = secret.name.as_deref().unwrap_or("(placeholder)");
            let is_meant = match topic {
                EventKind::PullSecrets(names) => names.iter().any(|one| one == name),
                EventKind::Keyring => matches!(secret.fate, SecretUse::Broken(_)),
                EventKind::Pull(cause) | EventKind::BackOff(cause) => {
                    cause.may_be_credentials() && !matches!(secret.fate, SecretUse::Used(_))
                }
                _ => false,
            };
            if matches!(topic, EventKind::Pull(_) | EventKind::BackOff(_)) {
                trail.scopes.push(secret.place);
                trail.scopes.extend(self.secret_scope(secret.fate));
            }
            if !is_meant {
                continue;
            }
            let fate = words::fate(secret, answer.versions);
            trail.lead(secret.place, format!("image pull secret `{name}`: {fate}"));
            trail.scopes.extend(self.secret_scope(secret.fate));
            if let Some((problem, place)) = &secret.problem {
                trail.lead(*place, problem.clone());
            }
            for (elsewhere, namespace) in self.workspace.pull_secrets_elsewhere(self.id, name) {
                let text = format!("Secret `{name}` exists in namespace `{namespace}`");
                trail.lead(self.workspace.object_place(elsewhere), text);
            }
        }
    }

    /// Returns the images that the event is about: those of its container or named in its message, otherwise all.
    fn meant<'a>(&self, answer: &'a PodExplanation) -> Vec<&'a ImageExplanation> {
        let of = |is_it: &dyn Fn(&ImageExplanation) -> bool| -> Vec<&'a ImageExplanation> {
            answer.images.iter().filter(|image| is_it(image)).collect()
        };
        let named = |image: &ImageExplanation| match (&image.user, &self.event.container) {
            (User::Container(_, Some(name)), Some(container)) => name == container,
            _ => false,
        };
        let said = |image: &ImageExplanation| {
            let written = image.image.as_ref();
            written.is_some_and(|text| self.event.message.contains(&format!("\"{text}\"")))
        };
        let both = of(&|image| named(image) && said(image));
        let by_name = of(&named);
        let by_image = of(&said);
        [both, by_name, by_image, of(&|_| true)]
            .into_iter()
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    fn image(&self, topic: &EventKind, image: &ImageExplanation, trail: &mut Trace) {
        let user = words::user(&image.user);
        let error = image.reference.newest().and_then(Option::as_ref);
        let text = match error.and_then(|reference| reference.as_ref().err()) {
            Some(error) => format!("image of {user}: {error}"),
            None => format!("image of {user}"),
        };
        trail.lead(image.place, text);
        if let Some(place) = image.overridden {
            trail.lead(place, "image that a kustomization replaces");
        }
        let container = self.container(&image.user);
        trail
            .scopes
            .extend(container.map(|container| self.place(container.node)));
        if *topic == EventKind::NeverPull
            && let Some(node) = container.and_then(|one| one.image_pull_policy.node())
        {
            trail.lead(self.place(node), "pull policy");
        }
        let (EventKind::Pull(cause) | EventKind::BackOff(cause)) = topic else {
            return;
        };
        if !cause.may_be_credentials() {
            return;
        }
        for node in &image.nodes {
            let newest = node.credentials.newest().and_then(Option::as_ref);
            if let Some(credentials) = newest {
                credential_leads(credentials, image, trail);
            }
        }
        for secret in &image.unlisted {
            let source = words::source(&secret.source);
            let text = format!("not listed by the Pod: {source}: {}", secret.why);
            trail.lead(secret.source.place, text);
        }
    }

    fn runtime_class(&self, trail: &mut Trace) {
        let Some(node) = self.pod.runtime_class_name.node() else {
            return;
        };
        trail.lead(self.place(node), "name of the RuntimeClass");
        let name = self.pod.runtime_class_name.text().unwrap_or("");
        let found = self.workspace.resolve_runtime_class_exact(self.id, name);
        if let Some((id, class)) = found
            && let Some(handler) = class.handler.node()
        {
            let place = self.workspace.place(id.file, handler);
            let text = "handler of the RuntimeClass, which the runtime of each node must provide";
            trail.lead(place, text);
        }
    }

    fn hooks(&self, name: &str, trail: &mut Trace) {
        let is_meant = |container: &&Container| match &self.event.container {
            Some(meant) => container.name.text() == Some(meant),
            None => true,
        };
        for container in self.pod.containers.iter().filter(is_meant) {
            let Field::Value(lifecycle, node) = &container.lifecycle else {
                continue;
            };
            let mut hooks = lifecycle.hooks();
            if let Some((_, hook)) = hooks.find(|(hook, _)| *hook == name) {
                let of = container.name.text().unwrap_or("?");
                let text = format!("{name} hook of container `{of}`");
                trail.lead(self.head(hook.node), text);
                trail.scopes.push(self.whole(*node));
            }
        }
        if name == "preStop"
            && let Some(node) = self.pod.termination_grace_period_seconds.node()
        {
            trail.lead(self.head(node), "time that the Pod has to stop");
            trail.scopes.push(self.whole(node));
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
    fn secret_scope(&self, fate: SecretUse) -> Option<Location> {
        let (SecretUse::Used(id) | SecretUse::Broken(id) | SecretUse::Nothing(id, _)) = fate else {
            return None;
        };
        let object = self.workspace.object(id);
        let is_secret = matches!(object.body, Body::Secret(_));
        is_secret.then(|| self.workspace.place(id.file, object.node))
    }

    fn place(&self, node: NodeId) -> Location {
        self.workspace.place(self.id.file, node)
    }

    /// Returns the location of a value's key.
    fn head(&self, node: NodeId) -> Location {
        let tree = &self.workspace.file(self.id.file).tree;
        Location {
            file: self.id.file,
            span: tree.key_range(node),
        }
    }

    /// Returns the location from a value's key to its end.
    fn whole(&self, node: NodeId) -> Location {
        let start = self.head(node).span.start;
        let end = self.place(node).span.end;
        Location {
            file: self.id.file,
            span: Span::new(start, end),
        }
    }
}

fn credential_leads(credentials: &Credentials, image: &ImageExplanation, trail: &mut Trace) {
    for tried in &credentials.tried {
        let source = words::source(&tried.source);
        let anonymous = match tried.is_anonymous {
            true => "; it is empty, so the kubelet pulls anonymously",
            false => "",
        };
        let text = format!("tried: {source}: {}{anonymous}", tried.why);
        trail.lead(tried.source.place, text);
    }
    for passed in credentials.passed.iter().filter(|passed| passed.is_near) {
        let source = words::source(&passed.source);
        trail.lead(
            passed.source.place,
            format!("not tried: {source}: {}", passed.why),
        );
    }
    if credentials.tried.is_empty() {
        let text = format!("credentials: {}", words::attempt(credentials));
        trail.lead(image.place, text);
    }
}

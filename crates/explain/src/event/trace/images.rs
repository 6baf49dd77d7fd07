//! Images, credentials and image pull secrets that explain an event.

use super::{Trace, Tracer};
use crate::event::symptom::See;
use crate::pod::secret_of;
use crate::{Credentials, ImageExplanation, PodExplanation, Reference, User, explain_pod};
use podwright_cluster::keyring::SecretUse;
use podwright_model::{Body, Container};
use podwright_syntax::text::Location;

impl<'w> Tracer<'w, '_> {
    pub(super) fn see_images(&self, see: See, trace: &mut Trace<'w>) {
        let Some(pod) = self.pod else { return };
        let answer = explain_pod(self.workspace, self.id, pod, self.versions);
        let images = self.images_of_event(&answer);
        for image in &images {
            self.image(see, image, trace);
        }
        if see == See::Credentials {
            self.pull_secrets(&answer, trace, |usage| !matches!(usage, SecretUse::Used(_)));
            for secret in &answer.pull_secrets.secrets {
                trace.scopes.push(secret.place.location);
                trace.scopes.extend(self.secret_scope(secret.usage));
            }
        }
    }

    pub(super) fn see_pull_secrets(&self, see: See, trace: &mut Trace<'w>) {
        let Some(pod) = self.pod else { return };
        let answer = explain_pod(self.workspace, self.id, pod, self.versions);
        if see == See::BrokenPullSecrets {
            self.pull_secrets(&answer, trace, |usage| {
                matches!(usage, SecretUse::Broken(_))
            });
            return;
        }
        // Unable to retrieve some image pull secrets (a, b); …
        let names = in_parentheses(&self.event.message);
        let is_named = |name: &str| names.is_empty() || names.contains(&name);
        for (index, secret) in answer.pull_secrets.secrets.iter().enumerate() {
            if is_named(secret.name.as_deref().unwrap_or("")) {
                self.pull_secret(&answer, index, trace);
            }
        }
    }

    fn pull_secrets(
        &self,
        answer: &PodExplanation<'w>,
        trace: &mut Trace<'w>,
        is_related: impl Fn(SecretUse) -> bool,
    ) {
        for (index, secret) in answer.pull_secrets.secrets.iter().enumerate() {
            if is_related(secret.usage) {
                self.pull_secret(answer, index, trace);
            }
        }
    }

    fn pull_secret(&self, answer: &PodExplanation<'w>, index: usize, trace: &mut Trace<'w>) {
        let secret = &answer.pull_secrets.secrets[index];
        let name = secret.name.as_deref().unwrap_or("(placeholder)");
        let text = format!("image pull secret `{name}`: {}", secret.text);
        trace.add(secret.place, text);
        trace.scopes.extend(self.secret_scope(secret.usage));
        if let (SecretUse::Rejected(_, why), Some(place)) = (secret.usage, secret.secret) {
            trace.add(
                place,
                format!("the API server rejects this Secret {}", why.describe()),
            );
        }
        if let (Some(problem), Some(place)) = (&secret.problem, secret.problem_place) {
            trace.add(place, problem.clone());
        }
        for (elsewhere, namespace) in self.workspace.pull_secrets_elsewhere(self.id, name) {
            let text = format!("Secret `{name}` exists in namespace `{namespace}`");
            trace.add(self.located(self.workspace.object_place(elsewhere)), text);
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

    fn image(&self, see: See, image: &ImageExplanation<'w>, trace: &mut Trace<'w>) {
        let user = &image.user;
        let container = self.container(user);
        trace
            .scopes
            .extend(container.map(|container| self.place(container.node).location));
        if see == See::PullPolicy {
            if let Some(node) = container.and_then(|one| one.image_pull_policy.node()) {
                trace.add(self.place(node), "pull policy");
            }
            return;
        }
        let text = match image.reference.newest() {
            Some(Reference::Invalid(error)) => format!("image of {user}: {error}"),
            _ => format!("image of {user}"),
        };
        trace.add(image.place, text);
        if let Some(place) = image.overridden {
            trace.add(place, "image that a kustomization replaces");
        }
        if see != See::Credentials {
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

    fn container(&self, user: &User) -> Option<&'w Container> {
        let User::Container(kind, name) = user else {
            return None;
        };
        let mut containers = self.pod?.containers.iter();
        containers.find(|one| one.kind == *kind && one.name.text() == name.as_deref())
    }

    /// Returns the location of the whole Secret.
    fn secret_scope(&self, usage: SecretUse) -> Option<Location> {
        let id = secret_of(usage)?;
        let object = self.workspace.object(id);
        let is_secret = matches!(object.body, Body::Secret(_));
        is_secret.then(|| self.workspace.place(id.file, object.node))
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

/// Parses `(a, b)` as a list.
fn in_parentheses(message: &str) -> Vec<&str> {
    let inner = message
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'));
    let names = inner.map_or("", |(inner, _)| inner).split(',');
    let names = names.map(|name| name.trim().trim_matches(['"', '<', '>']));
    names.filter(|name| !name.is_empty()).collect()
}

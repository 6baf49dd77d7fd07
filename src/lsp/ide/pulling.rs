//! Hovers and definitions about image pulls: a short form of `podwright explain`.

use super::{Cursor, Hover};
use podwright_cluster::keyring::NormalKey;
use podwright_cluster::service_account::pull_secrets;
use podwright_cluster::workspace::{ObjectId, Resolution, Target};
use podwright_explain::{
    CredentialSource, Credentials, ImageExplanation, PodExplanation, PullSecretExplanation,
    Reference, Storage, User, explain_pod, explainable,
};
use podwright_model::{Body, DockerDocument, Field, LocalObjectReference, Pod};
use podwright_syntax::NodeId;
use podwright_syntax::text::Location;

/// Maximum number of Pods that are searched for uses of a registry key.
const MAX_PODS: usize = 50;
/// Maximum number of images that are listed.
const MAX_SHOWN: usize = 8;

/// Hover on an image: the resolved reference, the pull policy and the credentials.
pub(super) fn image(cursor: &Cursor<'_>) -> Option<Hover> {
    let (id, pod, node) = cursor.pods().find_map(|(id, _, pod)| {
        let containers = pod.containers.iter().map(|container| &container.image);
        let volumes = pod.image_volumes.iter().map(|volume| &volume.reference);
        let mut nodes = containers.chain(volumes).filter_map(|field| field.node());
        let node = nodes.find(|&node| cursor.touches_node(node))?;
        Some((id, pod, node))
    })?;
    let answer = explain(cursor, id, pod);
    let place = cursor.workspace.place(cursor.file, node);
    let is_here = |image: &&ImageExplanation<'_>| {
        let overridden = image.overridden.map(|overridden| overridden.location);
        image.place.location == place || overridden == Some(place)
    };
    let known = answer.images.iter().filter(is_here);
    let said: Vec<String> = known
        .filter(|image| image.image.is_some())
        .map(image_said)
        .collect();
    (!said.is_empty()).then(|| Hover {
        span: cursor.tree().span(node),
        markdown: said.join("\n\n---\n\n"),
    })
}

fn image_said(image: &ImageExplanation<'_>) -> String {
    let mut parts = Vec::new();
    parts.push(match image.reference.newest() {
        Some(reference @ Reference::Valid(_)) => format!("`{reference}`"),
        Some(Reference::Invalid(error)) => format!(
            "`{}` is not a valid image: {error}. The container waits with `InvalidImageName`",
            image.image.as_deref().unwrap_or_default()
        ),
        Some(Reference::Unknown) | None => "unknown".to_owned(),
    });
    parts.push(policy_said(image));
    if image.overridden.is_some() {
        parts.push(format!("Set by a kustomization: {}", image.place.path()));
    }
    let is_never = image
        .policy
        .newest()
        .is_some_and(|policy| policy.is_never());
    if !is_never {
        parts.extend(credentials_said(image));
    }
    parts.join("\n\n")
}

fn policy_said(image: &ImageExplanation<'_>) -> String {
    let parts = image.policy.parts().iter();
    let said: Vec<String> = parts
        .map(|(range, policy)| match image.policy.only() {
            Some(_) => policy.to_string(),
            None => format!("{policy} ({range})"),
        })
        .collect();
    format!("Pull policy: {}", said.join("; "))
}

/// Describes the credentials for the newest release; separately for each node if they differ.
fn credentials_said(image: &ImageExplanation<'_>) -> Vec<String> {
    let all: Vec<(Option<&str>, &Credentials<'_>)> = image
        .nodes
        .iter()
        .filter_map(|node| Some((node.node.as_deref(), node.newest_credentials()?)))
        .collect();
    let is_same = all.windows(2).all(|pair| pair[0].1 == pair[1].1);
    let shown = if is_same {
        all.iter().take(1)
    } else {
        all.iter().take(MAX_SHOWN)
    };
    let mut said: Vec<String> = shown
        .map(|(node, credentials)| {
            let on = node
                .filter(|_| !is_same)
                .map(|node| format!(" on node {node}"));
            let mut lines = vec![format!(
                "Credentials{}: {credentials}",
                on.unwrap_or_default()
            )];
            for (tried, number) in credentials.tried.iter().zip(1..) {
                lines.push(format!("{number}. {}: {}", tried.source, tried.why));
            }
            for near in credentials.not_tried.iter().filter(|one| one.is_near) {
                lines.push(format!("- not tried: {}: {}", near.source, near.why));
            }
            lines.join("\n")
        })
        .collect();
    said.extend(
        image
            .unlisted_secrets
            .iter()
            .map(|secret| format!("Not listed by the Pod: {}: {}", secret.source, secret.why)),
    );
    said
}

/// Hover on `imagePullPolicy` and `pullPolicy`: the effects of the policy.
pub(super) fn policy(cursor: &Cursor<'_>) -> Option<Hover> {
    let (id, pod, node, user) = cursor.pods().find_map(|(id, _, pod)| {
        let containers = pod.containers.iter().map(|container| {
            let name = container.name.text().map(str::to_owned);
            let user = User::Container(container.kind, name);
            (&container.image_pull_policy, user)
        });
        let volumes = pod.image_volumes.iter().map(|volume| {
            let user = User::Volume(volume.name.text().map(str::to_owned));
            (&volume.pull_policy, user)
        });
        containers.chain(volumes).find_map(|(field, user)| {
            let node = field.node()?;
            let is_here = cursor.touches(cursor.whole_entry(node));
            is_here.then_some((id, pod, node, user))
        })
    })?;
    let answer = explain(cursor, id, pod);
    let image = answer.images.iter().find(|image| image.user == user)?;
    let mut lines = vec![policy_said(image)];
    let mut told = Vec::new();
    for (range, step) in image.if_absent.parts() {
        if step.0.is_some() {
            let only = image.if_absent.only().is_some();
            let when = "If the image is not on the node";
            told.push((only, *range, when, step.to_string()));
        }
    }
    for node in image.nodes.iter().take(1) {
        for (range, step) in node.if_present.parts() {
            if step.0.is_some() {
                let only = node.if_present.only().is_some();
                told.push((only, *range, "If it is", step.to_string()));
            }
        }
        let failures = node.failures.newest().into_iter();
        let failures = failures.flat_map(|one| &one.failures);
        let reasons: Vec<String> = failures
            .filter_map(|failure| Some(format!("`{}`", failure.waiting_reason?)))
            .collect();
        let mut reasons = reasons;
        reasons.dedup();
        if !reasons.is_empty() {
            let said = format!("the container waits with {}", reasons.join(", then "));
            told.push((true, answer.versions, "On failure", said));
        }
    }
    for (only, range, when, what) in told {
        let range = match only {
            true => String::new(),
            false => format!(" ({range})"),
        };
        lines.push(format!("- {when}{range}: {what}"));
    }
    let head = lines.remove(0);
    Some(Hover {
        span: cursor.tree().span(node),
        markdown: match lines.is_empty() {
            true => head,
            false => format!("{head}\n\n{}", lines.join("\n")),
        },
    })
}

/// Hover on an entry of a Pod's `imagePullSecrets`: how the kubelet treats the Secret, and the images that it
/// matches.
pub(super) fn pull_secret(cursor: &Cursor<'_>) -> Option<Hover> {
    let (id, pod, entry) = pull_secret_entry(cursor)?;
    let answer = explain(cursor, id, pod);
    let place = cursor.workspace.place(cursor.file, entry.node);
    let mut secrets = answer.pull_secrets.secrets.iter();
    let secret = secrets.find(|secret| secret.place.location == place)?;
    let name = secret.name.as_deref().filter(|name| !name.is_empty());
    let head = match (name, secret.secret) {
        (Some(name), Some(place)) => {
            format!("Secret `{name}`, in {}: {}", place.path(), secret.text)
        }
        (Some(name), None) => format!("Secret `{name}`: {}", secret.text),
        (None, _) => secret.text.clone(),
    };
    let mut lines = Vec::new();
    if let Some(problem) = &secret.problem {
        lines.push(format!("- {problem}"));
    }
    let images = answer.images.iter().take(MAX_SHOWN);
    lines.extend(images.filter_map(|image| secret_for(secret, image)));
    let span = match entry.name.node() {
        Some(node) => cursor.tree().span(node),
        None => cursor.tree().span(entry.node),
    };
    Some(Hover {
        span,
        markdown: match lines.is_empty() {
            true => head,
            false => format!("{head}\n\n{}", lines.join("\n")),
        },
    })
}

/// Describes what a Secret provides for an image, on any node.
fn secret_for(secret: &PullSecretExplanation<'_>, image: &ImageExplanation<'_>) -> Option<String> {
    let own = secret.name.as_deref()?;
    let text = image.image.as_deref()?;
    let credentials = image.nodes.first()?.newest_credentials()?;
    let is_of = |source: &CredentialSource<'_>| matches!(&source.storage, Storage::Secret(name, _) if name == own);
    let mut tried = credentials.tried.iter();
    if let Some(one) = tried.find(|one| is_of(&one.source)) {
        return Some(format!(
            "- for `{text}`: `{}`, {}",
            one.source.registry, one.why
        ));
    }
    let mut not_tried = credentials.not_tried.iter();
    let nearest = not_tried.find(|one| is_of(&one.source))?;
    Some(match nearest.is_near {
        true => format!("- not for `{text}`: {}", nearest.why),
        false => format!("- not for `{text}`"),
    })
}

/// Returns the registry keys of the Secret at the cursor that match images of the Pod, in the order in which they are
/// tried.
pub(super) fn matching_keys(cursor: &Cursor<'_>) -> Vec<Location> {
    let Some((id, pod, entry)) = pull_secret_entry(cursor) else {
        return Vec::new();
    };
    let Some(own) = entry.name.text() else {
        return Vec::new();
    };
    let answer = explain(cursor, id, pod);
    let mut places = Vec::new();
    for image in &answer.images {
        let node = image.nodes.first();
        let credentials = node.and_then(|node| node.newest_credentials());
        for one in credentials.into_iter().flat_map(|one| &one.tried) {
            let is_own = matches!(&one.source.storage, Storage::Secret(name, _) if name == own);
            let place = one.source.place.location;
            if is_own && !places.contains(&place) {
                places.push(place);
            }
        }
    }
    places
}

fn pull_secret_entry<'w>(
    cursor: &Cursor<'w>,
) -> Option<(ObjectId, &'w Pod, &'w LocalObjectReference)> {
    cursor.pods().find_map(|(id, _, pod)| {
        let Field::Value(entries, _) = &pod.image_pull_secrets else {
            return None;
        };
        let entry = entries
            .iter()
            .find(|entry| cursor.touches_node(entry.node))?;
        Some((id, pod, entry))
    })
}

/// Hover on a registry key of a Docker configuration: how the kubelet normalizes it, and the images that it matches.
pub(super) fn registry_key(cursor: &Cursor<'_>) -> Option<Hover> {
    let file = cursor.file();
    if let Some(document) = &file.docker_config {
        return key_of(document, None, cursor);
    }
    let (id, object) = cursor.object()?;
    let Body::Secret(secret) = &object.body else {
        return None;
    };
    let document = DockerDocument::in_secret(cursor.tree(), secret)?;
    key_of(&document, Some(id), cursor)
}

fn key_of(
    document: &DockerDocument,
    secret: Option<ObjectId>,
    cursor: &Cursor<'_>,
) -> Option<Hover> {
    let tree = cursor.tree();
    let span_of = |key: NodeId| document.outer(tree, document.tree(tree).span(key));
    let here: Vec<_> = document
        .config
        .live_entries()
        .filter(|entry| cursor.touches(span_of(entry.key)))
        .collect();
    let span = span_of(here.first()?.key);
    let place = Location {
        file: cursor.file,
        span,
    };
    let pods = if document.config.is_usable() {
        pods_with(secret, cursor)
    } else {
        Vec::new()
    };
    let mut said = Vec::new();
    for entry in here.into_iter().take(MAX_SHOWN) {
        let key = &entry.registry;
        let mut lines = vec![match NormalKey::new(key) {
            Ok(normal) if normal.to_string() == key.to_string() => {
                format!("Credentials for `{normal}`")
            }
            Ok(normal) => {
                format!("Credentials for `{normal}`, as normalized by the kubelet")
            }
            Err(error) => format!("The kubelet ignores `{key}`: {error}"),
        }];
        if !document.config.is_usable() {
            lines.push("- the kubelet rejects the whole document".to_owned());
        }
        let uses = pods
            .iter()
            .flat_map(|pod| key_uses(pod, place, &key.to_string()));
        let mut uses: Vec<String> = uses.collect();
        // Matching images come first.
        uses.sort_by_key(|one| one.starts_with("- not"));
        uses.dedup();
        uses.truncate(MAX_SHOWN);
        if uses.is_empty() && secret.is_some() && document.config.is_usable() {
            uses.push("- not tried for any image in the files".to_owned());
        }
        lines.extend(uses);
        let head = lines.remove(0);
        said.push(match lines.is_empty() {
            true => head,
            false => format!("{head}\n\n{}", lines.join("\n")),
        });
    }
    Some(Hover {
        span,
        markdown: said.join("\n\n---\n\n"),
    })
}

/// Explains the Pods that use the Secret, or that run on the node of the file; limited to [`MAX_PODS`].
fn pods_with<'w>(secret: Option<ObjectId>, cursor: &Cursor<'w>) -> Vec<PodExplanation<'w>> {
    let workspace = cursor.workspace;
    let has = |id: ObjectId, pod: &Pod| match secret {
        None => cursor.file().on_nodes.is_some(),
        Some(secret) => pull_secrets(workspace, id, pod)
            .references
            .iter()
            .any(|reference| {
                let name = reference.name.as_deref().filter(|name| !name.is_empty());
                let found = name.map(|name| workspace.pull_secret(reference.from, name));
                found == Some(Resolution::Found(Target::Object(secret)))
            }),
    };
    let pods = explainable(workspace).flat_map(|id| {
        let pods = workspace.object(id).pods.iter();
        pods.map(move |pod| (id, pod))
    });
    pods.filter(|&(id, pod)| has(id, pod))
        .take(MAX_PODS)
        .map(|(id, pod)| explain(cursor, id, pod))
        .collect()
}

/// Lists the images of a Pod for which the key at `place` is tried or nearly matches.
fn key_uses(pod: &PodExplanation<'_>, place: Location, registry: &str) -> Vec<String> {
    let mut uses = Vec::new();
    let of = format!("{}/{}", pod.object.kind, pod.object.name);
    for image in &pod.images {
        let Some(text) = &image.image else {
            continue;
        };
        for node in &image.nodes {
            let Some(credentials) = node.newest_credentials() else {
                continue;
            };
            let is_it = |source: &CredentialSource<'_>| {
                source.place.location == place && source.registry == registry
            };
            let tried = credentials.tried.iter().filter(|one| is_it(&one.source));
            uses.extend(tried.map(|one| format!("- for `{text}` of {of}: {}", one.why)));
            let near = credentials.not_tried.iter().filter(|one| one.is_near);
            let near = near.filter(|one| is_it(&one.source));
            uses.extend(near.map(|one| format!("- not for `{text}` of {of}: {}", one.why)));
        }
    }
    uses
}

fn explain<'w>(cursor: &Cursor<'w>, id: ObjectId, pod: &Pod) -> PodExplanation<'w> {
    explain_pod(cursor.workspace, id, pod, cursor.versions)
}

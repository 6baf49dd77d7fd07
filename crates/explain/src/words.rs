//! Wording of the explanations, shared by the terminal and the editor.

use super::credentials::{CredentialSource, Credentials, Kept};
use super::failure::{Expected, When};
use super::image::{Policy, User};
use super::pod::{PodExplanation, PullSecretExplanation};
use podwright_cluster::keyring::{Attempt, NoCredentials, SecretUse};
use podwright_cluster::pull::{BackOff, Otherwise, PolicyReason, Step};
use podwright_cluster::service_account::{SecretSource, UnknownSource};
use podwright_model::{ContainerKind, ImageReference, KubernetesVersion, VersionRange};

/// Formats the user of an image, such as "container `web`".
#[must_use]
pub fn user(user: &User) -> String {
    let (what, name) = match user {
        User::Container(kind, name) => (container(*kind), name),
        User::Volume(name) => ("image volume", name),
    };
    match name {
        Some(name) => format!("{what} `{name}`"),
        None => what.to_owned(),
    }
}

const fn container(kind: ContainerKind) -> &'static str {
    match kind {
        ContainerKind::Init => "init container",
        ContainerKind::Sidecar => "sidecar container",
        ContainerKind::Regular => "container",
        ContainerKind::Ephemeral => "ephemeral container",
    }
}

/// Formats the image reference as the kubelet resolves it, including the default tag.
#[must_use]
pub fn complete(reference: &ImageReference) -> String {
    let tag = reference.effective_tag().map(|tag| format!(":{tag}"));
    let digest = reference.digest.as_ref().map(|digest| format!("@{digest}"));
    format!(
        "{}{}{}",
        reference.repository(),
        tag.unwrap_or_default(),
        digest.unwrap_or_default()
    )
}

/// Formats a pull policy and the reason for it.
#[must_use]
pub fn policy(policy: Policy) -> String {
    match policy {
        Policy::Is(effective) if effective.reason == PolicyReason::Written => {
            format!("`{}`, set explicitly", effective.policy)
        }
        Policy::Is(effective) => format!(
            "`{}`, the default because {}",
            effective.policy,
            effective.reason.describe()
        ),
        Policy::Refused => "none: the API server rejects the policy".to_owned(),
        Policy::Unknown => "unknown".to_owned(),
    }
}

/// What the kubelet does if the image is not on the node.
#[must_use]
pub fn absent(step: Option<Step>) -> &'static str {
    match step {
        None => "unknown",
        Some(Step::Fail(_)) => "the container does not start",
        Some(Step::Pull | Step::Use | Step::Check(_)) => "the kubelet pulls it",
    }
}

/// What the kubelet does if the image is on the node.
#[must_use]
pub fn present(step: Option<Step>) -> String {
    let check = match step {
        None => return "unknown".to_owned(),
        Some(Step::Pull) => {
            return "the kubelet asks the registry and pulls what has changed".to_owned();
        }
        Some(Step::Use) => return "the kubelet uses it".to_owned(),
        Some(Step::Fail(_)) => return "the container does not start".to_owned(),
        Some(Step::Check(check)) => check,
    };
    let otherwise = match check.otherwise {
        Otherwise::Pull => "the kubelet pulls it again",
        Otherwise::NeverPull => "the container does not start",
    };
    if check.only_if_pulled {
        format!(
            "the kubelet uses it, unless it pulled the image with a credential that the Pod does not have; then {otherwise}"
        )
    } else {
        format!(
            "the kubelet uses it if it pulled the image anonymously, with node credentials or with a credential that the \
             Pod has; else {otherwise}"
        )
    }
}

/// What the kubelet pulls with, as the introduction of the list of credentials.
#[must_use]
pub fn attempt(credentials: &Credentials) -> &'static str {
    match credentials.attempt {
        Attempt::Impossible => {
            "none: an image pull secret of the Pod is invalid, so the kubelet does not pull"
        }
        Attempt::Credentials if credentials.tried.iter().any(|one| one.is_anonymous) => {
            "tried in this order until the registry accepts one"
        }
        Attempt::Credentials => {
            "tried in this order until the registry accepts one; never anonymously"
        }
        Attempt::Providers if credentials.asked.iter().all(|one| one.pattern.is_none()) => {
            "unknown: a credential plugin may be called"
        }
        Attempt::Providers => "from a credential plugin; anonymous if it returns none",
        Attempt::Anonymous if credentials.may_have_more => {
            "none in the files: anonymous, unless other credentials exist"
        }
        Attempt::Anonymous => "none: anonymous",
    }
}

/// Formats the registry of a credential and where the credential is stored.
#[must_use]
pub fn source(source: &CredentialSource) -> String {
    match &source.kept {
        Kept::Secret(name, _) => format!("`{}` in Secret `{name}`", source.registry),
        Kept::NodeFile(path) => format!("`{}` in {path} on the node", source.registry),
    }
}

/// Where the image pull secrets of a Pod come from.
#[must_use]
pub fn pull_secrets(pod: &PodExplanation) -> String {
    match (&pod.source, &pod.service_account) {
        (SecretSource::Pod, _) => "set in the Pod".to_owned(),
        (SecretSource::ServiceAccount(_), Some((name, _))) if pod.secrets.is_empty() => {
            format!("none, and ServiceAccount `{name}` has none")
        }
        (SecretSource::ServiceAccount(_), Some((name, _))) => {
            format!("from ServiceAccount `{name}`, because the Pod sets none")
        }
        (SecretSource::ServiceAccount(_), None) => "from its ServiceAccount".to_owned(),
        (SecretSource::Nobody, _) => "none".to_owned(),
        (SecretSource::Refused(name), _) => format!(
            "the API server rejects the Pod: ServiceAccount `{name}` does not exist (event FailedCreate on the object that creates the Pod)"
        ),
        (SecretSource::Unknown(why), _) => match why {
            UnknownSource::Pod => "unknown: the Pod's list is not complete in this file".to_owned(),
            UnknownSource::AccountName => {
                "unknown: the name of the ServiceAccount is a placeholder".to_owned()
            }
            UnknownSource::Account(name) => format!(
                "unknown: the Pod sets none, and ServiceAccount `{name}` is not among the files"
            ),
        },
    }
}

/// How the kubelet treats an image pull secret.
#[must_use]
pub fn fate(secret: &PullSecretExplanation, versions: VersionRange) -> String {
    let event = if versions.all_since(KubernetesVersion(28)) {
        " and records the event FailedToRetrieveImagePullSecret"
    } else {
        " and, since 1.28, records the event FailedToRetrieveImagePullSecret"
    };
    match secret.fate {
        SecretUse::Used(_) => "used".to_owned(),
        SecretUse::Broken(_) => {
            "the kubelet cannot decode it and does not pull any image of the Pod".to_owned()
        }
        SecretUse::Nothing(_, why) => format!("ignored by the kubelet: {}", nothing(why)),
        SecretUse::Missing => format!("does not exist: the kubelet continues without it{event}"),
        SecretUse::Unnamed => {
            "the entry has no name: the kubelet ignores it, but the secrets of the ServiceAccount are not added"
                .to_owned()
        }
        SecretUse::Unknown if secret.name.is_none() => "unknown: the name is a placeholder".to_owned(),
        SecretUse::Unknown => "unknown: it is not among the files, or not completely".to_owned(),
    }
}

const fn nothing(why: NoCredentials) -> &'static str {
    match why {
        NoCredentials::Type => "its type is not an image pull secret type",
        NoCredentials::Key => "it lacks the key that its type requires",
        NoCredentials::Empty => "the key that its type requires is empty",
    }
}

/// How a failure is reported in the cluster.
#[must_use]
pub fn failure(expected: &Expected) -> String {
    let reason = match expected.waiting_reason {
        Some(reason) => format!("waiting reason {reason}"),
        None => "waiting reason is the error message".to_owned(),
    };
    let event = match expected.event {
        Some(event) => {
            let kind = if event.is_warning {
                "Warning"
            } else {
                "Normal"
            };
            format!("event {} ({kind})", event.reason)
        }
        None => "no separate event".to_owned(),
    };
    format!("{}: {reason}, {event}", when(expected.when))
}

const fn when(when: When) -> &'static str {
    match when {
        When::Always => "always",
        When::Absent => "if it is not on the node",
        When::Present => "if it is on the node",
        When::NotAllowed => "if it is on the node but the Pod may not use it",
        When::PullFails => "if the pull fails",
        When::Then => "then",
    }
}

/// Formats the back-off delays between two attempts.
#[must_use]
pub fn back_off() -> String {
    let growing = BackOff::default().take_while(|wait| *wait < BackOff::MAX_LENGTH);
    let growing: Vec<String> = growing.map(|wait| wait.as_secs().to_string()).collect();
    format!(
        "the kubelet retries after {} s, then every {} s",
        growing.join(", "),
        BackOff::MAX_LENGTH.as_secs()
    )
}

/// Formats a version range, such as "1.28 to 1.34".
#[must_use]
pub fn range(range: VersionRange) -> String {
    if range.oldest == range.newest {
        range.oldest.to_string()
    } else {
        format!("{} to {}", range.oldest, range.newest)
    }
}

//! The words in which the answers are told, the same on the terminal and in the editor.

use super::credentials::{CredentialSource, Credentials, Kept};
use super::failure::{Expected, When};
use super::image::{Policy, User};
use super::pod::{PodAnswer, PullSecretAnswer};
use crate::cluster::keyring::{Attempt, NoCredentials, SecretUse};
use crate::cluster::pull::{BackOff, Otherwise, PolicyReason, Step};
use crate::cluster::service_account::{SecretSource, UnknownSource};
use crate::model::{ContainerKind, ImageReference, KubernetesVersion, VersionRange};

/// "container `web`".
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

/// The image as the kubelet completes it, with the tag that it adds.
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

/// A policy and its reason.
#[must_use]
pub fn policy(policy: Policy) -> String {
    match policy {
        Policy::Is(effective) if effective.reason == PolicyReason::Written => {
            format!("`{}`, as it is written", effective.policy)
        }
        Policy::Is(effective) => format!(
            "`{}`, filled in because {}",
            effective.policy,
            effective.reason.describe()
        ),
        Policy::Refused => "none: the API server refuses the one that is written".to_owned(),
        Policy::Unknown => "unknown".to_owned(),
    }
}

/// What the kubelet does if the node does not have the image.
#[must_use]
pub fn absent(step: Option<Step>) -> &'static str {
    match step {
        None => "unknown",
        Some(Step::Fail(_)) => "the container does not start",
        Some(Step::Pull | Step::Use | Step::Check(_)) => "it is pulled",
    }
}

/// What the kubelet does if the node has the image.
#[must_use]
pub fn present(step: Option<Step>) -> String {
    let check = match step {
        None => return "unknown".to_owned(),
        Some(Step::Pull) => {
            return "the registry is asked all the same, and what is new is pulled".to_owned();
        }
        Some(Step::Use) => return "it is used".to_owned(),
        Some(Step::Fail(_)) => return "the container does not start".to_owned(),
        Some(Step::Check(check)) => check,
    };
    let otherwise = match check.otherwise {
        Otherwise::Pull => "it is pulled anew",
        Otherwise::NeverPull => "the container does not start",
    };
    if check.only_if_pulled {
        format!(
            "it is used; but if this kubelet has pulled it with a credential that the Pod does not have, {otherwise}"
        )
    } else {
        format!(
            "it is used if this kubelet has pulled it anonymously, with the node's credentials or with one that the \
             Pod has; else {otherwise}"
        )
    }
}

/// What a pull is made with, to stand before the list of what is tried.
#[must_use]
pub fn attempt(credentials: &Credentials) -> &'static str {
    match credentials.attempt {
        Attempt::Impossible => "none: a pull Secret of the Pod is broken, and nothing is pulled",
        Attempt::Credentials if credentials.tried.iter().any(|one| one.is_anonymous) => {
            "in this order, until the registry accepts one"
        }
        Attempt::Credentials => "in this order, until the registry accepts one; never anonymously",
        Attempt::Providers if credentials.asked.iter().all(|one| one.pattern.is_none()) => {
            "unknown: a plug-in may be asked"
        }
        Attempt::Providers => "what a plug-in gives; if it gives nothing, anonymously",
        Attempt::Anonymous if credentials.may_have_more => {
            "none that the files tell of: anonymously, unless there are others"
        }
        Attempt::Anonymous => "none: anonymously",
    }
}

/// A credential's registry and what it is kept in.
#[must_use]
pub fn source(source: &CredentialSource) -> String {
    match &source.kept {
        Kept::Secret(name, _) => format!("`{}` of the Secret `{name}`", source.registry),
        Kept::NodeFile(path) => format!("`{}` of the node's {path}", source.registry),
    }
}

/// Whose pull Secrets a Pod has.
#[must_use]
pub fn pull_secrets(pod: &PodAnswer) -> String {
    match (&pod.source, &pod.service_account) {
        (SecretSource::Pod, _) => "its own".to_owned(),
        (SecretSource::ServiceAccount(_), Some((name, _))) if pod.secrets.is_empty() => {
            format!("none, and the ServiceAccount `{name}` has none")
        }
        (SecretSource::ServiceAccount(_), Some((name, _))) => {
            format!("those of the ServiceAccount `{name}`, since the Pod names none")
        }
        (SecretSource::ServiceAccount(_), None) => "those of its ServiceAccount".to_owned(),
        (SecretSource::Nobody, _) => "none".to_owned(),
        (SecretSource::Refused(name), _) => format!(
            "the Pod is refused: there is no ServiceAccount `{name}` (an event FailedCreate of what makes the Pod)"
        ),
        (SecretSource::Unknown(why), _) => match why {
            UnknownSource::Pod => "unknown: the Pod's list is not all in this file".to_owned(),
            UnknownSource::AccountName => {
                "unknown: the ServiceAccount's name is a placeholder".to_owned()
            }
            UnknownSource::Account(name) => format!(
                "unknown: the Pod names none, and the ServiceAccount `{name}` is not among the files"
            ),
        },
    }
}

/// What becomes of a pull Secret.
#[must_use]
pub fn fate(secret: &PullSecretAnswer, versions: VersionRange) -> String {
    let event = if versions.all_since(KubernetesVersion(28)) {
        ", with the event FailedToRetrieveImagePullSecret"
    } else {
        ", from 1.28 on with the event FailedToRetrieveImagePullSecret"
    };
    match secret.fate {
        SecretUse::Used(_) => "it is used".to_owned(),
        SecretUse::Broken(_) => {
            "the kubelet cannot decode it, and pulls no image of the Pod".to_owned()
        }
        SecretUse::Nothing(_, why) => format!("it has nothing for the kubelet: {}", nothing(why)),
        SecretUse::Missing => format!("there is none: the kubelet goes on without it{event}"),
        SecretUse::Unnamed => {
            "the entry has no name: it is passed over, and keeps away the ServiceAccount's"
                .to_owned()
        }
        SecretUse::Unknown if secret.name.is_none() => "unknown: a placeholder".to_owned(),
        SecretUse::Unknown => "unknown: it is not among the files, or not all of it".to_owned(),
    }
}

const fn nothing(why: NoCredentials) -> &'static str {
    match why {
        NoCredentials::Type => "its type is no pull Secret's",
        NoCredentials::Key => "it lacks the key of its type",
        NoCredentials::Empty => "what is under the key of its type is empty",
    }
}

/// What a failure looks like.
#[must_use]
pub fn failure(expected: &Expected) -> String {
    let reason = match expected.waiting_reason {
        Some(reason) => format!("waiting reason {reason}"),
        None => "the waiting reason is the text of the error".to_owned(),
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
        None => "no event of its own".to_owned(),
    };
    format!("{}: {reason}, {event}", when(expected.when))
}

const fn when(when: When) -> &'static str {
    match when {
        When::Always => "in any case",
        When::Absent => "if the node does not have it",
        When::Present => "if the node has it",
        When::NotAllowed => "if the node has it and the Pod may not use it",
        When::PullFails => "if the pull fails",
        When::Then => "and then",
    }
}

/// The waits between two attempts.
#[must_use]
pub fn back_off() -> String {
    let growing = BackOff::default().take_while(|wait| *wait < BackOff::LONGEST);
    let growing: Vec<String> = growing.map(|wait| wait.as_secs().to_string()).collect();
    format!(
        "it is tried again after {} s, and then every {} s",
        growing.join(", "),
        BackOff::LONGEST.as_secs()
    )
}

/// "1.28 to 1.34".
#[must_use]
pub fn range(range: VersionRange) -> String {
    if range.oldest == range.newest {
        range.oldest.to_string()
    } else {
        format!("{} to {}", range.oldest, range.newest)
    }
}

//! JSON output of `podwright explain`, version 1, as described in `docs/src/formats.md`.

mod environment;
mod shutdown;

use std::io::{self, Write};

use serde::Serialize;

use environment::{EnvironmentOut, HostnameOut};
use shutdown::ShutdownOut;

use super::runtime::{ResourcesOut, RuntimeOut};
use crate::Positions;
use crate::json::{PositionOut, line};
use podwright_cluster::keyring::{Attempt, SecretUse};
use podwright_cluster::pull::{BackOff, Otherwise, PolicyReason, Step};
use podwright_cluster::service_account::SecretSource;
use podwright_explain::{
    AskedPlugin, CredentialSource, Credentials, Expected, ImageExplanation, Kept, NodeExplanation,
    PassedCredential, PerVersion, PodExplanation, Policy, PullSecretExplanation, TriedCredential,
    UnlistedSecret, User, When, words,
};
use podwright_model::{ContainerKind, ImageReference, VersionRange};
use podwright_rule::finding::ObjectReference;
use podwright_syntax::text::{Location, Source};

/// Version of the format. It is incremented if a field is removed or its meaning changes.
const VERSION: u32 = 1;

/// Writes the answers to `out` as one JSON object and a line feed; `sources` are the files of the run.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write(pods: &[PodExplanation], sources: &[Source], out: &mut dyn Write) -> io::Result<()> {
    let positions = Positions::new(sources);
    let pods = pods.iter().map(|pod| PodOut::new(pod, &positions));
    let output = Output {
        version: VERSION,
        pods: pods.collect(),
    };
    line(&output, out)
}

#[derive(Serialize)]
struct Output<'a> {
    version: u32,
    pods: Vec<PodOut<'a>>,
}

/// A location in a file.
#[derive(Serialize)]
pub(super) struct PlaceOut<'a> {
    path: &'a str,
    start: PositionOut,
    end: PositionOut,
}

impl<'a> PlaceOut<'a> {
    pub(super) fn new(place: Location, positions: &Positions<'a>) -> Self {
        Self {
            path: positions.path(place.file),
            start: positions.start(place).into(),
            end: positions.end(place).into(),
        }
    }
}

#[derive(Serialize)]
struct RangeOut {
    oldest: String,
    newest: String,
}

impl From<VersionRange> for RangeOut {
    fn from(range: VersionRange) -> Self {
        Self {
            oldest: range.oldest.to_string(),
            newest: range.newest.to_string(),
        }
    }
}

/// An answer and the releases that it applies to.
#[derive(Serialize)]
struct PartOut<T> {
    kubernetes: RangeOut,
    #[serde(flatten)]
    answer: T,
}

fn over<'a, T, U>(answers: &'a PerVersion<T>, out: impl Fn(&'a T) -> U) -> Vec<PartOut<U>> {
    let parts = answers.parts().iter();
    parts
        .map(|(range, answer)| PartOut {
            kubernetes: (*range).into(),
            answer: out(answer),
        })
        .collect()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PodOut<'a> {
    object: &'a ObjectReference,
    #[serde(flatten)]
    place: PlaceOut<'a>,
    kubernetes: RangeOut,
    pull_secrets: PullSecretsOut<'a>,
    runtime: RuntimeOut<'a>,
    resources: Option<ResourcesOut<'a>>,
    images: Vec<ImageOut<'a>>,
    hostname: Option<HostnameOut<'a>>,
    environments: Vec<EnvironmentOut<'a>>,
    shutdown: ShutdownOut<'a>,
}

impl<'a> PodOut<'a> {
    fn new(pod: &'a PodExplanation, positions: &Positions<'a>) -> Self {
        let images = pod.images.iter();
        let environments = pod.environments.iter();
        Self {
            object: &pod.object,
            place: PlaceOut::new(pod.place, positions),
            kubernetes: pod.versions.into(),
            pull_secrets: PullSecretsOut::new(pod, positions),
            runtime: RuntimeOut::new(&pod.runtime, positions),
            resources: ResourcesOut::new(&pod.resources),
            images: images
                .map(|image| ImageOut::new(image, positions))
                .collect(),
            hostname: pod.hostname.as_ref().map(HostnameOut::from),
            environments: environments
                .map(|one| EnvironmentOut::new(one, positions))
                .collect(),
            shutdown: ShutdownOut::new(&pod.shutdown, positions),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PullSecretsOut<'a> {
    from: &'static str,
    service_account: Option<&'a str>,
    text: String,
    secrets: Vec<SecretOut<'a>>,
}

impl<'a> PullSecretsOut<'a> {
    fn new(pod: &'a PodExplanation, positions: &Positions<'a>) -> Self {
        let secrets = pod.secrets.iter();
        Self {
            from: match pod.source {
                SecretSource::Pod => "pod",
                SecretSource::ServiceAccount(_) => "service-account",
                SecretSource::Nobody => "nobody",
                SecretSource::Refused(_) => "refused",
                SecretSource::Unknown(_) => "unknown",
            },
            service_account: pod.service_account.as_ref().map(|(name, _)| name.as_str()),
            text: words::pull_secrets(pod),
            secrets: secrets
                .map(|secret| SecretOut::new(secret, pod, positions))
                .collect(),
        }
    }
}

#[derive(Serialize)]
struct SecretOut<'a> {
    name: Option<&'a str>,
    fate: &'static str,
    text: String,
    #[serde(flatten)]
    place: PlaceOut<'a>,
    secret: Option<PlaceOut<'a>>,
    problem: Option<&'a str>,
}

impl<'a> SecretOut<'a> {
    fn new(
        secret: &'a PullSecretExplanation,
        pod: &PodExplanation,
        positions: &Positions<'a>,
    ) -> Self {
        Self {
            name: secret.name.as_deref(),
            fate: match secret.fate {
                SecretUse::Used(_) => "used",
                SecretUse::Broken(_) => "broken",
                SecretUse::Nothing(..) => "nothing",
                SecretUse::Missing => "missing",
                SecretUse::Unnamed => "unnamed",
                SecretUse::Unknown => "unknown",
            },
            text: words::fate(secret, pod.versions),
            place: PlaceOut::new(secret.place, positions),
            secret: secret.secret.map(|place| PlaceOut::new(place, positions)),
            problem: secret.problem.as_ref().map(|(text, _)| text.as_str()),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ImageOut<'a> {
    user: &'static str,
    name: Option<&'a str>,
    image: Option<&'a str>,
    #[serde(flatten)]
    place: PlaceOut<'a>,
    replaces: Option<PlaceOut<'a>>,
    reference: Vec<PartOut<ReferenceOut>>,
    policy: Vec<PartOut<PolicyOut>>,
    if_absent: Vec<PartOut<StepOut>>,
    nodes: Vec<NodeOut<'a>>,
    unlisted_secrets: Vec<UnlistedOut<'a>>,
}

impl<'a> ImageOut<'a> {
    fn new(image: &'a ImageExplanation, positions: &Positions<'a>) -> Self {
        let (user, name) = match &image.user {
            User::Container(kind, name) => (kind_name(*kind), name),
            User::Volume(name) => ("image-volume", name),
        };
        let nodes = image.nodes.iter();
        let unlisted = image.unlisted.iter();
        Self {
            user,
            name: name.as_deref(),
            image: image.image.as_deref(),
            place: PlaceOut::new(image.place, positions),
            replaces: image
                .overridden
                .map(|place| PlaceOut::new(place, positions)),
            reference: over(&image.reference, |one| ReferenceOut::new(one.as_ref())),
            policy: over(&image.policy, |policy| PolicyOut::new(*policy)),
            if_absent: over(&image.absent, |step| StepOut {
                does: does(*step),
                text: words::absent(*step).to_owned(),
            }),
            nodes: nodes.map(|node| NodeOut::new(node, positions)).collect(),
            unlisted_secrets: unlisted
                .map(|secret| UnlistedOut::new(secret, positions))
                .collect(),
        }
    }
}

pub(super) const fn kind_name(kind: ContainerKind) -> &'static str {
    match kind {
        ContainerKind::Init => "init-container",
        ContainerKind::Sidecar => "sidecar-container",
        ContainerKind::Regular => "container",
        ContainerKind::Ephemeral => "ephemeral-container",
    }
}

#[derive(Default, Serialize)]
struct ReferenceOut {
    normalised: Option<String>,
    repository: Option<String>,
    tag: Option<String>,
    digest: Option<String>,
    error: Option<String>,
}

impl ReferenceOut {
    fn new<E: std::fmt::Display>(reference: Option<&Result<ImageReference, E>>) -> Self {
        match reference {
            None => Self::default(),
            Some(Err(error)) => Self {
                error: Some(error.to_string()),
                ..Self::default()
            },
            Some(Ok(reference)) => Self {
                normalised: Some(words::complete(reference)),
                repository: Some(reference.repository()),
                tag: reference.effective_tag().map(str::to_owned),
                digest: reference.digest.clone(),
                error: None,
            },
        }
    }
}

#[derive(Serialize)]
struct PolicyOut {
    policy: Option<&'static str>,
    reason: &'static str,
    text: String,
}

impl PolicyOut {
    fn new(policy: Policy) -> Self {
        Self {
            policy: policy.effective().map(|effective| effective.policy.name()),
            reason: match policy {
                Policy::Unknown => "unknown",
                Policy::Refused => "refused",
                Policy::Is(effective) => match effective.reason {
                    PolicyReason::Written => "written",
                    PolicyReason::Latest => "latest",
                    PolicyReason::NoTag => "no-tag",
                    PolicyReason::OtherTag => "other-tag",
                    PolicyReason::Digest => "digest",
                    PolicyReason::NotAnImage => "not-an-image",
                },
            },
            text: words::policy(policy),
        }
    }
}

#[derive(Serialize)]
struct StepOut {
    does: &'static str,
    text: String,
}

const fn does(step: Option<Step>) -> &'static str {
    match step {
        None => "unknown",
        Some(Step::Pull) => "pull",
        Some(Step::Use) => "use",
        Some(Step::Fail(_)) => "fail",
        Some(Step::Check(check)) => match check.otherwise {
            Otherwise::Pull => "use-or-pull",
            Otherwise::NeverPull => "use-or-fail",
        },
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NodeOut<'a> {
    node: Option<&'a str>,
    if_present: Vec<PartOut<StepOut>>,
    credentials: Vec<PartOut<CredentialsOut<'a>>>,
    failures: Vec<PartOut<FailuresOut>>,
}

impl<'a> NodeOut<'a> {
    fn new(node: &'a NodeExplanation, positions: &Positions<'a>) -> Self {
        Self {
            node: node.node.as_deref(),
            if_present: over(&node.present, |step| StepOut {
                does: does(*step),
                text: words::present(*step),
            }),
            credentials: over(&node.credentials, |one| {
                CredentialsOut::new(one.as_ref(), positions)
            }),
            failures: over(&node.failures, |failures| FailuresOut {
                failures: failures.iter().map(FailureOut::new).collect(),
            }),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CredentialsOut<'a> {
    attempt: &'static str,
    tried: Vec<TriedOut<'a>>,
    asked: Vec<AskedOut<'a>>,
    not_tried: Vec<PassedOut<'a>>,
    may_have_more: bool,
}

impl<'a> CredentialsOut<'a> {
    fn new(credentials: Option<&'a Credentials>, positions: &Positions<'a>) -> Self {
        let Some(credentials) = credentials else {
            return Self {
                attempt: "unknown",
                tried: Vec::new(),
                asked: Vec::new(),
                not_tried: Vec::new(),
                may_have_more: true,
            };
        };
        let tried = credentials.tried.iter();
        let asked = credentials.asked.iter();
        let passed = credentials.passed.iter();
        Self {
            attempt: match credentials.attempt {
                Attempt::Impossible => "impossible",
                Attempt::Credentials => "credentials",
                Attempt::Providers => "plugins",
                Attempt::Anonymous => "anonymous",
            },
            tried: tried.map(|one| TriedOut::new(one, positions)).collect(),
            asked: asked.map(|one| AskedOut::new(one, positions)).collect(),
            not_tried: passed.map(|one| PassedOut::new(one, positions)).collect(),
            may_have_more: credentials.may_have_more,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SourceOut<'a> {
    registry: &'a str,
    secret: Option<&'a str>,
    secret_key: Option<&'static str>,
    node_path: Option<&'a str>,
    json_path: &'a str,
    #[serde(flatten)]
    place: PlaceOut<'a>,
}

impl<'a> SourceOut<'a> {
    fn new(source: &'a CredentialSource, positions: &Positions<'a>) -> Self {
        let (secret, secret_key, node_path) = match &source.kept {
            Kept::Secret(name, key) => (Some(name.as_str()), Some(*key), None),
            Kept::NodeFile(path) => (None, None, Some(path.as_str())),
        };
        Self {
            registry: &source.registry,
            secret,
            secret_key,
            node_path,
            json_path: &source.json_path,
            place: PlaceOut::new(source.place, positions),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TriedOut<'a> {
    #[serde(flatten)]
    source: SourceOut<'a>,
    text: &'a str,
    anonymous: Option<bool>,
    order_random: bool,
}

impl<'a> TriedOut<'a> {
    fn new(tried: &'a TriedCredential, positions: &Positions<'a>) -> Self {
        Self {
            source: SourceOut::new(&tried.source, positions),
            text: &tried.why,
            anonymous: (!tried.is_unknown).then_some(tried.is_anonymous),
            order_random: tried.is_order_random,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AskedOut<'a> {
    plugin: Option<&'a str>,
    pattern: Option<&'a str>,
    with_token: bool,
    #[serde(flatten)]
    place: PlaceOut<'a>,
}

impl<'a> AskedOut<'a> {
    fn new(asked: &'a AskedPlugin, positions: &Positions<'a>) -> Self {
        Self {
            plugin: asked.name.as_deref(),
            pattern: asked.pattern.as_deref(),
            with_token: asked.with_token,
            place: PlaceOut::new(asked.place, positions),
        }
    }
}

#[derive(Serialize)]
struct PassedOut<'a> {
    #[serde(flatten)]
    source: SourceOut<'a>,
    reason: &'static str,
    text: &'a str,
}

impl<'a> PassedOut<'a> {
    fn new(passed: &'a PassedCredential, positions: &Positions<'a>) -> Self {
        Self {
            source: SourceOut::new(&passed.source, positions),
            reason: passed.reason,
            text: &passed.why,
        }
    }
}

#[derive(Serialize)]
struct UnlistedOut<'a> {
    #[serde(flatten)]
    source: SourceOut<'a>,
    text: &'a str,
}

impl<'a> UnlistedOut<'a> {
    fn new(secret: &'a UnlistedSecret, positions: &Positions<'a>) -> Self {
        Self {
            source: SourceOut::new(&secret.source, positions),
            text: &secret.why,
        }
    }
}

#[derive(Serialize)]
struct FailuresOut {
    failures: Vec<FailureOut>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FailureOut {
    when: &'static str,
    waiting_reason: Option<&'static str>,
    event: Option<EventOut>,
    back_off: Option<BackOffOut>,
}

#[derive(Serialize)]
struct EventOut {
    reason: &'static str,
    r#type: &'static str,
}

/// Back-off durations in seconds.
#[derive(Serialize)]
struct BackOffOut {
    first: u64,
    longest: u64,
}

impl FailureOut {
    fn new(expected: &Expected) -> Self {
        Self {
            when: match expected.when {
                When::Always => "always",
                When::Absent => "absent",
                When::Present => "present",
                When::NotAllowed => "not-allowed",
                When::PullFails => "pull-fails",
                When::Then => "then",
            },
            waiting_reason: expected.waiting_reason,
            event: expected.event.map(|event| EventOut {
                reason: event.reason,
                r#type: if event.is_warning {
                    "Warning"
                } else {
                    "Normal"
                },
            }),
            back_off: expected.backs_off.then_some(BackOffOut {
                first: BackOff::FIRST.as_secs(),
                longest: BackOff::MAX_LENGTH.as_secs(),
            }),
        }
    }
}

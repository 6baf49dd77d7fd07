//! Explains one image of a Pod.

use std::fmt;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::SourceLocation;
use super::credentials::{self, CredentialSource, Credentials, match_reason};
use super::failure::{ExpectedFailures, creates_keyring_first, expected_failures};
use super::per_version::PerVersion;
use super::pod::secret_of;
use super::pull_source::{PullSources, pull_sources};
use podwright_cluster::keyring::{
    Fit, PodKeyring, SecretUse, Tried, possible_holders, secret_keyring,
};
use podwright_cluster::pull::{
    EffectivePolicy, Failure, IMAGE_VOLUMES_SINCE, Otherwise, PolicyReason, PullPolicy, Step,
    Verification, effective, step_if_absent, step_if_present,
};
use podwright_cluster::workspace::{ImageSource, ImageUse, Node, ObjectId, Workspace};
use podwright_model::{
    ContainerKind, Field, ImageReference, KubernetesVersion, Pod, VersionRange, image::ImageError,
};

/// Maximum number of image pull secrets shown that the Pod does not list.
const MAX_UNLISTED: usize = 20;

/// Container or volume that uses an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum User {
    /// A container, by name.
    Container(ContainerKind, Option<String>),
    /// An image volume, by name.
    Volume(Option<String>),
}

/// Explanation of one image of a Pod. A container to which kustomizations give several images has several explanations.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageExplanation<'w> {
    /// User of the image.
    #[serde(flatten)]
    pub user: User,
    /// Image as the kubelet receives it; `None` if the files do not determine it.
    pub image: Option<String>,
    /// Location of the scalar that determines the image, in the container or a kustomization; the container if it has
    /// no image.
    #[serde(flatten)]
    pub place: SourceLocation<'w>,
    /// Location of the container's own image, if a kustomization replaces it.
    #[serde(rename = "replaces")]
    pub overridden: Option<SourceLocation<'w>>,
    /// Parsed reference.
    pub reference: PerVersion<Reference>,
    /// Effective pull policy.
    pub policy: PerVersion<Policy>,
    /// What the kubelet does if the image is not on the node.
    pub if_absent: PerVersion<IfAbsent>,
    /// Answers that depend on the node: one for each known node, otherwise one for an unknown node.
    pub nodes: Vec<NodeExplanation<'w>>,
    /// Image pull secrets of the namespace with a matching key that the Pod does not reference.
    pub unlisted_secrets: Vec<UnlistedSecret<'w>>,
    /// Whether it is an image volume and some releases of the range do not support image volumes.
    #[serde(skip)]
    pub lacks_feature: bool,
}

/// Image reference as the kubelet parses it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// A valid reference.
    Valid(ImageReference),
    /// The kubelet rejects the image.
    Invalid(ImageError),
    /// The image is missing or unknown.
    Unknown,
}

/// What the kubelet does if the image is not on the node; `None` if unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfAbsent(pub Option<Step>);

/// What the kubelet does if the image is on the node; `None` if unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfPresent(pub Option<Step>);

/// Effective pull policy of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// A known policy.
    Known(EffectivePolicy),
    /// The API server rejects the policy.
    Rejected,
    /// The files do not determine the policy.
    Unknown,
}

/// Explanation of an image on one node.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NodeExplanation<'w> {
    /// Name of the node; `None` if no node files are known.
    pub node: Option<String>,
    /// What the kubelet does if the image is on the node.
    pub if_present: PerVersion<IfPresent>,
    /// From where the image is pulled; `None` if the files of the node do not determine it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pulled_from: Option<PullSources<'w>>,
    /// Credentials that are tried.
    pub credentials: PerVersion<Credentials<'w>>,
    /// Possible failures.
    pub failures: PerVersion<ExpectedFailures>,
    /// Whether the node's files determine the image verification policy. Otherwise the default is assumed.
    #[serde(skip)]
    pub is_verification_known: bool,
}

/// An image pull secret that would match if the Pod referenced it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnlistedSecret<'w> {
    /// Location of its registry key.
    #[serde(flatten)]
    pub source: CredentialSource<'w>,
    /// Why it would be tried.
    #[serde(rename = "text")]
    pub why: String,
}

impl<'w> NodeExplanation<'w> {
    /// Returns the credentials in the newest release; `None` if the image is missing or unknown.
    #[must_use]
    pub fn newest_credentials(&self) -> Option<&Credentials<'w>> {
        let newest = self.credentials.newest();
        newest.filter(|credentials| credentials.attempt.is_some())
    }
}

const fn container_kind(kind: ContainerKind) -> &'static str {
    match kind {
        ContainerKind::Init => "init container",
        ContainerKind::Sidecar => "sidecar container",
        ContainerKind::Regular => "container",
        ContainerKind::Ephemeral => "ephemeral container",
    }
}

impl User {
    const fn parts(&self) -> (&'static str, &Option<String>) {
        match self {
            Self::Container(kind, name) => (container_kind(*kind), name),
            Self::Volume(name) => ("image volume", name),
        }
    }
}

impl fmt::Display for User {
    /// Formats the user, for example as "container `web`".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parts() {
            (kind, Some(name)) => write!(f, "{kind} `{name}`"),
            (kind, None) => f.write_str(kind),
        }
    }
}

impl Serialize for User {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (kind, name) = self.parts();
        let mut fields = serializer.serialize_struct("User", 2)?;
        fields.serialize_field("user", &kind.replace(' ', "-"))?;
        fields.serialize_field("name", name)?;
        fields.end()
    }
}

impl fmt::Display for Reference {
    /// Formats a valid reference with the default tag.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid(reference) => {
                f.write_str(&reference.repository())?;
                if let Some(tag) = reference.effective_tag() {
                    write!(f, ":{tag}")?;
                }
                match &reference.digest {
                    Some(digest) => write!(f, "@{digest}"),
                    None => Ok(()),
                }
            }
            Self::Invalid(error) => write!(f, "invalid image: {error}"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl Serialize for Reference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (valid, error) = match self {
            Self::Valid(reference) => (Some(reference), None),
            Self::Invalid(error) => (None, Some(error.to_string())),
            Self::Unknown => (None, None),
        };
        let mut fields = serializer.serialize_struct("Reference", 5)?;
        fields.serialize_field("normalised", &valid.map(|_| self.to_string()))?;
        fields.serialize_field("repository", &valid.map(ImageReference::repository))?;
        fields.serialize_field("tag", &valid.and_then(ImageReference::effective_tag))?;
        fields.serialize_field("digest", &valid.and_then(|one| one.digest.as_ref()))?;
        fields.serialize_field("error", &error)?;
        fields.end()
    }
}

impl fmt::Display for Policy {
    /// Formats the policy and the reason for it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(EffectivePolicy { policy, reason }) => match reason {
                PolicyReason::Written => write!(f, "`{policy}`, set explicitly"),
                _ => write!(f, "`{policy}`, the default because {}", reason.describe()),
            },
            Self::Rejected => f.write_str("none: the API server rejects the policy"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}

impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let policy = self.effective().map(|effective| effective.policy.name());
        let mut fields = serializer.serialize_struct("Policy", 3)?;
        fields.serialize_field("policy", &policy)?;
        match self {
            Self::Known(effective) => fields.serialize_field("reason", &effective.reason)?,
            Self::Rejected => fields.serialize_field("reason", "refused")?,
            Self::Unknown => fields.serialize_field("reason", "unknown")?,
        }
        fields.serialize_field("text", &format_args!("{self}"))?;
        fields.end()
    }
}

impl fmt::Display for IfAbsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            None => "unknown",
            Some(Step::Fail(_)) => "the container does not start",
            Some(Step::Pull | Step::Use | Step::Check(_)) => "the kubelet pulls it",
        })
    }
}

impl fmt::Display for IfPresent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let check = match self.0 {
            None => return f.write_str("unknown"),
            Some(Step::Pull) => {
                return f.write_str("the kubelet asks the registry and pulls what has changed");
            }
            Some(Step::Use) => return f.write_str("the kubelet uses it"),
            Some(Step::Fail(_)) => return f.write_str("the container does not start"),
            Some(Step::Check(check)) => check,
        };
        let otherwise = match check.otherwise {
            Otherwise::Pull => "the kubelet pulls it again",
            Otherwise::NeverPull => "the container does not start",
        };
        if check.only_if_pulled {
            write!(
                f,
                "the kubelet uses it, unless it pulled the image with a credential that the Pod does not have; then \
                 {otherwise}"
            )
        } else {
            write!(
                f,
                "the kubelet uses it if it pulled the image anonymously, with node credentials or with a credential that \
                 the Pod has; else {otherwise}"
            )
        }
    }
}

impl Serialize for IfAbsent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_step(self.0, self, serializer)
    }
}

impl Serialize for IfPresent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_step(self.0, self, serializer)
    }
}

fn serialize_step<S: Serializer>(
    step: Option<Step>,
    text: &impl fmt::Display,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let does = match step {
        None => "unknown",
        Some(Step::Pull) => "pull",
        Some(Step::Use) => "use",
        Some(Step::Fail(_)) => "fail",
        Some(Step::Check(check)) => match check.otherwise {
            Otherwise::Pull => "use-or-pull",
            Otherwise::NeverPull => "use-or-fail",
        },
    };
    let mut fields = serializer.serialize_struct("Step", 2)?;
    fields.serialize_field("does", does)?;
    fields.serialize_field("text", &format_args!("{text}"))?;
    fields.end()
}

impl Policy {
    /// Returns whether the policy is known to be `Never`.
    #[must_use]
    pub fn is_never(self) -> bool {
        self.effective()
            .is_some_and(|effective| effective.policy == PullPolicy::Never)
    }

    /// Returns the policy if it is known and valid.
    #[must_use]
    pub const fn effective(self) -> Option<EffectivePolicy> {
        match self {
            Self::Known(policy) => Some(policy),
            Self::Rejected | Self::Unknown => None,
        }
    }
}

/// A Pod on a node whose files are known, or on an unknown node.
pub(super) struct PodOnNode<'w> {
    pub(super) name: Option<String>,
    pub(super) node: Option<Node<'w>>,
    pub(super) keyring: PodKeyring<'w>,
    pub(super) verification: Option<Verification>,
}

/// Explains every image of `pod`.
pub(super) fn images<'w>(
    workspace: &'w Workspace,
    id: ObjectId,
    pod: &Pod,
    nodes: &[PodOnNode<'_>],
    range: VersionRange,
) -> Vec<ImageExplanation<'w>> {
    let containers = pod.containers.iter().map(|container| {
        let user = User::Container(container.kind, container.name.text().map(str::to_owned));
        let source = ImageSource::Container(container);
        (user, source, &container.image, container.node)
    });
    let volumes = pod.image_volumes.iter().map(|volume| {
        let user = User::Volume(volume.name.text().map(str::to_owned));
        let source = ImageSource::Volume(volume);
        (user, source, &volume.reference, volume.node)
    });
    let mut explanations = Vec::new();
    for (user, source, field, node) in containers.chain(volumes) {
        let uses = workspace.images(id.file, pod, source);
        if uses.is_empty() {
            let place = workspace.place(id.file, field.node().unwrap_or(node));
            let place = SourceLocation::new(workspace, place);
            explanations.push(unknown_image(user.clone(), place, nodes, range));
        }
        for image in uses {
            let explainer = Explainer {
                workspace,
                id,
                image: &image,
            };
            explanations.push(explainer.explain(user.clone(), nodes, range));
        }
    }
    explanations
}

/// The image to explain.
struct Explainer<'w, 'i> {
    workspace: &'w Workspace,
    id: ObjectId,
    image: &'i ImageUse<'i>,
}

impl<'w> Explainer<'w, '_> {
    fn explain(
        &self,
        user: User,
        nodes: &[PodOnNode<'_>],
        range: VersionRange,
    ) -> ImageExplanation<'w> {
        let located = |location| SourceLocation::new(self.workspace, location);
        let reference = |version| ImageReference::parse(&self.image.text, version);
        let policy = |version| self.policy(version);
        ImageExplanation {
            image: Some(self.image.text.clone()),
            place: located(self.workspace.place(self.image.file, self.image.node)),
            overridden: self.image.overridden.map(located),
            reference: PerVersion::new(range, |version| match reference(version) {
                Ok(reference) => Reference::Valid(reference),
                Err(error) => Reference::Invalid(error),
            }),
            policy: PerVersion::new(range, policy),
            if_absent: PerVersion::new(range, |version| {
                let policy = policy(version).effective();
                let policy = policy.filter(|_| reference(version).is_ok());
                IfAbsent(
                    policy.map(|effective| match step_if_absent(effective.policy) {
                        Step::Pull if self.has_invalid_secret(nodes) => {
                            Step::Fail(Failure::Keyring)
                        }
                        step => step,
                    }),
                )
            }),
            nodes: nodes
                .iter()
                .map(|node| self.explain_on_node(node, range))
                .collect(),
            unlisted_secrets: self.unlisted(nodes, range.newest),
            lacks_feature: matches!(user, User::Volume(_)) && !range.all_since(IMAGE_VOLUMES_SINCE),
            user,
        }
    }

    fn policy(&self, version: KubernetesVersion) -> Policy {
        let written = self.image.pull_policy();
        let is_partial = self.workspace.is_partial(self.id);
        if is_partial && !matches!(written, Field::Value(..)) {
            return Policy::Unknown;
        }
        match effective(written, &self.image.text, version) {
            Ok(Some(policy)) => Policy::Known(policy),
            Ok(None) => Policy::Unknown,
            Err(_) => Policy::Rejected,
        }
    }

    /// Returns whether an image pull secret of the Pod is invalid on any node.
    fn has_invalid_secret(&self, nodes: &[PodOnNode<'_>]) -> bool {
        nodes.iter().any(|node| has_invalid_secret(&node.keyring))
    }

    fn explain_on_node(&self, node: &PodOnNode<'_>, range: VersionRange) -> NodeExplanation<'w> {
        let verification = node.verification.clone().unwrap_or_default();
        let repository = |version| {
            let parsed = ImageReference::parse(&self.image.text, version).ok()?;
            Some(parsed.repository())
        };
        let present = |version| self.present(node, &verification, version);
        let credentials = |version| match repository(version) {
            Some(repository) => {
                credentials::credentials(self.workspace, &node.keyring, &repository, version)
            }
            None => Credentials::UNKNOWN,
        };
        NodeExplanation {
            node: node.name.clone(),
            if_present: PerVersion::new(range, |version| IfPresent(present(version))),
            is_verification_known: node.verification.is_some(),
            pulled_from: node.node.as_ref().and_then(|node| {
                pull_sources(self.workspace, node, &self.image.text, range.newest)
            }),
            credentials: PerVersion::new(range, credentials),
            failures: PerVersion::new(range, |version| {
                let repository = repository(version);
                let lookup = repository
                    .as_ref()
                    .map(|one| node.keyring.lookup(one, version));
                let failures = expected_failures(
                    repository.is_some(),
                    self.policy(version).effective(),
                    lookup.map(|lookup| lookup.attempt),
                    present(version),
                    version,
                );
                ExpectedFailures { failures }
            }),
        }
    }

    fn present(
        &self,
        node: &PodOnNode<'_>,
        verification: &Verification,
        version: KubernetesVersion,
    ) -> Option<Step> {
        let policy = self.policy(version).effective()?.policy;
        let text = &self.image.text;
        ImageReference::parse(text, version).ok()?;
        let needs_keyring = policy == PullPolicy::Always || creates_keyring_first(version);
        Some(if needs_keyring && has_invalid_secret(&node.keyring) {
            Step::Fail(Failure::Keyring)
        } else {
            step_if_present(policy, text, verification, version)
        })
    }

    /// Returns the image pull secrets in the object's namespaces with credentials for the image that the Pod does not
    /// list. Without a known namespace, only those of the same directory are returned, because a repository of examples
    /// has many.
    fn unlisted(
        &self,
        nodes: &[PodOnNode<'_>],
        version: KubernetesVersion,
    ) -> Vec<UnlistedSecret<'w>> {
        let Ok(reference) = ImageReference::parse(&self.image.text, version) else {
            return Vec::new();
        };
        let repository = reference.repository();
        // The Secrets of the Pod are the same on every node.
        let listed = nodes.first().map_or(&[][..], |node| &node.keyring.secrets);
        let is_listed = |secret: ObjectId| listed.iter().any(|&one| secret_of(one) == Some(secret));
        let holders = possible_holders(self.workspace, self.id, &repository).into_iter();
        let fitting = holders
            .filter(|&secret| !is_listed(secret))
            .filter_map(|secret| {
                let keyring = secret_keyring(self.workspace, secret)?;
                let tried = keyring.lookup(&repository).tried;
                // Docker Hub credentials are not intended for a registry on a host such as `localhost`.
                let is_intended = |one: &&Tried<'_, _>| {
                    one.fit == Fit::Key || repository.starts_with("docker.io/")
                };
                let one = tried.first().filter(is_intended)?;
                Some(UnlistedSecret {
                    source: credentials::credential_source(self.workspace, one.entry),
                    why: match_reason(one.entry, one.fit, &repository),
                })
            });
        fitting.take(MAX_UNLISTED).collect()
    }
}

fn has_invalid_secret(keyring: &PodKeyring<'_>) -> bool {
    let mut secrets = keyring.secrets.iter();
    secrets.any(|one| matches!(one, SecretUse::Broken(_)))
}

fn unknown_image<'w>(
    user: User,
    place: SourceLocation<'w>,
    nodes: &[PodOnNode<'_>],
    range: VersionRange,
) -> ImageExplanation<'w> {
    let on = |node: &PodOnNode<'_>| NodeExplanation {
        node: node.name.clone(),
        if_present: PerVersion::new(range, |_| IfPresent(None)),
        is_verification_known: node.verification.is_some(),
        pulled_from: None,
        credentials: PerVersion::new(range, |_| Credentials::UNKNOWN),
        failures: PerVersion::new(range, |_| ExpectedFailures::default()),
    };
    ImageExplanation {
        user,
        place,
        overridden: None,
        image: None,
        reference: PerVersion::new(range, |_| Reference::Unknown),
        policy: PerVersion::new(range, |_| Policy::Unknown),
        if_absent: PerVersion::new(range, |_| IfAbsent(None)),
        nodes: nodes.iter().map(on).collect(),
        unlisted_secrets: Vec::new(),
        lacks_feature: false,
    }
}

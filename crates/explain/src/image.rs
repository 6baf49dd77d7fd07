//! Explains one image of a Pod.

use super::credentials::{self, CredentialSource, Credentials, why_it_fits};
use super::failure::{Expected, expected, is_keyring_made_first};
use super::per_version::PerVersion;
use super::pod::PodOn;
use podwright_cluster::keyring::{Fit, Keyring, Origin, PodKeyring, SecretUse, Tried};
use podwright_cluster::pull::{
    EffectivePolicy, Failure, IMAGE_VOLUMES_SINCE, PullPolicy, Step, Verification, effective,
    step_if_absent, step_if_present,
};
use podwright_cluster::workspace::{ImageSource, ImageUse, ObjectId, Workspace};
use podwright_model::{
    ContainerKind, Field, ImageReference, KubernetesVersion, Pod, VersionRange, image::ImageError,
};
use podwright_syntax::text::Location;

/// Container or volume that uses an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum User {
    /// A container, by name.
    Container(ContainerKind, Option<String>),
    /// An image volume, by name.
    Volume(Option<String>),
}

/// Explanation of one image of a Pod. A container to which kustomizations give several images has several answers.
#[derive(Clone, Debug)]
pub struct ImageExplanation {
    /// User of the image.
    pub user: User,
    /// Location of the scalar that determines the image, in the container or a kustomization; the container if it has
    /// no image.
    pub place: Location,
    /// Location of the container's own image, if a kustomization replaces it.
    pub overridden: Option<Location>,
    /// Image as the kubelet receives it; `None` if the files do not determine it.
    pub image: Option<String>,
    /// Parsed reference.
    pub reference: PerVersion<Option<Result<ImageReference, ImageError>>>,
    /// Effective pull policy.
    pub policy: PerVersion<Policy>,
    /// What the kubelet does if the image is not on the node; `None` if unknown.
    pub absent: PerVersion<Option<Step>>,
    /// Answers that depend on the node: one for each known node, otherwise one for an unknown node.
    pub nodes: Vec<NodeExplanation>,
    /// Image pull secrets of the namespace with a matching key that the Pod does not reference.
    pub unlisted: Vec<UnlistedSecret>,
    /// Whether it is an image volume and some releases of the range do not support image volumes.
    pub lacks_feature: bool,
}

/// Effective pull policy of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// A known policy.
    Is(EffectivePolicy),
    /// The API server rejects the policy.
    Refused,
    /// The files do not determine the policy.
    Unknown,
}

/// Explanation of an image on one node.
#[derive(Clone, Debug)]
pub struct NodeExplanation {
    /// Name of the node; `None` if no node files are known.
    pub node: Option<String>,
    /// What the kubelet does if the image is on the node; `None` if unknown.
    pub present: PerVersion<Option<Step>>,
    /// Whether the node's files determine the image verification policy. Otherwise the default is assumed.
    pub is_verification_known: bool,
    /// Credentials that are tried; `None` if the image is missing or unknown.
    pub credentials: PerVersion<Option<Credentials>>,
    /// Possible failures.
    pub failures: PerVersion<Vec<Expected>>,
}

/// An image pull secret that would match if the Pod referenced it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlistedSecret {
    /// Location of its registry key.
    pub source: CredentialSource,
    /// Why it would be tried.
    pub why: String,
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
            Self::Is(policy) => Some(policy),
            Self::Refused | Self::Unknown => None,
        }
    }
}

/// Explains every image of `pod`.
pub(super) fn images(
    workspace: &Workspace,
    id: ObjectId,
    pod: &Pod,
    nodes: &[PodOn<'_>],
    unlisted: &[Keyring<Origin>],
    range: VersionRange,
) -> Vec<ImageExplanation> {
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
    let mut answers = Vec::new();
    for (user, source, field, node) in containers.chain(volumes) {
        let uses = workspace.images(id.file, pod, source);
        if uses.is_empty() {
            let place = workspace.place(id.file, field.node().unwrap_or(node));
            answers.push(unknown(user.clone(), place, nodes, range));
        }
        for image in uses {
            let view = View {
                workspace,
                id,
                image: &image,
            };
            answers.push(view.answer(user.clone(), nodes, unlisted, range));
        }
    }
    answers
}

/// The image to explain.
struct View<'w> {
    workspace: &'w Workspace,
    id: ObjectId,
    image: &'w ImageUse<'w>,
}

impl View<'_> {
    fn answer(
        &self,
        user: User,
        nodes: &[PodOn<'_>],
        unlisted: &[Keyring<Origin>],
        range: VersionRange,
    ) -> ImageExplanation {
        let reference = |version| ImageReference::parse(&self.image.text, version);
        let policy = |version| self.policy(version);
        ImageExplanation {
            place: self.workspace.place(self.image.file, self.image.node),
            overridden: self.image.overridden,
            image: Some(self.image.text.clone()),
            reference: PerVersion::new(range, |version| Some(reference(version))),
            policy: PerVersion::new(range, policy),
            absent: PerVersion::new(range, |version| {
                let effective = policy(version).effective()?;
                reference(version).ok()?;
                Some(match step_if_absent(effective.policy) {
                    Step::Pull if self.is_broken(nodes) => Step::Fail(Failure::Keyring),
                    step => step,
                })
            }),
            nodes: nodes.iter().map(|node| self.on(node, range)).collect(),
            unlisted: self.unlisted(unlisted, range.newest),
            lacks_feature: matches!(user, User::Volume(_)) && !range.all_since(IMAGE_VOLUMES_SINCE),
            user,
        }
    }

    fn policy(&self, version: KubernetesVersion) -> Policy {
        let written = self.image.pull_policy();
        let is_partial =
            self.workspace.object(self.id).is_fragment || self.workspace.is_patch(self.id.file);
        if is_partial && !matches!(written, Field::Value(..)) {
            return Policy::Unknown;
        }
        match effective(written, &self.image.text, version) {
            Ok(Some(policy)) => Policy::Is(policy),
            Ok(None) => Policy::Unknown,
            Err(_) => Policy::Refused,
        }
    }

    /// Returns whether an image pull secret of the Pod is invalid on any node.
    fn is_broken(&self, nodes: &[PodOn<'_>]) -> bool {
        nodes.iter().any(|node| is_broken(&node.keyring))
    }

    fn on(&self, node: &PodOn<'_>, range: VersionRange) -> NodeExplanation {
        let verification = node.verification.clone().unwrap_or_default();
        let repository = |version| {
            let parsed = ImageReference::parse(&self.image.text, version).ok()?;
            Some(parsed.repository())
        };
        let present = |version| self.present(node, &verification, version);
        let found = |version| {
            let repository = repository(version)?;
            let found =
                credentials::credentials(self.workspace, &node.keyring, &repository, version);
            Some(found)
        };
        NodeExplanation {
            node: node.name.clone(),
            present: PerVersion::new(range, present),
            is_verification_known: node.verification.is_some(),
            credentials: PerVersion::new(range, found),
            failures: PerVersion::new(range, |version| {
                let repository = repository(version);
                let lookup = repository
                    .as_ref()
                    .map(|one| node.keyring.lookup(one, version));
                expected(
                    repository.is_some(),
                    self.policy(version).effective(),
                    lookup.map(|lookup| lookup.attempt),
                    present(version),
                    version,
                )
            }),
        }
    }

    fn present(
        &self,
        node: &PodOn<'_>,
        verification: &Verification,
        version: KubernetesVersion,
    ) -> Option<Step> {
        let policy = self.policy(version).effective()?.policy;
        let text = &self.image.text;
        ImageReference::parse(text, version).ok()?;
        let is_made = policy == PullPolicy::Always || is_keyring_made_first(version);
        Some(if is_made && is_broken(&node.keyring) {
            Step::Fail(Failure::Keyring)
        } else {
            step_if_present(policy, text, verification, version)
        })
    }

    fn unlisted(
        &self,
        keyrings: &[Keyring<Origin>],
        version: KubernetesVersion,
    ) -> Vec<UnlistedSecret> {
        let Ok(reference) = ImageReference::parse(&self.image.text, version) else {
            return Vec::new();
        };
        let repository = reference.repository();
        let mut found = Vec::new();
        for keyring in keyrings {
            let tried = keyring.lookup(&repository).tried;
            // Docker Hub credentials are not intended for a registry on a host such as `localhost`.
            let is_meant =
                |one: &&Tried<'_, _>| one.fit == Fit::Key || repository.starts_with("docker.io/");
            found.extend(tried.first().filter(is_meant).map(|one| UnlistedSecret {
                source: credentials::source(self.workspace, one.entry),
                why: why_it_fits(one.entry, one.fit, &repository),
            }));
        }
        found
    }
}

fn is_broken(keyring: &PodKeyring<'_>) -> bool {
    let mut secrets = keyring.secrets.iter();
    secrets.any(|one| matches!(one, SecretUse::Broken(_)))
}

fn unknown(
    user: User,
    place: Location,
    nodes: &[PodOn<'_>],
    range: VersionRange,
) -> ImageExplanation {
    let on = |node: &PodOn<'_>| NodeExplanation {
        node: node.name.clone(),
        present: PerVersion::new(range, |_| None),
        is_verification_known: node.verification.is_some(),
        credentials: PerVersion::new(range, |_| None),
        failures: PerVersion::new(range, |_| Vec::new()),
    };
    ImageExplanation {
        user,
        place,
        overridden: None,
        image: None,
        reference: PerVersion::new(range, |_| None),
        policy: PerVersion::new(range, |_| Policy::Unknown),
        absent: PerVersion::new(range, |_| None),
        nodes: nodes.iter().map(on).collect(),
        unlisted: Vec::new(),
        lacks_feature: false,
    }
}

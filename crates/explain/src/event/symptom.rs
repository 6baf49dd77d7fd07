//! Types of the tables in [`super::symptoms`].

/// Something that the cluster reports, and what a person does about it. To teach podwright a message, add an entry to
/// the table of its topic.
#[derive(Debug)]
pub(super) struct Symptom {
    /// Cause in machine-readable output; unique in its topic.
    pub(super) cause: &'static str,
    /// Reasons of events and states that have this cause; empty if all reasons of the topic may.
    pub(super) reasons: &'static [&'static str],
    /// Patterns, one of which the message contains ([`super::pattern`]); empty if the reason is enough.
    pub(super) says: &'static [&'static str],
    /// What happened and why. `{name}` is a word that all patterns capture.
    pub(super) means: &'static str,
    /// What to do about it, as an imperative.
    pub(super) next: &'static str,
    /// Where to look in the manifests, the most likely place first.
    pub(super) see: &'static [See],
    /// How much it explains.
    pub(super) certainty: Certainty,
}

/// How much a symptom explains. Events that explain less are shown with those of the same container that explain more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Certainty {
    /// Only that something failed.
    Vague,
    /// How it failed, such as an exit code.
    Hint,
    /// Which step failed, such as a probe.
    Step,
    /// Why it failed.
    Cause,
}

/// What the kubelet or a controller was doing.
#[derive(Debug)]
pub(super) struct Topic {
    /// Name in machine-readable output.
    pub(super) name: &'static str,
    /// Events whose explanations belong together.
    pub(super) family: Family,
    /// Reasons of the events and states.
    pub(super) reasons: &'static [&'static str],
    /// Groups of the rules whose findings may explain the event.
    pub(super) groups: &'static [&'static str],
    /// Whether a message may name several causes, as the scheduler's does.
    pub(super) has_parts: bool,
    /// Tables of what is known. The first match counts.
    pub(super) symptoms: &'static [&'static [Symptom]],
}

/// Topics whose events are about the same failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Family {
    /// Getting the image of a container.
    Image,
    /// Starting a container and keeping it running.
    Container,
    /// Any failure of the Pod.
    Any,
    /// Nothing but the topic of this name.
    Topic(&'static str),
}

/// A place in the manifests that may have the cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum See {
    /// The image of the container.
    Image,
    /// The image, and which credentials are tried for it.
    Credentials,
    /// `imagePullPolicy`
    PullPolicy,
    /// Image pull secrets that do not exist.
    MissingPullSecrets,
    /// Image pull secrets that cannot be decoded.
    BrokenPullSecrets,
    /// `command` and `args`; the image if there are none.
    Command,
    /// The fields that name the ConfigMap or Secret `{name}` and its `{key}`, and the object itself.
    Reference,
    /// Which user the container runs as.
    User,
    /// The mounts whose path the message contains, with their volumes.
    Mounts,
    /// The volume `{volume}`, or those that the message names.
    Volumes,
    /// Containers that set no requests or no limits.
    NoResources,
    /// A field of the container, such as `resources.limits`.
    Container(&'static str),
    /// A field of the pod spec.
    Pod(&'static str),
    /// A field of the object that is or creates the Pod.
    Object(&'static str),
    /// A lifecycle hook.
    Hook(&'static str),
    /// `runtimeClassName`
    RuntimeClass,
    /// `runtimeClassName`, and the handler of the RuntimeClass.
    Handler,
}

/// A symptom without cause or words, for `..NEW`.
pub(super) const NEW: Symptom = Symptom {
    cause: "",
    reasons: &[],
    says: &[],
    means: "",
    next: "",
    see: &[],
    certainty: Certainty::Cause,
};

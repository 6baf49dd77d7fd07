//! Finds what podwright knows about a reason and a message.

use super::pattern::{Captures, Message, fill};
use super::symptom::{Certainty, Family, Symptom, Topic};
use super::symptoms::{BROKEN_SECRET, DECODING_ERRORS, TOPICS};

/// What an event means.
#[derive(Clone, Debug)]
pub struct Diagnosis {
    topic: Option<&'static Topic>,
    /// At least one, unless the topic is unknown.
    parts: Vec<Part>,
}

/// One cause.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) symptom: &'static Symptom,
    pub(super) captures: Captures,
}

/// Maximum number of causes of one message.
const MAX_PARTS: usize = 12;

impl Diagnosis {
    /// An event that podwright does not know.
    pub(super) const UNKNOWN: Self = Self {
        topic: None,
        parts: Vec::new(),
    };

    /// Finds what podwright knows about this reason and message.
    pub(super) fn of(reason: &str, message: &str) -> Option<Self> {
        let (reason, message) = proper(reason, message);
        if reason.is_empty() {
            return Self::of_message(message);
        }
        let topics = || {
            TOPICS
                .iter()
                .filter(|topic| topic.reasons.contains(&reason))
        };
        let message = Message::new(message);
        topics()
            .find_map(|topic| Self::in_topic(topic, reason, &message))
            .or_else(|| {
                topics().find_map(|topic| {
                    let symptom = symptoms(topic).find(|symptom| {
                        symptom.says.is_empty() && may_have_reason(symptom, reason, topic)
                    })?;
                    Some(Self::new(topic, symptom, Captures::new()))
                })
            })
            .or_else(|| {
                // The waiting reason is the error of the decoder itself.
                let reason = Message::new(reason);
                let mut errors = DECODING_ERRORS.iter();
                let symptom = symptoms(&BROKEN_SECRET).next()?;
                errors
                    .any(|error| reason.find(error).is_some())
                    .then(|| Self::new(&BROKEN_SECRET, symptom, Captures::new()))
            })
            // The kubelet before 1.8 uses the error itself as the reason.
            .or_else(|| Self::of_message(Some(reason).filter(|one| one.contains(' '))?))
    }

    /// Finds the causes in a message whose reason is known.
    fn in_topic(topic: &'static Topic, reason: &str, message: &Message) -> Option<Self> {
        let of_reason = |symptom: &&Symptom| may_have_reason(symptom, reason, topic);
        if !topic.has_parts {
            let mut all = symptoms(topic).filter(of_reason);
            return all.find_map(|symptom| {
                let captures = symptom.says.iter().find_map(|says| message.find(says))?;
                Some(Self::new(topic, symptom, captures))
            });
        }
        let mut parts: Vec<Part> = Vec::new();
        for message in message.parts() {
            let found = symptoms(topic).filter(of_reason).find_map(|symptom| {
                let captures = symptom.says.iter().find_map(|says| message.find(says))?;
                Some(Part { symptom, captures })
            });
            let Some(part) = found else { continue };
            let is_new = |one: &Part| {
                one.symptom.cause != part.symptom.cause || one.captures != part.captures
            };
            if parts.len() < MAX_PARTS && parts.iter().all(is_new) {
                parts.push(part);
            }
        }
        (!parts.is_empty()).then_some(Self {
            topic: Some(topic),
            parts,
        })
    }

    /// Finds the cause in a message without a reason: the longest pattern counts.
    fn of_message(message: &str) -> Option<Self> {
        let message = Message::new(message);
        let mut best: Option<(usize, Self)> = None;
        for topic in TOPICS {
            for symptom in symptoms(topic) {
                for says in symptom.says {
                    // `*` is for reasons.
                    let length = if *says == "*" { 0 } else { says.len() };
                    if best.as_ref().map_or(0, |(longest, _)| *longest) >= length {
                        continue;
                    }
                    if let Some(captures) = message.find(says) {
                        best = Some((length, Self::new(topic, symptom, captures)));
                    }
                }
            }
        }
        best.map(|(_, found)| found)
    }

    fn new(topic: &'static Topic, symptom: &'static Symptom, captures: Captures) -> Self {
        Self {
            topic: Some(topic),
            parts: vec![Part { symptom, captures }],
        }
    }

    /// Name of the topic in machine-readable output.
    #[must_use]
    pub fn topic(&self) -> &'static str {
        self.topic.map_or("unknown", |topic| topic.name)
    }

    /// Name of the first cause in machine-readable output.
    #[must_use]
    pub fn cause(&self) -> &'static str {
        self.parts
            .first()
            .map_or("unknown", |part| part.symptom.cause)
    }

    /// Describes what happened and why.
    #[must_use]
    pub fn meaning(&self) -> String {
        let unknown =
            "podwright does not know this event: its reason and message are all that is known";
        self.sentences(unknown, |symptom| symptom.means)
    }

    /// Describes what to do about it.
    #[must_use]
    pub fn next_step(&self) -> String {
        let unknown = "read the message, and the log of the component that reports it";
        self.sentences(unknown, |symptom| symptom.next)
    }

    fn sentences(&self, unknown: &str, words: impl Fn(&Symptom) -> &'static str) -> String {
        let mut all: Vec<String> = Vec::new();
        for part in &self.parts {
            let text = fill(words(part.symptom), &part.captures);
            if !text.is_empty() && !all.contains(&text) {
                all.push(text);
            }
        }
        if all.is_empty() {
            return unknown.to_owned();
        }
        all.join("; ")
    }

    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub(super) fn family(&self) -> Option<Family> {
        self.topic.map(|topic| topic.family)
    }

    /// Groups of the rules whose findings may explain the event; `None` for all.
    pub(super) fn rule_groups(&self) -> Option<&'static [&'static str]> {
        self.topic.map(|topic| topic.groups)
    }

    pub(super) fn certainty(&self) -> Certainty {
        let parts = self.parts.iter().map(|part| part.symptom.certainty);
        parts.max().unwrap_or(Certainty::Vague)
    }

    /// Whether the first quoted string in the message is an image.
    pub(super) fn is_about_image(&self) -> bool {
        self.family() == Some(Family::Image) && self.topic() != "broken-pull-secret"
    }

    /// Namespace of the Pod that the message names.
    pub(super) fn namespace(&self) -> Option<&str> {
        let mut captures = self.parts.iter().flat_map(|part| &part.captures);
        let found = captures.find(|(name, _)| *name == "namespace");
        found.map(|(_, word)| word.as_str())
    }

    /// Whether it is about one container.
    pub(super) fn is_about_container(&self) -> bool {
        matches!(self.family(), Some(Family::Image | Family::Container))
            || self.topic() == "readiness"
    }
}

fn symptoms(topic: &'static Topic) -> impl Iterator<Item = &'static Symptom> {
    topic.symptoms.iter().copied().flatten()
}

fn may_have_reason(symptom: &Symptom, reason: &str, topic: &Topic) -> bool {
    // "Failed" alone does not say which of the topics it belongs to.
    let is_shared = reason == "Failed" && symptom.says.is_empty();
    match symptom.reasons {
        [] => !is_shared && topic.reasons.contains(&reason),
        reasons => reasons.contains(&reason),
    }
}

/// Beginnings of messages in lower case, and the reason that they belong to.
const BEGINNINGS: &[(&str, &str)] = &[
    ("failed to pull image", "ErrImagePull"),
    ("back-off pulling image", "ImagePullBackOff"),
    ("back-off restarting failed container", "CrashLoopBackOff"),
    ("failed to apply default image tag", "InvalidImageName"),
    ("failed to inspect image", "ImageInspectError"),
    ("failed to create pod sandbox", "FailedCreatePodSandBox"),
    ("error creating: ", "FailedCreate"),
    ("mountvolume.", "FailedMount"),
    ("unable to attach or mount volumes", "FailedMount"),
    ("attachvolume.", "FailedAttachVolume"),
    ("multi-attach error", "FailedAttachVolume"),
    ("0/", "FailedScheduling"),
    ("liveness probe ", "Unhealthy"),
    ("readiness probe ", "Unhealthy"),
    ("startup probe ", "Unhealthy"),
    (
        "unable to retrieve some image pull secrets",
        "FailedToRetrieveImagePullSecret",
    ),
    ("error: ", "Failed"),
];

/// Returns the reason and message that tell most: the kubelet reports several things as `Failed` or `BackOff`.
fn proper<'e>(reason: &'e str, message: &'e str) -> (&'e str, &'e str) {
    let lower = |text: &str, beginning: &str| {
        text.get(..beginning.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(beginning))
    };
    let begun = || {
        let mut beginnings = BEGINNINGS.iter();
        beginnings.find(|(beginning, _)| lower(message, beginning))
    };
    match reason {
        "Failed" | "" => match (begun(), message.strip_prefix("Error: ")) {
            (_, Some(error)) if is_reason(error) => (error, ""),
            (Some((_, of)), _) => (of, message),
            (None, _) => (reason, message),
        },
        "BackOff" => match begun() {
            Some((_, of)) => (of, message),
            None => ("CrashLoopBackOff", message),
        },
        "InspectFailed" => match begun() {
            Some((_, of)) => (of, message),
            None => ("ImageInspectError", message),
        },
        // OutOf and the name of any resource
        _ if reason.starts_with("OutOf") => ("OutOfcpu", message),
        _ => (reason, message),
    }
}

/// Whether a text is the reason of a waiting state.
fn is_reason(text: &str) -> bool {
    text != "Failed" && TOPICS.iter().any(|topic| topic.reasons.contains(&text))
}

/// Whether a word is the reason of an event or a state that podwright knows.
pub(super) fn is_known_reason(word: &str) -> bool {
    is_reason(word) || ["Failed", "BackOff", "InspectFailed"].contains(&word)
}

#[cfg(test)]
#[path = "diagnosis_tests.rs"]
mod tests;

//! Explains events of a Pod and finds their causes in the manifests.

mod describe;
mod diagnosis;
mod event_row;
mod group;
mod line;
mod list;
mod origin;
mod pattern;
mod pod_table;
mod status;
mod symptom;
mod symptoms;
mod table;
mod trace;

pub use diagnosis::Diagnosis;

use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::SourceLocation;
use group::{Group, group_events};
use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_model::VersionRange;
use podwright_rule::finding::{Finding, ObjectReference, Severity};
use podwright_syntax::text::FileId;
use trace::{Trace, trace};

/// A symptom that the cluster reports for an object: an event, or the waiting state of a container.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Event {
    /// Object of the event: a Pod or an object that creates Pods.
    #[serde(skip)]
    pub regarding: Regarding,
    /// Container, if known.
    #[serde(skip)]
    pub container: Option<String>,
    /// Reason.
    pub reason: String,
    /// Message, without user information in URLs.
    pub message: String,
    /// Number of occurrences.
    pub count: u64,
    /// Where it was read.
    #[serde(rename = "state", serialize_with = "is_state")]
    pub source: EventSource,
}

/// Where a symptom was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventSource {
    /// An event, and whether its type is `Normal`, if that is known.
    Event(Option<bool>),
    /// The waiting state of a container.
    Waiting,
    /// The terminated state of a container, now or before its last restart.
    Terminated,
    /// The status or a condition of an object.
    Status,
    /// A message without an event around it.
    Text,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "signature of serde")]
fn is_state<S: Serializer>(source: &EventSource, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(!source.is_event())
}

impl EventSource {
    /// Whether it is an event or a message, and not the state of an object.
    #[must_use]
    pub const fn is_event(self) -> bool {
        !self.is_state()
    }

    /// Whether it is the state of a container or of an object.
    #[must_use]
    pub const fn is_state(self) -> bool {
        matches!(self, Self::Waiting | Self::Terminated | Self::Status)
    }
}

/// Object of an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Regarding {
    /// Kind.
    pub kind: String,
    /// Namespace, if known.
    pub namespace: Option<String>,
    /// Name.
    pub name: String,
    /// Kind and name of its controller, if known.
    pub controller: Option<(String, String)>,
}

/// Explanation of an event.
#[derive(Clone, Debug)]
pub struct EventExplanation<'w> {
    /// The most specific event of those with the same subject.
    pub event: Event,
    /// The other events, one per reason, with their total counts.
    pub also: Vec<Event>,
    /// Names of the affected objects, such as several Pods of one Deployment.
    pub names: Vec<String>,
    /// What podwright knows about it.
    pub diagnosis: Diagnosis,
    /// Objects of the files that are or create the Pod. May be empty.
    pub origins: Vec<EventOrigin<'w>>,
    /// Locations to check, in order.
    pub related: Vec<RelatedLocation<'w>>,
    /// Findings of podwright at these locations.
    pub findings: Vec<RelatedFinding<'w>>,
}

/// An object that is or creates the Pod of an event.
#[derive(Clone, Debug, Serialize)]
pub struct EventOrigin<'w> {
    /// The object.
    pub object: ObjectReference,
    /// Location of its name.
    #[serde(flatten)]
    pub place: SourceLocation<'w>,
}

/// A location in the manifests that is relevant to an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RelatedLocation<'w> {
    /// Description of the location: a few words or a sentence without a full stop.
    pub text: String,
    /// The location.
    #[serde(flatten)]
    pub place: SourceLocation<'w>,
}

/// A finding that may explain an event.
#[derive(Clone, Debug, Serialize)]
pub struct RelatedFinding<'w> {
    /// Name of the rule.
    pub rule: &'static str,
    /// Severity.
    pub level: Severity,
    /// Message.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Primary location.
    #[serde(flatten)]
    pub place: SourceLocation<'w>,
}

/// Explained events, and the number of events that report no failure.
#[derive(Clone, Debug, Serialize)]
pub struct EventExplanations<'w> {
    /// Explanations in order of first occurrence.
    pub events: Vec<EventExplanation<'w>>,
    /// Number of other events: those of type `Normal`.
    pub others: usize,
}

impl Serialize for EventExplanation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let event = &self.event;
        let mut fields = serializer.serialize_struct("EventExplanation", 16)?;
        fields.serialize_field("kind", &event.regarding.kind)?;
        fields.serialize_field("namespace", &event.regarding.namespace)?;
        fields.serialize_field("names", &self.names)?;
        fields.serialize_field("container", &event.container)?;
        fields.serialize_field("state", &!event.source.is_event())?;
        fields.serialize_field("reason", &event.reason)?;
        fields.serialize_field("message", &event.message)?;
        fields.serialize_field("count", &event.count)?;
        fields.serialize_field("also", &self.also)?;
        fields.serialize_field("topic", self.diagnosis.topic())?;
        fields.serialize_field("cause", self.diagnosis.cause())?;
        fields.serialize_field("means", &self.words())?;
        fields.serialize_field("next", &self.diagnosis.next_step())?;
        fields.serialize_field("madeFrom", &self.origins)?;
        fields.serialize_field("leads", &self.related)?;
        fields.serialize_field("findings", &self.findings)?;
        fields.end()
    }
}

impl EventExplanation<'_> {
    /// What happened, and what to do about it.
    fn words(&self) -> String {
        format!(
            "{}. Next: {}",
            self.diagnosis.meaning(),
            self.diagnosis.next_step()
        )
    }
}

/// Parses what `kubectl` prints about failures: events as YAML, JSON or a table, the description of an object, Pods as
/// YAML, JSON or a table, or a single message.
#[must_use]
pub fn events(text: &str) -> Vec<Event> {
    let first = text.lines().find(|line| !line.trim().is_empty());
    let first = first.unwrap_or("").trim_start_matches('\u{feff}');
    let mut events = if table::is_header(first) || table::is_row(first) {
        table::events(text)
    } else if pod_table::is_header(first) {
        pod_table::events(text)
    } else if describe::is_described(first, text) {
        describe::events(text)
    } else {
        list::events(text)
    };
    if events.is_empty() && !is_complete(text) {
        events = line::events(text);
    }
    for event in &mut events {
        // The reason of old releases may be an error too.
        for text in [&mut event.message, &mut event.reason] {
            *text = podwright_redact::text(&podwright_redact::url_users(text));
        }
    }
    events
}

/// Returns whether a text is output of `kubectl` about events or Pods, even if it reports nothing.
#[must_use]
pub fn is_kubectl_output(text: &str) -> bool {
    is_complete(text) || text.lines().any(event_row::is_row)
}

/// Whether a text is a table with its header, or a description: it reports nothing but its events and states.
fn is_complete(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty());
    let first = first.unwrap_or("").trim_start_matches('\u{feff}');
    let has = |section: &str| text.lines().any(|line| line.starts_with(section));
    table::is_header(first)
        || pod_table::is_header(first)
        || (first.starts_with("Name:") && (has("Containers:") || has("Events:")))
}

/// Explains the events. `findings` are the findings in the files; `versions` returns the Kubernetes releases for an
/// object.
#[must_use]
pub fn explain_events<'w>(
    workspace: &'w Workspace,
    events: &[Event],
    findings: &[Finding],
    versions: impl Fn(ObjectId) -> VersionRange,
) -> EventExplanations<'w> {
    let placed = Placed::new(findings);
    let (groups, others) = group_events(workspace, events);
    let explain = |group: Group<'_>| {
        let mut traces = Trace::default();
        let (event, diagnosis, also) = group.merged_events();
        for &id in &group.origins {
            traces.extend(trace(workspace, id, &event, &diagnosis, versions(id)));
        }
        let origins = group.origins.iter();
        let located = |location| SourceLocation::new(workspace, location);
        let findings = placed.related(&traces, &diagnosis);
        EventExplanation {
            event,
            also,
            names: group.names(),
            origins: origins
                .map(|&id| EventOrigin {
                    object: workspace.object_reference(id),
                    place: located(workspace.object_place(id)),
                })
                .collect(),
            findings: findings
                .map(|finding| RelatedFinding {
                    rule: finding.rule,
                    level: finding.level,
                    message: finding.message.clone(),
                    help: finding.help.clone(),
                    place: located(finding.primary.place),
                })
                .collect(),
            related: traces.related,
            diagnosis,
        }
    };
    EventExplanations {
        events: groups.into_iter().map(explain).collect(),
        others,
    }
}

/// Findings by the places that they are about.
struct Placed<'f> {
    findings: &'f [Finding],
    /// File and start of each place, with its end and the index of the finding, sorted.
    places: Vec<(FileId, u32, u32, usize)>,
}

impl<'f> Placed<'f> {
    fn new(findings: &'f [Finding]) -> Self {
        let places = findings.iter().enumerate().flat_map(|(index, finding)| {
            let related = finding.related.iter().map(|label| label.place);
            let places = related.chain([finding.primary.place]);
            places.map(move |at| (at.file, at.span.start, at.span.end, index))
        });
        let mut places: Vec<_> = places.collect();
        places.sort_unstable();
        Self { findings, places }
    }

    /// The findings at the locations of the trace that are from rule groups related to the kind of event, in order.
    fn related(
        &self,
        trace: &Trace<'_>,
        diagnosis: &Diagnosis,
    ) -> impl Iterator<Item = &'f Finding> + use<'f> {
        let mut found: Vec<usize> = Vec::new();
        for scope in &trace.scopes {
            let (first, last) = (scope.span.start, scope.span.end);
            let from = self
                .places
                .partition_point(|place| (place.0, place.1) < (scope.file, first));
            let inside = self.places[from..]
                .iter()
                .take_while(|place| place.0 == scope.file && place.1 <= last);
            found.extend(inside.filter(|place| place.2 <= last).map(|place| place.3));
        }
        found.sort_unstable();
        found.dedup();
        let groups = diagnosis.rule_groups();
        let is_about = |finding: &&Finding| {
            let group = podwright_rules::find(finding.rule).map(|entry| entry.meta.group);
            finding.level >= Severity::Warning
                && groups.is_none_or(|groups| group.is_some_and(|group| groups.contains(&group)))
        };
        let found = found.into_iter().map(|index| &self.findings[index]);
        found.filter(is_about).collect::<Vec<_>>().into_iter()
    }
}

#[cfg(test)]
mod tests;

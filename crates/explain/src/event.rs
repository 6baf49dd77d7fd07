//! Explains events of a Pod and finds their causes in the manifests.

mod describe;
mod kind;
mod list;
mod origin;
mod table;
mod trace;

pub use kind::{Cause, EventKind};

use rustc_hash::FxHashMap;
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};

use super::SourceLocation;
use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_model::VersionRange;
use podwright_rule::finding::{Finding, ObjectReference, Severity};
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
    /// Whether it is a container state rather than an event.
    #[serde(rename = "state")]
    pub is_state: bool,
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
    /// Kind of the event.
    pub kind: EventKind,
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
    /// Primary location.
    #[serde(flatten)]
    pub place: SourceLocation<'w>,
}

/// Explained events, and the number of events that podwright does not know.
#[derive(Clone, Debug, Serialize)]
pub struct EventExplanations<'w> {
    /// Explanations in order of first occurrence.
    pub events: Vec<EventExplanation<'w>>,
    /// Number of other events.
    pub others: usize,
}

impl Serialize for EventExplanation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let event = &self.event;
        let mut fields = serializer.serialize_struct("EventExplanation", 14)?;
        fields.serialize_field("kind", &event.regarding.kind)?;
        fields.serialize_field("namespace", &event.regarding.namespace)?;
        fields.serialize_field("names", &self.names)?;
        fields.serialize_field("container", &event.container)?;
        fields.serialize_field("state", &event.is_state)?;
        fields.serialize_field("reason", &event.reason)?;
        fields.serialize_field("message", &event.message)?;
        fields.serialize_field("count", &event.count)?;
        fields.serialize_field("also", &self.also)?;
        fields.serialize_field("topic", self.kind.name())?;
        fields.serialize_field("means", &self.kind.describe())?;
        fields.serialize_field("madeFrom", &self.origins)?;
        fields.serialize_field("leads", &self.related)?;
        fields.serialize_field("findings", &self.findings)?;
        fields.end()
    }
}

/// Parses the output of `kubectl get events` (YAML, JSON or a table) or `kubectl describe pod`.
#[must_use]
pub fn events(text: &str) -> Vec<Event> {
    let first = text.lines().find(|line| !line.trim().is_empty());
    let first = first.unwrap_or("").trim_start_matches('\u{feff}');
    let mut events = if table::is_header(first) {
        table::events(text)
    } else if describe::is_described(first, text) {
        describe::events(text)
    } else {
        list::events(text)
    };
    for event in &mut events {
        event.message = podwright_redact::text(&podwright_redact::url_users(&event.message));
    }
    events
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
    let (groups, others) = group_events(workspace, events);
    let explain = |group: Group<'_>| {
        let mut traces = Trace::default();
        let (event, also) = group.merged_events();
        for &id in &group.origins {
            traces.extend(trace(workspace, id, &event, &group.kind, versions(id)));
        }
        let origins = group.origins.iter();
        let located = |location| SourceLocation::new(workspace, location);
        let findings = related_findings(findings, &traces, &group.kind);
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
                    place: located(finding.primary.place),
                })
                .collect(),
            related: traces.related,
            kind: group.kind,
        }
    };
    EventExplanations {
        events: groups.into_iter().map(explain).collect(),
        others,
    }
}

/// Events with the same subject.
struct Group<'e> {
    kind: EventKind,
    origins: Vec<ObjectId>,
    events: Vec<&'e Event>,
}

/// Subject of events about one container: the objects of the files (or the Pod's name if there are none), and the
/// container (or the image if no container is named).
type Subject<'e> = (Vec<ObjectId>, Option<&'e str>, Option<&'e str>);

/// Groups the events by subject in order of first occurrence. Also returns the number of events that podwright does
/// not know.
fn group_events<'e>(workspace: &Workspace, events: &'e [Event]) -> (Vec<Group<'e>>, usize) {
    let mut groups: Vec<(Subject<'e>, Group<'e>)> = Vec::new();
    let mut seen: FxHashMap<(Subject<'e>, EventKind), usize> = FxHashMap::default();
    let mut made_from: FxHashMap<&Regarding, Vec<ObjectId>> = FxHashMap::default();
    let mut others = 0;
    for event in events {
        let Some(kind) = EventKind::of(&event.reason, &event.message) else {
            others += 1;
            continue;
        };
        let regarding = &event.regarding;
        let origins = made_from
            .entry(regarding)
            .or_insert_with(|| origin::origins(workspace, regarding));
        let name = origins.is_empty().then_some(regarding.name.as_str());
        let image = || {
            kind.is_about_image()
                .then(|| quoted(&event.message))
                .flatten()
        };
        let part = event.container.as_deref().or_else(image);
        let subject = (origins.clone(), name, part);
        let index = *seen
            .entry((subject.clone(), kind.clone().grouping_kind()))
            .or_insert_with(|| {
                let group = Group {
                    kind: kind.clone(),
                    origins: origins.clone(),
                    events: Vec::new(),
                };
                groups.push((subject, group));
                groups.len() - 1
            });
        groups[index].1.events.push(event);
    }
    (merge_vague(groups), others)
}

/// Merges events that do not give the cause of a failed pull into those that do.
fn merge_vague<'e>(groups: Vec<(Subject<'e>, Group<'e>)>) -> Vec<Group<'e>> {
    let mut specific: FxHashMap<Subject<'e>, usize> = FxHashMap::default();
    for ((subject, group), index) in groups.iter().zip(0..) {
        if group
            .kind
            .cause()
            .is_some_and(|cause| cause != Cause::Unknown)
        {
            specific.entry(subject.clone()).or_insert(index);
        }
    }
    let mut kept: Vec<Option<(Subject<'e>, Group<'e>)>> = groups.into_iter().map(Some).collect();
    for index in 0..kept.len() {
        let vague = kept[index].take_if(|(_, group)| group.kind.cause() == Some(Cause::Unknown));
        let Some((subject, group)) = vague else {
            continue;
        };
        match specific
            .get(&subject)
            .and_then(|&index| kept[index].as_mut())
        {
            Some((_, other)) => other.events.extend(group.events),
            None => kept[index] = Some((subject, group)),
        }
    }
    kept.into_iter().flatten().map(|(_, group)| group).collect()
}

impl Group<'_> {
    /// Returns the most specific event and the others, one per reason, with their total counts.
    fn merged_events(&self) -> (Event, Vec<Event>) {
        let mut merged: Vec<Event> = Vec::new();
        for event in &self.events {
            // Messages of Pods of the same Deployment differ only in names.
            let same = |one: &Event| {
                (one.is_state, &one.reason) == (event.is_state, &event.reason)
                    && EventKind::of(&one.reason, &one.message)
                        == EventKind::of(&event.reason, &event.message)
                    && one.message.starts_with("Error: ") == event.message.starts_with("Error: ")
            };
            match merged.iter_mut().find(|one| same(one)) {
                Some(one) => one.count = one.count.saturating_add(event.count),
                None => merged.push((*event).clone()),
            }
        }
        let specificity = |event: &Event| {
            let is_it = EventKind::of(&event.reason, &event.message).as_ref() == Some(&self.kind);
            (is_it, !event.is_state, event.message.len())
        };
        let most = (0..merged.len())
            .rev()
            .max_by_key(|&index| specificity(&merged[index]));
        let event = merged.remove(most.unwrap_or(0));
        (event, merged)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for event in &self.events {
            if !names.contains(&event.regarding.name) {
                names.push(event.regarding.name.clone());
            }
        }
        names
    }
}

/// Returns the first quoted string of a message, which is the image if the message is about one.
fn quoted(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once('"')?;
    rest.split_once('"').map(|(inner, _)| inner)
}

/// Returns the findings at the locations of the trace that are from rule groups related to the kind of event.
fn related_findings<'f>(
    findings: &'f [Finding],
    trace: &Trace<'_>,
    kind: &EventKind,
) -> impl Iterator<Item = &'f Finding> {
    let is_there = |finding: &&Finding| {
        let places = finding.related.iter().map(|label| label.place);
        let mut places = places.chain([finding.primary.place]);
        places.any(|place| {
            trace.scopes.iter().any(|scope| {
                scope.file == place.file
                    && scope.span.start <= place.span.start
                    && place.span.end <= scope.span.end
            })
        })
    };
    let is_about = |finding: &&Finding| {
        let group = podwright_rules::find(finding.rule).map(|entry| entry.meta.group);
        finding.level >= Severity::Warning
            && group.is_some_and(|group| kind.rule_groups().contains(&group))
    };
    findings.iter().filter(is_about).filter(is_there)
}

#[cfg(test)]
mod tests;

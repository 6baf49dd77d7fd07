//! What an event of a Pod means, and where in the manifests it comes from.

mod describe;
mod lead;
mod listed;
mod origin;
mod table;
mod topic;

pub use topic::{Cause, Topic};

use rustc_hash::FxHashMap;

use crate::finding::{Finding, Level, ObjectReference};
use crate::model::{VersionRange, without_credentials};
use crate::rules;
use crate::text::Place;
use crate::workspace::{ObjectId, Workspace};
use lead::{Trail, trail};

/// Something that the cluster says of an object: an event, or why a container waits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Event {
    /// What it is about: a Pod, or what makes Pods.
    pub regarding: Regarding,
    /// The container, if that is said.
    pub container: Option<String>,
    /// The reason.
    pub reason: String,
    /// The message, without what a URL in it has before an `@`.
    pub message: String,
    /// How often it was seen.
    pub count: u64,
    /// It is the state of a container, and no event.
    pub is_state: bool,
}

/// The object of an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Regarding {
    /// Its kind.
    pub kind: String,
    /// Its namespace, if that is said.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Kind and name of its controller, if that is said.
    pub controller: Option<(String, String)>,
}

/// What an event means.
#[derive(Clone, Debug)]
pub struct EventAnswer {
    /// The event; of several about the same the one that says most.
    pub event: Event,
    /// The others, each reason once, with the count of all.
    pub also: Vec<Event>,
    /// The names of the objects that it is about: several Pods of one Deployment.
    pub names: Vec<String>,
    /// What it is about.
    pub topic: Topic,
    /// The objects of the files that the Pod is or is made by, with the places of their names; none if there is none.
    pub origins: Vec<(ObjectReference, Place)>,
    /// Where to look, in order.
    pub leads: Vec<Lead>,
    /// What podwright finds there.
    pub findings: Vec<Finding>,
}

/// A place of the manifests, and what it has to do with an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// Where.
    pub place: Place,
    /// What is there, a few words or a sentence without a full stop.
    pub text: String,
}

/// The events of a text, and how many of them are about nothing that podwright knows.
#[derive(Clone, Debug)]
pub struct Explained {
    /// Those that are explained, in the order in which they were first seen.
    pub answers: Vec<EventAnswer>,
    /// How many others there are.
    pub others: usize,
}

/// The events in what `kubectl get events` prints (as YAML, JSON or a table) or `kubectl describe pod`.
#[must_use]
pub fn events(text: &str) -> Vec<Event> {
    let first = text.lines().find(|line| !line.trim().is_empty());
    let first = first.unwrap_or("").trim_start_matches('\u{feff}');
    let mut events = if table::is_header(first) {
        table::events(text)
    } else if describe::is_described(first, text) {
        describe::events(text)
    } else {
        listed::events(text)
    };
    for event in &mut events {
        event.message = without_credentials(&without_user(&event.message));
    }
    events
}

/// What the events mean: `findings` is what is found in the files, `versions` gives the clusters of a file's objects.
#[must_use]
pub fn explain_events(
    workspace: &Workspace,
    events: &[Event],
    findings: &[Finding],
    versions: impl Fn(ObjectId) -> VersionRange,
) -> Explained {
    let (groups, others) = grouped(workspace, events);
    let answer = |group: Group<'_>| {
        let mut trails = Trail::default();
        let (event, also) = group.told();
        for &id in &group.origins {
            trails.extend(trail(workspace, id, &event, &group.topic, versions(id)));
        }
        let origins = group.origins.iter();
        EventAnswer {
            event,
            also,
            names: group.names(),
            origins: origins
                .map(|&id| (workspace.object_reference(id), workspace.object_place(id)))
                .collect(),
            findings: explaining(findings, &trails, &group.topic),
            leads: trails.leads,
            topic: group.topic,
        }
    };
    Explained {
        answers: groups.into_iter().map(answer).collect(),
        others,
    }
}

/// Events about the same thing.
struct Group<'e> {
    topic: Topic,
    origins: Vec<ObjectId>,
    events: Vec<&'e Event>,
}

/// What events have in common that are about one container: the objects of the files (the Pod's name, if there are none),
/// and the container (the image, if none is named).
type Subject<'e> = (Vec<ObjectId>, Option<&'e str>, Option<&'e str>);

/// The events by what they are about, in the order in which they were first seen; and how many are about nothing that
/// podwright knows.
fn grouped<'e>(workspace: &Workspace, events: &'e [Event]) -> (Vec<Group<'e>>, usize) {
    let mut groups: Vec<(Subject<'e>, Group<'e>)> = Vec::new();
    let mut seen: FxHashMap<(Subject<'e>, Topic), usize> = FxHashMap::default();
    let mut made_from: FxHashMap<&Regarding, Vec<ObjectId>> = FxHashMap::default();
    let mut others = 0;
    for event in events {
        let Some(topic) = Topic::of(&event.reason, &event.message) else {
            others += 1;
            continue;
        };
        let regarding = &event.regarding;
        let origins = made_from
            .entry(regarding)
            .or_insert_with(|| origin::origins(workspace, regarding));
        let name = origins.is_empty().then_some(regarding.name.as_str());
        let image = || {
            topic
                .is_of_image()
                .then(|| quoted(&event.message))
                .flatten()
        };
        let part = event.container.as_deref().or_else(image);
        let subject = (origins.clone(), name, part);
        let index = *seen
            .entry((subject.clone(), topic.clone().family()))
            .or_insert_with(|| {
                let group = Group {
                    topic: topic.clone(),
                    origins: origins.clone(),
                    events: Vec::new(),
                };
                groups.push((subject, group));
                groups.len() - 1
            });
        groups[index].1.events.push(event);
    }
    (with_causes(groups), others)
}

/// Puts what does not tell why a pull failed to what does.
fn with_causes<'e>(groups: Vec<(Subject<'e>, Group<'e>)>) -> Vec<Group<'e>> {
    let mut telling: FxHashMap<Subject<'e>, usize> = FxHashMap::default();
    for ((subject, group), index) in groups.iter().zip(0..) {
        if group
            .topic
            .cause()
            .is_some_and(|cause| cause != Cause::Unknown)
        {
            telling.entry(subject.clone()).or_insert(index);
        }
    }
    let mut kept: Vec<Option<(Subject<'e>, Group<'e>)>> = groups.into_iter().map(Some).collect();
    for index in 0..kept.len() {
        let vague = kept[index].take_if(|(_, group)| group.topic.cause() == Some(Cause::Unknown));
        let Some((subject, group)) = vague else {
            continue;
        };
        match telling
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
    /// The event that says most, and the others, each reason once; with the counts of all.
    fn told(&self) -> (Event, Vec<Event>) {
        let mut told: Vec<Event> = Vec::new();
        for event in &self.events {
            // Of the Pods of one Deployment the same is said with other names in it.
            let same = |one: &Event| {
                (one.is_state, &one.reason) == (event.is_state, &event.reason)
                    && Topic::of(&one.reason, &one.message)
                        == Topic::of(&event.reason, &event.message)
                    && one.message.starts_with("Error: ") == event.message.starts_with("Error: ")
            };
            match told.iter_mut().find(|one| same(one)) {
                Some(one) => one.count = one.count.saturating_add(event.count),
                None => told.push((*event).clone()),
            }
        }
        let says = |event: &Event| {
            let is_it = Topic::of(&event.reason, &event.message).as_ref() == Some(&self.topic);
            (is_it, !event.is_state, event.message.len())
        };
        let most = (0..told.len())
            .rev()
            .max_by_key(|&index| says(&told[index]));
        let event = told.remove(most.unwrap_or(0));
        (event, told)
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

/// The first quoted text of a message: the image, where it is about one.
fn quoted(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once('"')?;
    rest.split_once('"').map(|(inner, _)| inner)
}

/// The findings that stand where the trail goes, of the chapters that are about the same.
fn explaining(findings: &[Finding], trail: &Trail, topic: &Topic) -> Vec<Finding> {
    let is_there = |finding: &&Finding| {
        let places = finding.related.iter().map(|label| label.place);
        let mut places = places.chain([finding.primary.place]);
        places.any(|place| {
            trail.scopes.iter().any(|scope| {
                scope.file == place.file
                    && scope.span.start <= place.span.start
                    && place.span.end <= scope.span.end
            })
        })
    };
    let is_about = |finding: &&Finding| {
        let chapter = rules::find(finding.rule).map(|entry| entry.meta.chapter);
        finding.level >= Level::Warning
            && chapter.is_some_and(|chapter| topic.chapters().contains(&chapter))
    };
    let found = findings.iter().filter(is_about).filter(is_there);
    found.cloned().collect()
}

/// The message without user and password in URLs.
fn without_user(message: &str) -> String {
    let mut shown = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        shown.push_str(before);
        let end = after
            .find(|c: char| c.is_whitespace() || "/\"'?#".contains(c))
            .unwrap_or(after.len());
        rest = match after[..end].rfind('@') {
            Some(sign) => {
                shown.push_str("***");
                &after[sign..]
            }
            None => after,
        };
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests;

//! Groups events that are about the same failure.

use rustc_hash::FxHashMap;

use super::symptom::{Certainty, Family};
use super::{Diagnosis, Event, EventSource, Regarding, origin};
use podwright_cluster::workspace::{ObjectId, Workspace};

/// Events about the same failure.
pub(super) struct Group<'e> {
    pub(super) origins: Vec<ObjectId>,
    /// Name of the object, if it is not in the files.
    name: Option<&'e str>,
    /// The container, or the image if the container is not known.
    part: Option<Part<'e>>,
    family: Option<Family>,
    certainty: Certainty,
    events: Vec<(&'e Event, Diagnosis)>,
}

/// Part of a Pod that an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Part<'e> {
    Container(&'e str),
    Image(&'e str),
}

/// What events of a group have in common.
#[derive(PartialEq, Eq, Hash)]
struct Key<'e> {
    origins: Vec<ObjectId>,
    name: Option<&'e str>,
    part: Option<Part<'e>>,
    family: Option<Family>,
    cause: &'e str,
    /// Words of the message that tell causes apart; the reason if podwright does not know the event.
    words: String,
}

/// Groups the events in order of first occurrence. Also returns the number of events that report no failure.
pub(super) fn group_events<'e>(
    workspace: &Workspace,
    events: &'e [Event],
) -> (Vec<Group<'e>>, usize) {
    let mut groups: Vec<Group<'e>> = Vec::new();
    let mut seen: FxHashMap<Key<'e>, usize> = FxHashMap::default();
    let mut made_from: FxHashMap<&Regarding, Vec<ObjectId>> = FxHashMap::default();
    let mut others = 0;
    for event in events {
        let found = Diagnosis::of(&event.reason, &event.message);
        let Some(diagnosis) = found.or_else(|| unknown(event)) else {
            others += 1;
            continue;
        };
        let regarding = &event.regarding;
        let origins = if regarding.name.is_empty() {
            origin::of_message(workspace, event, &diagnosis)
        } else {
            let of = || origin::origins(workspace, regarding);
            let found = made_from.entry(regarding).or_insert_with(of).clone();
            match diagnosis.namespace().filter(|_| found.is_empty()) {
                Some(namespace) => origin::in_namespace(workspace, regarding, namespace),
                None => found,
            }
        };
        let key = key(event, &diagnosis, origins);
        let group = Group {
            origins: key.origins.clone(),
            name: key.name,
            part: key.part,
            family: key.family,
            certainty: diagnosis.certainty(),
            events: Vec::new(),
        };
        let index = *seen.entry(key).or_insert_with(|| {
            groups.push(group);
            groups.len() - 1
        });
        groups[index].events.push((event, diagnosis));
    }
    (merge_vague(groups), others)
}

/// Reasons of events that report no failure, for input that does not tell their type.
const NORMAL: &[&str] = &[
    "",
    "Completed",
    "ContainerCreating",
    "Created",
    "Killing",
    "LeaderElection",
    "PodInitializing",
    "Provisioning",
    "ProvisioningSucceeded",
    "Pulled",
    "Pulling",
    "SawCompletedJob",
    "ScalingReplicaSet",
    "Scheduled",
    "Started",
    "SuccessfulAttachVolume",
    "SuccessfulCreate",
    "SuccessfulDelete",
    "SuccessfulRescale",
    "TriggeredScaleUp",
];

/// Returns the diagnosis of an event that podwright does not know, unless it reports no failure.
fn unknown(event: &Event) -> Option<Diagnosis> {
    let is_normal = match event.source {
        EventSource::Event(Some(is_normal)) => is_normal,
        EventSource::Event(None) | EventSource::Waiting => NORMAL.contains(&&*event.reason),
        EventSource::Text | EventSource::Status | EventSource::Terminated => false,
    };
    (!is_normal).then_some(Diagnosis::UNKNOWN)
}

fn key<'e>(event: &'e Event, diagnosis: &Diagnosis, origins: Vec<ObjectId>) -> Key<'e> {
    let image = || {
        let is_about_image = diagnosis.is_about_image();
        is_about_image.then(|| quoted(&event.message)).flatten()
    };
    let container = event.container.as_deref().map(Part::Container);
    let words = match diagnosis.parts() {
        [] => event.reason.clone(),
        [only] => {
            let words = only.captures.iter().map(|(_, word)| word.as_str());
            words.collect::<Vec<_>>().join(" ")
        }
        // The scheduler's counts change from event to event.
        _ => String::new(),
    };
    Key {
        name: origins.is_empty().then_some(event.regarding.name.as_str()),
        origins,
        part: container.or_else(|| image().map(Part::Image)),
        family: diagnosis.family(),
        cause: diagnosis.cause(),
        words,
    }
}

/// Merges events that explain little into those about the same container that explain more.
fn merge_vague(groups: Vec<Group<'_>>) -> Vec<Group<'_>> {
    // Groups about the same objects.
    let mut beside: FxHashMap<(Vec<ObjectId>, Option<&str>), Vec<usize>> = FxHashMap::default();
    for (group, at) in groups.iter().zip(0..) {
        let key = (group.origins.clone(), group.name);
        beside.entry(key).or_default().push(at);
    }
    let mut kept: Vec<Option<Group<'_>>> = groups.into_iter().map(Some).collect();
    for index in 0..kept.len() {
        let is_vague =
            |group: &mut Group<'_>| group.certainty < Certainty::Cause && group.family.is_some();
        let Some(vague) = kept[index].take_if(is_vague) else {
            continue;
        };
        let others = beside.get(&(vague.origins.clone(), vague.name));
        let others = others.into_iter().flatten();
        let others = others.filter_map(|&at| Some((kept[at].as_ref()?, at)));
        let better = others
            .filter(|(group, _)| vague.is_explained_by(group))
            .max_by_key(|(group, at)| {
                let is_same_part = group.part == vague.part;
                (is_same_part, group.certainty, std::cmp::Reverse(*at))
            })
            .map(|(_, at)| at);
        match better.and_then(|at| kept[at].as_mut()) {
            Some(group) => group.events.extend(vague.events),
            None => kept[index] = Some(vague),
        }
    }
    kept.into_iter().flatten().collect()
}

impl Group<'_> {
    /// Whether `other` is about the same failure and explains more.
    fn is_explained_by(&self, other: &Self) -> bool {
        let may_be_same_part = match (self.part, other.part) {
            (Some(Part::Container(one)), Some(Part::Container(other))) => one == other,
            (Some(Part::Image(one)), Some(Part::Image(other))) => one == other,
            _ => true,
        };
        may_be_same_part
            && (self.family == Some(Family::Any) || self.family == other.family)
            && self.certainty < other.certainty
            && (&self.origins, self.name) == (&other.origins, other.name)
    }

    /// Returns the most specific event with its diagnosis, and the others, one per reason, with their total counts.
    pub(super) fn merged_events(&self) -> (Event, Diagnosis, Vec<Event>) {
        let mut merged: Vec<(Event, &Diagnosis)> = Vec::new();
        for (event, diagnosis) in &self.events {
            // Messages of Pods of the same Deployment differ only in names.
            let same = |(one, of): &(Event, &Diagnosis)| {
                (one.source.is_event(), &one.reason) == (event.source.is_event(), &event.reason)
                    && (of.topic(), of.cause()) == (diagnosis.topic(), diagnosis.cause())
                    && one.message.starts_with("Error: ") == event.message.starts_with("Error: ")
            };
            match merged.iter_mut().find(|one| same(one)) {
                Some((one, _)) => one.count = one.count.saturating_add(event.count),
                None => merged.push(((*event).clone(), diagnosis)),
            }
        }
        let specificity = |(event, diagnosis): &(Event, &Diagnosis)| {
            let is_event = event.source.is_event();
            (diagnosis.certainty(), is_event, event.message.len())
        };
        let most = (0..merged.len())
            .rev()
            .max_by_key(|&index| specificity(&merged[index]));
        let (mut event, diagnosis) = merged.remove(most.unwrap_or(0));
        // `kubectl get events` does not show containers, but the state of one may be in the group.
        let mut containers = self
            .events
            .iter()
            .filter_map(|(one, _)| one.container.as_ref());
        if event.container.is_none() {
            event.container = containers.next().cloned();
        }
        let also = merged.into_iter().map(|(event, _)| event).collect();
        (event, diagnosis.clone(), also)
    }

    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (event, _) in &self.events {
            let name = &event.regarding.name;
            if !name.is_empty() && !names.contains(name) {
                names.push(name.clone());
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

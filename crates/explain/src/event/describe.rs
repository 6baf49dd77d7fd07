//! Parses `kubectl describe`: the status of a Pod, the states of its containers, and the table of events.

use super::list;
use super::status::exit_message;
use super::table::{cells, repeated};
use super::{Event, EventSource, Regarding};

/// Returns whether a text that starts with `first` is such a description, or its table of events.
pub(super) fn is_described(first: &str, text: &str) -> bool {
    let has_section = |name: &str| text.lines().any(|line| line.trim_end() == name);
    first.starts_with("Name:")
        || is_head(first)
        || (!first.contains("apiVersion") && has_section("Events:"))
}

/// Whether a line is the header of the table of events.
fn is_head(line: &str) -> bool {
    let mut words = line.split_whitespace();
    words.next() == Some("Type") && words.next() == Some("Reason")
}

/// Sections of a description with indented lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Containers,
    Events,
    Other,
}

pub(super) fn events(text: &str) -> Vec<Event> {
    let mut reader = Reader::new();
    for line in text.lines() {
        reader.line(line);
    }
    reader.end();
    reader.events
}

struct Reader {
    regarding: Regarding,
    section: Section,
    container: Option<String>,
    /// State that the current lines belong to.
    state: Option<State>,
    /// Reason that the container waits for.
    waiting: Option<String>,
    /// Containers of this object with their images.
    containers: Vec<(String, String)>,
    /// Number of events that belong to earlier objects.
    earlier: usize,
    events: Vec<Event>,
}

/// A state of a container, while its lines are read.
#[derive(Default)]
struct State {
    is_waiting: bool,
    reason: String,
    message: String,
    exit_code: Option<u64>,
}

impl Reader {
    fn new() -> Self {
        Self {
            regarding: Regarding {
                kind: "Pod".to_owned(),
                namespace: None,
                name: String::new(),
                controller: None,
            },
            section: Section::Other,
            container: None,
            state: None,
            waiting: None,
            containers: Vec::new(),
            earlier: 0,
            events: Vec::new(),
        }
    }

    fn line(&mut self, line: &str) {
        if is_head(line) && self.section != Section::Events {
            self.end_state();
            self.section = Section::Events;
            return;
        }
        if !line.starts_with([' ', '\t']) {
            let is_row = line.starts_with("Normal ") || line.starts_with("Warning ");
            match self.section {
                // The first line of a selection has lost its indentation.
                Section::Events if is_row || line.starts_with("----") => self.row(line),
                _ if line.trim().is_empty() => {}
                _ => self.field(line.trim_end()),
            }
            return;
        }
        match self.section {
            Section::Events => self.row(line),
            Section::Containers => self.container_line(line),
            Section::Other => {}
        }
    }

    /// Reads a line without indentation: a field of the Pod or the start of a section.
    fn field(&mut self, line: &str) {
        let Some((key, value)) = line.split_once(':') else {
            return;
        };
        let value = value.trim();
        // A message of several lines is not indented.
        if self.state.is_some() && !AFTER_CONTAINERS.contains(&key) {
            return;
        }
        self.end_state();
        self.section = Section::Other;
        self.container = None;
        match key {
            // Start of the next object.
            "Name" => {
                self.end();
                let events = std::mem::take(&mut self.events);
                *self = Self::new();
                self.earlier = events.len();
                self.events = events;
                self.regarding.name = value.to_owned();
            }
            "Namespace" => self.regarding.namespace = Some(value.to_owned()),
            "Controlled By" => {
                let controller = value.split_once('/');
                self.regarding.controller =
                    controller.map(|(kind, name)| (kind.to_owned(), name.to_owned()));
            }
            // The status of a Pod that was evicted or rejected.
            "Reason" if !value.is_empty() => self.push(value, "", 1, EventSource::Status),
            "Message" => self.message(value),
            "Containers" | "Init Containers" | "Ephemeral Containers" => {
                self.section = Section::Containers;
            }
            "Events" => self.section = Section::Events,
            _ => {
                let kind = KINDS.iter().find(|(field, _)| *field == key);
                // The first field decides: several kinds have `Pods Status`.
                if let Some((_, kind)) = kind.filter(|_| self.regarding.kind == "Pod") {
                    (*kind).clone_into(&mut self.regarding.kind);
                }
            }
        }
    }

    /// Adds the message of the whole Pod to its reason.
    fn message(&mut self, value: &str) {
        let last = self.events.last_mut();
        if let Some(last) = last.filter(|last| last.source == EventSource::Status) {
            value.clone_into(&mut last.message);
        }
    }

    fn container_line(&mut self, line: &str) {
        let indent = line.len() - line.trim_start().len();
        let Some((key, value)) = line.trim().split_once(':') else {
            return;
        };
        let value = value.trim();
        match (indent, key) {
            (2, name) => {
                self.end_state();
                self.container = Some(name.to_owned());
                self.waiting = None;
                self.containers.push((name.to_owned(), String::new()));
            }
            (4, "Image") => {
                if let Some((_, image)) = self.containers.last_mut() {
                    value.clone_into(image);
                }
            }
            (4, key) => {
                self.end_state();
                self.state = (key == "State" || key == "Last State").then(|| State {
                    is_waiting: value == "Waiting",
                    ..State::default()
                });
            }
            (6, key) => {
                let Some(state) = &mut self.state else { return };
                match key {
                    "Reason" => value.clone_into(&mut state.reason),
                    "Message" => value.clone_into(&mut state.message),
                    "Exit Code" => state.exit_code = value.parse().ok(),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn end_state(&mut self) {
        let Some(state) = self.state.take() else {
            return;
        };
        let State {
            reason, message, ..
        } = state;
        if state.is_waiting && reason.is_empty() {
            // The container has only been created.
        } else if state.is_waiting {
            self.waiting = Some(reason.clone());
            self.push(&reason, &message, 1, EventSource::Waiting);
        } else if let Some(code) = state.exit_code {
            let is_looping = self.waiting.as_deref() == Some("CrashLoopBackOff");
            if let Some(message) = exit_message(code, &message, is_looping) {
                self.push(&reason, &message, 1, EventSource::Terminated);
            }
        }
    }

    /// Ends an object: events of its containers that do not name theirs may still be attributed.
    fn end(&mut self) {
        self.end_state();
        let containers = &self.containers;
        for event in &mut self.events[self.earlier..] {
            if event.container.is_some() || event.source.is_state() {
                continue;
            }
            let mut with_image = containers.iter().filter(|(_, image)| {
                !image.is_empty() && event.message.contains(&format!("\"{image}\""))
            });
            let of_image = with_image.next().filter(|_| with_image.next().is_none());
            let only = containers.first().filter(|_| containers.len() == 1);
            let is_of_container = OF_CONTAINERS.contains(&event.reason.as_str());
            let found = of_image.or(only).filter(|_| is_of_container);
            event.container = found.map(|(name, _)| name.clone());
        }
    }

    /// Reads a table row: type, reason, age, source and message, separated by two or more spaces.
    fn row(&mut self, line: &str) {
        let row = line.trim();
        let is_event = row.starts_with("Normal ") || row.starts_with("Warning ");
        if !is_event {
            // Continuation of a message, or the table header.
            let is_head = row.starts_with("Type ") || row.starts_with("---");
            let last = self.events[self.earlier..].last_mut();
            if let Some(last) = last.filter(|last| !is_head && !last.source.is_state()) {
                last.message.push(' ');
                last.message.push_str(row);
            }
            return;
        }
        let Some([kind, reason, age, rest]) = columns(row) else {
            return;
        };
        let count = repeated(age);
        let (path, message) = match rest.split_once(": ") {
            Some((path, message)) if list::container(path).is_some() => (path, message),
            _ => ("", rest),
        };
        self.container = list::container(path);
        let source = EventSource::Event(Some(kind == "Normal"));
        self.push(reason, message, count.unwrap_or(1), source);
    }

    fn push(&mut self, reason: &str, message: &str, count: u64, source: EventSource) {
        self.events.push(Event {
            regarding: self.regarding.clone(),
            container: self.container.clone(),
            reason: reason.to_owned(),
            message: message.to_owned(),
            count,
            source,
        });
    }
}

/// Splits a row into type, reason, age and message. If its spaces were reduced on the way, the source is one word.
fn columns(row: &str) -> Option<[&str; 4]> {
    let cells: Vec<&str> = cells(row, 5).collect();
    if let [kind, reason, age, _, message] = cells.as_slice()
        && !reason.contains(' ')
    {
        return Some([kind, reason, age, message]);
    }
    let word = |text: &'_ str| text.find(char::is_whitespace);
    let (kind, rest) = row.split_at(word(row)?);
    let rest = rest.trim_start();
    let (reason, rest) = rest.split_at(word(rest)?);
    let rest = rest.trim_start();
    let end = match rest.split_once(" (x") {
        Some((age, _)) if !age.contains(' ') => rest.find(')')? + 1,
        _ => word(rest)?,
    };
    let (age, rest) = rest.split_at(end);
    let rest = rest.trim_start();
    let (_, message) = rest.split_at(word(rest)?);
    Some([kind, reason, age, message.trim_start()])
}

/// Fields that only the description of one kind has (`pkg/describe` of kubectl).
const KINDS: &[(&str, &str)] = &[
    ("StrategyType", "Deployment"),
    ("Pods Status", "ReplicaSet"),
    ("Desired Number of Nodes Scheduled", "DaemonSet"),
    ("Update Strategy", "StatefulSet"),
    ("Parallelism", "Job"),
    ("Concurrency Policy", "CronJob"),
    ("Access Modes", "PersistentVolumeClaim"),
    ("Reference", "HorizontalPodAutoscaler"),
];

/// Fields that follow the containers of a Pod, and the first field of the next one.
const AFTER_CONTAINERS: &[&str] = &[
    "Conditions",
    "Containers",
    "Ephemeral Containers",
    "Events",
    "Name",
    "QoS Class",
    "Volumes",
];

/// Reasons of events about a container (`recordContainerEvent` of the kubelet).
const OF_CONTAINERS: &[&str] = &[
    "BackOff",
    "ErrImageNeverPull",
    "Failed",
    "FailedPostStartHook",
    "FailedPreStopHook",
    "InspectFailed",
    "Killing",
    "ProbeWarning",
    "Unhealthy",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_with_reduced_spaces_are_read() {
        for row in [
            "Warning  Failed  5s (x3 over 60s)    kubelet            Error: a  b",
            "Warning Failed 5s (x3 over 60s) kubelet Error: a  b",
            "Warning  Failed 5s (x3 over 60s) kubelet  Error: a  b",
        ] {
            let columns = columns(row).unwrap();
            assert_eq!(
                columns,
                ["Warning", "Failed", "5s (x3 over 60s)", "Error: a  b"],
                "{row}"
            );
        }
        assert_eq!(columns("Normal A 5s b c"), Some(["Normal", "A", "5s", "c"]));
        assert_eq!(columns("Normal A"), None);
    }
}

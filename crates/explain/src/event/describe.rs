//! Parses `kubectl describe`: the status of a Pod, the states of its containers, and the table of events.

use super::event_row::{OldRow, columns, is_row, old_columns};
use super::list;
use super::status::exit_message;
use super::table::repeated;
use super::{Event, EventSource, Regarding};

/// Returns whether a text that starts with `first` is such a description, or its table of events.
pub(super) fn is_described(first: &str, text: &str) -> bool {
    let has_section = |name: &str| text.lines().any(|line| line.trim_end() == name);
    first.starts_with("Name:")
        || is_head(first)
        || (!first.contains("apiVersion") && has_section("Events:"))
}

/// Whether a line is the header of the table of events; kubectl before 1.8 begins it with other columns.
fn is_head(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    words.starts_with(&["Type", "Reason"])
        || (words.starts_with(&["FirstSeen", "LastSeen"])
            && words.ends_with(&["Reason", "Message"]))
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
    /// Whether the next line may continue the message of an event.
    is_in_message: bool,
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
            is_in_message: false,
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
            match self.section {
                // The first line of a selection has lost its indentation.
                Section::Events if is_row(line) || line.starts_with("----") => self.row(line),
                // kubectl does not indent the further lines of a message.
                Section::Events if self.is_in_message && !is_section(line) => self.row(line),
                _ if line.trim().is_empty() => self.is_in_message = false,
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
        // kubectl before 1.10 separates the cells with tabs.
        let row = line.replace('\t', "  ");
        let row = row.trim();
        if let Some(event) = old_columns(row) {
            self.old_row(&event);
            return;
        }
        if !is_row(row) {
            // Continuation of a message, or the table header.
            let is_head = is_head(row) || row.starts_with("---");
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
        self.is_in_message = true;
    }

    fn old_row(&mut self, event: &OldRow<'_>) {
        self.container = event.container.clone();
        let source = EventSource::Event(Some(event.kind == "Normal"));
        self.push(event.reason, event.message, event.count, source);
        self.is_in_message = true;
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

/// Whether a line ends the table of events: the next object, or a part of the description that was copied after it.
fn is_section(line: &str) -> bool {
    let key = line.split(':').next().unwrap_or_default();
    AFTER_CONTAINERS.contains(&key)
        || key == "Init Containers"
        || line.trim().is_empty()
        || line.contains("kubectl ")
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
    fn rows_of_old_releases_are_read() {
        // https://github.com/GoogleCloudPlatform/continuous-deployment-on-kubernetes/issues/89
        let text = "Name:\tweb\nEvents:\n  FirstSeen\tLastSeen\tCount\tFrom\tSubObjectPath\tType\tReason\tMessage\n  \
                    ---------\t--------\t-----\t----\t-------------\t--------\t------\t-------\n  \
                    23m\t\t4s\t\t107\tkubelet, node\tspec.containers{web}\tWarning\t\tFailed\t\tError: a  b\n  \
                    23m\t\t4s\t\t7\tkubelet, node\t\t\t\tWarning\t\tFailedSync\tError syncing  pod\n";
        let events = events(text);
        let found: Vec<_> = events
            .iter()
            .map(|one| {
                (
                    one.container.as_deref(),
                    one.reason.as_str(),
                    one.message.as_str(),
                    one.count,
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                (Some("web"), "Failed", "Error: a  b", 107),
                (None, "FailedSync", "Error syncing  pod", 7)
            ]
        );
    }

    #[test]
    fn messages_may_have_several_lines() {
        // https://github.com/kubernetes-sigs/nfs-subdir-external-provisioner/issues/225
        let text = "Name:  a\nEvents:\n  Type     Reason       Age  From     Message\n  \
                    Warning  FailedMount  22s  kubelet  exit status 32\nMounting command: mount\nOutput: no such \
                    file\n\nName:  b\nStatus: Pending\n";
        let events = events(text);
        let messages: Vec<&str> = events.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(
            messages,
            ["exit status 32 Mounting command: mount Output: no such file"]
        );
    }
}

//! Parses `kubectl describe pod`: the states of the containers and the table of events.

use super::list;
use super::table::cells;
use super::{Event, Regarding};

/// Returns whether a text that starts with `first` is such a description.
pub(super) fn is_described(first: &str, text: &str) -> bool {
    let has_section = |name: &str| text.lines().any(|line| line.trim_end() == name);
    first.starts_with("Name:") || (!first.contains("apiVersion") && has_section("Events:"))
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
    reader.events
}

struct Reader {
    regarding: Regarding,
    section: Section,
    container: Option<String>,
    /// Whether the current lines belong to `State:` rather than `Last State:`.
    in_state: bool,
    events: Vec<Event>,
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
            in_state: false,
            events: Vec::new(),
        }
    }

    fn line(&mut self, line: &str) {
        if !line.starts_with([' ', '\t']) {
            if !line.trim().is_empty() {
                self.field(line.trim_end());
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
        self.section = Section::Other;
        self.container = None;
        match key {
            // Start of the next Pod.
            "Name" => {
                let events = std::mem::take(&mut self.events);
                *self = Self::new();
                self.events = events;
                self.regarding.name = value.to_owned();
            }
            "Namespace" => self.regarding.namespace = Some(value.to_owned()),
            "Controlled By" => {
                let controller = value.split_once('/');
                self.regarding.controller =
                    controller.map(|(kind, name)| (kind.to_owned(), name.to_owned()));
            }
            "Containers" | "Init Containers" | "Ephemeral Containers" => {
                self.section = Section::Containers;
            }
            "Events" => self.section = Section::Events,
            _ => {}
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
                self.container = Some(name.to_owned());
                self.in_state = false;
            }
            (4, key) => self.in_state = key == "State" && value == "Waiting",
            (6, "Reason") if self.in_state => self.push(value, "", 1, true),
            (6, "Message") if self.in_state => {
                if let Some(state) = self.events.last_mut().filter(|last| last.is_state) {
                    state.message = value.to_owned();
                }
            }
            _ => {}
        }
    }

    /// Reads a table row: type, reason, age, source and message, separated by two or more spaces.
    fn row(&mut self, line: &str) {
        let row = line.trim();
        let is_event = row.starts_with("Normal ") || row.starts_with("Warning ");
        if !is_event {
            // Continuation of a message, or the table header.
            let is_head = row.starts_with("Type ") || row.starts_with("---");
            if let Some(last) = self
                .events
                .last_mut()
                .filter(|last| !is_head && !last.is_state)
            {
                last.message.push(' ');
                last.message.push_str(row);
            }
            return;
        }
        let cells: Vec<&str> = cells(row, 5).collect();
        let [_, reason, age, _, rest] = cells.as_slice() else {
            return;
        };
        // 5m (x4 over 10m)
        let count = age
            .split_once("(x")
            .and_then(|(_, rest)| rest.split([' ', ')']).next()?.parse().ok());
        let (path, message) = match rest.split_once(": ") {
            Some((path, message)) if list::container(path).is_some() => (path, message),
            _ => ("", *rest),
        };
        self.container = list::container(path);
        self.push(reason, message, count.unwrap_or(1), false);
    }

    fn push(&mut self, reason: &str, message: &str, count: u64, is_state: bool) {
        self.events.push(Event {
            regarding: self.regarding.clone(),
            container: self.container.clone(),
            reason: reason.to_owned(),
            message: message.to_owned(),
            count,
            is_state,
        });
    }
}

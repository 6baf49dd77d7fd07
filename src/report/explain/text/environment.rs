//! The environments of containers.

use super::Page;
use crate::explain::environment::{
    EnvironmentAnswer, ServiceAnswer, Shown, VariableAnswer, not_shown, origin,
};
use crate::explain::{PodAnswer, User, words};

/// So many characters of a value are shown.
const LONGEST: usize = 72;
/// Names are padded to the longest, up to so many characters.
const WIDEST: usize = 32;

impl Page<'_> {
    /// What all containers find, and then each one that has variables of its own. Services make many variables: each is one
    /// entry.
    pub(super) fn environments(&mut self, pod: &PodAnswer) {
        let Some(first) = pod.environments.first() else {
            return;
        };
        self.lines.push(String::new());
        if let Some(host) = &pod.hostname {
            self.said("host name", &format!("{}: {}", host.name, host.text));
        }
        for (service, index) in first.services.iter().zip(0..) {
            let head = if index == 0 { "services" } else { "" };
            let text = self.service(service);
            self.said(head, &text);
        }
        if first.may_have_more_services {
            self.said("", "and those of Services that are not among the files");
        }
        for answer in &pod.environments {
            self.environment(answer);
        }
    }

    fn environment(&mut self, answer: &EnvironmentAnswer) {
        if answer.variables.is_empty() && answer.failures.is_empty() && answer.open.is_empty() {
            return;
        }
        self.lines.push(String::new());
        let user = words::user(&User::Container(answer.kind, answer.name.clone()));
        self.heading(&format!("environment of {user}"), answer.place);
        let names = answer.variables.iter().map(|one| one.name.len());
        let width = names.max().unwrap_or(0).min(WIDEST);
        for variable in &answer.variables {
            self.variable(variable, width);
        }
        for open in &answer.open {
            self.lines.push(format!("  perhaps more: {open}"));
        }
        for (text, place) in &answer.failures {
            let place = self.at(*place);
            self.lines.push(format!(
                "  does not start: CreateContainerConfigError, {text}  ({place})"
            ));
        }
    }

    fn variable(&mut self, variable: &VariableAnswer, width: usize) {
        let value = match &variable.value {
            Shown::Text(text) | Shown::Partly(text) => shortened(text),
            _ => not_shown(variable).to_owned(),
        };
        let mut from = origin(&variable.origin);
        if let Some(place) = variable.place {
            from = format!("{from}, {}", self.at(place));
        }
        if let Some(since) = variable.since {
            from = format!("{from}, from {since} on");
        }
        self.lines
            .push(format!("  {:width$}  {value}  ({from})", variable.name));
        for (hidden, place) in &variable.hides {
            let place = place.map_or(String::new(), |place| format!(", {}", self.at(place)));
            self.lines
                .push(format!("      in the place of {}{place}", origin(hidden)));
        }
    }

    /// What the variables of a Service have in common stands for them.
    fn service(&self, service: &ServiceAnswer) -> String {
        let prefix = service.name.replace('-', "_").to_uppercase();
        let count = service.count;
        match service.place {
            Some(place) => format!(
                "{prefix}_…: {count} variables of the Service `{}`, {}",
                service.name,
                self.at(place)
            ),
            None => format!("{prefix}_…: {count} variables of the API server's Service"),
        }
    }
}

/// The first line, and not too much of it.
fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    let mut short: String = line.chars().take(LONGEST).collect();
    if short.len() < text.trim_end_matches('\n').len() {
        short.push('…');
    }
    match short.is_empty() {
        true => "(empty)".to_owned(),
        false => short,
    }
}

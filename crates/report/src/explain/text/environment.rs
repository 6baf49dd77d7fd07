//! Environments of containers.

use super::Page;
use podwright_explain::environment::{
    EnvironmentExplanation, ServiceExplanation, Shown, VariableExplanation, not_shown, origin,
};
use podwright_explain::{PodExplanation, User, words};

/// Maximum number of characters of a value that are shown.
const MAX_LENGTH: usize = 72;
/// Maximum width to which names are padded.
const WIDEST: usize = 32;

impl Page<'_> {
    /// Writes what all containers share, then each container with variables of its own. A Service adds many
    /// variables, so each Service is one entry.
    pub(super) fn environments(&mut self, pod: &PodExplanation) {
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
            self.said("", "plus those of Services that are not among the files");
        }
        for answer in &pod.environments {
            self.environment(answer);
        }
    }

    fn environment(&mut self, answer: &EnvironmentExplanation) {
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
            self.lines.push(format!("  may have more: {open}"));
        }
        for (text, place) in &answer.failures {
            let place = self.at(*place);
            self.lines.push(format!(
                "  does not start: CreateContainerConfigError, {text}  ({place})"
            ));
        }
    }

    fn variable(&mut self, variable: &VariableExplanation, width: usize) {
        let value = match &variable.value {
            Shown::Text(text) | Shown::Partly(text) => shortened(text),
            _ => not_shown(variable).to_owned(),
        };
        let mut from = origin(&variable.origin);
        if let Some(place) = variable.place {
            from = format!("{from}, {}", self.at(place));
        }
        if let Some(since) = variable.since {
            from = format!("{from}, since {since}");
        }
        self.lines
            .push(format!("  {:width$}  {value}  ({from})", variable.name));
        for (hidden, place) in &variable.hides {
            let place = place.map_or(String::new(), |place| format!(", {}", self.at(place)));
            self.lines
                .push(format!("      overrides {}{place}", origin(hidden)));
        }
    }

    /// Formats the common prefix of a Service's variables in place of the individual variables.
    fn service(&self, service: &ServiceExplanation) -> String {
        let prefix = service.name.replace('-', "_").to_uppercase();
        let count = service.count;
        match service.place {
            Some(place) => format!(
                "{prefix}_…: {count} variables of the Service `{}`, {}",
                service.name,
                self.at(place)
            ),
            None => format!("{prefix}_…: {count} variables of the Service `kubernetes`"),
        }
    }
}

/// Returns the first line, truncated to [`MAX_LENGTH`] characters.
fn shortened(text: &str) -> String {
    let line = text.lines().next().unwrap_or("");
    let mut short: String = line.chars().take(MAX_LENGTH).collect();
    if short.len() < text.trim_end_matches('\n').len() {
        short.push('…');
    }
    match short.is_empty() {
        true => "(empty)".to_owned(),
        false => short,
    }
}

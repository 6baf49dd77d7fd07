//! Environments of containers.

use super::Page;
use podwright_cluster::environment::Origin;
use podwright_explain::PodExplanation;
use podwright_explain::environment::{
    EnvironmentExplanation, ServiceExplanation, ShownValue, VariableExplanation, VariableSource,
};

/// Maximum number of characters of a value that are shown.
const MAX_LENGTH: usize = 72;
/// Maximum width to which names are padded.
const MAX_WIDTH: usize = 32;

impl Page {
    /// Writes what all containers share, then each container with variables of its own. A Service adds many
    /// variables, so each Service is one entry.
    pub(super) fn environments(&mut self, pod: &PodExplanation<'_>) {
        let Some(first) = pod.environments.first() else {
            return;
        };
        self.lines.push(String::new());
        if let Some(host) = &pod.hostname {
            self.field("host name", &format!("{}: {}", host.name, host.text));
        }
        for (index, service) in first.services.iter().enumerate() {
            let name = if index == 0 { "services" } else { "" };
            self.field(name, &service_line(service));
        }
        if first.more_services > 0 {
            let more = format!("plus those of {} other Services", first.more_services);
            self.field("", &more);
        }
        if first.may_have_more_services {
            self.field("", "plus those of Services that are not among the files");
        }
        for environment in &pod.environments {
            self.environment(environment);
        }
    }

    fn environment(&mut self, environment: &EnvironmentExplanation<'_>) {
        let is_own =
            |one: &&VariableExplanation<'_>| !matches!(one.source.origin, Origin::Service(..));
        let own: Vec<_> = environment.variables.iter().filter(is_own).collect();
        let more = &environment.may_have_more;
        if own.is_empty() && environment.failures.is_empty() && more.is_empty() {
            return;
        }
        self.lines.push(String::new());
        let title = format!("environment of {}", environment.user);
        self.heading(&title, environment.place);
        let names = own.iter().map(|one| one.name.len());
        let width = names.max().unwrap_or(0).min(MAX_WIDTH);
        for variable in own {
            self.variable(variable, width);
        }
        for source in more {
            self.lines.push(format!("  may have more: {source}"));
        }
        for failure in &environment.failures {
            self.lines.push(format!(
                "  does not start: CreateContainerConfigError, {}  ({})",
                failure.text, failure.place
            ));
        }
    }

    fn variable(&mut self, variable: &VariableExplanation<'_>, width: usize) {
        let value = match &variable.value {
            ShownValue::Complete(text) | ShownValue::Partial(text) => shortened(text),
            _ => variable.hidden_reason().to_owned(),
        };
        let source = definition(&variable.source);
        let since = variable.since;
        let since = since.map_or(String::new(), |since| format!(", since {since}"));
        self.lines.push(format!(
            "  {:width$}  {value}  ({source}{since})",
            variable.name
        ));
        for overridden in &variable.overrides {
            let overridden = definition(overridden);
            self.lines.push(format!("      overrides {overridden}"));
        }
    }
}

fn definition(source: &VariableSource<'_>) -> String {
    match source.place {
        Some(place) => format!("{source}, {place}"),
        None => source.to_string(),
    }
}

/// Formats the common prefix of a Service's variables in place of the individual variables.
fn service_line(service: &ServiceExplanation<'_>) -> String {
    let prefix = service.name.replace('-', "_").to_uppercase();
    let count = service.count;
    match service.place {
        Some(place) => format!(
            "{prefix}_…: {count} variables of the Service `{}`, {place}",
            service.name
        ),
        None => format!("{prefix}_…: {count} variables of the Service `kubernetes`"),
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

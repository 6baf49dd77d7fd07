//! Explanations of events.

use std::io::{self, Write};

use crate::escape::escape_line;
use podwright_explain::event::{Event, EventExplanation, EventExplanations, EventSource};

/// Maximum number of Pods of one object that are listed.
const MAX_SHOWN: usize = 3;

/// Writes the explanations as text, with an empty line between them.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_events(explanations: &EventExplanations<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut blocks: Vec<Vec<String>> = explanations.events.iter().map(lines).collect();
    match (explanations.others, blocks.is_empty()) {
        (0, true) => blocks.push(vec!["no failure: no event or state reports one".to_owned()]),
        (0, false) => {}
        (1, true) => blocks.push(vec!["no failure: the only event reports none".to_owned()]),
        (count, true) => blocks.push(vec![format!(
            "no failure: none of the {count} events reports one"
        )]),
        (1, false) => blocks.push(vec!["1 other event does not report a failure".to_owned()]),
        (count, false) => blocks.push(vec![format!(
            "{count} other events do not report a failure"
        )]),
    }
    for line in blocks.join(&String::new()) {
        writeln!(out, "{}", escape_line(&line))?;
    }
    Ok(())
}

fn lines(explanation: &EventExplanation<'_>) -> Vec<String> {
    let event = &explanation.event;
    let namespace = event.regarding.namespace.as_ref();
    let namespace = namespace.map_or(String::new(), |name| format!("{name}/"));
    let names = &explanation.names;
    let mut shown = names[..names.len().min(MAX_SHOWN)].join(", ");
    if names.len() > MAX_SHOWN {
        shown.push_str(&format!(" and {} more", names.len() - MAX_SHOWN));
    }
    let container = event.container.as_ref();
    let container = container.map_or(String::new(), |name| format!(", container `{name}`"));
    let reason_of_event = match reason(event) {
        // A message that somebody copied.
        reason if reason.is_empty() => "message".to_owned(),
        reason => reason,
    };
    let about = match shown.is_empty() {
        true => String::new(),
        false => format!("  {} {namespace}{shown}{container}", event.regarding.kind),
    };
    let mut lines = vec![format!("{reason_of_event}{about}")];
    let mut field = |name: &str, text: String| lines.push(format!("  {name:12}{text}"));
    if !event.message.is_empty() {
        let message = match event.source {
            // The exit code, without the message of the program.
            EventSource::Terminated => event.message.trim_end_matches(':'),
            _ => &event.message,
        };
        field("message", message.to_owned());
    }
    if !explanation.also.is_empty() {
        let also: Vec<String> = explanation.also.iter().map(reason).collect();
        field("also", also.join(", "));
    }
    field("meaning", explanation.diagnosis.meaning());
    field("next", explanation.diagnosis.next_step());
    let mut list = |first: &str, next: &str, texts: Vec<String>| {
        for (index, text) in texts.into_iter().enumerate() {
            field(if index == 0 { first } else { next }, text);
        }
    };
    let origins = explanation.origins.iter();
    let mut origins: Vec<String> = origins
        .map(|origin| format!("{}, {}", origin.object, origin.place))
        .collect();
    if origins.is_empty() {
        origins.push("no object in the files".to_owned());
    }
    list("created by", "or by", origins);
    let related = explanation.related.iter();
    let related = related.map(|one| format!("{}: {}", one.place, one.text));
    list("see", "", related.collect());
    let findings = explanation.findings.iter().map(|finding| {
        let level = finding.level.name();
        let help = finding.help.as_ref();
        let help = help.map_or(String::new(), |help| format!(" (help: {help})"));
        format!(
            "{}: {level}[{}] {}{help}",
            finding.place, finding.rule, finding.message
        )
    });
    list("found", "", findings.collect());
    lines
}

/// Formats the reason and count, such as "Failed (4 times)". If the message is only another reason, that reason is
/// added.
fn reason(event: &Event) -> String {
    let what = match event.source {
        EventSource::Waiting => "waiting reason ",
        EventSource::Terminated => "terminated with reason ",
        EventSource::Status => "status ",
        EventSource::Event(_) | EventSource::Text => "",
    };
    let error = match event.message.strip_prefix("Error: ") {
        Some(error) if !error.contains(' ') => format!(": {error}"),
        _ => String::new(),
    };
    let times = if event.count > 1 {
        format!(" ({} times)", event.count)
    } else {
        String::new()
    };
    format!("{what}{}{error}{times}", event.reason)
}

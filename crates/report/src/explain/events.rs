//! Explanations of events, as text and as JSON (`docs/src/formats.md`).

use std::io::{self, Write};

use serde::Serialize;

use super::json::PlaceOut;
use crate::{Positions, json::line, visible::visible};
use podwright_explain::event::{Event, EventExplanation, Explained, Lead};
use podwright_rule::finding::{Finding, ObjectReference, Severity};
use podwright_syntax::text::{Location, Source};

/// Version of the JSON format. It is incremented if a field is removed or its meaning changes.
const VERSION: u32 = 1;
/// Maximum number of Pods of one object that are listed.
const MAX_SHOWN: usize = 3;

/// Writes the answers as text, with an empty line between them; `sources` are the files of the run.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_text(
    explained: &Explained,
    sources: &[Source],
    out: &mut dyn Write,
) -> io::Result<()> {
    let positions = Positions::new(sources);
    let mut is_first = true;
    for answer in &explained.answers {
        if !is_first {
            writeln!(out)?;
        }
        is_first = false;
        for line in lines(answer, &positions) {
            writeln!(out, "{}", visible(&line))?;
        }
    }
    if explained.others > 0 {
        if !is_first {
            writeln!(out)?;
        }
        let (many, tell) = match explained.others {
            1 => ("1 other event".to_owned(), "is"),
            count => (format!("{count} other events"), "are"),
        };
        writeln!(
            out,
            "{many} {tell} not about image, image pull secret, sandbox or hook failures"
        )?;
    }
    Ok(())
}

fn lines(answer: &EventExplanation, positions: &Positions<'_>) -> Vec<String> {
    let at = |place: Location| {
        let start = positions.start(place);
        format!(
            "{}:{}:{}",
            positions.path(place.file),
            start.line,
            start.column
        )
    };
    let event = &answer.event;
    let namespace = event
        .regarding
        .namespace
        .as_ref()
        .map(|name| format!("{name}/"));
    let namespace = namespace.unwrap_or_default();
    let mut names = answer
        .names
        .iter()
        .take(MAX_SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let more = answer.names.len().saturating_sub(MAX_SHOWN);
    if more > 0 {
        names.push_str(&format!(" and {more} more"));
    }
    let container = event
        .container
        .as_ref()
        .map(|name| format!(", container `{name}`"));
    let mut lines = vec![format!(
        "{}  {} {namespace}{names}{}",
        seen(event),
        event.regarding.kind,
        container.unwrap_or_default()
    )];
    if !event.message.is_empty() {
        lines.push(format!("  message     {}", event.message));
    }
    if !answer.also.is_empty() {
        let also: Vec<String> = answer.also.iter().map(seen).collect();
        lines.push(format!("  also        {}", also.join(", ")));
    }
    lines.push(format!("  meaning     {}", answer.kind.means()));
    for (origin, index) in answer.origins.iter().zip(0..) {
        let (object, place) = origin;
        let head = if index == 0 { "created by" } else { "or by" };
        let namespace = object.namespace.as_ref().map(|name| format!("{name}/"));
        lines.push(format!(
            "  {head:12}{}{}/{}, {}",
            namespace.unwrap_or_default(),
            object.kind,
            object.name,
            at(*place)
        ));
    }
    if answer.origins.is_empty() {
        lines.push("  created by  no object in the files".to_owned());
    }
    for (lead, index) in answer.leads.iter().zip(0..) {
        let head = if index == 0 { "see" } else { "" };
        lines.push(format!("  {head:12}{}: {}", at(lead.place), lead.text));
    }
    for (finding, index) in answer.findings.iter().zip(0..) {
        let head = if index == 0 { "found" } else { "" };
        lines.push(format!(
            "  {head:12}{}: {}[{}] {}",
            at(finding.primary.place),
            finding.level.name(),
            finding.rule,
            finding.message
        ));
    }
    lines
}

/// Formats the reason and count, such as "Failed (4 times)". If the message is only another reason, that reason is
/// added.
fn seen(event: &Event) -> String {
    let what = if event.is_state {
        "waiting reason "
    } else {
        ""
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

/// Writes the answers as one JSON object and a line feed; `sources` are the files of the run.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_json(
    explained: &Explained,
    sources: &[Source],
    out: &mut dyn Write,
) -> io::Result<()> {
    let positions = Positions::new(sources);
    let answers = explained.answers.iter();
    let output = Output {
        version: VERSION,
        events: answers
            .map(|answer| EventOut::new(answer, &positions))
            .collect(),
        others: explained.others,
    };
    line(&output, out)
}

#[derive(Serialize)]
struct Output<'a> {
    version: u32,
    events: Vec<EventOut<'a>>,
    others: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventOut<'a> {
    kind: &'a str,
    namespace: Option<&'a str>,
    names: &'a [String],
    container: Option<&'a str>,
    state: bool,
    reason: &'a str,
    message: &'a str,
    count: u64,
    also: Vec<AlsoOut<'a>>,
    topic: &'static str,
    means: String,
    made_from: Vec<OriginOut<'a>>,
    leads: Vec<LeadOut<'a>>,
    findings: Vec<FindingOut<'a>>,
}

#[derive(Serialize)]
struct AlsoOut<'a> {
    reason: &'a str,
    message: &'a str,
    count: u64,
    state: bool,
}

impl<'a> From<&'a Event> for AlsoOut<'a> {
    fn from(event: &'a Event) -> Self {
        Self {
            reason: &event.reason,
            message: &event.message,
            count: event.count,
            state: event.is_state,
        }
    }
}

#[derive(Serialize)]
struct OriginOut<'a> {
    object: &'a ObjectReference,
    #[serde(flatten)]
    place: PlaceOut<'a>,
}

#[derive(Serialize)]
struct LeadOut<'a> {
    text: &'a str,
    #[serde(flatten)]
    place: PlaceOut<'a>,
}

#[derive(Serialize)]
struct FindingOut<'a> {
    rule: &'a str,
    level: Severity,
    message: &'a str,
    #[serde(flatten)]
    place: PlaceOut<'a>,
}

impl<'a> EventOut<'a> {
    fn new(answer: &'a EventExplanation, positions: &Positions<'a>) -> Self {
        let event = &answer.event;
        let origin = |(object, place): &'a (ObjectReference, Location)| OriginOut {
            object,
            place: PlaceOut::new(*place, positions),
        };
        let lead = |lead: &'a Lead| LeadOut {
            text: &lead.text,
            place: PlaceOut::new(lead.place, positions),
        };
        let finding = |finding: &'a Finding| FindingOut {
            rule: finding.rule,
            level: finding.level,
            message: &finding.message,
            place: PlaceOut::new(finding.primary.place, positions),
        };
        Self {
            kind: &event.regarding.kind,
            namespace: event.regarding.namespace.as_deref(),
            names: &answer.names,
            container: event.container.as_deref(),
            state: event.is_state,
            reason: &event.reason,
            message: &event.message,
            count: event.count,
            also: answer.also.iter().map(AlsoOut::from).collect(),
            topic: answer.kind.name(),
            means: answer.kind.means(),
            made_from: answer.origins.iter().map(origin).collect(),
            leads: answer.leads.iter().map(lead).collect(),
            findings: answer.findings.iter().map(finding).collect(),
        }
    }
}

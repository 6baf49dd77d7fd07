//! Explains how the containers of a Pod stop.

mod picture;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use picture::{Part, Row, Stretch, rows};

use super::PerVersion;
use podwright_cluster::pre_stop::seconds;
use podwright_cluster::termination::{Cause, ContainerEnd, PreStop, Timeline, Window};
use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_model::{ContainerKind, Pod, VersionRange};
use podwright_syntax::text::Location;

/// Shutdown of the containers of a Pod.
#[derive(Clone, Debug)]
pub struct ShutdownExplanation {
    /// Location of the grace period; `None` if it is the default.
    pub place: Option<Location>,
    /// Timeline if the Pod is deleted; `None` if the grace period is unknown.
    pub deletion: PerVersion<Option<Timeline>>,
    /// Timeline if the kubelet evicts the Pod because of resource pressure on the node (hard eviction).
    pub eviction: PerVersion<Option<Timeline>>,
    /// Grace periods of probes. They replace the Pod's grace period if the probe fails.
    pub probes: Vec<ProbeGrace>,
}

/// Grace period of a probe.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeGrace {
    /// Name of the container, if known.
    pub container: Option<String>,
    /// Field of the probe.
    pub probe: &'static str,
    /// Duration in seconds.
    pub seconds: i64,
    /// Location.
    pub place: Location,
}

/// Explains the shutdown of the Pods described by `pod` of the object `id`.
pub(super) fn shutdown(
    workspace: &Workspace,
    id: ObjectId,
    pod: &Pod,
    versions: VersionRange,
) -> ShutdownExplanation {
    let partial = workspace.object(id).is_fragment || workspace.is_patch(id.file);
    let over = |cause| {
        PerVersion::new(versions, |version| {
            Timeline::new(pod, cause, version, partial)
        })
    };
    let place = |node| workspace.place(id.file, node);
    let probes = pod.containers.iter().flat_map(|container| {
        container.probes().filter_map(move |(probe, one)| {
            // The API server rejects it on a readiness probe.
            let (&seconds, node) = one.termination_grace_period_seconds.known()?;
            (probe != "readinessProbe").then(|| ProbeGrace {
                container: container.name.text().map(str::to_owned),
                probe,
                seconds,
                place: place(node),
            })
        })
    });
    ShutdownExplanation {
        place: pod.termination_grace_period_seconds.node().map(place),
        deletion: over(Cause::Deletion),
        eviction: over(Cause::HardEviction),
        probes: probes.collect(),
    }
}

/// Describes the timeline of a container.
#[must_use]
pub fn end_in_words(end: &ContainerEnd) -> String {
    let mut said = Vec::new();
    if let Some(hook) = &end.pre_stop {
        said.push(hook_in_words(hook));
    }
    said.push(match (end.waits_for.as_slice(), end.term.exactly()) {
        ([], Some(at)) if at.is_zero() => "SIGTERM immediately".to_owned(),
        ([], _) => format!("SIGTERM {}", moment(end.term)),
        (others, _) => format!(
            "SIGTERM {}, after {} {} stopped",
            moment(end.term),
            list(others),
            if others.len() == 1 { "has" } else { "have" }
        ),
    });
    let left = seconds(end.kill.earliest - end.term.earliest);
    let latest = seconds(end.kill.latest);
    said.push(match end.term.exactly() {
        Some(_) => format!("SIGKILL {left} later, at {latest}"),
        None => format!("SIGKILL at most {left} later, within {latest}"),
    });
    said.join("; ")
}

fn hook_in_words(hook: &PreStop) -> String {
    let takes = match (hook.most, hook.least) {
        _ if hook.is_cut => format!("preStop is killed after {}", seconds(hook.end.earliest)),
        (Some(most), _) if most.is_zero() && hook.handler == Some("tcpSocket") => {
            "preStop fails immediately".to_owned()
        }
        (Some(most), _) if most.is_zero() => "preStop takes no time".to_owned(),
        (Some(most), _) => format!("preStop takes {}", seconds(most)),
        (None, Duration::ZERO) => "preStop takes an unknown time".to_owned(),
        (None, least) => format!("preStop takes {} or more", seconds(least)),
    };
    match hook.handler {
        Some(handler) => format!("{takes} ({handler})"),
        None => takes,
    }
}

/// Formats a time window: `at 5 s`, `between 15 s and 30 s`, `within 30 s`.
fn moment(window: Window) -> String {
    let latest = seconds(window.latest);
    match window.exactly() {
        Some(at) => format!("at {}", seconds(at)),
        None if window.earliest.is_zero() => format!("within {latest}"),
        None => format!("between {} and {latest}", seconds(window.earliest)),
    }
}

fn list(names: &[String]) -> String {
    match names {
        [first, rest @ ..] if rest.len() == 1 => format!("{first} and {}", rest[0]),
        _ => names.join(", "),
    }
}

/// Name of a kind of container.
#[must_use]
pub const fn kind_in_words(kind: ContainerKind) -> &'static str {
    match kind {
        ContainerKind::Sidecar => "sidecar",
        _ => "container",
    }
}

/// Width of a bar in columns.
const COLUMNS: u32 = 40;

/// Draws the timeline to scale with characters and describes each row.
#[must_use]
pub fn timeline_lines(timeline: &Timeline) -> Vec<String> {
    let rows = rows(timeline);
    let widest = rows
        .iter()
        .map(|row| row.name.chars().count())
        .max()
        .unwrap_or(0);
    let mut lines: Vec<String> = rows
        .iter()
        .zip(&timeline.containers)
        .map(|(row, end)| format!("{:widest$}  {}  {}", row.name, bar(row), end_in_words(end)))
        .collect();
    let end = timeline.end().as_secs();
    let end = format!("{end} s");
    let gap = COLUMNS as usize - 1;
    lines.push(format!("{:widest$}  0{end:>gap$}", ""));
    let legend = Part::ALL.into_iter().filter(|part| {
        let mut parts = rows.iter().flat_map(|row| &row.stretches);
        parts.any(|stretch| stretch.part == *part)
    });
    let legend: Vec<String> = legend
        .map(|part| format!("{} {}", part.character(), part.meaning()))
        .collect();
    lines.push(format!("{:widest$}  {}", "", legend.join("   ")));
    lines
}

fn bar(row: &Row) -> String {
    let mut bar = String::new();
    let mut drawn = 0;
    for stretch in &row.stretches {
        let end = (stretch.to * f64::from(COLUMNS)).round() as u32;
        // Every part is visible, however short it is.
        let end = end.max(drawn + 1).min(COLUMNS);
        bar.extend(std::iter::repeat_n(
            stretch.part.character(),
            (end - drawn) as usize,
        ));
        drawn = end;
    }
    bar.extend(std::iter::repeat_n(' ', (COLUMNS - drawn) as usize));
    bar
}

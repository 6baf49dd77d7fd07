//! Explains how the containers of a Pod stop.

mod diagram;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use diagram::{Part, Row, Segment, rows};

use serde::{Serialize, Serializer};

use super::{PerVersion, SourceLocation};
use podwright_cluster::pre_stop::{grace_period, seconds};
use podwright_cluster::termination::{
    Cause, ContainerEnd, PreStop, Timeline, Window, runs_pre_stop,
};
use podwright_cluster::workspace::{ObjectId, Workspace};
use podwright_model::{Container, ContainerKind, Pod, VersionRange};

/// Shutdown of the containers of a Pod.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ShutdownExplanation<'w> {
    /// Location of the grace period; `None` if it is the default.
    pub place: Option<SourceLocation<'w>>,
    /// Timeline if the Pod is deleted.
    pub deletion: PerVersion<KnownTimeline>,
    /// Timeline if the kubelet evicts the Pod because of resource pressure on the node.
    pub hard_eviction: PerVersion<KnownTimeline>,
    /// Whether the kubelet skips the `preStop` hooks when it kills a container but not its Pod, because the Pod's grace
    /// period is 0. A probe with a grace period of its own does not skip them.
    pub hooks_need_deletion: bool,
    /// Grace periods of probes. They replace the Pod's grace period if the probe fails.
    pub probes: Vec<ProbeGrace<'w>>,
}

/// Timeline of a shutdown; `None` if the files do not determine the grace period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownTimeline(pub Option<Timeline>);

/// Grace period of a probe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProbeGrace<'w> {
    /// Name of the container, if known.
    pub container: Option<String>,
    /// Field of the probe.
    pub probe: &'static str,
    /// Duration in seconds.
    pub grace_period_seconds: i64,
    /// Location.
    pub place: SourceLocation<'w>,
}

/// Explains the shutdown of the Pods described by `pod` of the object `id`.
pub(super) fn shutdown<'w>(
    workspace: &'w Workspace,
    id: ObjectId,
    pod: &Pod,
    versions: VersionRange,
) -> ShutdownExplanation<'w> {
    let partial = workspace.is_partial(id);
    let over = |cause| {
        PerVersion::new(versions, |version| {
            KnownTimeline(Timeline::new(pod, cause, version, partial))
        })
    };
    let place = |node| SourceLocation::new(workspace, workspace.place(id.file, node));
    let probes = pod.containers.iter().flat_map(|container| {
        container.probes().filter_map(move |(probe, one)| {
            // The API server rejects it on a readiness probe.
            let (&seconds, node) = one.termination_grace_period_seconds.known()?;
            (probe != "readinessProbe").then(|| ProbeGrace {
                container: container.name.text().map(str::to_owned),
                probe,
                grace_period_seconds: seconds,
                place: place(node),
            })
        })
    });
    let has_hook = |container: &Container| {
        let lifecycle = container.lifecycle.value();
        lifecycle.is_some_and(|lifecycle| lifecycle.pre_stop.value().is_some())
    };
    let grace = grace_period(pod, partial);
    ShutdownExplanation {
        hooks_need_deletion: grace.is_some_and(|grace| !runs_pre_stop(grace))
            && pod.containers.iter().any(has_hook),
        place: pod.termination_grace_period_seconds.node().map(place),
        deletion: over(Cause::Deletion),
        hard_eviction: over(Cause::HardEviction),
        probes: probes.collect(),
    }
}

impl Serialize for KnownTimeline {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct View<'a> {
            known: bool,
            grace_period_seconds: Option<u64>,
            containers: Vec<EndView<'a>>,
        }
        let timeline = self.0.as_ref();
        let containers = timeline.into_iter().flat_map(|one| &one.containers);
        let view = View {
            known: timeline.is_some(),
            grace_period_seconds: timeline.map(|timeline| timeline.grace),
            containers: containers.map(EndView::from).collect(),
        };
        view.serialize(serializer)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EndView<'a> {
    name: Option<&'a str>,
    kind: &'static str,
    pre_stop: Option<PreStopView>,
    waits_for: &'a [String],
    term_seconds: WindowView,
    kill_seconds: WindowView,
    text: String,
}

/// `at_least_seconds` is `None` for a hook that never ends.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PreStopView {
    handler: Option<&'static str>,
    at_least_seconds: Option<f64>,
    at_most_seconds: Option<f64>,
    is_cut_off: bool,
}

#[derive(Serialize)]
struct WindowView {
    earliest: f64,
    latest: f64,
}

impl<'a> From<&'a ContainerEnd> for EndView<'a> {
    fn from(end: &'a ContainerEnd) -> Self {
        let window = |window: Window| WindowView {
            earliest: window.earliest.as_secs_f64(),
            latest: window.latest.as_secs_f64(),
        };
        Self {
            name: end.name.as_deref(),
            kind: match end.kind {
                ContainerKind::Sidecar => "sidecar",
                _ => "container",
            },
            pre_stop: end.pre_stop.as_ref().map(|hook| PreStopView {
                handler: hook.handler,
                at_least_seconds: (hook.least != Duration::MAX).then_some(hook.least.as_secs_f64()),
                at_most_seconds: hook.most.map(|most| most.as_secs_f64()),
                is_cut_off: hook.is_cut,
            }),
            waits_for: &end.waits_for,
            term_seconds: window(end.term),
            kill_seconds: window(end.kill),
            text: describe_end(end),
        }
    }
}

/// Describes the timeline of a container.
#[must_use]
pub fn describe_end(end: &ContainerEnd) -> String {
    let mut parts = Vec::new();
    if let Some(hook) = &end.pre_stop {
        parts.push(describe_hook(hook));
    }
    parts.push(match (end.waits_for.as_slice(), end.term.exactly()) {
        ([], Some(at)) if at.is_zero() => "SIGTERM immediately".to_owned(),
        ([], _) => format!("SIGTERM {}", describe_window(end.term)),
        (others, _) => format!(
            "SIGTERM {}, after {} {} stopped",
            describe_window(end.term),
            join_names(others),
            if others.len() == 1 { "has" } else { "have" }
        ),
    });
    let left = seconds(end.kill.earliest - end.term.earliest);
    let latest = seconds(end.kill.latest);
    parts.push(match end.term.exactly() {
        Some(_) => format!("SIGKILL {left} later, at {latest}"),
        None => format!("SIGKILL at most {left} later, within {latest}"),
    });
    parts.join("; ")
}

fn describe_hook(hook: &PreStop) -> String {
    let takes = match (hook.most, hook.least) {
        _ if hook.is_cut => format!(
            "preStop is still running after {}",
            seconds(hook.end.earliest)
        ),
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
fn describe_window(window: Window) -> String {
    let latest = seconds(window.latest);
    match window.exactly() {
        Some(at) => format!("at {}", seconds(at)),
        None if window.earliest.is_zero() => format!("within {latest}"),
        None => format!("between {} and {latest}", seconds(window.earliest)),
    }
}

fn join_names(names: &[String]) -> String {
    match names {
        [first, rest @ ..] if rest.len() == 1 => format!("{first} and {}", rest[0]),
        _ => names.join(", "),
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
        .map(|(row, end)| format!("{:widest$}  {}  {}", row.name, bar(row), describe_end(end)))
        .collect();
    let end = timeline.end().as_secs();
    let end = format!("{end} s");
    let gap = COLUMNS as usize - 1;
    lines.push(format!("{:widest$}  0{end:>gap$}", ""));
    let legend = Part::ALL.into_iter().filter(|part| {
        let mut parts = rows.iter().flat_map(|row| &row.segments);
        parts.any(|segment| segment.part == *part)
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
    for segment in &row.segments {
        let end = (segment.to * f64::from(COLUMNS)).round() as u32;
        // Every part is visible, however short it is.
        let end = end.max(drawn + 1).min(COLUMNS);
        bar.extend(std::iter::repeat_n(
            segment.part.character(),
            (end - drawn) as usize,
        ));
        drawn = end;
    }
    bar.extend(std::iter::repeat_n(' ', (COLUMNS - drawn) as usize));
    bar
}

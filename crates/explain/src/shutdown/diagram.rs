//! Rows and parts of a timeline diagram, independent of the output format.

use std::time::Duration;

use podwright_cluster::termination::{ContainerEnd, Timeline};

/// Bar of a container.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Name of the container; `?` if unknown.
    pub name: String,
    /// Parts from the start, without gaps.
    pub segments: Vec<Segment>,
}

/// A part of a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Meaning of the part.
    pub part: Part,
    /// End of the part as a fraction of the total width.
    pub to: f64,
}

/// Meaning of a part of a bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The hook is certainly running.
    PreStop,
    /// The container waits for others to stop.
    Waiting,
    /// SIGTERM is sent at some time in this part.
    SigtermWindow,
    /// From SIGTERM to SIGKILL.
    Stopping,
}

impl Part {
    /// All parts in the order in which they appear in a bar.
    pub const ALL: [Self; 4] = [
        Self::PreStop,
        Self::Waiting,
        Self::SigtermWindow,
        Self::Stopping,
    ];

    /// Character that draws the part.
    #[must_use]
    pub const fn character(self) -> char {
        match self {
            Self::PreStop => '▓',
            Self::Waiting => '·',
            Self::SigtermWindow => '░',
            Self::Stopping => '─',
        }
    }

    /// Text of the part in the legend.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::PreStop => "preStop",
            Self::Waiting => "waits",
            Self::SigtermWindow => "SIGTERM during this time",
            Self::Stopping => "SIGTERM to SIGKILL",
        }
    }
}

/// Returns the bars of a timeline in its order.
#[must_use]
pub fn rows(timeline: &Timeline) -> Vec<Row> {
    let whole = timeline.end();
    timeline
        .containers
        .iter()
        .map(|end| Row {
            name: end.name.clone().unwrap_or_else(|| "?".to_owned()),
            segments: segments(end, whole),
        })
        .collect()
}

fn segments(end: &ContainerEnd, whole: Duration) -> Vec<Segment> {
    let hook = end
        .pre_stop
        .map_or(Duration::ZERO, |hook| hook.end.earliest);
    let waits = if end.waits_for.is_empty() {
        hook
    } else {
        end.term.earliest
    };
    let ends = [
        (Part::PreStop, hook),
        (Part::Waiting, waits),
        (Part::SigtermWindow, end.term.latest),
        (Part::Stopping, end.kill.latest),
    ];
    let mut segments = Vec::new();
    let mut at = Duration::ZERO;
    for (part, to) in ends {
        if to > at {
            let to_whole = to.as_secs_f64() / whole.as_secs_f64();
            segments.push(Segment { part, to: to_whole });
            at = to;
        }
    }
    segments
}

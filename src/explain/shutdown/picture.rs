//! What is drawn of a timeline, before it is known with what.

use std::time::Duration;

use crate::cluster::termination::{ContainerEnd, Timeline};

/// A container's bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its name; `?` if it is not known.
    pub name: String,
    /// From the begin on, without gaps.
    pub stretches: Vec<Stretch>,
}

/// A part of a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    /// What it means.
    pub part: Part,
    /// Where it ends, as a part of the whole: 1 is the end of the picture.
    pub to: f64,
}

/// What a part of a bar means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The hook runs for certain.
    PreStop,
    /// The container waits for others to end.
    Waiting,
    /// `TERM` comes somewhere in it.
    Open,
    /// From `TERM` to `KILL`.
    Stopping,
}

impl Part {
    /// All, in the order of a bar.
    pub const ALL: [Self; 4] = [Self::PreStop, Self::Waiting, Self::Open, Self::Stopping];

    /// What it is drawn with.
    #[must_use]
    pub const fn character(self) -> char {
        match self {
            Self::PreStop => '▓',
            Self::Waiting => '·',
            Self::Open => '░',
            Self::Stopping => '─',
        }
    }

    /// What it stands for.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::PreStop => "preStop",
            Self::Waiting => "waits",
            Self::Open => "TERM is somewhere in it",
            Self::Stopping => "from TERM to KILL",
        }
    }
}

/// The bars of a timeline, in its order.
#[must_use]
pub fn rows(timeline: &Timeline) -> Vec<Row> {
    let whole = timeline.end();
    timeline
        .containers
        .iter()
        .map(|end| Row {
            name: end.name.clone().unwrap_or_else(|| "?".to_owned()),
            stretches: stretches(end, whole),
        })
        .collect()
}

fn stretches(end: &ContainerEnd, whole: Duration) -> Vec<Stretch> {
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
        (Part::Open, end.term.latest),
        (Part::Stopping, end.kill.latest),
    ];
    let mut stretches = Vec::new();
    let mut at = Duration::ZERO;
    for (part, to) in ends {
        if to > at {
            let to_whole = to.as_secs_f64() / whole.as_secs_f64();
            stretches.push(Stretch { part, to: to_whole });
            at = to;
        }
    }
    stretches
}

//! Shutdown of containers, as JSON.

use std::time::Duration;

use serde::Serialize;

use super::{PartOut, PlaceOut, over};
use crate::Positions;
use podwright_cluster::termination::{ContainerEnd, PreStop, Timeline, Window};
use podwright_explain::{ProbeGrace, ShutdownExplanation, end_in_words, kind_in_words};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShutdownOut<'a> {
    /// Location of `terminationGracePeriodSeconds`.
    place: Option<PlaceOut<'a>>,
    deletion: Vec<PartOut<TimelineOut<'a>>>,
    hard_eviction: Vec<PartOut<TimelineOut<'a>>>,
    probes: Vec<ProbeOut<'a>>,
}

/// `known` is `false` if the files do not determine the grace period.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TimelineOut<'a> {
    known: bool,
    grace_period_seconds: Option<u64>,
    containers: Vec<EndOut<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EndOut<'a> {
    name: Option<&'a str>,
    kind: &'static str,
    pre_stop: Option<PreStopOut>,
    waits_for: &'a [String],
    term_seconds: WindowOut,
    kill_seconds: WindowOut,
    text: String,
}

/// `at_least_seconds` is `None` for a hook that never ends.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PreStopOut {
    handler: Option<&'static str>,
    at_least_seconds: Option<f64>,
    at_most_seconds: Option<f64>,
    is_cut_off: bool,
}

#[derive(Serialize)]
struct WindowOut {
    earliest: f64,
    latest: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProbeOut<'a> {
    container: Option<&'a str>,
    probe: &'static str,
    grace_period_seconds: i64,
    place: PlaceOut<'a>,
}

impl<'a> ShutdownOut<'a> {
    pub(super) fn new(answer: &'a ShutdownExplanation, positions: &Positions<'a>) -> Self {
        let probe = |one: &'a ProbeGrace| ProbeOut {
            container: one.container.as_deref(),
            probe: one.probe,
            grace_period_seconds: one.seconds,
            place: PlaceOut::new(one.place, positions),
        };
        Self {
            place: answer.place.map(|place| PlaceOut::new(place, positions)),
            deletion: over(&answer.deletion, |one| TimelineOut::new(one.as_ref())),
            hard_eviction: over(&answer.eviction, |one| TimelineOut::new(one.as_ref())),
            probes: answer.probes.iter().map(probe).collect(),
        }
    }
}

impl<'a> TimelineOut<'a> {
    fn new(timeline: Option<&'a Timeline>) -> Self {
        let containers = timeline
            .into_iter()
            .flat_map(|timeline| &timeline.containers);
        Self {
            known: timeline.is_some(),
            grace_period_seconds: timeline.map(|timeline| timeline.grace),
            containers: containers.map(EndOut::from).collect(),
        }
    }
}

impl<'a> From<&'a ContainerEnd> for EndOut<'a> {
    fn from(end: &'a ContainerEnd) -> Self {
        Self {
            name: end.name.as_deref(),
            kind: kind_in_words(end.kind),
            pre_stop: end.pre_stop.as_ref().map(PreStopOut::from),
            waits_for: &end.waits_for,
            term_seconds: end.term.into(),
            kill_seconds: end.kill.into(),
            text: end_in_words(end),
        }
    }
}

impl From<&PreStop> for PreStopOut {
    fn from(hook: &PreStop) -> Self {
        let is_endless = hook.least == Duration::MAX;
        Self {
            handler: hook.handler,
            at_least_seconds: (!is_endless).then_some(hook.least.as_secs_f64()),
            at_most_seconds: hook.most.map(|most| most.as_secs_f64()),
            is_cut_off: hook.is_cut,
        }
    }
}

impl From<Window> for WindowOut {
    fn from(window: Window) -> Self {
        Self {
            earliest: window.earliest.as_secs_f64(),
            latest: window.latest.as_secs_f64(),
        }
    }
}

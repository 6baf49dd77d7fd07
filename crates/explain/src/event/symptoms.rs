//! What podwright knows about events and states: a file per area, with the source that it follows.

mod admission;
mod claim;
mod cni;
mod config;
mod exit;
mod image;
mod network;
mod node;
mod notice;
mod probe;
mod probe_kind;
mod pull;
mod registry;
mod runtime_error;
mod sandbox;
mod scheduling;
mod start;
mod volume;
mod workload;

use super::symptom::Topic;
pub(super) use pull::{BROKEN_SECRET, DECODING_ERRORS};

/// All topics. The first with a matching symptom counts.
pub(super) const TOPICS: &[Topic] = &[
    pull::PULL,
    pull::BACK_OFF,
    pull::INVALID_NAME,
    pull::INSPECT,
    pull::NEVER,
    pull::BROKEN_SECRET,
    pull::MISSING_SECRET,
    config::CONFIG,
    start::START,
    exit::EXIT,
    probe::LIVENESS,
    probe::READINESS,
    probe::POST_START,
    probe::PRE_STOP,
    probe::KILL,
    sandbox::HANDLER,
    sandbox::SANDBOX,
    cni::NOT_READY,
    volume::MOUNT,
    claim::CLAIM,
    scheduling::SCHEDULING,
    node::REJECTED,
    node::EVICTED,
    notice::NOTICE,
    admission::RUNTIME_CLASS,
    admission::SERVICE_ACCOUNT,
    admission::REJECTED,
    workload::ROLLOUT,
    workload::JOB,
    workload::AUTOSCALER,
    sandbox::SYNC,
];

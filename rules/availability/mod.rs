//! Rules for workloads that must stay available while nodes fail, are drained, or Pods are replaced.

pub(crate) mod disruption_budget;
pub(crate) mod hpa_replicas_conflict;
pub(crate) mod naked_pod;
pub(crate) mod pdb_blocks_eviction;
pub(crate) mod pdb_overlap;
pub(crate) mod pdb_selects_nothing;
pub(crate) mod pod_spread;
pub(crate) mod replicas_single;
pub(crate) mod rollout_recreate;
pub(crate) mod rollout_volume_conflict;

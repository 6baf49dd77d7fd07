//! Rules for workloads that must stay available while nodes fail, are drained, or Pods are replaced.

pub(crate) mod disruption_budget;
pub(crate) mod pdb_blocks_eviction;
pub(crate) mod pod_spread;
pub(crate) mod replicas_single;
pub(crate) mod rollout_recreate;

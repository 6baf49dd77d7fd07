//! What the cluster does with manifests: pure functions without rules or findings.

pub mod admission;
pub mod admission_policy;
mod area;
pub mod capability;
pub mod disruption;
pub mod effective_resources;
pub mod environment;
mod glob;
pub mod host_path;
pub mod images;

pub mod keyring;
pub mod limit_range;
pub mod main_process;
pub mod network_policy;
pub mod pod_security;
pub mod pre_stop;
pub mod pull;
pub mod rbac;
pub mod registries;
pub mod resource_quota;
pub mod resources;
pub mod rollout;
pub mod runtime;
pub mod security_context;
pub mod selector;
pub mod service_account;
mod shell;
pub mod sysctl;
pub mod termination;
pub mod workload;
pub mod workspace;

pub use pull::PullPolicy;

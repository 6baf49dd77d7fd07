//! What the cluster does with manifests: pure functions without rules or findings.

pub mod admission;
pub mod environment;
mod glob;
pub mod images;

pub mod keyring;
pub mod main_process;
pub mod pod_security;
pub mod pre_stop;
pub mod pull;
pub mod registries;
pub mod resources;
pub mod runtime;
pub mod service_account;
mod shell;
pub mod termination;
pub mod workspace;

pub use pull::PullPolicy;

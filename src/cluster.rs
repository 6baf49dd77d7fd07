//! Floor 5: what the cluster would do with what is written. Pure functions; no rule, no finding.

pub mod admission;
pub mod environment;
mod glob;
pub mod hook;
pub mod keyring;
pub mod pre_stop;
pub mod pull;
pub mod resources;
pub mod runtime;
pub mod service_account;
pub mod termination;

pub use pull::PullPolicy;

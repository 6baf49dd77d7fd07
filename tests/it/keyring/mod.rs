//! Credentials of Pods from complete files: ServiceAccounts, Secrets, nodes.

pub(crate) mod invariants;
mod nodes;
mod pods;
mod properties;

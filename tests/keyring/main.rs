//! Credentials of Pods from complete files: ServiceAccounts, Secrets, nodes.

#![allow(clippy::unwrap_used)]

mod nodes;
mod pods;
mod properties;

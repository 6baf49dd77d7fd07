//! The credentials of Pods out of whole files: ServiceAccounts, Secrets, nodes.

#![allow(clippy::unwrap_used)]

mod nodes;
mod pods;
mod properties;

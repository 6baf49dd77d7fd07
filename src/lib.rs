//! podwright: a static analyzer for Kubernetes container configuration.
//!
//! The crate has layers, listed here from the bottom. A module imports only from lower layers (enforced by
//! `tests/floors.rs`):
//!
//! 0. [`text`]: source text and locations
//! 1. [`syntax`]: parses text into a spanned tree; [`finding`]: reports of rules
//! 2. [`model`]: Kubernetes objects read from a tree
//! 3. [`schema`]: schemas of objects, and deviations from them
//! 4. [`workspace`]: all files of a run combined
//! 5. [`cluster`]: behavior of the cluster
//! 6. [`rule`]: definition of a rule; [`compat`]: checks of other tools
//! 7. [`rules`]: all rules and their registry
//! 8. [`config`]: the configuration, and the settings of each file
//! 9. [`lint`]: applies the rules to the files; [`explain`]: explains how the cluster handles the images of a Pod, and
//!    what its events mean
//! 10. [`report`]: output formats; [`baseline`]: findings of earlier runs; [`fix`]: selects and applies fixes; [`ide`]:
//!    answers editor requests about a position; [`discover`]: the only module that reads the file system; [`git`]:
//!    files of earlier revisions; [`migrate`]: converts configurations of other tools
//! 11. [`cli`]: the command line; [`lsp`]: the language server

pub mod baseline;
#[cfg(feature = "cli")]
pub mod cli;
pub mod cluster;
pub mod compat;
pub mod config;
#[cfg(any(feature = "cli", feature = "lsp"))]
pub mod discover;
pub mod explain;
pub mod finding;
pub mod fix;
#[cfg(feature = "cli")]
pub mod git;
pub mod ide;
pub mod lint;
#[cfg(feature = "lsp")]
pub mod lsp;
pub mod migrate;
pub mod model;
pub mod report;
pub mod rule;
pub mod rules;
pub mod schema;
pub mod syntax;
pub mod text;
pub mod workspace;

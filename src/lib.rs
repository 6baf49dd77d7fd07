//! podwright: a static analyzer for Kubernetes container configuration.
//!
//! The floors, lowest first; a module imports only from floors below its own (`tests/floors.rs` holds that):
//!
//! 0. [`text`]: text and places
//! 1. [`syntax`]: text to a spanned tree; [`finding`]: what a rule says
//! 2. [`model`]: a tree as Kubernetes objects
//! 3. [`schema`]: what may stand where in an object
//! 4. [`workspace`]: many files as one
//! 5. [`cluster`]: what the cluster would do
//! 6. [`rule`]: what a rule is; [`compat`]: other tools' checks
//! 7. [`rules`]: the list of every rule
//! 8. [`config`]: what the configuration says, and what follows from it for a file
//! 9. [`lint`]: every rule over every file; [`explain`]: what the cluster does with the images of a Pod, and what its
//!    events mean
//! 10. [`report`]: findings as people and programs read them; [`baseline`]: what was found before; [`fix`]: which
//!     fixes are made, and what they make of the files; [`ide`]: what an editor asks about a place; [`discover`]: the only reader of the file system;
//!     [`git`]: files as they were; [`migrate`]: other tools' configurations as ours
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

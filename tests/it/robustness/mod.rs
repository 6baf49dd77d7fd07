//! Malicious input: runs the binary with limited memory and time. Reaching a limit must be a finding or an error, and
//! must not end the run.

// Clippy recognizes test functions, but not the functions that they call.
#![allow(clippy::print_stderr, reason = "what could not be tested is said")]
#![cfg(unix)]

mod aliases;
mod bounded;
mod commands;
mod dumps;
mod expressions;
mod fixed;
mod ignore_files;
mod large;
mod limits;
mod links;
mod not_regular;
mod paths;
mod products;
mod shown;
#[cfg(target_os = "linux")]
mod traced;

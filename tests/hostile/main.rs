//! What is foreign and means harm: the real binary, with little memory and a clock. A limit that is hit is a finding or
//! an error, and never the end of the run.

// Clippy knows test functions only, and not what they call.
#![allow(clippy::unwrap_used)]
#![allow(clippy::print_stderr, reason = "what could not be tested is said")]
#![cfg(unix)]

mod aliases;
mod bounded;
mod fixed;
mod large;
mod paths;
#[path = "../cli/run.rs"]
#[expect(dead_code, reason = "runs without bounds are for other tests")]
mod run;
mod shown;
#[cfg(target_os = "linux")]
mod traced;

//! JSON output of `podwright explain`, version 1, as described in `docs/src/formats.md`.

use std::io::{self, Write};

use serde::Serialize;

use crate::json::line;
use podwright_explain::PodExplanation;
use podwright_explain::event::EventExplanations;

/// Version of the format. It is incremented if a field is removed or its meaning changes.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Pods<'a> {
    version: u32,
    pods: &'a [PodExplanation<'a>],
}

#[derive(Serialize)]
struct Events<'a> {
    version: u32,
    #[serde(flatten)]
    explanations: &'a EventExplanations<'a>,
}

/// Writes the explanations of Pods as one JSON object and a line feed.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_pods(pods: &[PodExplanation<'_>], out: &mut dyn Write) -> io::Result<()> {
    let version = VERSION;
    line(&Pods { version, pods }, out)
}

/// Writes the explanations of events as one JSON object and a line feed.
///
/// # Errors
///
/// Returns the error of `out`.
pub fn write_events(explanations: &EventExplanations<'_>, out: &mut dyn Write) -> io::Result<()> {
    let output = Events {
        version: VERSION,
        explanations,
    };
    line(&output, out)
}

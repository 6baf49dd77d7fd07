//! Output of `podwright explain`, for people and for programs.

/// Explanations of events.
pub mod events;
/// JSON output.
pub mod json;
mod runtime;
/// Shutdown of Pods as an SVG diagram.
pub mod svg;
/// Text output.
pub mod text;

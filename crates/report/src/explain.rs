//! Output of `podwright explain`, for people and for programs.

/// JSON output.
pub mod json;
/// Shutdown of Pods as an SVG diagram.
pub mod svg;
/// Text output.
pub mod text;

//! What `podwright explain` has to say, for people and for programs.

/// What events mean.
pub mod events;
/// JSON.
pub mod json;
mod runtime;
/// How Pods end, as a picture.
pub mod svg;
/// Text.
pub mod text;

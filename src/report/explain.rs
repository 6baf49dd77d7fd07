//! What `podwright explain` has to say, for people and for programs.

/// What events mean.
pub mod events;
/// JSON.
pub mod json;
/// Text.
pub mod text;

//! Rendered text that remembers where each of its bytes comes from.

mod source_map;
mod text;

pub use source_map::SourceMap;
pub use text::{Locations, Origin, Text};

//! Objects of helm that templates see: `.Capabilities`, `.Files`, and what functions return.

mod capabilities;
mod files;
mod values;

pub use capabilities::API_VERSIONS;
pub(super) use capabilities::capabilities;
pub(super) use files::Files;
pub(super) use values::{Pair, SemanticVersion};

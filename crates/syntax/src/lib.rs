//! Layer 1: parsing of text to a tree with spans and syntax errors. Independent of Kubernetes.

pub mod embedded;
mod error;
pub mod json;
pub mod kubectl;
mod lookup;
mod parse;
mod path;
mod scalar;
pub mod text;
pub mod toml;
pub mod tree;
mod value;
mod value_json;
mod write;
pub mod yaml;

pub use error::{SyntaxError, SyntaxErrorKind};
pub use parse::parse;
pub use scalar::Scalar;
pub use tree::{Document, Entry, Format, Kind, Node, NodeId, Step, Tree};
pub use value_json::Converted;

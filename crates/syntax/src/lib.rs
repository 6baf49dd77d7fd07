//! Parses text to a tree with spans and syntax errors. Independent of Kubernetes.

mod decoded;
mod edit;
pub mod embedded;
mod error;
pub mod json;
mod lookup;
mod parse;
mod path;
pub mod provenance;
mod scalar;
mod separators;
pub mod text;
pub mod toml;
pub mod tree;
mod value_json;
pub mod yaml;

pub use edit::Destination;
pub use error::{SyntaxError, SyntaxErrorKind};
pub use lookup::KeySet;
pub use parse::parse;
pub use path::notation;
pub use scalar::Scalar;
pub use separators::MissingSeparator;
pub use tree::{Document, Entry, Format, Node, NodeId, NodeKind, PathSegment, SyntaxTree};
pub use value_json::Converted;

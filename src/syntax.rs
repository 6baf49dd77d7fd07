//! Floor 1: text to one spanned tree, and the errors on the way. Knows no Kubernetes.

pub mod embedded;
mod error;
pub mod json;
pub mod kubectl;
mod lookup;
mod parse;
mod path;
mod scalar;
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

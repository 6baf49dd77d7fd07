//! Renders kustomizations and charts to what is applied, and remembers where every byte comes from.
//!
//! A build is a pure function of the files that it reads. Its result is an ordinary text with a source map, so that
//! rules can judge it like any other file.

pub mod argo;
mod emit;
mod error;
pub mod files;
pub mod flux;
pub mod helm;
pub mod kustomize;
mod node;
mod part;
mod read;
mod scalar;
mod stack;
pub mod vendor;

pub use emit::emit;
pub use error::RenderError;
pub use files::{Files, Found, MAX_ENTRIES, Parsed, SourceFile, Sources};
pub use node::{Entry, Map, Node, Scalar, Value};
pub use part::Part;
pub use podwright_syntax::provenance::{Origin, SourceMap, Text};
pub use read::{document, documents, read};
pub use scalar::ScalarType;

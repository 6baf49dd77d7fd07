//! A native `kustomize build`: the same objects in the same order, and the same errors.
//!
//! The behavior is that of kustomize's api and kyaml 0.21.2; comments name the Go file that a function follows.

mod build;
mod field_spec;
mod gvk;
mod resource;
mod schema;

pub use build::{Build, Options, Role, Unknown, build};
pub use field_spec::FieldSpec;
pub use gvk::{Gvk, ResId};
pub use resource::{Behavior, Resource};

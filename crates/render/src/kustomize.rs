//! A native `kustomize build`: the same objects in the same order, and the same errors.
//!
//! The behavior is that of kustomize's api and kyaml 0.21.2; comments name the Go file that a function follows.

mod field_spec;
mod gvk;
mod patch;
mod resource;
mod schema;
mod select;

pub use field_spec::FieldSpec;
pub use gvk::{Gvk, ResId};
pub use resource::{Behavior, Resource};

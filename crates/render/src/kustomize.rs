//! A native `kustomize build`: the same objects in the same order, and the same errors.
//!
//! The behavior is that of kustomize's api and kyaml 0.21.2; comments name the Go file that a function follows.

mod accumulate;
mod build;
mod config;
mod decode;
mod field_spec;
mod fields;
mod finish;
mod flux;
mod generate;
mod gvk;
mod hash;
mod kustomization;
pub(crate) mod loader;
mod meant;
mod name_reference;
mod object;
mod patch;
mod path;
mod provenance;
mod replacement;
mod resource;
mod schema;
mod select;
mod shared;
mod sort;
mod step;
mod target;
mod transform;
mod value_add;
mod variables;

#[cfg(test)]
pub(crate) mod tests;

pub use build::{
    Build, Charts, Hashes, ImageChanges, Naming, Options, Order, Role, STACK, Unknown, Use, Why,
    build, build_on_this_stack,
};
pub use config::{NameReferences, Section, TransformerConfig};
pub(crate) use decode::json_scalar;
pub use field_spec::FieldSpec;
pub use flux::{FluxBuild, FluxKustomization, build_flux, post_render};
pub use gvk::{Gvk, ResId};
pub use kustomization::{FILE_NAMES, Warning};
pub use resource::{Behavior, Resource};

//! A native `kustomize build`: the same objects in the same order, and the same errors.
//!
//! The behavior is that of kustomize's api and kyaml 0.21.2; comments name the Go file that a function follows.

#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "used once the build calls it"
)]
mod config;
#[allow(dead_code, reason = "used once the build calls it")]
mod field_spec;
#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "used once the build calls it"
)]
mod fields;
mod gvk;
#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "used once the build calls it"
)]
mod name_reference;
#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "used once the build calls it"
)]
mod path;
#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "used once the build calls it"
)]
mod replacement;
mod resource;
mod schema;
#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "used once the build calls it"
)]
mod select;
#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "used once the build calls it"
)]
mod transform;
#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "used once the build calls it"
)]
mod value_add;
#[allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "used once the build calls it"
)]
mod variables;

pub use config::{NameReferences, Section, TransformerConfig};
pub use field_spec::FieldSpec;
pub use gvk::{Gvk, ResId};
pub use resource::{Behavior, Resource};

//! Layer 3: schemas of objects. Every field of every type of the Kubernetes API with the releases that have it, the
//! schemas of custom resources, and the problems of an object that violates its schema. Independent of the rules.
//!
//! [`Table`] is generated ahead of time (`examples/schema_table.rs`) and decoded lazily. [`problems`] walks over an
//! object once; each rule of the chapter `schema` reports its own kind of problem.

mod api;
pub mod custom;
mod field;
mod limit;
mod place;
mod problem;
mod releases;
mod shape;
mod table;
mod walk;

pub use api::{Api, ApiChange, Change};
pub use custom::CustomKinds;
pub use field::{Field, NameKind, Uniqueness, Validation, Values};
pub use limit::Limit;
pub use place::{Here, at};
pub use problem::{Expected, Found, Guess, Problem, ProblemKind, RequirementFault};
pub use releases::Releases;
pub use shape::{Inner, Record, Shape};
pub use table::{Served, Table, Type};
pub use walk::{Subject, problems};

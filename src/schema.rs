//! Floor 3: what may stand where in an object: every field of every type of the Kubernetes API with the releases
//! that have it, the schemas of custom resources, and what of an object does not fit. Knows no rules.
//!
//! [`Table`] is made ahead (`examples/schema_table.rs`), and nothing of it is read before it is asked for.
//! [`problems`] walks over an object once; each rule of the chapter `schema` picks its own of what it yields.

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
pub use field::{Check, Field, NameKind, Uniqueness, Values};
pub use limit::Limit;
pub use place::{Here, at};
pub use problem::{Expected, Found, Guess, Problem, ProblemKind, RequirementFault};
pub use releases::Releases;
pub use shape::{Inner, Record, Shape};
pub use table::{Served, Table, Type};
pub use walk::{Subject, problems};

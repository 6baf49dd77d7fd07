//! The API server's validation on create, by the types of its errors. `schema/validation` finds them.

pub(crate) mod validation;

//! The built-in transformers: functions that change the objects of a build.

mod images;
mod labels;
mod names;
mod namespace;
mod replicas;

pub(crate) use images::Image;
pub(crate) use labels::{LabelEntry, set_pairs};
pub(crate) use names::{add_prefix, add_suffix};
pub(crate) use namespace::{Namespace, Subjects};
pub(crate) use replicas::Replica;

#[cfg(test)]
mod tests;

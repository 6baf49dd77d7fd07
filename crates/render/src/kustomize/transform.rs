//! The built-in transformers: functions that change the objects of a build.

mod images;
mod labels;
mod names;
mod namespace;
mod replicas;

pub use images::Image;
pub use labels::{LabelEntry, set_pairs};
pub use names::{add_prefix, add_suffix};
pub use namespace::{Namespace, Subjects};
pub use replicas::Replica;

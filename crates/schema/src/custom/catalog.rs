//! Definitions of custom resources that are not among the files of the run.

use std::fmt;

use super::Kind;

/// Definitions of custom resources that are read when an object first needs them.
pub trait Catalog: fmt::Debug + Send + Sync {
    /// What defines the kind in a group that is not part of Kubernetes. `None` if the catalog does not.
    fn kind(&self, group: &str, kind: &str) -> Option<&Kind>;

    /// A group and kind that equal these if case is ignored.
    fn in_other_case(&self, group: &str, kind: &str) -> Option<(&str, &str)>;
}

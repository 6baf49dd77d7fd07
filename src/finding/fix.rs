use serde::Serialize;

use crate::text::Place;

/// How far a fix may be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// The meaning is provably kept, or a certain failure is repaired.
    Safe,
    /// Very likely what is wanted.
    Unsafe,
    /// A person must choose.
    Manual,
}

/// A replacement of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go; an empty range inserts.
    pub place: Place,
    /// The bytes that come.
    pub content: String,
}

/// One way to repair a finding: all edits together, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, in the imperative.
    pub title: String,
    /// How far it may be trusted.
    pub safety: Safety,
    /// The edits; they do not overlap.
    pub edits: Vec<Edit>,
}

use serde::Serialize;

use podwright_syntax::text::Location;

/// How safe it is to apply a fix automatically.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Provably preserves the meaning, or repairs a certain failure.
    Safe,
    /// Very likely what the user wants.
    Unsafe,
    /// Requires a decision by the user.
    Manual,
}

/// Replacement of a span of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Span to replace; an empty span inserts.
    pub place: Location,
    /// Replacement text.
    pub content: String,
}

/// One way to fix a finding. Its edits are applied together or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, in the imperative.
    pub title: String,
    /// How safe it is to apply the fix automatically.
    pub safety: Applicability,
    /// The edits, which do not overlap.
    pub edits: Vec<Edit>,
}

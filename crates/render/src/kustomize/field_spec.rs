use super::gvk::Gvk;

/// A field that a transformer changes (`types.FieldSpec`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// Objects to change; empty fields match anything.
    pub gvk: Gvk,
    /// Path with `/` between the fields, `[]` after a list, `\/` for a slash in a key.
    pub path: String,
    /// Whether the field is created where it is missing.
    pub create: bool,
}

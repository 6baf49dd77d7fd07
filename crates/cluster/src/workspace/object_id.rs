use podwright_syntax::text::FileId;

/// Object of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// File that contains the object.
    pub file: FileId,
    /// Index among the file's objects.
    pub index: usize,
}

/// Namespace of an object, as far as the files show.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Namespace {
    /// Set in the object, in a kustomization, or for the run.
    Known(String),
    /// Not set, so the client's context decides. Two such namespaces are assumed to be equal.
    Unspecified,
    /// Placeholder.
    Unknown,
}

impl Namespace {
    /// Name of the namespace, if known.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Known(name) => Some(name),
            Self::Unspecified | Self::Unknown => None,
        }
    }
}

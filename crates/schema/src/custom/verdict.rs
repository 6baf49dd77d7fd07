//! Result of a validation.

/// Result of validating a value against a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Fits,
    Breaks,
    /// A part of the value or of the schema is not known.
    Unknown,
}

impl Verdict {
    pub(super) fn of(fits: bool) -> Self {
        if fits { Self::Fits } else { Self::Breaks }
    }

    pub(super) fn of_more(is_more: bool) -> Self {
        if is_more { Self::Unknown } else { Self::Fits }
    }

    /// Combines the verdicts of two schemas that both apply.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Breaks, _) | (_, Self::Breaks) => Self::Breaks,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Fits, Self::Fits) => Self::Fits,
        }
    }
}

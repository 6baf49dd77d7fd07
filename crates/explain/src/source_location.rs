use std::fmt;

use serde::{Serialize, Serializer};

use podwright_cluster::workspace::{File, Workspace};
use podwright_redact::{ShownSpan, shown_span};
use podwright_syntax::text::Location;

/// A location with its file. Serializes as path, start and end; displays as `path:line:column`.
#[derive(Clone, Copy)]
pub struct SourceLocation<'w> {
    file: &'w File,
    /// The location.
    pub location: Location,
}

impl<'w> SourceLocation<'w> {
    /// Creates the location from one in a file of `workspace`. A location in a rendered file becomes the one in its
    /// sources that it comes from.
    #[must_use]
    pub fn new(workspace: &'w Workspace, location: Location) -> Self {
        let location = workspace.in_sources(location);
        Self {
            file: workspace.file(location.file),
            location,
        }
    }

    /// Path of the file.
    #[must_use]
    pub fn path(&self) -> &'w str {
        &self.file.source.path
    }

    /// The files are searched for credentials only here, because editors show few locations.
    fn shown(&self) -> ShownSpan<'w> {
        shown_span(self.file.shown(), self.location.span)
    }
}

impl PartialEq for SourceLocation<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.location == other.location
    }
}

impl Eq for SourceLocation<'_> {}

impl fmt::Debug for SourceLocation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.location.fmt(f)
    }
}

impl fmt::Display for SourceLocation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown().fmt(f)
    }
}

impl Serialize for SourceLocation<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.shown().serialize(serializer)
    }
}

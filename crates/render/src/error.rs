use std::fmt;

use podwright_syntax::SyntaxErrorKind;
use podwright_syntax::text::Location;

/// Why a build fails, as kustomize would fail there too.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RenderError {
    /// What is wrong, without the way to it. It names no value that may be a credential.
    pub message: String,
    /// Where a person would fix it. `None` only if no file is involved, such as a directory without a kustomization.
    pub place: Option<Location>,
    /// The way from the root to there, outermost first: the entries of `resources` and `components` that lead to it.
    pub through: Vec<Location>,
    /// Another place that a person may have to change instead, in a file that `place` names.
    pub related: Option<Location>,
    /// Whether something is not among the objects of the build. Parts of it that are not known may have it.
    pub is_absence: bool,
    /// Whether it is a limit of ours, which the real tool does not have.
    pub is_limit: bool,
    /// What to do, if that is known.
    pub help: Option<String>,
    /// A name at `place` and the only known one that is near to it, which the help says to use.
    pub near: Option<Box<(String, String)>>,
    /// The error of the YAML reader, if that is the reason.
    pub syntax: Option<SyntaxErrorKind>,
}

impl RenderError {
    /// An error at a place.
    #[must_use]
    pub fn at(place: impl Into<Option<Location>>, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: place.into(),
            through: Vec::new(),
            related: None,
            is_absence: false,
            is_limit: false,
            help: None,
            near: None,
            syntax: None,
        }
    }

    /// A limit that the real tool does not have, and what to do to stay below it.
    #[must_use]
    pub fn limit(
        place: impl Into<Option<Location>>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            is_limit: true,
            ..Self::at(place, message).help(help)
        }
    }

    /// The same error with what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// An error because something is not among the objects of the build.
    #[must_use]
    pub fn absence(place: impl Into<Option<Location>>, message: impl Into<String>) -> Self {
        Self {
            is_absence: true,
            ..Self::at(place, message)
        }
    }

    /// The same error, reached through an entry of an outer kustomization.
    #[must_use]
    pub fn through(mut self, entry: Location) -> Self {
        self.through.insert(0, entry);
        self
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for RenderError {}

//! What Argo CD does before it renders: the changes that an `Application` makes to a kustomization, the files of a
//! directory, and the `Application`s of an `ApplicationSet`.
//!
//! The behavior is that of Argo CD 2.14; comments name the Go file that a function follows.

mod application_set;
mod directory;
mod environment;
mod overrides;

pub use application_set::{ApplicationSet, Applications, applications};
pub use directory::{Directory, text_of};
pub use environment::Environment;
pub use overrides::Overrides;
pub(crate) use overrides::change;

use crate::helm::glob::Glob;

/// Whether a name matches a pattern of `path.Match`.
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    Glob::path(pattern).is_some_and(|glob| glob.matches(name))
}

/// The last part of the URL of a repository, in lower case. A repository may have several URLs, and mirrors.
#[must_use]
pub fn repository_name(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or_default();
    let url = url.trim_end_matches('/');
    let url = url.strip_suffix(".git").unwrap_or(url);
    let name = url.rsplit(['/', ':']).next().unwrap_or_default();
    name.to_ascii_lowercase()
}

#[cfg(test)]
mod tests;

//! Environment variables of one container.

use super::definition::{Definition, Failure, Text, UnknownSource, Value};
use super::{expand, link_candidates};
use crate::workspace::{ObjectId, Workspace};
use podwright_model::{Container, Pod, VersionRange};

/// Container whose environment is computed.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'w> {
    /// Workspace with all files.
    pub workspace: &'w Workspace,
    /// Object that contains the Pod.
    pub id: ObjectId,
    /// Pod, or one of the Pods, of the object.
    pub pod: &'w Pod,
    /// Container in the Pod.
    pub container: &'w Container,
    /// Target Kubernetes versions.
    pub versions: VersionRange,
}

/// The variables of a container.
#[derive(Clone, Debug)]
pub struct Environment {
    /// All definitions, in the order Services, `envFrom`, `env`; a later one overrides an earlier one with the same
    /// name.
    pub definitions: Vec<Definition>,
    /// Sources that may define more variables.
    pub unknown_sources: Vec<UnknownSource>,
    /// Reasons why the kubelet cannot create the environment.
    pub failures: Vec<Failure>,
}

/// Result of looking up a variable.
#[derive(Clone, Copy, Debug)]
pub enum Lookup<'e> {
    /// The variable has this definition.
    Defined(&'e Definition),
    /// The variable is not defined: the kubelet leaves `$(NAME)` unchanged.
    Undefined,
    /// Not known from the files.
    Unknown,
}

/// Maximum length of a variable in bytes: the kernel does not start a program with a longer one (`MAX_ARG_STRLEN`).
const MAX_LENGTH: usize = 128 * 1024;

impl Environment {
    /// Looks up a variable as `$(name)` in `command`, `args` and `subPathExpr`, and as the container sees it.
    #[must_use]
    pub fn lookup(&self, name: &str) -> Lookup<'_> {
        self.lookup_before(name, usize::MAX)
    }

    /// Looks up `$(name)` in the value of the `env` item at `position`.
    #[must_use]
    pub fn lookup_before(&self, name: &str, position: usize) -> Lookup<'_> {
        let is_seen = |definition: &&Definition| {
            definition.name == name && definition.position.is_none_or(|own| own < position)
        };
        match self.definitions.iter().rev().find(is_seen) {
            // Older releases of the version range do not set it.
            Some(definition) if definition.since.is_some() => Lookup::Unknown,
            Some(definition) => Lookup::Defined(definition),
            None if self
                .unknown_sources
                .iter()
                .any(|source| may_define(source, name)) =>
            {
                Lookup::Unknown
            }
            None => Lookup::Undefined,
        }
    }

    /// Returns the effective definitions, in order.
    pub fn effective(&self) -> impl Iterator<Item = &Definition> {
        self.definitions
            .iter()
            .filter(|definition| definition.overridden_by.is_none())
    }

    /// Expands the references in a string as in `command`, `args` and `subPathExpr`.
    #[must_use]
    pub fn expanded(&self, text: &str) -> Text {
        self.expand(text, usize::MAX)
    }

    /// Expands the references in a string as in the value of the `env` item at `position`.
    pub(super) fn expand(&self, text: &str, position: usize) -> Text {
        let mut is_known = true;
        // References to long values could make a short file exhaust the memory.
        let mut left = MAX_LENGTH.saturating_sub(text.len());
        let mut fits = |value: &'_ str| {
            left = left.saturating_sub(value.len());
            left > 0
        };
        let exact = expand(text, |name| match self.lookup_before(name, position) {
            Lookup::Defined(Definition {
                value:
                    Value::Text(Text {
                        exact: Some(exact), ..
                    }),
                ..
            }) if fits(exact) => Some(exact.as_str()),
            Lookup::Undefined => None,
            Lookup::Defined(_) | Lookup::Unknown => {
                is_known = false;
                None
            }
        });
        let shown = expand(text, |name| match self.lookup_before(name, position) {
            Lookup::Defined(Definition {
                value:
                    Value::Text(Text {
                        exact: Some(_),
                        shown: Some(shown),
                    }),
                ..
            }) if is_known || fits(shown) => Some(shown.as_str()),
            _ => None,
        });
        Text {
            exact: is_known.then_some(exact),
            shown: Some(shown),
        }
    }
}

/// Whether the source may define a variable with this name.
fn may_define(source: &UnknownSource, name: &str) -> bool {
    match source {
        UnknownSource::EnvFrom { prefix, .. } => prefix
            .as_deref()
            .is_none_or(|prefix| name.starts_with(prefix)),
        UnknownSource::Container => true,
        UnknownSource::Services => !link_candidates(name).is_empty(),
    }
}

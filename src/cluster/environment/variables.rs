//! The variables of one container.

use super::definition::{Definition, Failure, Open, Text, Value};
use super::links::{self, Link};
use super::maker::{Showing, make};
use super::{expand, link_candidates, references};
use crate::model::{Container, Field, Pod, VersionRange};
use crate::workspace::{ObjectId, Workspace};

/// A container of an object, whose environment is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'w> {
    /// The files.
    pub workspace: &'w Workspace,
    /// The object.
    pub id: ObjectId,
    /// Its Pod, or one of them.
    pub pod: &'w Pod,
    /// The container in the Pod.
    pub container: &'w Container,
    /// The clusters that it is for.
    pub versions: VersionRange,
}

/// The variables of a container.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Everything that defines a variable, in the order in which a later one takes the place of an earlier one:
    /// Services, `envFrom`, `env`.
    pub definitions: Vec<Definition>,
    /// What may bring more.
    pub open: Vec<Open>,
    /// Why there is no environment at all.
    pub failures: Vec<Failure>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug)]
pub enum Lookup<'e> {
    /// This definition.
    Defined(&'e Definition),
    /// Nothing: the kubelet leaves `$(NAME)` as it is written.
    Undefined,
    /// The files do not tell.
    Unknown,
}

/// Longer than this no variable can be: the kernel does not start a program with one (`MAX_ARG_STRLEN`).
const LONGEST: usize = 128 * 1024;

impl Environment {
    /// The environment as far as it can be asked for by what is written in the container: of the Services only those
    /// that are mentioned.
    #[must_use]
    pub fn new(of: Subject<'_>) -> Self {
        make(of, mentioned_links(of), Showing::Values)
    }

    /// As [`Environment::new`] for those who show nothing of it: no [`Text::shown`] is there.
    #[must_use]
    pub fn unshown(of: Subject<'_>) -> Self {
        make(of, mentioned_links(of), Showing::Nothing)
    }

    /// The environment with the variables of one Service, if it is known, for those who show nothing of it.
    #[must_use]
    pub fn with_service(of: Subject<'_>, service: &str) -> Self {
        let link = links::certain_link(of.workspace, of.id, service);
        make(of, link.into_iter().collect(), Showing::Nothing)
    }

    /// The environment with the variables of all Services of the files.
    #[must_use]
    pub fn whole(of: Subject<'_>) -> Self {
        make(of, links::linked(of.workspace, of.id), Showing::Values)
    }

    /// What `$(name)` stands for in `command`, `args` and `subPathExpr`, and what the container finds.
    #[must_use]
    pub fn lookup(&self, name: &str) -> Lookup<'_> {
        self.lookup_before(name, usize::MAX)
    }

    /// What `$(name)` stands for in the value of the item of `env` at `position`.
    #[must_use]
    pub fn lookup_before(&self, name: &str, position: usize) -> Lookup<'_> {
        let is_seen = |definition: &&Definition| {
            definition.name == name && definition.position.is_none_or(|own| own < position)
        };
        match self.definitions.iter().rev().find(is_seen) {
            // In the older releases of the range it is not there.
            Some(definition) if definition.since.is_some() => Lookup::Unknown,
            Some(definition) => Lookup::Defined(definition),
            None if self.open.iter().any(|open| may_bring(open, name)) => Lookup::Unknown,
            None => Lookup::Undefined,
        }
    }

    /// The definitions that count, in order.
    pub fn effective(&self) -> impl Iterator<Item = &Definition> {
        self.definitions
            .iter()
            .filter(|definition| definition.overridden_by.is_none())
    }

    /// A text with its references expanded as in `command`, `args` and `subPathExpr`.
    #[must_use]
    pub fn expanded(&self, text: &str) -> Text {
        self.expand(text, usize::MAX)
    }

    /// A text with its references expanded as in the value of the item of `env` at `position`.
    pub(super) fn expand(&self, text: &str, position: usize) -> Text {
        let mut is_known = true;
        // References to long values could make more of a short file than memory holds.
        let mut left = LONGEST.saturating_sub(text.len());
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

/// The variables of the Services that are mentioned in the container.
fn mentioned_links(of: Subject<'_>) -> Vec<Link> {
    let mut names: Vec<String> = mentioned(of.container)
        .iter()
        .flat_map(|name| link_candidates(name))
        .collect();
    names.sort_unstable();
    names.dedup();
    let links = names
        .iter()
        .filter_map(|name| links::certain_link(of.workspace, of.id, name));
    links.collect()
}

/// Whether variables of that name may come from there.
fn may_bring(open: &Open, name: &str) -> bool {
    match open {
        Open::EnvFrom { prefix, .. } => prefix
            .as_deref()
            .is_none_or(|prefix| name.starts_with(prefix)),
        Open::Container => true,
        Open::Services => !link_candidates(name).is_empty(),
    }
}

/// The names that are written in the container: of variables, and in references.
fn mentioned(container: &Container) -> Vec<String> {
    let env = container.env.value().into_iter().flatten();
    let mut names: Vec<String> = Vec::new();
    let mut texts: Vec<&str> = Vec::new();
    for variable in env {
        names.extend(variable.name.text().map(str::to_owned));
        texts.extend(variable.value.text());
    }
    for list in [&container.command, &container.args] {
        texts.extend(list.value().into_iter().flatten().filter_map(Field::text));
    }
    let mounts = container.volume_mounts.value().into_iter().flatten();
    texts.extend(mounts.filter_map(|mount| mount.sub_path_expr.text()));
    let of_texts = texts.into_iter().flat_map(references);
    names.extend(of_texts.map(|reference| reference.name.to_owned()));
    names
}

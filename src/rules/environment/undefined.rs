//! References that stand for nothing: what four rules tell of, one each.

use std::ops::Range;

use crate::cluster::environment::{
    Environment, Lookup, Subject, is_shell_name, link_candidates, references,
};
use crate::model::{Container, EnvVar, Field};
use crate::rule::Cx;
use crate::syntax::NodeId;

/// The container whose environment is asked for.
pub(super) fn subject<'c>(container: &'c Container, cx: &Cx<'c>) -> Option<Subject<'c>> {
    Some(Subject {
        workspace: cx.workspace,
        id: cx.object?.0,
        pod: cx.pod?,
        container,
        versions: cx.versions,
    })
}

/// Its environment, as far as what is written in it asks.
pub(super) fn environment(container: &Container, cx: &Cx<'_>) -> Option<Environment> {
    subject(container, cx).map(Environment::unshown)
}

/// A `$(NAME)` that the kubelet leaves as it is written.
pub(super) struct Undefined {
    /// The name.
    pub(super) name: String,
    /// The scalar, and its bytes.
    pub(super) node: NodeId,
    pub(super) range: Range<usize>,
    /// What is the matter with it.
    pub(super) why: Why,
}

pub(super) enum Why {
    /// The item of `env` behind it defines the name: the places of both in the list.
    Later(usize, usize),
    /// It stands in the first definition of itself.
    Itself,
    /// An image may set it, or the runtime does, and the kubelet sees neither.
    OfImage,
    /// Nothing defines it.
    Nowhere,
}

/// Variables that images and runtimes set.
const OF_IMAGES: [&str; 14] = [
    "PATH",
    "HOME",
    "HOSTNAME",
    "USER",
    "PWD",
    "SHELL",
    "LANG",
    "TERM",
    "JAVA_HOME",
    "LD_LIBRARY_PATH",
    "PYTHONPATH",
    "NODE_ENV",
    "GOPATH",
    "CATALINA_HOME",
];

/// The references of `value`, `command` and `args` that stand for nothing, for certain. Names that Services make are
/// left to the rules for these.
pub(super) fn undefined(container: &Container, cx: &Cx<'_>) -> Vec<Undefined> {
    if cx.is_partial() || !has_reference(container) {
        return Vec::new();
    }
    let Some(environment) = environment(container, cx) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let variables = container.env.value().map_or(&[][..], Vec::as_slice);
    for (position, variable) in variables.iter().enumerate() {
        let Some((value, node)) = variable.value.known() else {
            continue;
        };
        for reference in references(value) {
            let name = reference.name;
            let looked = environment.lookup_before(name, position);
            if !matches!(looked, Lookup::Undefined) || !is_meant(name) {
                continue;
            }
            let is_named = |one: &EnvVar| one.name.text() == Some(name);
            let later = variables[position + 1..].iter().position(is_named);
            found.push(Undefined {
                name: name.to_owned(),
                node,
                range: reference.range,
                why: match later {
                    _ if is_named(variable) => Why::Itself,
                    Some(later) => Why::Later(position, position + 1 + later),
                    None if OF_IMAGES.contains(&name) => Why::OfImage,
                    None => Why::Nowhere,
                },
            });
        }
    }
    if !runs_script(container) {
        for (text, node) in arguments(container) {
            for reference in references(text) {
                let name = reference.name;
                // `$(date)` is meant for a shell, which an image may have as its entry point.
                let is_command = !name.contains(|c: char| c.is_ascii_uppercase());
                let looked = environment.lookup(name);
                if is_command || !matches!(looked, Lookup::Undefined) || !is_meant(name) {
                    continue;
                }
                found.push(Undefined {
                    name: name.to_owned(),
                    node,
                    range: reference.range,
                    why: match OF_IMAGES.contains(&name) {
                        true => Why::OfImage,
                        false => Why::Nowhere,
                    },
                });
            }
        }
    }
    found
}

/// Whether a name is one that somebody would give a variable, and that no Service makes.
fn is_meant(name: &str) -> bool {
    is_shell_name(name) && link_candidates(name).is_empty()
}

fn has_reference(container: &Container) -> bool {
    let env = container.env.value().into_iter().flatten();
    let mut values = env.filter_map(|variable| variable.value.text());
    values.any(|value| value.contains("$("))
        || arguments(container).any(|(text, _)| text.contains("$("))
}

/// The known elements of `command` and `args`.
pub(super) fn arguments(container: &Container) -> impl Iterator<Item = (&str, NodeId)> {
    let lists = [&container.command, &container.args].into_iter();
    lists
        .flat_map(|list| list.value().into_iter().flatten())
        .filter_map(Field::known)
        .map(|(text, node)| (text.as_str(), node))
}

/// Whether the container's command is, or may be, a script in which `$(…)` is the shell's own.
fn runs_script(container: &Container) -> bool {
    is_script(arguments(container).map(|(text, _)| text))
}

/// Whether a command is, or may be, a script of a shell or another language.
pub(super) fn is_script<'t>(mut words: impl Iterator<Item = &'t str>) -> bool {
    const SHELLS: [&str; 8] = ["sh", "bash", "ash", "dash", "zsh", "ksh", "pwsh", "busybox"];
    words.any(|word| {
        let program = word.rsplit('/').next().unwrap_or(word);
        let is_option = word.starts_with('-') && !word.starts_with("--") && word.ends_with('c');
        SHELLS.contains(&program) || is_option || word.contains('\n') || word.contains("; ")
    })
}

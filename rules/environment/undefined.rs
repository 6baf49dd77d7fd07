//! Finds references to undefined variables for four rules, each of which reports one [`Why`].

use std::ops::Range;

use podwright_cluster::environment::{
    Environment, Lookup, Subject, is_shell_name, link_candidates, references,
};
use podwright_model::{Container, EnvVar, Field};
use podwright_rule::RuleContext;
use podwright_syntax::NodeId;
use rustc_hash::FxHashSet;

/// Returns the container as the subject of an environment lookup.
pub(super) fn subject<'c>(container: &'c Container, cx: &RuleContext<'c>) -> Option<Subject<'c>> {
    Some(Subject {
        workspace: cx.workspace,
        id: cx.object?.0,
        pod: cx.pod?,
        container,
        versions: cx.versions,
    })
}

/// Returns the environment of the container, limited to what the container mentions.
pub(super) fn environment(container: &Container, cx: &RuleContext<'_>) -> Option<Environment> {
    subject(container, cx).map(Environment::without_shown_values)
}

/// A `$(NAME)` that the kubelet leaves unchanged.
pub(super) struct Undefined {
    /// Name of the variable.
    pub(super) name: String,
    /// Scalar that contains the reference, and the byte range of the reference in it.
    pub(super) node: NodeId,
    pub(super) range: Range<usize>,
    /// Why it is undefined.
    pub(super) why: Why,
}

pub(super) enum Why {
    /// A later item of `env` defines the name: indices of this item and of the later one.
    Later(usize, usize),
    /// The first definition of the variable refers to itself.
    Itself,
    /// The image or the runtime may set it, but the kubelet does not see these variables.
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

/// Returns the references in `value`, `command` and `args` that are certainly undefined, each name once for each value. Variable names of Services are
/// left to the rules for Services.
pub(super) fn undefined(container: &Container, cx: &RuleContext<'_>) -> Vec<Undefined> {
    if cx.is_partial() || !has_reference(container) {
        return Vec::new();
    }
    let Some(environment) = environment(container, cx) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    // A value may repeat a reference thousands of times.
    let mut met: FxHashSet<(NodeId, String)> = FxHashSet::default();
    let variables = container.env.value().map_or(&[][..], Vec::as_slice);
    for (position, variable) in variables.iter().enumerate() {
        let Some((value, node)) = variable.value.known() else {
            continue;
        };
        for reference in references(value) {
            let name = reference.name;
            let looked = environment.lookup_before(name, position);
            let is_undefined = matches!(looked, Lookup::Undefined) && is_meant(name);
            if !is_undefined || !met.insert((node, name.to_owned())) {
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
                // `$(date)` is for a shell, which may be the entry point of the image.
                let is_command = !name.contains(|c: char| c.is_ascii_uppercase());
                let looked = environment.lookup(name);
                let is_undefined = matches!(looked, Lookup::Undefined) && is_meant(name);
                if is_command || !is_undefined || !met.insert((node, name.to_owned())) {
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

/// Whether the name is a plausible variable name and cannot come from a Service.
fn is_meant(name: &str) -> bool {
    is_shell_name(name) && link_candidates(name).is_empty()
}

fn has_reference(container: &Container) -> bool {
    let env = container.env.value().into_iter().flatten();
    let mut values = env.filter_map(|variable| variable.value.text());
    values.any(|value| value.contains("$("))
        || arguments(container).any(|(text, _)| text.contains("$("))
}

/// Returns the known elements of `command` and `args`.
pub(super) fn arguments(container: &Container) -> impl Iterator<Item = (&str, NodeId)> {
    let lists = [&container.command, &container.args].into_iter();
    lists
        .flat_map(|list| list.value().into_iter().flatten())
        .filter_map(Field::known)
        .map(|(text, node)| (text.as_str(), node))
}

/// Whether the command of the container is, or may be, a script in which `$(…)` is shell syntax.
fn runs_script(container: &Container) -> bool {
    is_script(arguments(container).map(|(text, _)| text))
}

/// Whether a command is, or may be, a script for a shell or another interpreter.
pub(super) fn is_script<'t>(mut words: impl Iterator<Item = &'t str>) -> bool {
    const SHELLS: [&str; 8] = ["sh", "bash", "ash", "dash", "zsh", "ksh", "pwsh", "busybox"];
    words.any(|word| {
        let program = word.rsplit('/').next().unwrap_or(word);
        let is_option = word.starts_with('-') && !word.starts_with("--") && word.ends_with('c');
        SHELLS.contains(&program) || is_option || word.contains('\n') || word.contains("; ")
    })
}

use crate::finding::Level;
use crate::model::LifecycleHandler;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `lifecycle-exec-shell-syntax`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct LifecycleExecShellSyntax {}

impl Rule for LifecycleExecShellSyntax {
    const META: Meta = Meta {
        name: "lifecycle-exec-shell-syntax",
        chapter: "lifecycle",
        summary: "the hook runs a program whose name is a line for a shell",
        page: include_str!("../../../rules/lifecycle/lifecycle-exec-shell-syntax.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

/// What a shell would read, and `execve` takes for letters of a file's name.
const OF_A_SHELL: &[char] = &['&', '|', ';', '<', '>', '$', '`'];

impl Check for LifecycleExecShellSyntax {
    fn hook(&self, name: &'static str, hook: &LifecycleHandler, cx: &mut Cx<'_>) {
        let command = hook.exec.value().and_then(|command| command.value());
        let Some((program, node)) = command.and_then(|command| command.first()?.known()) else {
            return;
        };
        let program = program.trim();
        let is_line = program.contains(OF_A_SHELL) || program.contains(char::is_whitespace);
        // A letter without a shell's meaning may be what a template leaves open.
        if !is_line || program.contains(['{', '%', '@']) && !program.contains(char::is_whitespace) {
            return;
        }
        cx.report(node, format!("`{name}` runs a program that has this whole text for its name"))
            .note("no shell reads it, and the runtime finds no such file: the hook fails")
            .help("write the program and its arguments as items of their own, or `[\"sh\", \"-c\", \"…\"]` if the image has a shell");
    }
}

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
        summary: "hook uses a shell command line as the program name",
        page: include_str!("../../../rules/lifecycle/lifecycle-exec-shell-syntax.md"),
        level: Level::Warning,
        since: "0.1.0",
    };
}

/// Characters that a shell interprets, but that `execve` treats as part of the file name.
const OF_A_SHELL: &[char] = &['&', '|', ';', '<', '>', '$', '`'];

impl Check for LifecycleExecShellSyntax {
    fn hook(&self, name: &'static str, hook: &LifecycleHandler, cx: &mut Cx<'_>) {
        let command = hook.exec.value().and_then(|command| command.value());
        let Some((program, node)) = command.and_then(|command| command.first()?.known()) else {
            return;
        };
        let program = program.trim();
        let is_line = program.contains(OF_A_SHELL) || program.contains(char::is_whitespace);
        // Without whitespace, these characters may be part of a template placeholder.
        if !is_line || program.contains(['{', '%', '@']) && !program.contains(char::is_whitespace) {
            return;
        }
        cx.report(node, format!("`{name}` uses this entire string as the program name"))
            .note("no shell is involved; the runtime finds no such file and the hook fails")
            .help("split the program and its arguments into separate items, or use `[\"sh\", \"-c\", \"…\"]` if the image has a shell");
    }
}

use std::{env, path::Path};

use clap::CommandFactory;

use super::arguments::Arguments;

/// File name under which kubectl finds this program as its plugin `podwright`.
const PLUGIN: &str = "kubectl-podwright";

/// Returns the command with the name that the user typed: `kubectl podwright` if run as a kubectl plugin.
pub(super) fn command_line() -> clap::Command {
    let command = Arguments::command();
    let program = env::args_os().next().unwrap_or_default();
    if Path::new(&program)
        .file_stem()
        .is_some_and(|stem| stem == PLUGIN)
    {
        as_plugin(command).bin_name("kubectl podwright")
    } else {
        command
    }
}

/// Rewrites the examples to call `kubectl podwright`.
fn as_plugin(command: clap::Command) -> clap::Command {
    let examples = command.get_after_help().map(|text| {
        let text = text
            .to_string()
            .replace("  podwright ", "  kubectl podwright ");
        text.replace("| podwright ", "| kubectl podwright ")
    });
    let command = command.mut_subcommands(as_plugin);
    match examples {
        Some(examples) => command.after_help(examples),
        None => command,
    }
}

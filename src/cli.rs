//! The command line.
//!
//! Exit codes: 0 no findings at or above the threshold, 1 findings, 2 podwright could not run.

mod arguments;
mod base_revision;
mod baseline;
mod check;
mod config;
mod error;
mod explain;
mod export;
mod fixing;
mod init;
mod inputs;
mod man;
mod merge;
mod migrate;
mod output;
mod panic_hook;
mod plugin_name;
mod progress;
mod render;
mod replace;
mod reports;
mod rules;
mod since;
mod tips;
mod values;
mod vendor;

use std::{io, process::ExitCode};

use clap::{CommandFactory, FromArgMatches};

use arguments::{Arguments, Command};
use error::{COULD_NOT_RUN, CliError};
use output::Destination;

/// What the process does after the command has finished.
#[derive(Clone, Copy, Debug)]
pub enum Outcome {
    /// Exit.
    Exit(ExitCode),
    /// Start the language server.
    Serve,
}

/// Parses the arguments of the process and runs the command.
#[must_use]
pub fn run() -> Outcome {
    let read = plugin_name::command_line().try_get_matches();
    let arguments = match read.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) => {
            let tip = tips::path_tip(&error);
            let said = error.render().to_string() + &tip;
            // The message quotes the arguments, which may contain unprintable file names.
            let safe = podwright_redact::text(&podwright_report::escape_lines(&said));
            let safe = podwright_report::without_commands(&safe);
            if error.use_stderr() && (!tip.is_empty() || said.trim_end() != safe.trim_end()) {
                output::eprint_raw(&safe);
            } else if let Err(error) = error.print()
                && error.kind() != io::ErrorKind::BrokenPipe
            {
                output::error(&format!("cannot write the output: {error}"));
                return Outcome::Exit(ExitCode::from(COULD_NOT_RUN));
            }
            return Outcome::Exit(if error.use_stderr() {
                ExitCode::from(COULD_NOT_RUN)
            } else {
                ExitCode::SUCCESS
            });
        }
    };
    panic_hook::hide_messages();
    let Some(named) = arguments.command else {
        init::overview();
        return Outcome::Exit(ExitCode::from(COULD_NOT_RUN));
    };
    match command(named) {
        Ok(outcome) => outcome,
        Err(CliError(reason)) => {
            output::error(&reason);
            Outcome::Exit(ExitCode::from(COULD_NOT_RUN))
        }
    }
}

fn command(command: Command) -> Result<Outcome, CliError> {
    match command {
        Command::Check(check) => check::run(*check).map(Outcome::Exit),
        Command::Explain(explain) => explain::run(*explain).map(Outcome::Exit),
        Command::Lsp => Ok(Outcome::Serve),
        Command::Rule { name } => {
            let page = rules::page(&name)?;
            print(|out| out.write_all(page.as_bytes()))
        }
        Command::Rules(arguments) => rules::list(&arguments).map(|()| done()),
        Command::Report { what } => merge::run(&what).map(|()| done()),
        Command::Init(arguments) => init::run(&arguments).map(|()| done()),
        Command::Config(arguments) => config::run(*arguments).map(|()| done()),
        Command::Migrate(arguments) => migrate::run(arguments).map(|()| done()),
        Command::Export { what } => export::run(what).map(|()| done()),
        Command::Render(arguments) => render::run(&arguments).map(|()| done()),
        Command::Vendor(arguments) => vendor::run(&arguments).map(Outcome::Exit),
        Command::Completions { shell } => print(|out| {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "podwright", &mut script);
            out.write_all(&script)
        }),
        Command::Man { command } => {
            let page = man::page(command.as_deref())?;
            print(|out| out.write_all(&page))
        }
    }
}

const fn done() -> Outcome {
    Outcome::Exit(ExitCode::SUCCESS)
}

fn print(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<Outcome, CliError> {
    Destination::Stdout.write(write).map(|()| done())
}

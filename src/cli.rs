//! Floor 10: the command line.
//!
//! Exit codes: 0 nothing to complain about, 1 findings, 2 podwright could not run.

mod arguments;
mod book;
mod check;
mod output;
mod panics;
mod progress;

use std::{fmt, io, process::ExitCode};

use clap::{CommandFactory, Parser};

use arguments::{Arguments, Command};
use output::Destination;

/// Could not run.
const COULD_NOT_RUN: u8 = 2;

/// Why podwright could not run, in a sentence.
#[derive(Debug)]
struct Failure(String);

impl Failure {
    fn new(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

/// Reads the arguments of the process and does what they say.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // The reader of the help may be gone; there is nobody to tell.
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::from(COULD_NOT_RUN)
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    panics::hide_messages();
    match command(arguments.command) {
        Ok(code) => code,
        Err(Failure(reason)) => {
            output::complain(&reason);
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn command(command: Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Check(check) => check::run(check),
        Command::Rule { name } => {
            let page = book::page(&name)?;
            print(|out| out.write_all(page.as_bytes()))
        }
        Command::Rules => print(book::list),
        Command::Completions { shell } => print(|out| {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "podwright", &mut script);
            out.write_all(&script)
        }),
    }
}

fn print(write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<ExitCode, Failure> {
    Destination::Stdout.write(write).map(|()| ExitCode::SUCCESS)
}

//! Lower bound for the time that a lifecycle hook takes.
//!
//! A lower bound, never an estimate: anything uncertain counts as 0. It assumes that the container's main process keeps
//! running (when it exits, the hook is killed with it), that the image contains the programs that the hook runs, and
//! that the shell can parse the script.

mod command;
mod lexer;
mod options;
mod parser;
mod shell;
#[cfg(test)]
mod tests;
mod word;

use std::time::Duration;

/// One element of `exec.command`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument<'a> {
    /// The literal string. The kubelet expands neither `$(X)` nor anything else in it.
    Known(&'a str),
    /// A placeholder or a value that is not a string; the final argument is not known.
    Unknown,
}

/// Lower bound for the time from the start to the end of `exec.command`.
///
/// Understands `sleep`, programs that only run another program (`timeout`, `nice`, `env`, …), and shell scripts. Every
/// other command counts as 0 and may fail. `env` returns the value of a variable of the container if it is certain, or
/// `None` if it is not known, because an image may set any variable.
///
/// Returns a [`Duration`] because `sleep 0.5` is not a whole number of seconds; `sleep infinity` is
/// [`Duration::MAX`].
#[must_use]
pub fn exec_lower_bound(
    command: &[Argument<'_>],
    env: impl Fn(&str) -> Option<String>,
) -> Duration {
    let words: Vec<Option<String>> = command
        .iter()
        .map(|argument| match argument {
            Argument::Known(text) => Some((*text).to_owned()),
            Argument::Unknown => None,
        })
        .collect();
    command::run(&words, &env, 0).time
}

/// Returns the value of a variable if it is certain.
type Env<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// Maximum nesting depth of programs that run other programs, as in `timeout 5 nice sh -c '…'`.
const MAX_DEPTH: usize = 16;

/// Effect of a command: its minimum time and its exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Effect {
    /// Minimum time.
    time: Duration,
    status: Status,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Success,
    Failure,
    Unknown,
}

impl Effect {
    /// No known minimum time, and the command may fail.
    const UNKNOWN: Self = Self::instant(Status::Unknown);

    const fn instant(status: Status) -> Self {
        Self {
            time: Duration::ZERO,
            status,
        }
    }
}

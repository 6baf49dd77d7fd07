//! How long a lifecycle hook certainly takes.
//!
//! A lower bound, never an estimate: what is not certain counts as nothing. It holds for a container whose main
//! process lives on (when that ends, the hook is killed with it), whose image has the programs that the hook
//! names, and for a script that the shell can read.

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
    /// The text as it is written: the kubelet expands neither `$(X)` nor anything else in it.
    Known(&'a str),
    /// A placeholder, or no string: it is not known what will stand here.
    Unknown,
}

/// The time that `exec.command` takes at least, from its start to its end.
///
/// `sleep`, the programs that only run another one (`timeout`, `nice`, `env`, …) and shell scripts are read; every
/// other command takes no time and may fail. `env` gives the value of a variable of the container where it is
/// certain; `None` means that it is not known, for an image may set any variable.
///
/// A [`Duration`], as `sleep 0.5` is no whole number of seconds and `sleep infinity` has no number
/// ([`Duration::MAX`]).
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

/// The variables that are known for certain.
type Env<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// How many programs may stand inside each other: `timeout 5 nice sh -c '…'`.
const MAX_DEPTH: usize = 16;

/// What a command does as far as this module cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Effect {
    /// The time that it takes at least.
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
    /// No certain time, and it may fail.
    const UNKNOWN: Self = Self::instant(Status::Unknown);

    const fn instant(status: Status) -> Self {
        Self {
            time: Duration::ZERO,
            status,
        }
    }
}

use std::fmt;

/// Exit code if podwright could not run.
pub(super) const COULD_NOT_RUN: u8 = 2;

/// Why podwright could not run, as one sentence for the user.
#[derive(Debug)]
pub(super) struct CliError(pub(super) String);

impl CliError {
    pub(super) fn new(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

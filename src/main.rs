//! The `podwright` command.

use std::process::ExitCode;

use podwright::cli::{self, Outcome};

fn main() -> ExitCode {
    match cli::run() {
        Outcome::Exit(code) => code,
        #[cfg(feature = "lsp")]
        Outcome::Serve => podwright::lsp::run(),
        #[cfg(not(feature = "lsp"))]
        Outcome::Serve => ExitCode::FAILURE,
    }
}

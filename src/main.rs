//! The `podwright` command.

use std::process::ExitCode;

use podwright::cli::{self, Outcome};

/// A run keeps many small parts of many files in memory at once. With the allocator of glibc it needs a quarter more
/// CPU time, with that of musl far more.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match cli::run() {
        Outcome::Exit(code) => code,
        Outcome::Serve => podwright::lsp::run(),
    }
}

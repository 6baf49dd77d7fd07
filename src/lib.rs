//! The `podwright` command and its language server.
//!
//! Everything else is in the crates below `crates/` and in `rules/`; `ARCHITECTURE.md` draws them.

pub mod cli;
pub mod lsp;

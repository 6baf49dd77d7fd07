//! What the command line and the language server share: the files of a run, their configurations, and git.

pub mod catalog;
pub mod discover;
pub mod disk;
pub mod git;
mod git_index;
pub mod ignore_file;
pub mod inputs;
pub mod vendor;

//! What to say in addition to an error of the command line.

use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// A tip if the word at the place of a command is a path: `podwright deploy/`. Empty otherwise.
pub(super) fn path_tip(error: &clap::Error) -> String {
    let word = match (error.kind(), error.get(ContextKind::InvalidSubcommand)) {
        (ErrorKind::InvalidSubcommand, Some(ContextValue::String(word))) => word,
        _ => return String::new(),
    };
    let is_path = word.contains(['/', '\\']) || word.ends_with(".yaml") || word.ends_with(".yml");
    match is_path || word == "." || Path::new(word).exists() {
        true => format!("\n  tip: to check a path, run `podwright check {word}`\n"),
        false => String::new(),
    }
}

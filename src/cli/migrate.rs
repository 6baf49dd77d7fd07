//! `podwright migrate`: converts the configuration of another tool.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{
    arguments::Migrate,
    error::CliError,
    output::{Destination, note},
    replace::create,
};
use podwright_lint::config;
use podwright_lint::migrate::{FILE_NAMES, Migration};
use podwright_report::Syntax;
use podwright_session::discover;
use podwright_syntax::text::{Decoded, Source, decode};

pub(super) fn run(arguments: Migrate) -> Result<(), CliError> {
    let mut files: Vec<PathBuf> = Vec::new();
    let default = arguments.command.is_empty().then(|| PathBuf::from("."));
    let paths = match arguments.paths.is_empty() {
        true => default.into_iter().collect(),
        false => arguments.paths,
    };
    for path in paths {
        if path.is_dir() {
            let names = FILE_NAMES.iter().map(|name| path.join(name));
            files.extend(names.filter(|file| file.is_file()));
        } else {
            files.push(path);
        }
    }
    if files.is_empty() && arguments.command.is_empty() {
        return Err(CliError(format!(
            "no configuration of another tool found; podwright looks for {}; pass the path if the file has another name",
            FILE_NAMES.join(", ")
        )));
    }
    let mut migration = Migration::default();
    for file in &files {
        let shown = discover::shown(file);
        let bytes = discover::read_path(file)
            .map_err(|error| CliError(format!("cannot read {shown}: {error}")))?;
        let Decoded { text, .. } = decode(bytes);
        migration
            .add(&Source::new(shown, text))
            .map_err(CliError::new)?;
    }
    for command in &arguments.command {
        migration
            .add_command(command)
            .map_err(|why| CliError(format!("`--command {command}`: {why}")))?;
    }
    let text = migration.write();
    if !arguments.write {
        return Destination::Stdout
            .write_without_commands(Syntax::Text, |out| out.write_all(text.as_bytes()));
    }
    let directory = files.first().and_then(|file| file.parent());
    let directory = directory.unwrap_or(Path::new(""));
    let target = directory.join(config::FILE_NAMES[0]);
    let shown = discover::shown(&target);
    create(&target, &text).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => CliError(format!(
            "{shown} already exists; run without `--write` to print the new configuration and merge it by hand"
        )),
        _ => CliError(format!("cannot write {shown}: {error}")),
    })?;
    note(&format!("wrote {shown}"));
    Ok(())
}

//! `podwright config --show`: what applies to a file, and where it is set.

use std::path::Path;

use super::{arguments::ConfigArguments, error::CliError, inputs, output::Destination};
use podwright_lint::config::{CommandLine, show};
use podwright_report::Syntax;
use podwright_session::discover::{self, InvalidConfig, Layers, Reading};

pub(super) fn run(arguments: ConfigArguments) -> Result<(), CliError> {
    let named = arguments.show.as_deref().unwrap_or(Path::new("."));
    let path = discover::absolute(named);
    if !path.exists() {
        return Err(CliError(format!(
            "{} does not exist",
            discover::shown(&path)
        )));
    }
    let directory = match path.parent() {
        Some(parent) if !path.is_dir() => parent,
        _ => &path,
    };
    let mut configurations = inputs::configurations(arguments.context, CommandLine::default());
    let index = configurations.index_for(directory).map_err(CliError::new)?;
    let file = configurations.file_for(directory);
    let layers = match &file {
        Some(file) => Layers::of(file, Reading::Strict).map_err(|why| {
            let file = file.clone();
            CliError::new(InvalidConfig { file, why })
        })?,
        None => Layers::default(),
    };
    let layers = layers.layers;
    let settings = &configurations.settings()[index];
    let files: Vec<&str> = layers
        .iter()
        .map(|layer| layer.source.path.as_str())
        .collect();
    let header = match files.split_last() {
        None => "# No configuration file: everything is a default.".to_owned(),
        Some((own, [])) => format!("# From {own}."),
        Some((own, bases)) => format!("# From {own}, which extends {}.", bases.join(", ")),
    };
    let excluded = match settings.is_excluded(&path) {
        true => format!(
            "# {} is excluded: it is not checked.\n",
            discover::shown(&path)
        ),
        false => String::new(),
    };
    let text = format!("{header}\n{excluded}{}", show(settings, &layers, &path));
    let text = podwright_report::escape_lines(&podwright_redact::text(&text));
    Destination::Stdout
        .write_without_commands(Syntax::Text, |out| writeln!(out, "{}", text.trim_end()))
}

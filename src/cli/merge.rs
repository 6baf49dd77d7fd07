//! `podwright report merge`: JSON reports of many repositories as one.

use std::path::{Path, PathBuf};

use super::{
    arguments::{Merge, ReportCommand},
    error::CliError,
    output::Destination,
};
use podwright_lint::config::{Pattern, Patterns};
use podwright_report::Syntax;
use podwright_report::merged::{self, Merged};
use podwright_session::discover;

/// A team and the repositories that it owns.
struct Team {
    name: String,
    repositories: Patterns,
}

pub(super) fn run(command: &ReportCommand) -> Result<(), CliError> {
    let ReportCommand::Merge(arguments) = command;
    let teams = teams(&arguments.team)?;
    let mut all = Merged::default();
    let mut names: Vec<String> = Vec::new();
    for report in &arguments.reports {
        let (name, file) = named(report);
        if names.contains(&name) {
            return Err(CliError(format!(
                "two reports are named `{name}`; name them: `NAME={}`",
                file.display()
            )));
        }
        let shown = discover::shown(&file);
        let bytes = discover::read_path(&file)
            .map_err(|error| CliError(format!("cannot read {shown}: {error}")))?;
        let mut owners = teams.iter();
        let team = owners.find(|team| team.repositories.fit(Path::new(&name)));
        let team = team.map(|team| team.name.as_str());
        all.add(&name, team, &bytes)
            .map_err(|why| CliError(format!("{shown}: {why}")))?;
        names.push(name);
    }
    write(&all.finish(), arguments)
}

fn write(merged: &Merged, arguments: &Merge) -> Result<(), CliError> {
    if let Some(path) = &arguments.html {
        Destination::File(path.clone())
            .write_without_commands(Syntax::Xml, |out| merged::html::write(merged, out))?;
    }
    let json = match (&arguments.json, &arguments.html) {
        (Some(path), _) => Destination::File(path.clone()),
        (None, None) => Destination::Stdout,
        (None, Some(_)) => return Ok(()),
    };
    json.write_without_commands(Syntax::Json, |out| merged.write(out))
}

/// The name of a repository and its report: `NAME=FILE`, or a file that is named after the repository.
fn named(argument: &str) -> (String, PathBuf) {
    match argument.split_once('=') {
        Some((name, file)) if !name.is_empty() && !Path::new(argument).exists() => {
            (name.to_owned(), PathBuf::from(file))
        }
        _ => {
            let file = PathBuf::from(argument);
            let stem = file.file_stem().unwrap_or_default();
            (stem.to_string_lossy().into_owned(), file)
        }
    }
}

/// Reads `TEAM=GLOB,GLOB`.
fn teams(arguments: &[String]) -> Result<Vec<Team>, CliError> {
    let team = |argument: &String| {
        let (name, globs) = argument
            .split_once('=')
            .ok_or_else(|| CliError(format!("`--team {argument}`: expected TEAM=GLOB,GLOB")))?;
        let globs: Result<Vec<Pattern>, String> = globs.split(',').map(Pattern::new).collect();
        let globs = globs.map_err(|why| CliError(format!("`--team {argument}`: {why}")))?;
        Ok(Team {
            name: name.to_owned(),
            repositories: Patterns::new(&globs),
        })
    };
    arguments.iter().map(team).collect()
}

//! The reports of a run and their destinations.

use std::{
    env,
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
};

use super::{
    arguments::{CheckArgs, Colour, Form, Format},
    error::CliError,
    output::Destination,
};
use podwright_report::html::Picture;
use podwright_report::{Report, Syntax};
use podwright_session::discover;

/// Environment variable that names the job summary file of GitHub Actions.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// The requested reports.
pub(super) struct Reports {
    wanted: Vec<(Format, Destination)>,
    colour: Colour,
    verbose: bool,
}

impl Reports {
    /// The reports that `check` requests. Those without an output file go to `destination`.
    pub(super) fn new(check: &CheckArgs, destination: Destination) -> Result<Self, CliError> {
        let default = [Form {
            format: Format::Text,
            file: None,
        }];
        let asked = match check.format.as_slice() {
            [] => &default[..],
            asked => asked,
        };
        let wanted: Vec<(Format, Destination)> = asked
            .iter()
            .map(|choice| {
                let own = choice.file.clone().map(Destination::File);
                (choice.format, own.unwrap_or_else(|| destination.clone()))
            })
            .collect();
        for (index, (_, place)) in wanted.iter().enumerate() {
            if wanted[..index].iter().any(|(_, other)| other == place) {
                return Err(CliError::new(
                    "several reports have the same destination; add an output file, for example \
                     `--format sarif=podwright.sarif`",
                ));
            }
        }
        Ok(Self {
            wanted,
            colour: check.color,
            verbose: check.verbose,
        })
    }

    /// Whether a report shows what happens to the Pods.
    pub(super) fn have_pictures(&self) -> bool {
        self.wanted
            .iter()
            .any(|(format, _)| *format == Format::Html)
    }

    /// Whether a report shows the names of what builds lack.
    pub(super) fn have_names(&self) -> bool {
        self.wanted
            .iter()
            .any(|(format, _)| matches!(format, Format::Json | Format::Jsonl))
    }

    pub(super) fn write(&self, report: &Report<'_>, pictures: &[Picture]) -> Result<(), CliError> {
        for (format, destination) in &self.wanted {
            let style = destination.style(self.colour, self.verbose);
            let syntax = match format {
                Format::Json | Format::Jsonl | Format::Sarif | Format::Gitlab | Format::Rdjson => {
                    Some(Syntax::Json)
                }
                Format::Junit | Format::Checkstyle | Format::Html => Some(Syntax::Xml),
                Format::Text | Format::Concise | Format::Markdown => Some(Syntax::Text),
                // Its lines are commands; what they contain is escaped.
                Format::Github => None,
            };
            let write = |out: &mut dyn Write| match format {
                Format::Text => podwright_report::text::write(report, style, out),
                Format::Concise => podwright_report::concise::write(report, out),
                Format::Json => podwright_report::json::write(report, out),
                Format::Jsonl => podwright_report::json::write_lines(report, out),
                Format::Sarif => podwright_report::sarif::write(report, out),
                Format::Github => podwright_report::github::write(report, out),
                Format::Gitlab => podwright_report::gitlab::write(report, out),
                Format::Junit => podwright_report::junit::write(report, out),
                Format::Checkstyle => podwright_report::checkstyle::write(report, out),
                Format::Rdjson => podwright_report::rdjson::write(report, out),
                Format::Markdown => podwright_report::markdown::write(report, out),
                Format::Html => podwright_report::html::write(report, pictures, out),
            };
            match syntax {
                Some(syntax) => destination.write_without_commands(syntax, write)?,
                None => destination.write(write)?,
            }
            if *format == Format::Github {
                summarise(report)?;
            }
        }
        Ok(())
    }
}

/// Appends to the job summary, if there is one.
fn summarise(report: &Report<'_>) -> Result<(), CliError> {
    let Some(path) = env::var_os(STEP_SUMMARY).filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let append = || -> io::Result<()> {
        let mut text = Vec::new();
        podwright_report::markdown::write(report, &mut text)?;
        if let Ok(metadata) = fs::metadata(&path)
            && !metadata.is_file()
        {
            // Opening a named pipe waits for a reader.
            let why = discover::not_regular(metadata.file_type());
            return Err(io::Error::other(why));
        }
        let file = File::options().append(true).create(true).open(&path);
        file?.write_all(&text)
    };
    append().map_err(|error| {
        let path = PathBuf::from(&path);
        CliError(format!("cannot write {}: {error}", path.display()))
    })
}

//! Output formats with an optional output file: `-o json=pods.json`.

use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use super::expected_one_of;
use crate::cli::output::Destination;

/// Format of an output, and the file that it is written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Form<F> {
    pub(in crate::cli) format: F,
    pub(in crate::cli) file: Option<PathBuf>,
}

impl<F> Form<F> {
    /// Where the output is written: to the file of `--output` if the format has none.
    pub(in crate::cli) fn destination(&self, output: Option<&PathBuf>) -> Destination {
        match self.file.as_ref().or(output) {
            Some(file) => Destination::File(file.clone()),
            None => Destination::Stdout,
        }
    }
}

/// Parses `FORMAT` or `FORMAT=FILE`.
pub(super) fn parse<F: ValueEnum>(text: &str) -> Result<Form<F>, String> {
    let (name, file) = match text.split_once('=') {
        Some((_, "")) => return Err("expected a file name after `=`".to_owned()),
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    let format = F::from_str(name, true).map_err(|_| {
        let known = names::<F>();
        let known: Vec<&str> = known.iter().map(PossibleValue::get_name).collect();
        expected_one_of(&known, name)
    })?;
    Ok(Form { format, file })
}

/// Names of the formats.
pub(super) fn names<F: ValueEnum>() -> Vec<PossibleValue> {
    let formats = F::value_variants().iter();
    formats.filter_map(F::to_possible_value).collect()
}

/// Parses a file name. One that is a format is probably meant as one: `--output json`, as in other tools.
pub(super) fn parse_output<F: ValueEnum>(text: &str) -> Result<PathBuf, String> {
    match F::from_str(text, true) {
        Ok(_) => Err(format!(
            "`--output` takes a file; use `--format {text}`, or `--output ./{text}` for a file of that name"
        )),
        Err(_) => Ok(PathBuf::from(text)),
    }
}

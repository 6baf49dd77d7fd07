use clap::CommandFactory;
use clap_mangen::Man;

use super::{arguments::Arguments, error::CliError};
use podwright_syntax::text::did_you_mean;

/// Renders the manual page of podwright or of one of its commands as roff.
pub(super) fn page(command: Option<&str>) -> Result<Vec<u8>, CliError> {
    let mut podwright = Arguments::command();
    // Sets the full name of each subcommand.
    podwright.build();
    let described = match command {
        None => podwright,
        Some(name) => podwright
            .find_subcommand(name)
            .cloned()
            .ok_or_else(|| unknown(name, &podwright))?,
    };
    let mut page = Vec::new();
    Man::new(described)
        .manual("User Commands")
        .render(&mut page)
        .map_err(CliError::new)?;
    Ok(page)
}

fn unknown(name: &str, podwright: &clap::Command) -> CliError {
    let known = podwright.get_subcommands().map(clap::Command::get_name);
    let meant = did_you_mean(name, known).map(|nearest| format!("; did you mean `{nearest}`?"));
    CliError(format!(
        "unknown command `{name}`{}",
        meant.unwrap_or_default()
    ))
}

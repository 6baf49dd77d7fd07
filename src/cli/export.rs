//! `podwright export`: writes rules in the format of another program.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use super::{
    arguments::{ExportPolicies, ExportWhat, Selection},
    error::CliError,
    inputs::configurations,
    output::{Destination, note},
    replace::{create, replace},
};
use podwright_lint::config::CommandLine;
use podwright_lint::export::{Exported, HEADER, admission_policies};
use podwright_report::Syntax;
use podwright_session::discover;

pub(super) fn run(what: ExportWhat) -> Result<(), CliError> {
    match what {
        ExportWhat::AdmissionPolicies(arguments) => policies(*arguments),
    }
}

fn policies(arguments: ExportPolicies) -> Result<(), CliError> {
    let rules = CommandLine {
        select: Selection::rules(&arguments.select),
        ignore: Selection::rules(&arguments.ignore),
        profiles: arguments.profile,
        ..CommandLine::default()
    };
    let mut configurations = configurations(arguments.context, rules);
    let here = discover::absolute(Path::new(""));
    let index = configurations.index_for(&here).map_err(CliError::new)?;
    let (exported, others) = admission_policies(&configurations.settings()[index]);
    if exported.is_empty() {
        return Err(CliError(
            "no rule that is on can be exported; switch on a profile, as with `--profile security`"
                .to_owned(),
        ));
    }
    let Some(directory) = &arguments.directory else {
        return Destination::Stdout.write_without_commands(Syntax::Text, |out| {
            for (index, one) in exported.iter().enumerate() {
                let separator = if index == 0 { "" } else { "---\n" };
                out.write_all(separator.as_bytes())?;
                out.write_all(one.text.as_bytes())?;
            }
            Ok(())
        });
    };
    fs::create_dir_all(directory).map_err(|error| {
        let shown = discover::shown(directory);
        CliError(format!("cannot create {shown}: {error}"))
    })?;
    for one in &exported {
        write(directory, one)?;
    }
    let shown = discover::shown(directory);
    let count = exported.len();
    let policies = if count == 1 { "policy" } else { "policies" };
    note(&format!("wrote {count} {policies} to {shown}"));
    if others > 0 {
        let rules = if others == 1 { "rule is" } else { "rules are" };
        note(&format!(
            "{others} other {rules} not exported: a policy sees one object, and only what CEL can express"
        ));
    }
    Ok(())
}

/// Writes a policy, and replaces only what an earlier export wrote.
fn write(directory: &Path, one: &Exported) -> Result<(), CliError> {
    let path = directory.join(format!("{}.yaml", one.rule));
    let shown = discover::shown(&path);
    let failed = |error: io::Error| CliError(format!("cannot write {shown}: {error}"));
    match fs::read_to_string(&path) {
        Ok(text) if text.starts_with(HEADER) => {
            replace(&path, |file| file.write_all(one.text.as_bytes())).map_err(failed)
        }
        Ok(_) => Err(CliError(format!(
            "{shown} already exists and was not written by podwright; remove it, or use another directory"
        ))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            create(&path, &one.text).map_err(failed)
        }
        Err(error) => Err(failed(error)),
    }
}

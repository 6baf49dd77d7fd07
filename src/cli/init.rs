//! `podwright init`: writes a configuration for what is in a repository. `podwright` alone: says what it would do.

mod files;
mod seen;

use std::io;
use std::path::{Path, PathBuf};

use super::{
    arguments::{Ci, Init},
    error::CliError,
    output::{self, Destination, note},
    replace::create,
};
use podwright_lint::config;
use podwright_lint::migrate::Migration;
use podwright_report::Syntax;
use podwright_session::discover;
use podwright_syntax::text::{Source, decode};
use seen::Seen;

const PRE_COMMIT: &str = ".pre-commit-config.yaml";

/// Writes the configuration, and what else is asked for.
pub(super) fn run(arguments: &Init) -> Result<(), CliError> {
    let root = &arguments.path;
    if !root.is_dir() {
        let shown = discover::shown(root);
        return Err(CliError(format!("{shown} is not a directory")));
    }
    let seen = Seen::below(root);
    let configuration = files::configuration(&seen, &migrated(root, &seen.linters)?);
    if arguments.print {
        return print(&configuration);
    }
    match seen.configurations.iter().find(|path| !path.contains('/')) {
        Some(existing) if arguments.pre_commit || arguments.ci.is_some() => {
            note(&format!("{existing} already exists, and is kept"));
        }
        Some(existing) => {
            return Err(CliError(format!(
                "{existing} already exists; `podwright init --print` prints a new one"
            )));
        }
        None => write(&root.join(config::FILE_NAMES[0]), &configuration)?,
    }
    if arguments.pre_commit {
        let entry = files::pre_commit_entry();
        let whole = format!("repos:\n{entry}");
        let why = "add this to its `repos`";
        write_or_print(&root.join(PRE_COMMIT), &whole, &entry, why)?;
    }
    match arguments.ci {
        Some(Ci::Github) => {
            let path = root.join(".github/workflows/podwright.yml");
            let text = files::github();
            write_or_print(&path, &text, &text, "this is the workflow")?;
        }
        Some(Ci::Gitlab) => {
            let text = files::gitlab();
            write_or_print(&root.join(".gitlab-ci.yml"), &text, &text, "add this to it")?;
        }
        None => {}
    }
    note(&format!("found {seen}; run `podwright check` next"));
    Ok(())
}

/// The settings of other linters as text of a configuration.
fn migrated(root: &Path, linters: &[String]) -> Result<String, CliError> {
    let mut migration = Migration::default();
    for linter in linters {
        let path = root.join(linter);
        let bytes = discover::read_path(&path)
            .map_err(|error| CliError(format!("cannot read {linter}: {error}")))?;
        let source = Source::new(linter.clone(), decode(bytes).text);
        if let Err(error) = migration.add(&source) {
            note(&format!("not converted: {error}"));
        }
    }
    match migration.is_empty() {
        true => Ok(String::new()),
        false => Ok(migration.write()),
    }
}

fn write(path: &Path, text: &str) -> Result<(), CliError> {
    let shown = discover::shown(path);
    let failed = |error: io::Error| CliError(format!("cannot write {shown}: {error}"));
    if let Some(parent) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        std::fs::create_dir_all(parent).map_err(failed)?;
    }
    create(path, text).map_err(failed)?;
    note(&format!("wrote {shown}"));
    Ok(())
}

/// Writes a file that does not exist yet. Prints `entry` otherwise.
fn write_or_print(path: &Path, text: &str, entry: &str, why: &str) -> Result<(), CliError> {
    if path.symlink_metadata().is_err() {
        return write(path, text);
    }
    note(&format!("{} already exists; {why}:", discover::shown(path)));
    print(entry)
}

fn print(text: &str) -> Result<(), CliError> {
    let text = podwright_report::escape_lines(&podwright_redact::text(text));
    Destination::Stdout
        .write_without_commands(Syntax::Text, |out| writeln!(out, "{}", text.trim_end()))
}

/// What podwright would do in the current directory, and how, for `podwright` without a command.
pub(super) fn overview() {
    let seen = Seen::below(&PathBuf::from("."));
    let mut text = format!(
        "podwright predicts what a Kubernetes cluster does with your container configuration.\n\n\
         This directory has {seen}.\n\n"
    );
    let mut command = |name: &str, what: &str| {
        text.push_str(&format!("  podwright {name:<22} {what}\n"));
    };
    command(
        "check",
        "check all files; nothing is changed and nothing is fetched",
    );
    if seen.configurations.is_empty() {
        command(
            "init",
            "write a commented .podwright.yaml for this directory",
        );
    } else {
        command(
            "config",
            "print the settings that apply, and where they are set",
        );
    }
    if !seen.linters.is_empty() && !seen.configurations.is_empty() {
        command("migrate", "convert the configurations of the other linters");
    }
    if seen.may_vendor() {
        command("vendor", "fetch the charts and bases that the builds need");
    }
    command("explain", "show how images are pulled and how Pods stop");
    command(
        "rules --search WORDS",
        "find a rule by an event, a field or another tool's check",
    );
    command("--help", "all commands");
    output::eprint_raw(&podwright_report::escape_lines(&text));
}

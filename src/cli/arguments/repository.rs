//! Arguments of the commands for whole repositories: `init`, `config` and `report`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::Context;

const MERGE_EXAMPLES: &str = "\
Examples:
  podwright report merge reports/*.json --html all.html --json all.json
  podwright report merge --team web=shop*,blog --team infra='infra-*' reports/*.json --html all.html";

/// Arguments of `podwright init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Root of the repository
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(crate) path: PathBuf,

    /// Also write .pre-commit-config.yaml, or print the entry for it if it exists
    #[arg(long)]
    pub(crate) pre_commit: bool,

    /// Also write a job for this CI system, or print it if the file exists
    #[arg(long, value_enum, value_name = "SYSTEM")]
    pub(crate) ci: Option<Ci>,

    /// Print the configuration instead of writing files
    #[arg(long, conflicts_with_all = ["pre_commit", "ci"])]
    pub(crate) print: bool,
}

/// A CI system that `podwright init` writes a job for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ci {
    /// .github/workflows/podwright.yml
    Github,
    /// .gitlab-ci.yml
    Gitlab,
}

/// Arguments of `podwright config`.
#[derive(Debug, Args)]
pub(crate) struct ConfigArguments {
    /// Show what applies to this file or directory [default: the current directory]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) show: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) context: Context,
}

/// What `podwright report` does.
#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Merge JSON reports of many repositories: by team, repository and rule
    ///
    /// Reads reports of `podwright check --format json`. Without --json and --html, prints the merged JSON.
    #[command(after_help = MERGE_EXAMPLES)]
    Merge(Merge),
}

/// Arguments of `podwright report merge`.
#[derive(Debug, Args)]
pub(crate) struct Merge {
    /// JSON reports; a repository is named after its file, unless a name is given
    #[arg(value_name = "[NAME=]FILE", required = true)]
    pub(crate) reports: Vec<String>,

    /// Write the merged JSON to this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) json: Option<PathBuf>,

    /// Write one HTML page to this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) html: Option<PathBuf>,

    /// Team that owns the repositories that match the globs; repeat for each team, the first match wins
    #[arg(long, value_name = "TEAM=GLOB,GLOB")]
    pub(crate) team: Vec<String>,
}

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use jiff::civil::Date;

use crate::{
    compat::Tool,
    config::{UnknownRule, rule_named},
    explain::PodName,
    finding::Level,
    model::{
        VersionRange,
        runtime_config::{ContainerdRelease, CrioRelease},
    },
    rule::Entry,
    text::nearest,
};

const EXAMPLES: &str = "\
Examples:
  podwright check                          check the current folder
  podwright check deploy/ base/web.yaml    check a folder and a file
  helm template ./chart | podwright check -
  podwright rule pull-policy-invalid       explain a rule

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 could not run.";

const CHECK_EXAMPLES: &str = "\
Examples:
  podwright check --level info deploy/
  podwright check --format json --output findings.json
  podwright check --kubernetes-version 1.31-1.36 --namespace shop
  podwright check --select pull-policy-invalid,image-missing
  podwright check --fix deploy/
  podwright check --unsafe-fixes --diff deploy/
  kustomize build . | podwright check -

Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 could not run, or not write a file.";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  podwright explain deploy/ --pod shop/Deployment/web
  podwright explain --node nodes/worker-1 --kubernetes-version 1.31-1.36
  podwright explain --format json
  kubectl describe pod web-7d9f8c-abcde | podwright explain event -

Exit codes: 0 explained, 2 could not run, or there is no such object.";

const EVENT_EXAMPLES: &str = "\
Examples:
  kubectl get events -n shop -o yaml | podwright explain event - deploy/
  kubectl describe pod -n shop web-0 > pod.txt; podwright explain event pod.txt

Exit codes: 0 explained, 2 could not run.";

/// Says what a Kubernetes cluster will do with your container configuration, before it does it.
#[derive(Debug, Parser)]
#[command(name = "podwright", version, after_help = EXAMPLES, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check manifests: what they say, and what the cluster will make of it
    ///
    /// In folders, files that end in .yaml, .yml and .json are checked, kustomizations, and docker's credentials
    /// (.docker/config.json, .dockercfg, .dockerconfigjson); .gitignore is obeyed. A file that is named is checked
    /// whatever its name. The nearest .podwright.yaml, in a file's folder or above it, configures the check.
    Check(Box<Check>),
    /// Explain what happens to Pods: pull policy, credentials, and what is seen when it fails; the environment; the end
    ///
    /// Of each container: the image as the kubelet reads it, when it is pulled, which credentials are tried in which
    /// order and why, which are not and why, and the waiting reason and event of a failure; its variables, where each
    /// comes from and what it hides; how it ends. What the files do not tell is said to be unknown. Credentials
    /// themselves are never shown.
    Explain(Box<Explain>),
    /// Print the page of a rule
    Rule {
        /// The rule's name
        name: String,
    },
    /// List all rules
    Rules,
    /// Make a configuration out of one of kube-linter, polaris or checkov
    ///
    /// Rules, levels and paths are taken over, each with a comment that says where it comes from; what has no
    /// counterpart is listed at the end. docs/migrate.md has the table of checks.
    Migrate(Migrate),
    /// Serve an editor: the language server protocol over standard input and output
    #[cfg(feature = "lsp")]
    Lsp,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print a manual page, for man
    Man {
        /// A command [default: podwright as a whole]
        command: Option<String>,
    },
}

/// The arguments of `podwright check`.
#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(super) struct Check {
    /// Files and folders; - is standard input
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,

    /// Fix what can be fixed safely, and report what is left
    ///
    /// The meaning of the files is kept, or what certainly fails is repaired. A fix is only made if it helps, and if its
    /// finding is shown (--level). Files are
    /// replaced as a whole, and only if they are what was read. With - as the only path, the fixed text goes to
    /// standard output and the report to standard error.
    #[arg(long)]
    pub(super) fix: bool,

    /// Fix also what is very likely, and not certainly, meant so; implies --fix
    #[arg(long)]
    pub(super) unsafe_fixes: bool,

    /// Print what --fix or --unsafe-fixes would change, and change nothing
    ///
    /// Exit code 1 if there is anything, whatever else is found. Without one of them it is for --fix. Credentials
    /// are shown as ***.
    #[arg(long, conflicts_with = "format")]
    pub(super) diff: bool,

    /// The form of the report, and a file for it if it has its own: text, concise, json, jsonl, sarif, github, gitlab,
    /// junit, checkstyle, rdjson, markdown [default: text]
    ///
    /// Several reports are written at once if this is given several times: --format sarif=out.sarif --format text.
    /// github writes a summary of the job too, where $GITHUB_STEP_SUMMARY names its file.
    #[arg(long, value_name = "FORMAT[=FILE]", conflicts_with = "diff", value_parser = parse_format)]
    pub(super) format: Vec<FormatChoice>,

    /// Write the report to a file instead of standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) output: Option<PathBuf>,

    /// Show findings of this level and above [default: warning, or --fail-on if that is lower]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(super) level: Option<LevelName>,

    /// Exit with 1 if there is a finding of this level or above
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Warning)]
    pub(super) fail_on: FailOn,

    /// Exit with 1 if manifests were skipped: Helm templates that are not rendered, encrypted files
    #[arg(long)]
    pub(super) fail_on_skipped: bool,

    /// Leave out what this file knows, so that only what is new is shown and fails
    ///
    /// It is written with --write-baseline, best where the run begins in CI too: files are known by their paths. A
    /// finding is known whatever its line, and in a renamed file.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["fix", "unsafe_fixes", "diff"])]
    pub(super) baseline: Option<PathBuf>,

    /// Write all that is shown to the file of --baseline: what it knew and is no more goes
    #[arg(long, requires = "baseline")]
    pub(super) write_baseline: bool,

    /// Take out of the file of --baseline what is found no more; what is new is shown and fails all the same
    #[arg(long, requires = "baseline", conflicts_with = "write_baseline")]
    pub(super) prune_baseline: bool,

    /// Show only what stands on lines changed since this commit, or is found because of the change
    ///
    /// Commits of the other branch do not count: main stands for the commit at which this branch left it. What is
    /// not committed counts as changed. The configuration is the present one. It takes git.
    #[arg(long, value_name = "COMMIT", conflicts_with_all = ["fix", "unsafe_fixes", "diff"])]
    pub(super) since: Option<String>,

    /// Compare with the manifests of this commit as those that the cluster has: what an update cannot change is found
    ///
    /// Such as the type of a Secret. The commit is taken as it is, and it takes git. With --since the commit of
    /// --since is compared with, unless this says otherwise.
    #[arg(long, value_name = "GITREF", conflicts_with = "baseline_dir")]
    pub(super) baseline_ref: Option<String>,

    /// Compare with the manifests in this folder as those that the cluster has, as --baseline-ref does
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) baseline_dir: Option<PathBuf>,

    /// Run only these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = parse_rule)]
    pub(super) select: Vec<&'static Entry>,

    /// Do not run these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = parse_rule)]
    pub(super) ignore: Vec<&'static Entry>,

    /// Let no comment and no annotation ignore anything
    #[arg(long)]
    pub(super) strict: bool,

    /// Let the annotations of these tools ignore what podwright finds, for the rules that look for the same:
    /// kube-linter, kube-score, polaris, checkov
    #[arg(long, value_name = "TOOL", value_delimiter = ',', value_parser = parse_tool)]
    pub(super) compat: Vec<Tool>,

    /// The day on which ignores with a date are judged: see early what will be found then [default: today, in UTC]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    pub(super) today: Option<Date>,

    #[command(flatten)]
    pub(super) context: Context,

    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    pub(super) color: Colour,

    /// How many threads to use [default: one for each processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) threads: Option<u16>,
}

/// The arguments of `podwright explain`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, after_help = EXPLAIN_EXAMPLES)]
pub(super) struct Explain {
    #[command(subcommand)]
    pub(super) what: Option<ExplainWhat>,

    /// Files and folders; - is standard input
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,

    /// Explain only this object: a Pod, or what makes Pods [default: all]
    #[arg(long, value_name = "[NAMESPACE/]KIND/NAME")]
    pub(super) pod: Option<PodName>,

    #[command(flatten)]
    pub(super) form: ExplainForm,
}

/// What beside Pods is explained.
#[derive(Debug, Subcommand)]
pub(super) enum ExplainWhat {
    /// Lead from the events of a cluster to the lines of the manifests that explain them
    ///
    /// It takes what kubectl get events -o yaml or -o json prints, and the text of kubectl describe pod.
    #[command(after_help = EVENT_EXAMPLES)]
    Event {
        /// The events; - is standard input
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,

        /// Files and folders of manifests
        #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
        paths: Vec<PathBuf>,

        #[command(flatten)]
        form: ExplainForm,
    },
}

/// In what form something is explained, and of which cluster.
#[derive(Debug, Args)]
pub(super) struct ExplainForm {
    /// For people or for programs
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ExplainFormat::Text)]
    pub(super) format: ExplainFormat,

    #[command(flatten)]
    pub(super) context: Context,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExplainFormat {
    /// Text
    Text,
    /// One JSON object
    Json,
    /// How the Pods end, as a picture
    Svg,
}

/// What the command line says of the configuration and the cluster.
#[derive(Debug, Args)]
pub(super) struct Context {
    /// Use this configuration for all files
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) config: Option<PathBuf>,

    /// Read no configuration
    #[arg(long, conflicts_with = "config")]
    pub(super) no_config: bool,

    /// The release of the cluster, or a range of releases: 1.36, 1.31-1.36
    #[arg(long, value_name = "VERSION", value_parser = parse_versions)]
    pub(super) kubernetes_version: Option<VersionRange>,

    /// The release of containerd on the nodes [default: the newest]
    #[arg(long, value_name = "VERSION")]
    pub(super) containerd_version: Option<ContainerdRelease>,

    /// The release of CRI-O on the nodes [default: the newest]
    #[arg(long, value_name = "VERSION")]
    pub(super) crio_version: Option<CrioRelease>,

    /// The namespace of objects that name none
    #[arg(long, value_name = "NAME")]
    pub(super) namespace: Option<String>,

    /// All that the manifests refer to is among the files: what is not found is missing
    #[arg(long)]
    pub(super) complete: bool,

    /// A folder that mirrors the root of a node of the cluster; once for each node
    ///
    /// The files of the kubelet and of the container runtime in it are checked, and it is known what credentials and
    /// runtimes there are. The nodes of the configuration do not count then.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) node: Vec<PathBuf>,
}

/// The arguments of `podwright migrate`.
#[derive(Debug, Args)]
pub(super) struct Migrate {
    /// Configurations of other tools, or folders that have them
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,

    /// Write .podwright.yaml beside the first, if there is none, instead of printing it
    #[arg(long)]
    pub(super) write: bool,
}

/// A report that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FormatChoice {
    pub(super) format: Format,
    /// Its own file.
    pub(super) file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// The lines of the file with what is wrong marked in them
    Text,
    /// One line a finding
    Concise,
    /// One JSON object, for programs
    Json,
    /// A JSON object a line: the findings, and the summary last
    Jsonl,
    /// SARIF, for GitHub code scanning and others
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// JUnit's XML
    Junit,
    /// Checkstyle's XML
    Checkstyle,
    /// Reviewdog's diagnostics
    Rdjson,
    /// A table in Markdown
    Markdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LevelName {
    /// Advice too
    Info,
    /// What is very likely wrong
    Warning,
    /// What the cluster rejects, or what fails
    Error,
}

impl From<LevelName> for Level {
    fn from(name: LevelName) -> Self {
        match name {
            LevelName::Info => Self::Info,
            LevelName::Warning => Self::Warning,
            LevelName::Error => Self::Error,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Advice too
    Info,
    /// What is very likely wrong
    Warning,
    /// What the cluster rejects, or what fails
    Error,
    /// Findings are no failure
    Never,
}

impl FailOn {
    pub(super) const fn level(self) -> Option<Level> {
        match self {
            Self::Info => Some(Level::Info),
            Self::Warning => Some(Level::Warning),
            Self::Error => Some(Level::Error),
            Self::Never => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

fn parse_format(text: &str) -> Result<FormatChoice, String> {
    let (name, file) = match text.split_once('=') {
        Some((_, "")) => return Err("write the name of a file behind the =".to_owned()),
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    let format = Format::from_str(name, true).map_err(|_| {
        let known = Format::value_variants()
            .iter()
            .filter_map(Format::to_possible_value);
        let known: Vec<String> = known.map(|value| value.get_name().to_owned()).collect();
        let nearest = nearest(name, known.iter().map(String::as_str));
        let meant = nearest.map(|nearest| format!("; did you mean {nearest}?"));
        format!(
            "the formats are {}{}",
            known.join(", "),
            meant.unwrap_or_default()
        )
    })?;
    Ok(FormatChoice { format, file })
}

fn parse_day(text: &str) -> Result<Date, &'static str> {
    text.parse().map_err(|_| "write a day as in 2027-01-31")
}

fn parse_tool(name: &str) -> Result<Tool, String> {
    Tool::named(name.trim()).ok_or_else(|| {
        let known = Tool::ALL.map(Tool::name);
        let meant = nearest(name, known).map(|near| format!("; did you mean {near}?"));
        format!(
            "the tools are {}{}",
            known.join(", "),
            meant.unwrap_or_default()
        )
    })
}

fn parse_rule(name: &str) -> Result<&'static Entry, UnknownRule> {
    rule_named(name.trim())
}

fn parse_versions(text: &str) -> Result<VersionRange, String> {
    text.parse()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_well_formed() {
        Arguments::command().debug_assert();
    }
}

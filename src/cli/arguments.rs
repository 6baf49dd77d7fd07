mod named;
mod repository;
mod rules;
mod selection;
mod size;

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use jiff::civil::Date;

use podwright_explain::PodName;
use podwright_lint::compat::Tool;
use podwright_lint::config::Pattern;
use podwright_model::{
    PodSecurity, VersionRange,
    runtime_config::{ContainerdRelease, CrioRelease},
};
use podwright_rule::Profile;
use podwright_rule::finding::Severity;
use podwright_syntax::text::did_you_mean;

use named::Named;
pub(super) use repository::{Ci, ConfigArguments, Init, Merge, ReportCommand};
pub(super) use rules::{RulesArguments, RulesFormat};
pub(super) use selection::Selection;
use size::Size;

const EXAMPLES: &str = "\
Examples:
  podwright check                          check the current directory
  podwright check deploy/ base/web.yaml    check a directory and a file
  helm template ./chart | podwright check -
  podwright rule pull-policy-invalid       print the documentation of a rule

Exit codes: 0 no findings at or above --fail-on, 1 findings, 2 could not run.";

const CHECK_EXAMPLES: &str = "\
Examples:
  podwright check --level info deploy/
  podwright check --format json --output findings.json
  podwright check --kubernetes-version 1.31-1.36 --namespace shop
  podwright check --select pull,image-missing --exclude 'test/**'
  podwright check --fix deploy/
  podwright check --unsafe-fixes --diff deploy/
  kustomize build . | podwright check -

Exit codes: 0 no findings at or above --fail-on, 1 findings, 2 could not run or write a file.";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  podwright explain deploy/ --pod shop/Deployment/web
  podwright explain --node nodes/worker-1 --kubernetes-version 1.31-1.36
  podwright explain --format json
  kubectl describe pod web-7d9f8c-abcde | podwright explain event -

Exit codes: 0 explained, 2 could not run or no such object.";

const EVENT_EXAMPLES: &str = "\
Examples:
  kubectl get events -n shop -o yaml | podwright explain event - deploy/
  kubectl describe pod -n shop web-0 > pod.txt; podwright explain event pod.txt
  echo 'Failed to pull image: no basic auth credentials' | podwright explain event - deploy/

Exit codes: 0 explained, 2 could not run.";

const RENDER_EXAMPLES: &str = "\
Examples:
  podwright render overlays/production
  podwright render overlays/production | kubectl diff -f -
  podwright render charts/shop -f values-prod.yaml --set image.tag=1.2.3 --namespace shop
  podwright render --format origins overlays/production

Exit codes: 0 rendered, 2 could not run.";

const VENDOR_EXAMPLES: &str = "\
Examples:
  podwright vendor                         fetch what is not stored yet
  podwright vendor --update                fetch the newest versions
  podwright vendor --check                 fail if the lock file is out of date, as in CI

Exit codes: 0 everything is stored, 1 something cannot be fetched or is out of date, 2 could not run.";

const EXPORT_EXAMPLES: &str = "\
Examples:
  podwright export admission-policies --profile security policies/
  podwright export admission-policies --select container-privileged | kubectl apply -f -

Exit codes: 0 exported, 2 could not run or write a file.";

/// Predicts what a Kubernetes cluster does with your container configuration, before you deploy it.
#[derive(Debug, Parser)]
#[command(name = "podwright", version, after_help = EXAMPLES, max_term_width = 100)]
pub(super) struct Arguments {
    /// Without a command, podwright says what it would do.
    #[command(subcommand)]
    pub(super) command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check manifests and other container configuration
    ///
    /// In directories, podwright checks files that end in .yaml, .yml or .json, kustomizations and Docker credential
    /// files (.docker/config.json, .dockercfg, .dockerconfigjson), and respects .gitignore. A file that is named on
    /// the command line is checked regardless of its name. The nearest .podwright.yaml, in the directory of a file or
    /// above it, configures the check.
    Check(Box<CheckArgs>),
    /// Explain image pulls, credentials, environment variables and shutdown of Pods
    ///
    /// For each container: the image as the kubelet resolves it, the effective pull policy, which credentials are
    /// tried in which order and why the others are not, the waiting reason and event of a failure, its environment
    /// variables (where each comes from and what it overrides), and how the container stops. What the files do not
    /// determine is shown as unknown. Credentials are never printed.
    Explain(Box<Explain>),
    /// Print what a kustomization or a Helm chart makes of its files
    ///
    /// Prints the same objects in the same order as kustomize build or helm template. Nothing is fetched and no program
    /// is run: a kustomization that needs that is an error. Random strings, certificates and the time are placeholders.
    Render(Box<Render>),
    /// Fetch the charts and repositories that renders need
    ///
    /// Runs helm pull and git fetch for charts of HelmReleases, Applications and kustomizations, dependencies of charts,
    /// and remote bases, and stores them below .podwright/vendor with a lock file. No other command uses the network.
    Vendor(Vendor),
    /// Write rules in the format of another program
    Export {
        #[command(subcommand)]
        what: ExportWhat,
    },
    /// Print the documentation of a rule
    Rule {
        /// Name of the rule, or of an equivalent check of another tool
        #[arg(value_parser = Named { parse: |name| Ok(name.to_owned()), names: selection::names }, hide_possible_values = true)]
        name: String,
    },
    /// List rules, or search them
    Rules(RulesArguments),
    /// Write a commented configuration for what is in a repository
    ///
    /// Looks for manifests, charts, kustomizations, Flux, Argo CD, skaffold, the configurations of other linters and the
    /// release of Kubernetes that the files name. Existing files are not changed.
    Init(Init),
    /// Print the settings that apply to a file, and which line of which configuration sets each
    ///
    /// Lists the settings of the nearest configuration and of those that it extends, in the order in which they apply, and
    /// the rules whose level or options they set.
    Config(Box<ConfigArguments>),
    /// Create a configuration from that of kube-linter, polaris, checkov, trivy, kube-score or kubeconform
    ///
    /// Rules, levels and paths are converted, each with a comment that names its origin. Settings without an
    /// equivalent are listed at the end. See docs/src/adopting.md for the table of checks.
    Migrate(Migrate),
    /// Work with reports of several repositories
    Report {
        #[command(subcommand)]
        what: ReportCommand,
    },
    /// Start the language server (LSP over stdio)
    Lsp,
    /// Print a shell completion script
    Completions {
        /// Shell to generate the script for
        shell: Shell,
    },
    /// Print a manual page for man(1)
    Man {
        /// Command to describe [default: podwright itself]
        command: Option<String>,
    },
}

/// Arguments of `podwright check`.
#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
pub(super) struct CheckArgs {
    /// Files and directories; use - for standard input
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,

    /// Apply safe fixes and report the remaining findings
    ///
    /// A safe fix keeps the meaning of the file or repairs something that certainly fails. A fix is applied only if
    /// its finding is shown (see --level) and if it resolves the finding without causing a worse one. Files are
    /// replaced atomically, and only if they have not changed since they were read. If - is the only path, the fixed
    /// input is written to standard output and the report to standard error.
    #[arg(long)]
    pub(super) fix: bool,

    /// Also apply fixes that are likely, but not certain, to be correct; implies --fix
    #[arg(long)]
    pub(super) unsafe_fixes: bool,

    /// Print the changes that --fix or --unsafe-fixes would make, without making them
    ///
    /// Exits with 1 if there are changes, regardless of other findings. Without --unsafe-fixes, only safe fixes are
    /// shown. Credentials are shown as ***.
    #[arg(long, conflicts_with = "format")]
    pub(super) diff: bool,

    /// Output format, optionally with an output file: text, concise, json, jsonl, sarif, github, gitlab, junit,
    /// checkstyle, rdjson, markdown, html [default: text]
    ///
    /// Repeat the option to write several reports: --format sarif=out.sarif --format text. The github format also
    /// appends a job summary to the file named by $GITHUB_STEP_SUMMARY.
    #[arg(short = 'o', long, value_name = "FORMAT[=FILE]", conflicts_with = "diff", value_parser = Named { parse: parse_format, names: format_names }, hide_possible_values = true)]
    pub(super) format: Vec<FormatChoice>,

    /// Write the report to a file instead of standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, value_parser = parse_output)]
    pub(super) output: Option<PathBuf>,

    /// Show the excerpt, notes and help of every finding, also if many findings have the same
    #[arg(short, long)]
    pub(super) verbose: bool,

    /// Show findings of this level and above [default: warning, or --fail-on if that is lower]
    #[arg(long, alias = "severity", value_enum, value_name = "LEVEL")]
    pub(super) level: Option<LevelName>,

    /// Exit with 1 if there are findings of this level or above [default: warning]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(super) fail_on: Option<FailOn>,

    /// Also run the rules of these profiles: strict (good practice), security (hardening), policy (what only the
    /// organization can decide), all
    #[arg(long, value_name = "PROFILE", value_delimiter = ',', value_parser = Named { parse: parse_profile, names: || Profile::ALL.map(|profile| profile.name().into()).to_vec() }, hide_possible_values = true)]
    pub(super) profile: Vec<Profile>,

    /// Exit with 1 if manifests were skipped (unrendered Helm templates, encrypted files)
    #[arg(long)]
    pub(super) fail_on_skipped: bool,

    /// Exit with 0 if there is nothing to check
    ///
    /// Without it, empty standard input, or paths without a file that may be a manifest, are an error (exit code 2):
    /// often a command before podwright failed, or the path is wrong.
    #[arg(long)]
    pub(super) allow_empty: bool,

    /// Report only findings that are not in this baseline file
    ///
    /// Create the file with --write-baseline, in the same working directory as in CI: files are identified by their
    /// paths. A finding is recognized even if its line number changed or its file was renamed.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["fix", "unsafe_fixes", "diff"])]
    pub(super) baseline: Option<PathBuf>,

    /// Write the current findings to the baseline file, removing entries that no longer occur
    #[arg(long)]
    pub(super) write_baseline: bool,

    /// Remove fixed findings from the baseline file; new findings are still reported
    #[arg(long, conflicts_with = "write_baseline")]
    pub(super) prune_baseline: bool,

    /// Report only findings on lines changed since this commit, or caused by the change
    ///
    /// Compares with the merge base: with main, the commit at which the current branch was created. Uncommitted
    /// changes count as changes. The current configuration is used for both sides. Requires git.
    #[arg(long, value_name = "COMMIT", conflicts_with_all = ["fix", "unsafe_fixes", "diff"])]
    pub(super) since: Option<String>,

    /// Treat the manifests of this commit as deployed, and report updates that the API server rejects
    ///
    /// For example, a change of the type of a Secret. The commit itself is used, not the merge base. Requires git.
    /// With --since, the default is the commit of --since.
    #[arg(long, value_name = "GITREF", conflicts_with = "baseline_dir")]
    pub(super) baseline_ref: Option<String>,

    /// Like --baseline-ref, but read the deployed manifests from this directory
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) baseline_dir: Option<PathBuf>,

    /// Run only these rules, or all rules of these groups
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',', value_parser = Named { parse: selection::parse, names: selection::names }, hide_possible_values = true)]
    pub(super) select: Vec<Selection>,

    /// Do not run these rules, or the rules of these groups
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',', value_parser = Named { parse: selection::parse, names: selection::names }, hide_possible_values = true)]
    pub(super) ignore: Vec<Selection>,

    /// Skip files and directories that match this glob, relative to the current directory
    #[arg(long, value_name = "GLOB", value_parser = parse_pattern)]
    pub(super) exclude: Vec<Pattern>,

    /// Disable all suppression comments and annotations
    #[arg(long)]
    pub(super) strict: bool,

    /// Respect the suppression annotations of these tools for equivalent rules: kube-linter, kube-score, polaris,
    /// checkov
    #[arg(long, value_name = "TOOL", value_delimiter = ',', value_parser = Named { parse: parse_tool, names: || Tool::ALL.map(|tool| tool.name().into()).to_vec() }, hide_possible_values = true)]
    pub(super) compat: Vec<Tool>,

    /// Date at which suppressions with an expiry date are evaluated [default: today, in UTC]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    pub(super) today: Option<Date>,

    #[command(flatten)]
    pub(super) context: Context,

    /// When to use colors
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Colour::Auto)]
    pub(super) color: Colour,

    /// Number of threads [default: one per processor]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) threads: Option<u16>,
}

/// Arguments of `podwright explain`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, after_help = EXPLAIN_EXAMPLES)]
pub(super) struct Explain {
    #[command(subcommand)]
    pub(super) what: Option<ExplainWhat>,

    /// Files and directories; use - for standard input
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,

    /// Explain only this object: a Pod or a workload that creates Pods [default: all]
    #[arg(long, value_name = "[NAMESPACE/]KIND/NAME")]
    pub(super) pod: Option<PodName>,

    #[command(flatten)]
    pub(super) form: ExplainForm,
}

/// What `podwright explain` explains other than Pods.
#[derive(Debug, Subcommand)]
pub(super) enum ExplainWhat {
    /// Trace cluster events to the manifest lines that cause them
    ///
    /// Reads what kubectl prints about a failure: kubectl describe pod; kubectl get events, as a table (also with -o wide
    /// or -A), YAML or JSON; kubectl get pods, as a table, YAML or JSON; or the message of an event on a line of its own.
    #[command(after_help = EVENT_EXAMPLES)]
    Event {
        /// File with the events; use - for standard input
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,

        /// Files and directories with manifests
        #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
        paths: Vec<PathBuf>,

        #[command(flatten)]
        form: ExplainForm,
    },
}

/// Output format of an explanation, and the cluster that it applies to.
#[derive(Debug, Args)]
pub(super) struct ExplainForm {
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = ExplainFormat::Text)]
    pub(super) format: ExplainFormat,

    #[command(flatten)]
    pub(super) context: Context,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ExplainFormat {
    /// Human-readable text
    Text,
    /// One JSON object
    Json,
    /// Diagram of how the Pods shut down
    Svg,
}

/// Configuration and cluster as given on the command line.
#[derive(Clone, Debug, Args)]
pub(super) struct Context {
    /// Use this configuration file for all files
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) config: Option<PathBuf>,

    /// Ignore configuration files
    #[arg(long, conflicts_with = "config")]
    pub(super) no_config: bool,

    /// Kubernetes release of the cluster, 1.20 to 1.37, or a range of releases: 1.36, 1.31-1.36 [default: 1.36]
    ///
    /// A patch release and the suffix of a provider are ignored: v1.33.4-gke.100 is 1.33. Fields of the API are known
    /// from 1.25 on.
    #[arg(long, value_name = "VERSION", value_parser = parse_versions)]
    pub(super) kubernetes_version: Option<VersionRange>,

    /// containerd release on the nodes [default: the newest]
    #[arg(long, value_name = "VERSION")]
    pub(super) containerd_version: Option<ContainerdRelease>,

    /// CRI-O release on the nodes [default: the newest]
    #[arg(long, value_name = "VERSION")]
    pub(super) crio_version: Option<CrioRelease>,

    /// Namespace of objects that do not set one
    #[arg(long, value_name = "NAME")]
    pub(super) namespace: Option<String>,

    /// Judge every Pod by this Pod Security Standard, whatever the labels of its namespace: `restricted`, `baseline:v1.30`
    #[arg(long, value_name = "LEVEL[:VERSION]")]
    pub(super) pod_security: Option<PodSecurity>,

    /// Treat the files as complete: a referenced object that is not among them does not exist
    #[arg(long)]
    pub(super) complete: bool,

    /// Directory that mirrors the root file system of a cluster node; repeat for each node
    ///
    /// The kubelet and container runtime configuration in it is checked, and determines which credentials and
    /// runtimes are available on the node. Overrides the nodes of the configuration file.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) node: Vec<PathBuf>,

    /// File or directory with CustomResourceDefinitions or JSON Schemas of custom resources; repeat for several
    ///
    /// Added to `schemas` of the configuration file.
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) schemas: Vec<PathBuf>,

    /// Maximum size of a document, and of an item of a List: `64Mi`, `1Gi`
    ///
    /// A file with a larger one is reported and not checked, because the memory that a document takes is a multiple of
    /// its size. A file with many documents or items may be larger.
    #[arg(long, value_name = "SIZE", default_value_t)]
    pub(super) max_document_size: Size,

    #[command(flatten)]
    pub(super) values: ValuesArguments,

    /// Name of the release
    #[arg(help_heading = HELM_CHARTS, long, value_name = "NAME")]
    pub(super) release: Option<String>,
}

/// Arguments of `podwright render`.
#[derive(Debug, Args)]
#[command(after_help = RENDER_EXAMPLES)]
pub(super) struct Render {
    /// Directory with a kustomization or a chart, or a packed chart
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) path: PathBuf,

    /// Allow a kustomization to use files outside of its directory
    #[arg(long)]
    pub(super) no_load_restrictions: bool,

    /// Output format
    #[arg(long, value_enum, default_value = "yaml")]
    pub(super) format: RenderFormat,

    #[command(flatten)]
    pub(super) chart: ChartArguments,
}

/// How `podwright render` renders a chart.
#[derive(Debug, Args)]
#[command(next_help_heading = "Helm charts")]
pub(super) struct ChartArguments {
    /// Name of the release
    #[arg(long, value_name = "NAME", default_value = "release-name")]
    pub(super) release: String,

    /// Namespace of the release
    #[arg(long, value_name = "NAME", default_value = "default")]
    pub(super) namespace: String,

    /// Kubernetes release of the cluster [default: the newest]
    #[arg(long, value_name = "VERSION")]
    pub(super) kubernetes_version: Option<String>,

    /// API versions that the chart sees as served
    #[arg(long, value_enum, default_value = "cluster")]
    pub(super) capabilities: Capabilities,

    /// Another API version that the chart sees as served: group/version or group/version/Kind
    #[arg(long, value_name = "VERSION", value_delimiter = ',')]
    pub(super) api_versions: Vec<String>,

    /// Render for an upgrade of the release instead of its installation
    #[arg(long)]
    pub(super) is_upgrade: bool,

    /// Print the custom resource definitions in crds/, too
    #[arg(long)]
    pub(super) include_crds: bool,

    #[command(flatten)]
    pub(super) values: ValuesArguments,
}

const HELM_CHARTS: &str = "Helm charts";

/// Values for charts.
#[derive(Clone, Debug, Args)]
pub(super) struct ValuesArguments {
    /// File with values; can be repeated, later files win
    #[arg(help_heading = HELM_CHARTS, short = 'f', long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) values: Vec<PathBuf>,

    /// Set values: key1=val1,key2=val2
    #[arg(help_heading = HELM_CHARTS, long, value_name = "ASSIGNMENTS")]
    pub(super) set: Vec<String>,

    /// Set values that are strings
    #[arg(help_heading = HELM_CHARTS, long, value_name = "ASSIGNMENTS")]
    pub(super) set_string: Vec<String>,

    /// Set values written as JSON
    #[arg(help_heading = HELM_CHARTS, long, value_name = "ASSIGNMENTS")]
    pub(super) set_json: Vec<String>,

    /// Set values to the contents of files: key1=path1,key2=path2
    #[arg(long, value_name = "ASSIGNMENTS")]
    pub(super) set_file: Vec<String>,

    /// Set a value to everything after the equal sign
    #[arg(help_heading = HELM_CHARTS, long, value_name = "ASSIGNMENT")]
    pub(super) set_literal: Vec<String>,
}

/// Where a chart's `.Capabilities.APIVersions` comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Capabilities {
    /// What a cluster of this Kubernetes release serves
    Cluster,
    /// The list that helm template uses without a cluster
    Helm,
}

/// Output format of `podwright render`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum RenderFormat {
    /// The objects
    Yaml,
    /// One JSON object per line for each scalar: where it comes from
    Origins,
}

/// Arguments of `podwright vendor`.
#[derive(Debug, Args)]
#[command(after_help = VENDOR_EXAMPLES)]
pub(super) struct Vendor {
    /// Files and directories
    #[arg(value_name = "PATH", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,

    /// Resolve branches and ranges of versions again, and fetch everything again
    #[arg(long, conflicts_with_all = ["check", "dry_run"])]
    pub(super) update: bool,

    /// Exit with 1 if the lock file or what is stored is out of date; fetch nothing
    #[arg(long, conflicts_with = "dry_run")]
    pub(super) check: bool,

    /// List what would be fetched or removed; fetch nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// What `podwright export` writes.
#[derive(Debug, Subcommand)]
pub(super) enum ExportWhat {
    /// Write rules as ValidatingAdmissionPolicies, which the API server enforces
    ///
    /// Each rule that is on, and that one object and a CEL expression decide, becomes a policy and a binding. The level
    /// of the rule decides the action: Deny for error, Warn for warning, Audit for info. Options of the rules become part
    /// of the expressions. Objects in kube-system, kube-public and kube-node-lease are left out. Requires Kubernetes 1.30.
    #[command(after_help = EXPORT_EXAMPLES)]
    AdmissionPolicies(Box<ExportPolicies>),
}

/// Arguments of `podwright export admission-policies`.
#[derive(Debug, Args)]
pub(super) struct ExportPolicies {
    /// Directory to write a file for each rule to [default: print them]
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) directory: Option<PathBuf>,

    /// Also export the rules of these profiles: strict, security, policy, all
    #[arg(long, value_name = "PROFILE", value_delimiter = ',', value_parser = Named { parse: parse_profile, names: || Profile::ALL.map(|profile| profile.name().into()).to_vec() }, hide_possible_values = true)]
    pub(super) profile: Vec<Profile>,

    /// Export only these rules, or all rules of these groups
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',', value_parser = Named { parse: selection::parse, names: selection::names }, hide_possible_values = true)]
    pub(super) select: Vec<Selection>,

    /// Do not export these rules, or the rules of these groups
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',', value_parser = Named { parse: selection::parse, names: selection::names }, hide_possible_values = true)]
    pub(super) ignore: Vec<Selection>,

    #[command(flatten)]
    pub(super) context: Context,
}

/// Arguments of `podwright migrate`.
#[derive(Debug, Args)]
pub(super) struct Migrate {
    /// Configuration files of other tools, or directories that contain them [default: .]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,

    /// Convert a command line of kubeconform or kube-score, which have no configuration files
    #[arg(long, value_name = "COMMAND")]
    pub(super) command: Vec<String>,

    /// Write .podwright.yaml next to the first file, unless it exists, instead of printing it
    #[arg(long)]
    pub(super) write: bool,
}

/// A requested report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FormatChoice {
    pub(super) format: Format,
    /// Output file of this report alone.
    pub(super) file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Annotated source excerpts
    Text,
    /// One line per finding
    Concise,
    /// One JSON object
    Json,
    /// One JSON object per line: the findings, then the summary
    Jsonl,
    /// SARIF, for GitHub code scanning and other tools
    Sarif,
    /// GitHub Actions workflow commands
    Github,
    /// GitLab code quality report
    Gitlab,
    /// JUnit XML
    Junit,
    /// Checkstyle XML
    Checkstyle,
    /// reviewdog diagnostics
    Rdjson,
    /// Markdown table
    Markdown,
    /// One HTML page without network access
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LevelName {
    /// Advice
    Info,
    /// Very likely wrong
    Warning,
    /// Rejected by the cluster, or fails
    Error,
}

impl From<LevelName> for Severity {
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
    /// Advice
    Info,
    /// Very likely wrong
    Warning,
    /// Rejected by the cluster, or fails
    Error,
    /// Findings never affect the exit code
    Never,
}

impl FailOn {
    pub(super) const fn level(self) -> Option<Severity> {
        match self {
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
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
        Some((_, "")) => return Err("expected a file name after `=`".to_owned()),
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    let format = Format::from_str(name, true).map_err(|_| {
        let known = format_names();
        let known: Vec<&str> = known.iter().map(PossibleValue::get_name).collect();
        expected_one_of(&known, name)
    })?;
    Ok(FormatChoice { format, file })
}

fn format_names() -> Vec<PossibleValue> {
    let formats = Format::value_variants().iter();
    formats.filter_map(Format::to_possible_value).collect()
}

/// A file name that is a format is probably meant as one: `--output json`, as in other tools.
fn parse_output(text: &str) -> Result<PathBuf, String> {
    match Format::from_str(text, true) {
        Ok(_) => Err(format!(
            "`--output` takes a file; use `--format {text}`, or `--output ./{text}` for a file of that name"
        )),
        Err(_) => Ok(PathBuf::from(text)),
    }
}

fn parse_day(text: &str) -> Result<Date, &'static str> {
    text.parse()
        .map_err(|_| "expected a date in the form 2027-01-31")
}

fn parse_tool(name: &str) -> Result<Tool, String> {
    Tool::named(name.trim()).ok_or_else(|| expected_one_of(&Tool::ALL.map(Tool::name), name))
}

fn expected_one_of(known: &[&str], name: &str) -> String {
    let meant = did_you_mean(name, known.iter().copied());
    let meant = meant.map_or_else(String::new, |near| format!("; did you mean {near}?"));
    format!("expected one of {}{meant}", known.join(", "))
}

fn parse_profile(name: &str) -> Result<Profile, String> {
    let names = Profile::ALL.map(Profile::name);
    name.trim()
        .parse()
        .map_err(|_| expected_one_of(&names, name))
}

fn parse_pattern(text: &str) -> Result<Pattern, String> {
    Pattern::new(text)
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

use clap::{Args, ValueEnum};

const RULES_EXAMPLES: &str = "\
Examples:
  podwright rules
  podwright rules --search ImagePullBackOff
  podwright rules --search latest-tag      the rule for a check of kube-linter
  podwright rules --format json";

/// Arguments of `podwright rules`.
#[derive(Debug, Args)]
#[command(after_help = RULES_EXAMPLES)]
pub(crate) struct RulesArguments {
    /// List only rules that match all words: a name, a check of another tool, an event, a waiting reason, a field
    #[arg(long, value_name = "WORDS")]
    pub(crate) search: Option<String>,

    /// List only rules of this group
    #[arg(long, value_name = "GROUP")]
    pub(crate) group: Option<String>,

    /// Output format
    #[arg(short = 'o', long, value_enum, value_name = "FORMAT", default_value_t = RulesFormat::Text)]
    pub(crate) format: RulesFormat,
}

/// Output format of `podwright rules`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesFormat {
    /// One line per rule
    Text,
    /// One JSON array
    Json,
}

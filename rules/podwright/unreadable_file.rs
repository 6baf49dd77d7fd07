use podwright_rule::{Rule, declare_rule};

declare_rule! {
    UnreadableFile {
        name: "unreadable-file",
        summary: "file cannot be read",
        severity: Error,
        since: "0.1.0",
    }
}

/// The command line reports these findings when a file cannot be read.
impl Rule for UnreadableFile {}

//! Rules that the engine and the command line report.

use podwright_rule::declare_rules;

declare_rules! {
    hooks: {},
    EXPIRED_IGNORE {
        name: "expired-ignore",
        summary: "expired suppression",
        severity: Warning,
        since: "0.1.0",
    }
    INTERNAL_ERROR {
        name: "internal-error",
        summary: "internal error in podwright",
        severity: Error,
        since: "0.1.0",
    }
    UNKNOWN_RULE {
        name: "unknown-rule",
        summary: "suppression of a rule that does not exist",
        severity: Warning,
        since: "0.1.0",
    }
    UNREADABLE_FILE {
        name: "unreadable-file",
        summary: "file cannot be read",
        severity: Error,
        since: "0.1.0",
    }
    UNUSED_IGNORE {
        name: "unused-ignore",
        summary: "unused suppression",
        severity: Warning,
        since: "0.1.0",
    }
}

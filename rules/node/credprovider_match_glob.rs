use super::pattern::{self, patterns};
use podwright_cluster::keyring::{MatchScope, NormalKey, RegistryKeyError};
use podwright_model::{Object, docker_config::RegistryKey};
use podwright_rule::{Applicability, RuleContext, Severity, declare_rule};
use podwright_syntax::NodeId;

declare_rule! {
    name: "credprovider-match-glob",
    summary: "`matchImages` pattern does not match what it appears to",
    severity: Error,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    for (entry, node) in patterns(object) {
        let is_told = pattern::without_scheme(entry).is_some()
            || pattern::docker_hub(entry).is_some()
            || pattern::is_url(entry).is_err();
        if !is_told {
            judge(entry, node, cx);
        }
    }
}

fn judge(entry: &str, node: NodeId, cx: &mut RuleContext<'_>) {
    let key = RegistryKey::new(entry);
    let Some(fault) = RegistryKeyError::of(&key) else {
        reach(&key, entry, node, cx);
        return;
    };
    let (message, help, level) = match fault {
        RegistryKeyError::StarInPath => (
            format!("`*` in the path of `{entry}` is not a wildcard"),
            "remove the `*`: a path matches everything that starts with it",
            Severity::Error,
        ),
        RegistryKeyError::Bracket { .. } => (
            format!("`[…]` in `{entry}` is not supported by every kubelet"),
            "add one entry per host",
            Severity::Warning,
        ),
        RegistryKeyError::QuestionMark { .. } => (
            format!("`?` in `{entry}` truncates the pattern"),
            "use `*`, which matches a label or part of a label",
            Severity::Error,
        ),
        RegistryKeyError::Tag => (
            format!("`{entry}` never matches: it contains a tag or digest"),
            "remove the tag or digest",
            Severity::Error,
        ),
        RegistryKeyError::PathCharacter => (
            format!("`{entry}` never matches: its path contains an invalid character"),
            "write the path as it appears in the images",
            Severity::Error,
        ),
        RegistryKeyError::Uppercase { in_path: true } => (
            format!("`{entry}` never matches: its path contains uppercase letters"),
            "use lowercase",
            Severity::Error,
        ),
        RegistryKeyError::Uppercase { in_path: false } => (
            format!("`{entry}` matches only image hosts with the same capitalization"),
            "write the host as it appears in the images",
            Severity::Warning,
        ),
        RegistryKeyError::Empty => (
            format!("`{entry}` has no host"),
            "add the host of the registry",
            Severity::Error,
        ),
        // Other rules report the remaining faults, or they are valid in `matchImages`.
        _ => return,
    };
    let fix = fault
        .repaired(&key)
        .filter(|_| !cx.tree().is_anchored(node))
        .map(|meant| cx.replace(node, &meant, Applicability::Safe));
    cx.report(node, message)
        .at_most(level)
        .note(NOTE)
        .help(help)
        .fix(fix);
}

const NOTE: &str = "the kubelet does not call the plugin for images that no entry matches, and pulls them without its \
                    credentials";

fn reach(key: &RegistryKey, entry: &str, node: NodeId, cx: &mut RuleContext<'_>) {
    match NormalKey::new(key).ok().and_then(|key| key.match_scope()) {
        Some(MatchScope::Within) => {
            let meant = format!("*.{}", entry.trim_start_matches('*'));
            let fix = (!cx.tree().is_anchored(node))
                .then(|| cx.replace(node, &meant, Applicability::Unsafe));
            cx.report(
                node,
                format!("`*` in `{entry}` does not match a label and its dot"),
            )
            .at_most(Severity::Warning)
            .note("`*` never matches a `.`: hosts with a different number of labels do not match")
            .help(format!(
                "use `{meant}`, and add the host itself if it also serves images"
            ))
            .fix(fix);
        }
        Some(MatchScope::TooBroad) => {
            cx.report(node, format!("`{entry}` matches unrelated registries"))
                .at_most(Severity::Info)
                .note(
                    "the kubelet calls the plugin for all images of these registries, and sends them the credentials \
                     that it returns",
                )
                .help("list only the registries that the plugin is for");
        }
        None => {}
    }
}

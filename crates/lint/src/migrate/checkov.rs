//! Converts `.checkov.yaml`, which uses checkov's long flags as keys.

use super::foreign::Foreign;
use podwright_syntax::NodeId;

/// Disables skipped checks and, if `check` is not empty, all checks that are not in it.
pub(super) fn take_over(file: &mut Foreign<'_>, root: NodeId) {
    file.list_others(
        root,
        &[
            "skip-check",
            "check",
            "skip-path",
            "framework",
            "directory",
            "compact",
            "quiet",
            "soft-fail",
        ],
        "",
    );
    if let Some(node) = file
        .get(root, "soft-fail")
        .filter(|node| file.text(*node) == "true")
    {
        file.add_setting("fail-on: never", node, "soft-fail");
    }
    let list = |file: &Foreign<'_>, key| {
        let node = file.get(root, key);
        node.map_or_else(Vec::new, |node| file.strings(node))
    };
    // Checks of other frameworks do not apply to podwright.
    let is_ours = |name: &str| name.contains("K8S");
    for (name, node) in list(file, "skip-check") {
        if let Some(check) = Some(&name)
            .filter(|name| is_ours(name))
            .and_then(|name| file.check(name, node, "skip-check"))
        {
            file.set(check, "off", node, "skip-check");
        }
    }
    let only = list(file, "check");
    if let Some(node) = file
        .get(root, "check")
        .filter(|_| only.iter().any(|(name, _)| is_ours(name)))
    {
        for check in file.tool.checks() {
            if only.iter().any(|(name, _)| name == check.name) {
                file.turn_on(check, node, "check");
            } else {
                file.leave_out(check, node, "check, without");
            }
        }
    } else {
        for check in file.tool.checks() {
            file.turn_on(check, root, "default check");
        }
    }
    for (path, node) in list(file, "skip-path") {
        // The value is a regular expression that is searched for in the path.
        let is_plain = path
            .chars()
            .all(|c| c.is_alphanumeric() || "/_-".contains(c));
        if is_plain && !path.is_empty() {
            file.exclude(path.trim_start_matches('/'), node, "skip-path");
        } else {
            file.rest(node, "skip-path", format!("{path} is a regular expression"));
        }
    }
}

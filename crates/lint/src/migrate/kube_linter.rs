//! Converts `.kube-linter.yaml`, as parsed by `pkg/config/config.go` and `pkg/configresolver`.

use super::foreign::{CUSTOM, Foreign};
use podwright_syntax::NodeId;

/// Default check that is advice, and that podwright has on too. The others with rules that are on say what the cluster
/// does; who leaves out the advice of kube-linter still wants to know that.
const ADVICE: &str = "latest-tag";

fn turn_on_defaults(file: &mut Foreign<'_>, node: NodeId) {
    for check in file.tool.checks().iter().filter(|check| check.is_default) {
        file.turn_on(check, node, "default check");
    }
}

/// Disables excluded checks and default checks that are not requested. Requested checks that are advice in podwright
/// become warnings, because kube-linter fails on every finding.
pub(super) fn take_over(file: &mut Foreign<'_>, root: NodeId) {
    file.list_others(root, &["checks", "customChecks"], "");
    let custom = file.get(root, "customChecks");
    for check in custom.into_iter().flat_map(|list| file.tree.items(list)) {
        let name = file
            .get(check, "name")
            .map_or_else(String::new, |name| file.text(name));
        file.rest(check, "customChecks", format!("{name}: {CUSTOM}"));
    }
    let Some(checks) = file.get(root, "checks") else {
        turn_on_defaults(file, root);
        return;
    };
    let known = [
        "exclude",
        "include",
        "addAllBuiltIn",
        "doNotAutoAddDefaults",
        "ignorePaths",
    ];
    file.list_others(checks, &known, "checks");
    let list = |file: &Foreign<'_>, key| {
        let node = file.get(checks, key);
        node.map_or_else(Vec::new, |node| file.strings(node))
    };

    let excluded = list(file, "exclude");
    for (name, node) in &excluded {
        if let Some(check) = file.check(name, *node, "checks.exclude") {
            file.set(check, "off", *node, "checks.exclude");
        }
    }
    let included = list(file, "include");
    let has_defaults = !file.is_true(checks, "doNotAutoAddDefaults");
    for (name, node) in &included {
        if let Some(check) = file
            .check(name, *node, "checks.include")
            .filter(|check| !(check.is_default && has_defaults))
        {
            file.turn_on(check, *node, "checks.include");
        }
    }
    if file.is_true(checks, "addAllBuiltIn") {
        for check in file.tool.checks() {
            file.turn_on(check, checks, "checks.addAllBuiltIn");
        }
    } else if !has_defaults {
        let is_asked_for = included.iter().any(|(included, _)| included == ADVICE);
        if let Some(check) = file.tool.check(ADVICE).filter(|_| !is_asked_for) {
            file.set(check, "off", checks, "checks.doNotAutoAddDefaults");
        }
    } else {
        turn_on_defaults(file, checks);
    }

    for (path, node) in list(file, "ignorePaths") {
        // `~` is the home directory, and an absolute path is not relative to this directory.
        if path.starts_with(['~', '/']) {
            file.rest(node, "checks.ignorePaths", path);
        } else {
            file.exclude(&path, node, "checks.ignorePaths");
        }
    }
}

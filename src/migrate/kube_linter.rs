//! `.kube-linter.yaml`: `pkg/config/config.go` and `pkg/configresolver`.

use super::Foreign;
use crate::syntax::NodeId;

/// What is excluded is off, and so is what kube-linter does by default and was told not to. What was asked for and
/// is advice here becomes a warning, since kube-linter fails for all that it finds.
pub(super) fn take_over(file: &mut Foreign<'_>, root: NodeId) {
    file.list_others(root, &["checks", "customChecks"], "");
    let custom = file.get(root, "customChecks");
    for check in custom.into_iter().flat_map(|list| file.tree.items(list)) {
        let name = file
            .get(check, "name")
            .map_or_else(String::new, |name| file.text(name));
        file.rest(
            check,
            "customChecks",
            format!("{name}, a check of your own"),
        );
    }
    let Some(checks) = file.get(root, "checks") else {
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
    for (name, node) in &included {
        if let Some(check) = file
            .check(name, *node, "checks.include")
            .filter(|c| !c.is_default)
        {
            file.set(check, "warning", *node, "checks.include");
        }
    }
    let all = file
        .tool
        .checks()
        .iter()
        .filter(|check| !check.rules.is_empty());
    if file.is_true(checks, "addAllBuiltIn") {
        for check in all.filter(|check| !check.is_default) {
            file.set(check, "warning", checks, "checks.addAllBuiltIn");
        }
    } else if file.is_true(checks, "doNotAutoAddDefaults") {
        let is_asked_for = |name: &str| included.iter().any(|(included, _)| included == name);
        for check in all.filter(|check| check.is_default && !is_asked_for(check.name)) {
            file.set(check, "off", checks, "checks.doNotAutoAddDefaults");
        }
    }

    for (path, node) in list(file, "ignorePaths") {
        // `~` is the home folder, and a path from the root is not of this folder.
        if path.starts_with(['~', '/']) {
            file.rest(node, "checks.ignorePaths", path);
        } else {
            file.exclude(&path, node, "checks.ignorePaths");
        }
    }
}

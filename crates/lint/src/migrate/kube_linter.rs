//! Converts `.kube-linter.yaml`, as parsed by `pkg/config/config.go` and `pkg/configresolver`.

use super::foreign::{CUSTOM, Foreign};
use podwright_syntax::NodeId;

/// Default check that is advice, and that podwright has on too. The others with rules that are on say what the cluster
/// does; who leaves out the advice of kube-linter still wants to know that.
const ADVICE: &str = "latest-tag";

fn turn_on_defaults(file: &mut Foreign<'_>, node: NodeId, excluded: &[String]) {
    for check in file.tool.checks().iter().filter(|check| check.is_default) {
        file.turn_on(check, node, "default check");
    }
    let path = file.source.path.clone();
    file.into.list_default_others(file.tool, excluded, &path);
}

fn text_of(file: &Foreign<'_>, mapping: NodeId, key: &str) -> String {
    file.get(mapping, key)
        .map_or_else(String::new, |node| file.text(node))
}

/// Converts required labels and annotations, and lists other custom checks.
fn take_over_custom(file: &mut Foreign<'_>, check: NodeId) {
    let name = text_of(file, check, "name");
    let template = text_of(file, check, "template");
    let rule = match template.as_str() {
        "required-label" => Some(("label-required", "labels")),
        "required-annotation" => Some(("annotation-required", "annotations")),
        _ => None,
    };
    let params = file.get(check, "params");
    let param = |key| params.map_or_else(String::new, |params| text_of(file, params, key));
    let (key, value) = (param("key"), param("value"));
    // Both are regular expressions that are searched for, without anchors.
    let is_plain = |text: &str| {
        text.chars()
            .all(|c| c.is_alphanumeric() || "-_./".contains(c))
    };
    match rule {
        Some((rule, option)) if !key.is_empty() && is_plain(&key) && is_plain(&value) => {
            let entry = match value.is_empty() {
                true => format!("{{key: '{key}'}}"),
                false => format!("{{key: '{key}', value: '.*{value}.*'}}"),
            };
            let origin = file.origin(check, &format!("customChecks {name}"));
            file.into.require(rule, option, &entry, &origin);
        }
        Some((rule, option)) => {
            let why = format!("a regular expression; add the key to `{option}` of `{rule}`");
            file.rest(check, "customChecks", format!("{name}: {why}"));
        }
        None => file.rest(check, "customChecks", format!("{name}: {CUSTOM}")),
    }
}

/// Disables excluded checks and default checks that are not requested. Requested checks that are advice in podwright
/// become warnings, because kube-linter fails on every finding.
pub(super) fn take_over(file: &mut Foreign<'_>, root: NodeId) {
    file.list_others(root, &["checks", "customChecks"], "");
    let custom = file.get(root, "customChecks");
    let custom: Vec<NodeId> = custom
        .into_iter()
        .flat_map(|list| file.tree.items(list))
        .collect();
    let Some(checks) = file.get(root, "checks") else {
        turn_on_defaults(file, root, &[]);
        custom
            .into_iter()
            .for_each(|check| take_over_custom(file, check));
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
    let mut own: Vec<(String, NodeId)> = Vec::new();
    for check in &custom {
        own.push((text_of(file, *check, "name"), *check));
    }
    for (name, node) in &excluded {
        // `exclude` also applies to custom checks.
        if own.iter().any(|(custom, _)| custom == name) {
            continue;
        }
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
        let others: Vec<&str> = file.tool.others().map(|(name, _)| name).collect();
        for name in others {
            let is_excluded = excluded.iter().any(|(other, _)| other == name);
            if !is_excluded && !included.iter().any(|(other, _)| other == name) {
                file.check(name, checks, "checks.addAllBuiltIn");
            }
        }
    } else if !has_defaults {
        let is_asked_for = included.iter().any(|(included, _)| included == ADVICE);
        if let Some(check) = file.tool.check(ADVICE).filter(|_| !is_asked_for) {
            file.set(check, "off", checks, "checks.doNotAutoAddDefaults");
        }
    } else {
        let excluded: Vec<String> = excluded.iter().map(|(name, _)| name.clone()).collect();
        turn_on_defaults(file, checks, &excluded);
    }

    for (name, check) in own {
        if !excluded.iter().any(|(excluded, _)| *excluded == name) {
            take_over_custom(file, check);
        }
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

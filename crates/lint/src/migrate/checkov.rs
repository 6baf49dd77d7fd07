//! Converts `.checkov.yaml`, which uses checkov's long flags as keys.

use super::foreign::Foreign;
use crate::compat::ForeignCheck;
use globset::Glob;
use podwright_syntax::NodeId;

/// Severities, which checkov only knows with an API key of its vendor.
const SEVERITIES: [&str; 7] = [
    "NONE",
    "LOW",
    "MODERATE",
    "MEDIUM",
    "IMPORTANT",
    "HIGH",
    "CRITICAL",
];

/// Checks that a name or a pattern selects, as `RunnerFilter.check_matches`. What has no equivalent is listed. Checks of other
/// frameworks do not apply to podwright.
fn selected(
    file: &mut Foreign<'_>,
    name: &str,
    node: NodeId,
    what: &str,
) -> Vec<&'static ForeignCheck> {
    if SEVERITIES.iter().any(|one| name.eq_ignore_ascii_case(one)) {
        let why = "severities of checkov need its platform; set the levels of rules";
        file.rest(node, what, format!("{name}: {why}"));
        return Vec::new();
    }
    if let Some((check, path)) = name.split_once(':') {
        if check.contains("K8S") {
            let why = "for some paths: use `overrides`";
            file.rest(node, what, format!("{check} for {path}: {why}"));
        }
        return Vec::new();
    }
    if !name.contains(['*', '?', '[']) {
        let check = name.contains("K8S").then(|| file.check(name, node, what));
        return check.flatten().into_iter().collect();
    }
    let Ok(pattern) = Glob::new(name) else {
        file.rest(node, what, format!("{name}: not a pattern"));
        return Vec::new();
    };
    let pattern = pattern.compile_matcher();
    let mut checks = file.tool.checks().iter();
    let selected: Vec<_> = checks
        .by_ref()
        .filter(|check| pattern.is_match(check.name))
        .collect();
    for (other, why) in file.tool.others() {
        if pattern.is_match(other) {
            file.rest(node, what, format!("{other}: {why}"));
        }
    }
    selected
}

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
    // Items may be lists themselves: `CKV_K8S_8,CKV_K8S_9`.
    let checks = |file: &Foreign<'_>, key| -> Vec<(String, NodeId)> {
        let items = list(file, key).into_iter();
        let split = |(item, node): (String, NodeId)| {
            let names = item.split(',').map(str::trim);
            let names = names.filter(|name| !name.is_empty());
            names
                .map(|name| (name.to_owned(), node))
                .collect::<Vec<_>>()
        };
        items.flat_map(split).collect()
    };
    for (name, node) in checks(file, "skip-check") {
        for check in selected(file, &name, node, "skip-check") {
            file.set(check, "off", node, "skip-check");
        }
    }
    let only = checks(file, "check");
    let mut run = Vec::new();
    for (name, node) in &only {
        let checks = selected(file, name, *node, "check");
        run.extend(checks.into_iter().map(|check| (check, *node)));
    }
    let frameworks = list(file, "framework");
    let reads_manifests = |name: &str| matches!(name, "all" | "kubernetes" | "helm" | "kustomize");
    if let Some(node) = file.get(root, "framework").filter(|_| {
        !frameworks.is_empty() && !frameworks.iter().any(|(name, _)| reads_manifests(name))
    }) {
        let why = "checkov does not check manifests with it, so no check is switched on";
        file.rest(node, "framework", why.to_owned());
    } else if !only.is_empty() {
        for check in file.tool.checks() {
            match run.iter().find(|(known, _)| known.name == check.name) {
                Some((_, node)) => file.turn_on(check, *node, "check"),
                None => file.leave_out(check, only[0].1, "check, without"),
            }
        }
    } else {
        for check in file.tool.checks() {
            file.turn_on(check, root, "default check");
        }
        let (path, skipped) = (file.source.path.clone(), checks(file, "skip-check"));
        let skipped: Vec<String> = skipped.into_iter().map(|(name, _)| name).collect();
        file.into.list_default_others(file.tool, &skipped, &path);
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

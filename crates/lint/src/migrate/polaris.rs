//! Converts the configuration of polaris, as parsed by `pkg/config/config.go`.

use super::foreign::{CUSTOM, Foreign};
use podwright_syntax::NodeId;

/// Maps `danger` to error and `ignore` to off.
pub(super) fn take_over(file: &mut Foreign<'_>, root: NodeId) {
    file.list_others(
        root,
        &[
            "checks",
            "customChecks",
            "exemptions",
            "disallowAnnotationExemptions",
            "disallowConfigExemptions",
            "disallowExemptions",
        ],
        "",
    );
    let is_disallowed = |key| file.is_true(root, key);
    file.into.ignores_annotations =
        is_disallowed("disallowAnnotationExemptions") || is_disallowed("disallowExemptions");
    let custom = file.get(root, "customChecks");
    let custom: Vec<(String, NodeId)> = custom
        .into_iter()
        .flat_map(|checks| file.tree.entries(checks))
        .map(|entry| (file.tree.key_text(entry.key).into_owned(), entry.key))
        .collect();
    for (name, node) in &custom {
        file.rest(*node, "customChecks", format!("{name}: {CUSTOM}"));
    }
    let checks = file.get(root, "checks");
    let entries: Vec<_> = checks
        .into_iter()
        .flat_map(|checks| file.tree.entries(checks))
        .collect();
    for entry in entries {
        let name = file.tree.key_text(entry.key).into_owned();
        if custom.iter().any(|(own, _)| *own == name) {
            continue;
        }
        let severity = file.text(entry.value);
        let level = match severity.as_str() {
            "danger" => "error",
            "warning" => "warning",
            "ignore" => "off",
            _ => {
                file.rest(
                    entry.value,
                    "checks",
                    format!("{name}: unknown severity {severity}"),
                );
                continue;
            }
        };
        if let Some(check) = file.check(&name, entry.key, "checks") {
            file.set(check, level, entry.key, "checks");
        }
    }
    let exemptions = file.get(root, "exemptions");
    for exemption in exemptions
        .into_iter()
        .flat_map(|list| file.tree.items(list))
    {
        let list = |key| {
            let node = file.get(exemption, key);
            let strings = node.map_or_else(Vec::new, |node| file.strings(node));
            strings
                .into_iter()
                .map(|(text, _)| text)
                .collect::<Vec<_>>()
        };
        let rules = list("rules");
        let concerns_us = |name: &String| file.tool.others().all(|(other, _)| other != name);
        if rules.is_empty() || rules.iter().any(concerns_us) {
            let controllers = list("controllerNames").join(", ");
            let text =
                format!("{controllers}: annotate the objects, or use `overrides` with paths");
            file.rest(exemption, "exemptions", text);
        }
    }
}

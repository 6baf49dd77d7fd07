//! Converts `trivy.yaml`, `.trivyignore` and `.trivyignore.yaml`.

use super::foreign::{Foreign, Line, Lines};
use crate::compat::{Tool, trivy};
use podwright_syntax::NodeId;
use podwright_syntax::text::Source;

/// Switches off the checks of `.trivyignore.yaml`, and excludes the paths of `trivy.yaml`.
pub(super) fn take_over(file: &mut Foreign<'_>, root: NodeId) {
    let ignored = file.get(root, "misconfigurations");
    let mut ids = Vec::new();
    for one in ignored.into_iter().flat_map(|list| file.tree.items(list)) {
        let Some(id) = file.get(one, "id") else {
            continue;
        };
        let name = trivy::name(&file.text(id)).unwrap_or_else(|| file.text(id));
        ids.push(name.clone());
        if file.get(one, "paths").is_some() {
            file.rest(
                id,
                "misconfigurations",
                format!("{name} for some paths: use `overrides`"),
            );
        } else if let Some(check) = file.check(&name, id, "misconfigurations") {
            file.set(check, "off", id, "misconfigurations");
        }
    }
    let scan = file.get(root, "scan");
    for key in ["skip-dirs", "skip-files"] {
        let list = scan.and_then(|scan| file.get(scan, key));
        for (path, node) in list.map_or_else(Vec::new, |list| file.strings(list)) {
            file.exclude(path.trim_start_matches("./"), node, key);
        }
    }
    if let Some(scan) = scan {
        file.list_others(scan, &["skip-dirs", "skip-files", "scanners"], "scan");
    }
    file.list_others(root, &["misconfigurations", "scan"], "");
    for check in file.tool.checks() {
        file.turn_on(check, root, "default check");
    }
    let path = file.source.path.clone();
    file.into.list_default_others(file.tool, &ids, &path);
}

/// Switches off the checks of `.trivyignore`, which has one identifier a line.
pub(super) fn take_over_list(source: &Source, into: &mut Lines) {
    let mut ids = Vec::new();
    for (line, number) in source.text.lines().zip(1..) {
        let Some(id) = line
            .split_whitespace()
            .next()
            .filter(|id| !id.starts_with('#'))
        else {
            continue;
        };
        let origin = format!("{}:{number}", source.path);
        let Some(name) = trivy::name(id) else {
            // Vulnerabilities and secrets, and checks of other formats.
            continue;
        };
        ids.push(name.clone());
        let other = Tool::Trivy.others().find(|(other, _)| *other == name);
        match (Tool::Trivy.check(&name), other) {
            (Some(check), _) => into.set(check, "off", &format!("{origin}: {name}")),
            (None, Some((_, why))) => into.rest.push(Line {
                text: format!("{name}: {why}"),
                origin,
            }),
            (None, None) => into.rest.push(Line {
                text: format!("{name}, not a check that podwright knows"),
                origin,
            }),
        }
    }
    for check in Tool::Trivy.checks() {
        into.turn_on(
            check,
            &format!("{}: default check {}", source.path, check.name),
        );
    }
    into.list_default_others(Tool::Trivy, &ids, &source.path);
}

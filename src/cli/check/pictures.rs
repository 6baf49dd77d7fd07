//! What happens to the Pods with findings, for reports that show it.

use podwright_cluster::workspace::Workspace;
use podwright_explain::{explain_object, explainable};
use podwright_lint::config::SettingsTable;
use podwright_report::html::Picture;
use podwright_rule::finding::Finding;
use rustc_hash::FxHashSet;

/// Maximum number of objects with pictures.
const MAX_OBJECTS: usize = 200;

/// Pictures of the objects with findings.
pub(super) fn of(
    workspace: &Workspace,
    findings: &[Finding],
    table: &SettingsTable,
) -> Vec<Picture> {
    let objects = findings
        .iter()
        .filter_map(|finding| finding.object.as_ref());
    let objects: FxHashSet<String> = objects.map(ToString::to_string).collect();
    let has_findings = |name: &String| objects.contains(name);
    let mut drawn: FxHashSet<String> = FxHashSet::default();
    explainable(workspace)
        .filter_map(|id| {
            let name = workspace.object_reference(id).to_string();
            if !has_findings(&name) || drawn.len() >= MAX_OBJECTS || !drawn.insert(name) {
                return None;
            }
            let versions = table.versions(workspace.settings_file(id.file));
            let pods = explain_object(workspace, id, versions);
            Picture::of(&pods, &|text| workspace.without_credentials(text))
        })
        .collect()
}

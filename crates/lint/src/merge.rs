//! One defect in several builds is one finding.

use std::collections::BTreeMap;

use podwright_cluster::workspace::{ChartRelease, ObjectId, ValuesSet, Workspace};
use podwright_model::Object;
use podwright_rule::finding::Finding;
use podwright_syntax::text::{FileId, Location};

/// Most builds that a note names.
const MAX_NAMED: usize = 3;

/// Joins findings in one place that differ only in the build they hold in, and says which builds those are.
pub(super) fn merge(workspace: &Workspace, findings: Vec<Finding>) -> Vec<Finding> {
    if findings.iter().all(|finding| finding.builds.is_empty()) {
        return findings;
    }
    let mut merged: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut groups: BTreeMap<(&'static str, Location), Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        if finding.builds.is_empty() {
            merged.push(finding);
            continue;
        }
        let key = (finding.rule, finding.primary.place);
        groups.entry(key).or_default().push(finding);
    }
    for group in groups.into_values() {
        merged.extend(joined(group).into_iter().map(|mut finding| {
            finding.notes.extend(note(workspace, &finding));
            if let Some(id) = source_object(workspace, finding.primary.place) {
                finding.object = Some(workspace.object_reference(id));
            }
            finding
        }));
    }
    merged
}

/// The object or patch that a place is in. It is the same whatever the builds make of it, and so is the fingerprint of
/// the finding.
fn source_object(workspace: &Workspace, place: Location) -> Option<ObjectId> {
    let file = workspace.file(place.file);
    if file.kustomization.is_some() {
        return None;
    }
    let holds = |object: &Object| file.tree.span(object.node).contains(place.span);
    let index = file.objects.iter().position(holds)?;
    Some(ObjectId {
        file: place.file,
        index,
    })
}

/// Joins the findings of one rule in one place. If every build has one, they are the same defect even if their texts
/// differ, by a namespace for example.
fn joined(group: Vec<Finding>) -> Vec<Finding> {
    let mut builds: Vec<FileId> = group.iter().flat_map(|one| one.builds.clone()).collect();
    builds.sort_unstable();
    builds.dedup();
    let one_each = builds.len() == group.len();
    let mut joined: Vec<Finding> = Vec::new();
    for finding in group {
        let same = joined
            .iter_mut()
            .find(|known| one_each || known.message == finding.message);
        match same {
            Some(known) => {
                known.level = known.level.max(finding.level);
                known.fixes.retain(|fix| finding.fixes.contains(fix));
                known.builds.extend(finding.builds);
                known.builds.sort_unstable();
                known.builds.dedup();
            }
            None => joined.push(finding),
        }
    }
    joined
}

/// In which builds a finding holds, if that says more than where it is.
fn note(workspace: &Workspace, finding: &Finding) -> Option<String> {
    let file = finding.primary.place.file;
    let all = workspace.renders_using(file).count();
    let of_chart = finding
        .builds
        .iter()
        .any(|&id| release(workspace, id).is_some());
    let names: Vec<String> = finding
        .builds
        .iter()
        .take(MAX_NAMED)
        .map(|&id| name(workspace, id))
        .collect();
    let more = finding.builds.len().saturating_sub(MAX_NAMED);
    let names = match (names.as_slice(), more) {
        ([one], 0) => one.clone(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (names, more) => format!("{} and {more} more", names.join(", ")),
    };
    let holds_in = finding.builds.len();
    if let Some(releases) = releases(workspace, &finding.builds) {
        return Some(releases);
    }
    if of_chart {
        return match (holds_in, all) {
            (1, 0 | 1) if names == DEFAULTS => None,
            (1, 0 | 1) => Some(format!("with {names}")),
            (1, _) => Some(format!("only with {names}")),
            (some, all) if some >= all => Some(format!("with all {some} sets of values: {names}")),
            (some, all) => Some(format!("with {some} of {all} sets of values: {names}")),
        };
    }
    let directory = |id: FileId| workspace.file(workspace.settings_file(id)).directory();
    let is_own = holds_in == 1
        && finding
            .builds
            .iter()
            .all(|&id| directory(id) == workspace.file(file).directory());
    match (holds_in, all) {
        _ if is_own && all <= 1 => None,
        (1, 0 | 1) => Some(format!("in the build of {names}")),
        (1, all) => Some(format!(
            "only in the build of {names}, not in the other {}",
            all - 1
        )),
        (some, all) if some >= all => Some(format!("in all {some} builds: {names}")),
        (some, all) => Some(format!("in {some} of {all} builds: {names}")),
    }
}

/// The releases in which a finding holds, if objects ask for all of them.
fn releases(workspace: &Workspace, builds: &[FileId]) -> Option<String> {
    let asked = |&id: &FileId| {
        let release = release(workspace, id)?;
        (release.values == ValuesSet::Asked).then(|| format!("`{}`", release.name()))
    };
    let mut names: Vec<String> = builds.iter().map(asked).collect::<Option<_>>()?;
    names.sort_unstable();
    names.dedup();
    Some(match names.as_slice() {
        [] => return None,
        [one] => format!("in release {one}"),
        [first @ .., last] if names.len() <= MAX_NAMED => {
            format!("in releases {} and {last}", first.join(", "))
        }
        all => format!(
            "in releases {} and {} more",
            all[..MAX_NAMED].join(", "),
            all.len() - MAX_NAMED
        ),
    })
}

/// The values of a chart without any that are given.
const DEFAULTS: &str = "the default values";

/// A build as a note names it: the directory of its kustomization, or the values of its chart.
fn name(workspace: &Workspace, id: FileId) -> String {
    match release(workspace, id) {
        Some(release) => match &release.values {
            ValuesSet::Defaults => DEFAULTS.to_owned(),
            ValuesSet::Test(set) | ValuesSet::Configured(set) => format!("`{set}`"),
            ValuesSet::Asked => format!("release `{}`", release.name()),
        },
        None => {
            let root = workspace.file(workspace.settings_file(id));
            let directory = root.directory();
            let flux = workspace
                .render_of(id)
                .and_then(|render| render.applied_by_flux());
            match flux {
                Some(apply) => format!("Kustomization `{}`", apply.name),
                None => format!("`{}`", if directory.is_empty() { "." } else { directory }),
            }
        }
    }
}

fn release(workspace: &Workspace, id: FileId) -> Option<&ChartRelease> {
    workspace.render_of(id)?.release()
}

//! Counts what was checked, what was skipped, and what builds lack.

use std::{collections::BTreeMap, sync::Arc};

use podwright_cluster::workspace::Skipped::{HelmTemplate, NoManifest};
use podwright_cluster::workspace::{File, Workspace};
use podwright_model::Object;
use podwright_report::{NotBuilt, NotBuiltReason, SkipReason, Skipped, Summary, Workloads};
use podwright_schema::Operated;
use podwright_syntax::text::{FileId, Location};
use rustc_hash::FxHashSet;

/// Kinds with Pods, to count those in the text of a template.
const WORKLOAD_KINDS: [&str; 8] = [
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Job",
    "Pod",
    "ReplicaSet",
    "ReplicationController",
    "StatefulSet",
];

/// Summary of the files, without the findings and without what builds lack.
pub(super) fn of(workspace: &Workspace) -> Summary {
    let inputs = workspace.files[..workspace.inputs()].iter();
    let ids = (0..).map(FileId).zip(inputs.map(|file| &**file));
    let judged = ids.filter(|&(id, _)| {
        let skipped = workspace.skipped(id);
        skipped.is_none() || (skipped == Some(HelmTemplate) && workspace.is_rendered_elsewhere(id))
    });
    let judged = judged.chain(charts(workspace));
    let mut unknown_kinds = BTreeMap::new();
    for (id, file) in judged.clone() {
        for object in &file.objects {
            let is_defined = |kind| {
                let group = object.group().unwrap_or_default();
                workspace.custom_kinds(id).has_kind(group, kind)
                    || Operated::of(object).is_some()
                    || workspace.is_plugin_configuration(id)
            };
            if let Some(kind) = object.unknown_kind().filter(|kind| !is_defined(kind)) {
                *unknown_kinds.entry(kind.to_owned()).or_default() += 1;
            }
        }
    }
    let judged = judged.map(|(_, file)| file);
    let mut workloads = Workloads {
        checked: judged.clone().map(workloads_of).sum(),
        skipped: BTreeMap::new(),
        examples: BTreeMap::new(),
    };
    let mut skipped_files = Vec::new();
    for (file, skipped) in skipped(workspace) {
        let count = match skipped.reason {
            SkipReason::HelmTemplate | SkipReason::Template => workloads_in_text(&file.source.text),
            _ => workloads_of(file),
        };
        if count > 0 {
            *workloads.skipped.entry(skipped.reason).or_default() += count;
            let example = workloads.examples.entry(skipped.reason);
            example.or_insert_with(|| skipped.path.clone());
        }
        skipped_files.push(skipped);
    }
    Summary {
        files: judged.clone().count() - charts(workspace).count(),
        documents: judged.clone().map(documents).sum(),
        objects: judged.map(|file| file.objects.len()).sum(),
        unknown_kinds,
        workloads,
        skipped: skipped_files,
        ..Summary::default()
    }
}

/// Number of objects with Pods.
fn workloads_of(file: &File) -> usize {
    let has_pods = |object: &&Object| !object.pods.is_empty() || object.too_large.is_some();
    file.objects.iter().filter(has_pods).count()
}

/// Number of lines that start an object with Pods.
fn workloads_in_text(text: &str) -> usize {
    let kinds = text.lines().filter_map(|line| line.strip_prefix("kind:"));
    let is_workload = |kind: &&str| WORKLOAD_KINDS.contains(&kind.trim());
    kinds.filter(is_workload).count()
}

/// Files that were not checked, and why.
fn skipped(workspace: &Workspace) -> impl Iterator<Item = (&File, Skipped)> {
    let skipped = |(file, id): (&'_ Arc<File>, u32)| {
        let reason: SkipReason = workspace.skipped(FileId(id))?.into();
        // Hidden files and dependencies matter only if they have objects.
        let is_elsewhere = matches!(reason, SkipReason::Hidden | SkipReason::Dependency);
        let holds_objects = !is_elsewhere || !file.objects.is_empty();
        // Patches and configurations are judged with what they change.
        let is_used = workspace.is_rendered_elsewhere(FileId(id));
        let is_part = is_used && matches!(file.skipped, Some(NoManifest | HelmTemplate));
        (holds_objects && !is_part).then(|| Skipped {
            path: file.source.path.clone(),
            reason,
        })
    };
    let files = workspace.files[..workspace.inputs()].iter().zip(0..);
    files.filter_map(move |(file, id)| Some((&**file, skipped((file, id))?)))
}

/// Parts of builds that are not known: each once, even if several builds ask for it. With their names only if
/// `with_names`.
pub(super) fn not_built(workspace: &Workspace, with_names: bool) -> Vec<NotBuilt> {
    let built = workspace.renders().iter();
    let unknown = built.filter_map(|render| render.result.as_ref().ok());
    let parts: BTreeMap<(Location, &str), NotBuiltReason> = unknown
        .flat_map(|rendered| &rendered.unknown)
        .chain(workspace.awaited())
        .map(|part| ((part.place, part.name.as_str()), part.why.into()))
        .collect();
    // One command gets what several objects ask for.
    let mut fetched: FxHashSet<&str> = FxHashSet::default();
    let parts: BTreeMap<(Location, &str), NotBuiltReason> = parts
        .into_iter()
        .filter(|((_, name), reason)| {
            *reason != NotBuiltReason::NotVendored || fetched.insert(name)
        })
        .collect();
    let names = match with_names && !parts.is_empty() {
        true => {
            // A URL may contain a password. All names at once, because that searches all files.
            let names: Vec<&str> = parts.keys().map(|(_, name)| *name).collect();
            workspace.without_credentials(names.join("\0"))
        }
        false => String::new(),
    };
    let mut names = names.split('\0');
    let mut parts: Vec<NotBuilt> = parts
        .iter()
        .map(|((place, _), &reason)| {
            let source = &workspace.file(place.file).source;
            NotBuilt {
                path: source.path.clone(),
                line: source.lines().line_of(place.span.start) + 1,
                reason,
                name: names.next().filter(|_| with_names).map(str::to_owned),
            }
        })
        .collect();
    parts.sort();
    parts
}

/// What each chart renders to, with the first set of its values.
fn charts(workspace: &Workspace) -> impl Iterator<Item = (FileId, &File)> + Clone {
    let renders = workspace.renders();
    let of_chart = renders.iter().enumerate().filter(|(index, render)| {
        let is_first = index.checked_sub(1).is_none_or(|before| {
            let before = &renders[before];
            before.root != render.root || before.asked_by != render.asked_by
        });
        is_first && render.release().is_some()
    });
    of_chart.filter_map(|(_, render)| {
        let file = render.result.as_ref().ok()?.file;
        Some((file, workspace.file(file)))
    })
}

/// Number of documents that are not empty.
pub(super) fn documents(file: &File) -> usize {
    file.tree
        .documents()
        .iter()
        .filter(|document| !document.is_empty)
        .count()
}

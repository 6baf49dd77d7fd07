//! Indexes of what selectors, autoscalers and Services refer to, so that not each of them looks at all objects.

use podwright_model::{Body, PodOrigin};
use podwright_schema::Value;
use podwright_syntax::text::FileId;
use rustc_hash::{FxHashMap, FxHashSet};

use super::{JOBS, WORKLOADS};
use crate::area::{areas, hash, is_beside};
use crate::selector::{ByLabels, BySelector, LabelSelector, Labels, pod_labels};
use crate::workspace::{ObjectId, Workspace};

/// Workloads by area.
pub(super) struct Workloads {
    /// Those that run until they are deleted.
    lasting: FxHashMap<u64, Area>,
    /// Those that run until they are done.
    ending: FxHashMap<u64, Area>,
}

#[derive(Default)]
struct Area {
    by_labels: ByLabels,
    /// Objects whose labels are not all known.
    unknown: Vec<ObjectId>,
    /// Objects with known labels by hash of their names.
    named: FxHashMap<u64, Vec<ObjectId>>,
}

impl Workloads {
    pub(super) fn of(workspace: &Workspace) -> Self {
        let index = |kinds: &[(&str, &str)]| {
            let mut found: FxHashMap<u64, Area> = FxHashMap::default();
            let kinds = kinds.iter();
            for id in kinds.flat_map(|(group, kind)| workspace.of_kind(group, kind)) {
                let object = workspace.object(id);
                let labels = object.pods.first().and_then(pod_labels);
                let labels = labels.filter(|_| !workspace.is_partial(id));
                for area in areas(workspace, id) {
                    let area = found.entry(area).or_default();
                    match &labels {
                        Some(labels) => {
                            area.by_labels.add(id, labels);
                            let name = hash(&object.metadata.name.text());
                            area.named.entry(name).or_default().push(id);
                        }
                        None => area.unknown.push(id),
                    }
                }
            }
            found
        };
        Self {
            lasting: index(&WORKLOADS),
            ending: index(&JOBS),
        }
    }

    /// Areas of `from` with what lasts and, if asked for, with what ends.
    fn areas<'w>(
        &'w self,
        workspace: &'w Workspace,
        from: ObjectId,
        with_jobs: bool,
    ) -> impl Iterator<Item = &'w Area> {
        let ending = with_jobs.then_some(&self.ending);
        let maps = [Some(&self.lasting), ending].into_iter().flatten();
        maps.flat_map(move |map| areas(workspace, from).filter_map(move |area| map.get(&area)))
    }

    /// Whether there is a workload beside `from` whose labels are not all known.
    pub(super) fn has_unknown(
        &self,
        workspace: &Workspace,
        from: ObjectId,
        with_jobs: bool,
    ) -> bool {
        let mut areas = self.areas(workspace, from, with_jobs);
        let is_near = |id: &ObjectId| is_beside(workspace, from, *id);
        areas.any(|area| area.unknown.iter().any(is_near))
    }

    /// Workloads beside `from` that the selector matches, in no particular order. One may be in it twice.
    pub(super) fn selected<'w>(
        &'w self,
        workspace: &'w Workspace,
        from: ObjectId,
        selector: &'w LabelSelector,
        with_jobs: bool,
    ) -> impl Iterator<Item = ObjectId> {
        let areas = self.areas(workspace, from, with_jobs);
        areas.flat_map(move |area| {
            let matching = area.by_labels.matching(selector);
            matching.filter(move |&id| is_beside(workspace, from, id))
        })
    }

    /// The last workload beside `from` and in its directory that has this name and that nothing changes.
    pub(super) fn named(
        &self,
        workspace: &Workspace,
        from: ObjectId,
        name: Option<&str>,
    ) -> Option<ObjectId> {
        let directory = workspace.file(from.file).directory();
        let areas = self.areas(workspace, from, true);
        let named = areas.filter_map(|area| area.named.get(&hash(&name)));
        let is_meant = |id: &ObjectId| {
            workspace.object(*id).metadata.name.text() == name
                && workspace.file(id.file).directory() == directory
                && is_beside(workspace, from, *id)
                && workspace.is_unmodified(*id)
        };
        let last = named.filter_map(|ids| ids.iter().rev().copied().find(is_meant));
        last.last()
    }
}

fn labels(workspace: &Workspace, id: ObjectId) -> Option<Labels<'_>> {
    workspace.object(id).pods.first().and_then(pod_labels)
}

/// What makes Pods, by file.
pub(super) struct Makers {
    /// Files with objects for which an operator may create Pods.
    operated: FxHashSet<FileId>,
    /// Objects with Pods whose namespaces and labels are known.
    by_file: FxHashMap<FileId, ByLabels>,
    /// Objects with Pods whose labels are known and that nothing changes, by hash of the directory.
    by_directory: FxHashMap<u64, Vec<ObjectId>>,
}

impl Makers {
    pub(super) fn of(workspace: &Workspace) -> Self {
        let mut makers = Self {
            operated: FxHashSet::default(),
            by_file: FxHashMap::default(),
            by_directory: FxHashMap::default(),
        };
        let ids = workspace.files.iter().zip(0..).flat_map(|(file, id)| {
            let file_id = FileId(id);
            (0..file.objects.len()).map(move |index| ObjectId {
                file: file_id,
                index,
            })
        });
        for id in ids {
            let object = workspace.object(id);
            let mut pods = object.pods.iter();
            if object.unknown_kind().is_some() || pods.any(|pod| pod.origin == PodOrigin::Custom) {
                makers.operated.insert(id.file);
            }
            if let Some(labels) = labels(workspace, id) {
                if workspace.namespace(id).is_some() {
                    let of_file = makers.by_file.entry(id.file).or_default();
                    of_file.add(id, &labels);
                }
                let directory = hash(&workspace.file(id.file).directory());
                makers.by_directory.entry(directory).or_default().push(id);
            }
        }
        makers
    }

    /// Whether an operator may create Pods for an object of the file.
    pub(super) fn may_be_operated(&self, file: FileId) -> bool {
        self.operated.contains(&file)
    }

    /// Whether an operator may create Pods for an object of the run.
    pub(super) fn may_be_operated_anywhere(&self) -> bool {
        !self.operated.is_empty()
    }

    /// The only workload of the directory and the namespace of `from` whose labels a selector misses by a slip. `None`
    /// in directories with many workloads.
    pub(super) fn similar(
        &self,
        workspace: &Workspace,
        from: ObjectId,
        selector: &LabelSelector,
    ) -> Option<ObjectId> {
        let directory = workspace.file(from.file).directory();
        let near = self.by_directory.get(&hash(&directory))?;
        let mut meant = near.iter().filter(|&&id| {
            near.len() <= MAX_NEAR
                && workspace.file(id.file).directory() == directory
                && workspace.shares_namespace(from, id) == Some(true)
                && workspace.coexist(from, id)
                && labels(workspace, id).is_some_and(|labels| selector.means(&labels))
                && workspace.is_unmodified(id)
        });
        match (meant.next(), meant.next()) {
            (Some(&only), None) => Some(only),
            _ => None,
        }
    }

    /// The first workload of the same file in another namespace that a selector matches.
    pub(super) fn elsewhere(
        &self,
        workspace: &Workspace,
        from: ObjectId,
        selector: &LabelSelector,
    ) -> Option<ObjectId> {
        let own = workspace.namespace(from)?;
        let matching = self.by_file.get(&from.file)?.matching(selector);
        let is_other = |id: &ObjectId| workspace.namespace(*id).is_some_and(|other| other != own);
        matching.filter(is_other).min()
    }
}

/// Maximum number of workloads in a directory that are compared with each selector.
const MAX_NEAR: usize = 50;

/// Autoscalers by area and by the name of what they scale.
pub(super) struct Scalers {
    pub(super) horizontal: Targets,
    pub(super) keda: Targets,
}

/// Objects of a kind by area and by the name of their `scaleTargetRef`.
pub(super) struct Targets(FxHashMap<u64, Vec<ObjectId>>);

impl Scalers {
    pub(super) fn of(workspace: &Workspace) -> Self {
        Self {
            horizontal: Targets::of(workspace, "autoscaling", "HorizontalPodAutoscaler"),
            keda: Targets::of(workspace, "keda.sh", "ScaledObject"),
        }
    }
}

impl Targets {
    fn of(workspace: &Workspace, group: &str, kind: &str) -> Self {
        let mut found: FxHashMap<u64, Vec<ObjectId>> = FxHashMap::default();
        for id in workspace.of_kind(group, kind) {
            let tree = &workspace.file(id.file).tree;
            let spec = Value::new(tree, workspace.object(id).node).get("spec");
            if let Some(name) = spec.get("scaleTargetRef").get("name").text() {
                for area in areas(workspace, id) {
                    found.entry(hash(&(area, &*name))).or_default().push(id);
                }
            }
        }
        Self(found)
    }

    /// Autoscalers beside `from` of something with this name, in order.
    pub(super) fn of_target<'w>(
        &'w self,
        workspace: &'w Workspace,
        from: ObjectId,
        name: &str,
    ) -> impl Iterator<Item = ObjectId> {
        let keys: Vec<u64> = areas(workspace, from)
            .map(|area| hash(&(area, name)))
            .collect();
        let all = keys.into_iter().filter_map(|key| self.0.get(&key));
        let all = all.flatten().copied();
        all.filter(move |&id| is_beside(workspace, from, id))
    }
}

/// Services by their selectors.
pub(super) struct Services(pub(super) BySelector);

impl Services {
    pub(super) fn of(workspace: &Workspace) -> Self {
        let services = workspace.of_kind("", "Service").filter_map(|id| {
            let selector = match &workspace.object(id).body {
                Body::Service(service) => service.spec.value()?.selector.value()?,
                _ => return None,
            };
            let selector = LabelSelector::of_labels(selector)?;
            (!selector.is_empty()).then_some((id, selector))
        });
        Self(BySelector::of(workspace, services.collect()))
    }
}

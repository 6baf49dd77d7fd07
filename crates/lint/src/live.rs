//! Incremental linting of a workspace that changes, as in an editor.

use std::collections::BTreeSet;
use std::sync::Arc;

use memchr::memmem::Finder;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::check::{check_parts, finish_file, parts};
use crate::rule_set::RuleSet;
use podwright_cluster::workspace::{Disk, File, Rendered, Workspace};
use podwright_rule::finding::{Finding, Severity};
use podwright_syntax::text::FileId;

/// Findings of a workspace, kept up to date as files change.
///
/// A change immediately re-checks the changed files and those that it most likely affects. Other files that it may
/// affect are marked as stale and checked by [`Live::catch_up`]. The findings are then the same as those of
/// [`super::lint`].
pub struct Live {
    workspace: Workspace,
    /// Findings from checking each file, whichever file they are located in: for a rendered file separately for each
    /// object, because most objects stay the same when a source changes.
    raw: Vec<Vec<Vec<Finding>>>,
    /// Findings located in each file, without suppressed ones.
    settled: Vec<Vec<Finding>>,
    /// Files to be checked again.
    stale: BTreeSet<FileId>,
}

/// What to check: files, and single objects of rendered files.
#[derive(Debug, Default)]
struct Work {
    files: BTreeSet<FileId>,
    objects: BTreeSet<(FileId, usize)>,
}

impl Work {
    /// Adds an object of a rendered file, or a whole file.
    fn add(&mut self, id: FileId, object: Option<usize>) {
        match object {
            Some(index) => _ = self.objects.insert((id, index)),
            None => _ = self.files.insert(id),
        }
    }

    fn merge(&mut self, other: Self) {
        self.files.extend(other.files);
        self.objects.extend(other.objects);
    }
}

/// Number of objects that take about as long to check as reading a file without objects.
const OBJECTS_A_UNIT: usize = 8;

/// Maximum number of changed object names for which other files are searched immediately.
const MAX_NAMES: usize = 8;

impl Live {
    /// Checks all files. Renders also read files from `disk`.
    #[must_use]
    pub fn new(files: Vec<Arc<File>>, disk: Arc<dyn Disk>, rules: &dyn RuleSet) -> Self {
        let workspace = Workspace::with_disk(files, disk);
        let count = workspace.files.len();
        let mut live = Self {
            workspace,
            raw: vec![Vec::new(); count],
            settled: vec![Vec::new(); count],
            stale: BTreeSet::new(),
        };
        live.stale = live.ids().collect();
        live.catch_up(rules, usize::MAX);
        live
    }

    /// Current state of the files.
    #[must_use]
    pub fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    /// Findings in a file, sorted by location and rule.
    #[must_use]
    pub fn findings(&self, file: FileId) -> &[Finding] {
        self.settled.get(file.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// Whether files remain to be checked by [`Self::catch_up`].
    #[must_use]
    pub fn is_stale(&self) -> bool {
        !self.stale.is_empty()
    }

    /// Replaces files. Returns the files whose findings may have changed.
    pub fn replace(
        &mut self,
        changes: Vec<(FileId, Arc<File>)>,
        rules: &dyn RuleSet,
    ) -> BTreeSet<FileId> {
        let mut now = Work::default();
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut affects_others = false;
        let mut rewritten: BTreeSet<FileId> = BTreeSet::new();
        for (id, file) in &changes {
            let before = self.workspace.file(*id);
            if before.interface() != file.interface() {
                affects_others = true;
                let both = before.interface_names().chain(file.interface_names());
                names.extend(both.map(str::to_owned));
            }
            rewritten.insert(*id);
            now.files.insert(*id);
        }
        // Locations in the files move.
        now.merge(self.pointing_to(&rewritten));
        let rendered = self.rendered();
        let Some(replaced) = self.workspace.replace(changes) else {
            // Renders use other files than before, so that files have other identifiers.
            let count = self.workspace.files.len();
            self.raw = vec![Vec::new(); count];
            let before = std::mem::take(&mut self.settled);
            self.settled = vec![Vec::new(); count];
            self.stale = self.ids().collect();
            let mut changed = self.catch_up(rules, usize::MAX);
            let had_findings = self.ids().zip(&before).filter(|(_, had)| !had.is_empty());
            changed.extend(had_findings.map(|(id, _)| id));
            return changed;
        };
        for id in replaced.files {
            let objects = rendered
                .get(&id)
                .and_then(|before| self.rewritten(id, before));
            match objects {
                Some(objects) => now
                    .objects
                    .extend(objects.into_iter().map(|index| (id, index))),
                None => _ = now.files.insert(id),
            }
        }
        if affects_others || replaced.affects_others {
            self.stale.extend(self.ids());
            now.merge(self.naming(&names));
        }
        self.check(now, rules)
    }

    /// Checks stale files, up to `most` units of work: one for a file, and one more for every few objects in it. Returns
    /// the files whose findings may have changed.
    pub fn catch_up(&mut self, rules: &dyn RuleSet, most: usize) -> BTreeSet<FileId> {
        let mut left = most;
        let mut next = Work::default();
        for &id in &self.stale {
            if left == 0 {
                break;
            }
            let objects = self.workspace.file(id).objects.len();
            left = left.saturating_sub(1 + objects / OBJECTS_A_UNIT);
            next.files.insert(id);
        }
        self.check(next, rules)
    }

    fn check(&mut self, work: Work, rules: &dyn RuleSet) -> BTreeSet<FileId> {
        let Work { files, objects } = work;
        let mut outdated: BTreeSet<FileId> = files.clone();
        let mut tasks = Vec::new();
        for &id in &files {
            self.stale.remove(&id);
            let file = self.workspace.file(id);
            let is_rendered = self.workspace.render_of(id).is_some();
            let slots = if is_rendered { file.objects.len() } else { 1 };
            let before = std::mem::replace(&mut self.raw[id.0 as usize], vec![Vec::new(); slots]);
            let places = before
                .iter()
                .flatten()
                .map(|finding| finding.primary.place.file);
            outdated.extend(places);
            match is_rendered {
                true => tasks.extend((0..file.objects.len()).map(|index| (id, index..index + 1))),
                false => tasks.extend(parts(file).map(|part| (id, part))),
            }
        }
        for (id, index) in objects {
            if files.contains(&id) {
                continue;
            }
            let Some(slot) = self.raw[id.0 as usize].get_mut(index) else {
                continue;
            };
            outdated.insert(id);
            outdated.extend(slot.drain(..).map(|finding| finding.primary.place.file));
            tasks.push((id, index..index + 1));
        }
        for (id, part, findings) in check_parts(&self.workspace, rules, tasks) {
            outdated.extend(findings.iter().map(|finding| finding.primary.place.file));
            let slots = &mut self.raw[id.0 as usize];
            let index = if self.workspace.render_of(id).is_some() {
                part.start
            } else {
                0
            };
            slots[index].extend(findings);
        }
        self.finish(outdated, rules)
    }

    fn finish(&mut self, outdated: BTreeSet<FileId>, rules: &dyn RuleSet) -> BTreeSet<FileId> {
        let elsewhere = self.located_elsewhere(&outdated);
        let finished: Vec<(FileId, Vec<Finding>)> = outdated
            .par_iter()
            .map(|&id| {
                let own = self.raw[id.0 as usize].iter().flatten();
                let own = own.filter(|finding| finding.primary.place.file == id);
                let others = elsewhere.get(&id).into_iter().flatten().copied();
                let findings = own.chain(others).cloned().collect();
                (
                    id,
                    finish_file(&self.workspace, rules, id, findings, Severity::Info).findings,
                )
            })
            .collect();
        let mut changed = BTreeSet::new();
        for (id, findings) in finished {
            let slot = &mut self.settled[id.0 as usize];
            if *slot != findings {
                *slot = findings;
                changed.insert(id);
            }
        }
        changed
    }

    /// The rendered files with what they are now.
    fn rendered(&self) -> FxHashMap<FileId, (Arc<File>, Rendered)> {
        let renders = self.workspace.renders().iter();
        let results = renders.filter_map(|render| render.result.as_ref().ok());
        let files = &self.workspace.files;
        results
            .map(|rendered| {
                let file = Arc::clone(&files[rendered.file.0 as usize]);
                (rendered.file, (file, rendered.clone()))
            })
            .collect()
    }

    /// Objects of a rendered file that differ from those of its former version, in their text or in where it comes from.
    /// `None` if all of them have to be checked.
    fn rewritten(&self, id: FileId, before: &(Arc<File>, Rendered)) -> Option<Vec<usize>> {
        let (old, old_render) = before;
        let new = self.workspace.file(id);
        let render = self.workspace.render_of(id)?.result.as_ref().ok()?;
        let count = new.objects.len();
        let is_comparable = count == old.objects.len()
            && self.raw[id.0 as usize].len() == count
            && render.unknown == old_render.unknown
            && new.skipped == old.skipped;
        if !is_comparable {
            return None;
        }
        let is_same = |&index: &usize| {
            let was = old.tree.span(old.objects[index].node);
            let now = new.tree.span(new.objects[index].node);
            let old_runs = old_render.map.runs(was);
            let old_runs = old_runs.map(|(part, origin)| (part.len(), origin));
            let runs = render.map.runs(now);
            old.tree.slice(was) == new.tree.slice(now)
                && old_runs.eq(runs.map(|(part, origin)| (part.len(), origin)))
        };
        Some((0..count).filter(|index| !is_same(index)).collect())
    }

    /// Findings by file, for those of `files` that are not the file whose check reported them.
    fn located_elsewhere(&self, files: &BTreeSet<FileId>) -> FxHashMap<FileId, Vec<&Finding>> {
        let mut by_file: FxHashMap<FileId, Vec<&Finding>> = FxHashMap::default();
        for (origin, findings) in self.ids().zip(&self.raw) {
            for finding in findings.iter().flatten() {
                let file = finding.primary.place.file;
                if file != origin && files.contains(&file) {
                    by_file.entry(file).or_default().push(finding);
                }
            }
        }
        by_file
    }

    /// What reported findings with a location in one of `files`.
    fn pointing_to(&self, files: &BTreeSet<FileId>) -> Work {
        let points = |finding: &Finding| {
            let mut labels = std::iter::once(&finding.primary).chain(&finding.related);
            let mut edits = finding.fixes.iter().flat_map(|fix| &fix.edits);
            labels.any(|label| files.contains(&label.place.file))
                || edits.any(|edit| files.contains(&edit.place.file))
        };
        let mut work = Work::default();
        for (id, slots) in self.ids().zip(&self.raw) {
            let is_rendered = self.workspace.render_of(id).is_some();
            for (index, findings) in slots.iter().enumerate() {
                if findings.iter().any(points) {
                    work.add(id, is_rendered.then_some(index));
                }
            }
        }
        work
    }

    /// Files whose text contains one of the names. Of rendered files, the objects.
    fn naming(&self, names: &BTreeSet<String>) -> Work {
        if names.len() > MAX_NAMES {
            return Work::default();
        }
        let finders: Vec<Finder<'_>> = names.iter().map(Finder::new).collect();
        let ids: Vec<FileId> = self.ids().collect();
        let holds = |text: &str| {
            let mut finders = finders.iter();
            finders.any(|finder| finder.find(text.as_bytes()).is_some())
        };
        let found = ids.into_par_iter().map(|id| {
            let file = self.workspace.file(id);
            let mut work = Work::default();
            match self.workspace.render_of(id) {
                _ if !holds(&file.source.text) => {}
                None => work.add(id, None),
                Some(_) => {
                    for (object, index) in file.objects.iter().zip(0..) {
                        if holds(file.tree.source_text(object.node)) {
                            work.add(id, Some(index));
                        }
                    }
                }
            }
            work
        });
        let mut all = Work::default();
        found
            .collect::<Vec<_>>()
            .into_iter()
            .for_each(|work| all.merge(work));
        all
    }

    fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        let count = u32::try_from(self.workspace.files.len()).unwrap_or(u32::MAX);
        (0..count).map(FileId)
    }
}

//! Incremental linting of a workspace that changes, as in an editor.

use std::collections::BTreeSet;
use std::sync::Arc;

use memchr::memmem::Finder;
use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::check::{check_files, finish_file};
use crate::rule_set::RuleSet;
use podwright_cluster::workspace::{Disk, File, Workspace};
use podwright_rule::finding::Finding;
use podwright_syntax::text::FileId;

/// Findings of a workspace, kept up to date as files change.
///
/// A change immediately re-checks the changed files and those that it most likely affects. Other files that it may
/// affect are marked as stale and checked by [`Live::catch_up`]. The findings are then the same as those of
/// [`super::lint`].
pub struct Live {
    workspace: Workspace,
    /// Findings from checking each file, whichever file they are located in.
    raw: Vec<Vec<Finding>>,
    /// Findings located in each file, without suppressed ones.
    settled: Vec<Vec<Finding>>,
    /// Files to be checked again.
    stale: BTreeSet<FileId>,
}

/// Maximum number of changed object names for which other files are searched immediately.
const MAX_NAMES: usize = 8;

impl Live {
    /// Checks all files. Renders also read the files behind `disk`.
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
        let mut now: BTreeSet<FileId> = BTreeSet::new();
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut affects_others = false;
        for (id, file) in &changes {
            let before = self.workspace.file(*id);
            if before.interface() != file.interface() {
                affects_others = true;
                let both = before.interface_names().chain(file.interface_names());
                names.extend(both.map(str::to_owned));
            }
            // Locations in the file have moved.
            now.extend(self.ids().filter(|&other| self.points_to(other, *id)));
            now.insert(*id);
        }
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
        now.extend(replaced.files);
        if affects_others || replaced.affects_others {
            self.stale.extend(self.ids());
            now.extend(self.files_naming(&names));
        }
        self.check_files(now, rules)
    }

    /// Checks up to `most` stale files. Returns the files whose findings may have changed.
    pub fn catch_up(&mut self, rules: &dyn RuleSet, most: usize) -> BTreeSet<FileId> {
        let next: BTreeSet<FileId> = self.stale.iter().copied().take(most).collect();
        self.check_files(next, rules)
    }

    fn check_files(&mut self, files: BTreeSet<FileId>, rules: &dyn RuleSet) -> BTreeSet<FileId> {
        let mut outdated = files.clone();
        let found: Vec<(FileId, Vec<Finding>)> = check_files(&self.workspace, rules, files);
        for (id, findings) in found {
            self.stale.remove(&id);
            let slot = &mut self.raw[id.0 as usize];
            outdated.extend(slot.iter().map(|finding| finding.primary.place.file));
            outdated.extend(findings.iter().map(|finding| finding.primary.place.file));
            *slot = findings;
        }
        let elsewhere = self.located_elsewhere();
        let finished: Vec<(FileId, Vec<Finding>)> = outdated
            .par_iter()
            .map(|&id| {
                let own = self.raw[id.0 as usize].iter();
                let own = own.filter(|finding| finding.primary.place.file == id);
                let others = elsewhere.get(&id).into_iter().flatten().copied();
                let findings = own.chain(others).cloned().collect();
                (
                    id,
                    finish_file(&self.workspace, rules, id, findings).findings,
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

    /// Findings by file, for files other than the one whose check reported them.
    fn located_elsewhere(&self) -> FxHashMap<FileId, Vec<&Finding>> {
        let mut by_file: FxHashMap<FileId, Vec<&Finding>> = FxHashMap::default();
        for (origin, findings) in self.ids().zip(&self.raw) {
            for finding in findings {
                let file = finding.primary.place.file;
                if file != origin {
                    by_file.entry(file).or_default().push(finding);
                }
            }
        }
        by_file
    }

    /// Whether a finding from checking `other` has a location in `file`.
    fn points_to(&self, other: FileId, file: FileId) -> bool {
        let findings = &self.raw[other.0 as usize];
        findings.iter().any(|finding| {
            let mut labels = std::iter::once(&finding.primary).chain(&finding.related);
            let mut edits = finding.fixes.iter().flat_map(|fix| &fix.edits);
            labels.any(|label| label.place.file == file)
                || edits.any(|edit| edit.place.file == file)
        })
    }

    /// Files whose text contains one of the names.
    fn files_naming(&self, names: &BTreeSet<String>) -> Vec<FileId> {
        if names.len() > MAX_NAMES {
            return Vec::new();
        }
        let finders: Vec<Finder<'_>> = names.iter().map(Finder::new).collect();
        let ids: Vec<FileId> = self.ids().collect();
        let holds = |id: &FileId| {
            let text = self.workspace.file(*id).source.text.as_bytes();
            finders.iter().any(|finder| finder.find(text).is_some())
        };
        ids.into_par_iter().filter(holds).collect()
    }

    fn ids(&self) -> impl Iterator<Item = FileId> + use<> {
        let count = u32::try_from(self.workspace.files.len()).unwrap_or(u32::MAX);
        (0..count).map(FileId)
    }
}

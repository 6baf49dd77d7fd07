//! `--fix`, `--unsafe-fixes` and `--diff`: which fixes are requested and which are written to disk.

use std::{
    collections::BTreeSet,
    io::{self, Write},
    path::Path,
    sync::Arc,
};

use super::{
    arguments::CheckArgs,
    error::CliError,
    output::{Destination, note},
    replace::replace_if,
};
use podwright_cluster::workspace::{File, Skipped, Workspace};
use podwright_lint::fix::{self, Change, FixOptions, FixResult};
use podwright_lint::{LintResult, RuleSet};
use podwright_report::{Fixable, Fixed, summary::counted};
use podwright_rule::finding::{Finding, Severity};
use podwright_session::discover::{self, Found};
use podwright_syntax::text::{FileId, Source, TextProblemKind};

/// Fix mode of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fixing {
    /// No fixes: only counts what could be fixed, from this level on.
    Off(Severity),
    /// Shows what would change.
    Diff(FixOptions),
    /// Replaces files.
    Files(FixOptions),
    /// Copies standard input to standard output with fixes applied.
    Filter(FixOptions),
}

impl Fixing {
    /// Fix mode that `check` requests. Findings below `from` are not fixed.
    pub(super) fn new(check: &CheckArgs, from: Severity) -> Result<Self, CliError> {
        let options = FixOptions {
            unsafe_too: check.unsafe_fixes,
            from,
        };
        let stdin = check.paths.iter().filter(|path| discover::is_stdin(path));
        match (check.diff, check.fix || check.unsafe_fixes, stdin.count()) {
            (true, ..) => Ok(Self::Diff(options)),
            (_, false, _) => Ok(Self::Off(from)),
            (_, true, 0) => Ok(Self::Files(options)),
            (_, true, _) if check.paths.len() == 1 => Ok(Self::Filter(options)),
            (_, true, _) => Err(CliError(
                "cannot fix standard input together with other paths: pass only `-`".to_owned(),
            )),
        }
    }

    fn options(self) -> Option<FixOptions> {
        match self {
            Self::Off(_) => None,
            Self::Diff(options) | Self::Files(options) | Self::Filter(options) => Some(options),
        }
    }

    /// Counts the findings that could be fixed and that this run did not try to fix.
    pub(super) fn fixable(
        self,
        workspace: &Workspace,
        origins: &Origins<'_>,
        found: &[Finding],
    ) -> Fixable {
        let (from, safe_done, unsafe_done) = match self {
            Self::Off(from) => (from, false, false),
            Self::Diff(options) | Self::Files(options) | Self::Filter(options) => {
                (options.from, true, options.unsafe_too)
            }
        };
        let mut fixable = Fixable::default();
        for finding in found {
            let wanted = |unsafe_too| {
                let fix = FixOptions { unsafe_too, from }.wanted(finding)?;
                let mut edits = fix.edits.iter();
                let may = edits.all(|edit| {
                    let file = workspace.file(edit.place.file);
                    file.problems.is_empty() && origins.may_change(edit.place.file)
                });
                may.then_some(())
            };
            if wanted(false).is_some() {
                fixable.safe += usize::from(!safe_done);
            } else if wanted(true).is_some() {
                fixable.r#unsafe += usize::from(!unsafe_done);
            }
        }
        fixable
    }
}

/// Origins of the files of a run, indexed by file ID; `None` for files that could not be found.
pub(super) struct Origins<'i>(pub(super) Vec<Option<&'i Found>>);

impl Origins<'_> {
    fn of(&self, id: FileId) -> Option<&Found> {
        *self.0.get(id.0 as usize)?
    }

    /// Returns `false` for pipes and devices, which cannot be replaced.
    fn may_change(&self, id: FileId) -> bool {
        self.of(id)
            .is_some_and(|found| found.location().is_none() || found.is_regular())
    }
}

/// A run and the fixes made in it.
pub(super) struct Run {
    pub(super) workspace: Workspace,
    pub(super) outcome: LintResult,
    /// The files that are, or would be, changed.
    changes: Vec<Change>,
    /// Error messages of files that could not be written.
    pub(super) failures: Vec<String>,
}

/// Lints the files and applies the requested fixes, on disk too in [`Fixing::Files`] mode.
pub(super) fn run(
    workspace: Workspace,
    rules: &dyn RuleSet,
    fixing: Fixing,
    origins: &Origins<'_>,
) -> Run {
    let Some(options) = fixing.options() else {
        return Run {
            outcome: podwright_lint::lint(&workspace, rules),
            workspace,
            changes: Vec::new(),
            failures: Vec::new(),
        };
    };
    let FixResult {
        workspace,
        outcome,
        changes,
    } = fix::repair(workspace, rules, options, &|id| origins.may_change(id));
    let mut run = Run {
        workspace,
        outcome,
        changes,
        failures: Vec::new(),
    };
    if matches!(fixing, Fixing::Files(_)) {
        run.write(rules, origins);
    }
    run
}

impl Run {
    /// Replaces the files. A file that cannot be replaced is restored in memory, and the files are linted again.
    fn write(&mut self, rules: &dyn RuleSet, origins: &Origins<'_>) {
        let mut undone = BTreeSet::new();
        for change in &self.changes {
            let after = &self.workspace.file(change.file).source.text;
            let path = origins.of(change.file).and_then(Found::location);
            let written = path
                .ok_or_else(|| "not a file".to_owned())
                .and_then(|path| write(path, &change.before, after));
            if let Err(why) = written {
                let shown = &change.before.path;
                self.failures.push(format!("cannot write {shown}: {why}"));
                undone.insert(change.file);
            }
        }
        if undone.is_empty() {
            return;
        }
        let undone = self
            .changes
            .extract_if(.., |change| undone.contains(&change.file));
        let read = undone.map(|change| {
            let file = self.workspace.file(change.file).reread(change.before);
            (change.file, Arc::new(file))
        });
        let read = read.collect();
        self.workspace.replace(read);
        self.outcome = podwright_lint::lint(&self.workspace, rules);
    }

    /// Number of findings and files that were, or would be, fixed.
    pub(super) fn fixed(&self) -> Fixed {
        Fixed {
            findings: self
                .changes
                .iter()
                .flat_map(|change| change.fixed.values())
                .sum(),
            files: self.changes.len(),
        }
    }

    /// Prints the diff and its size. Returns whether anything would change.
    pub(super) fn print(&self, destination: &Destination, colour: bool) -> Result<bool, CliError> {
        destination.write(|out| {
            self.changes.iter().try_for_each(|change| {
                let after = self.workspace.file(change.file).shown();
                podwright_report::diff::write(&change.before, after, colour, out)
            })
        })?;
        let Fixed { findings, files } = self.fixed();
        if files == 0 {
            note("nothing to fix");
        } else {
            let (findings, files) = (counted(findings, "finding"), counted(files, "file"));
            note(&format!("would fix {findings} in {files}"));
        }
        Ok(!self.changes.is_empty())
    }

    /// Writes the fixed standard input to standard output.
    pub(super) fn pass_on(&self) -> Result<(), CliError> {
        self.workspace.files.iter().try_for_each(|file| {
            if !is_as_read(file) {
                return Err(CliError(
                    "cannot fix standard input: not valid UTF-8".to_owned(),
                ));
            }
            Destination::Stdout.write(|out| out.write_all(file.source.text.as_bytes()))
        })
    }
}

/// Returns whether the text equals the input byte for byte.
fn is_as_read(file: &File) -> bool {
    let mut problems = file.problems.iter();
    file.skipped != Some(Skipped::Unreadable)
        && problems.all(|problem| {
            matches!(
                problem.kind,
                TextProblemKind::BareCarriageReturn | TextProblemKind::Nul
            )
        })
}

/// Replaces the file at `path` if it has not changed since it was read.
fn write(path: &Path, before: &Source, after: &str) -> Result<(), String> {
    let is_as_read = || match discover::read_path(path)? == before.text.as_bytes() {
        true => Ok(()),
        false => Err(io::Error::other(
            "the file has changed since podwright read it",
        )),
    };
    is_as_read().map_err(|error| error.to_string())?;
    let write = |file: &mut std::fs::File| -> io::Result<()> { file.write_all(after.as_bytes()) };
    // Another program may save the file while this one writes and syncs.
    replace_if(path, write, is_as_read).map_err(|error| error.to_string())
}

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
    replace::{self, replace_if},
};
use podwright_cluster::workspace::{File, Skipped, Workspace};
use podwright_lint::fix::{self, Change, FixOptions, FixResult};
use podwright_lint::{LintResult, RuleSet};
use podwright_report::{Fixable, Fixed, FixedFile, Syntax, summary::counted};
use podwright_rule::finding::{Edit, Finding, Severity};
use podwright_session::discover::{self, Found};
use podwright_session::inputs::Input;
use podwright_syntax::text::{FileId, Source, TextProblemKind};
use rustc_hash::FxHashSet;

/// Fix mode of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// No fixes: only counts what could be fixed.
    Off,
    /// Shows what would change.
    Diff,
    /// Replaces files.
    Files,
    /// Copies standard input to standard output with fixes applied.
    Filter,
}

/// Requested fixes, and what happens to them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fixing {
    pub(super) mode: Mode,
    options: FixOptions,
    /// Without fixes, findings below this level are only counted.
    kept_from: Severity,
}

impl Fixing {
    /// Fixes that `check` requests. Findings below `from` are not fixed.
    pub(super) fn new(check: &CheckArgs, from: Severity) -> Result<Self, CliError> {
        let stdin = check.paths.iter().filter(|path| discover::is_stdin(path));
        let mode = match (check.diff, check.fix || check.unsafe_fixes, stdin.count()) {
            (true, ..) => Mode::Diff,
            (_, false, _) => Mode::Off,
            (_, true, 0) => Mode::Files,
            (_, true, _) if check.paths.len() == 1 => Mode::Filter,
            (_, true, _) => {
                return Err(CliError::new(
                    "cannot fix standard input together with other paths: pass only `-`",
                ));
            }
        };
        let unsafe_too = check.unsafe_fixes;
        let options = FixOptions { unsafe_too, from };
        Ok(Self {
            mode,
            options,
            kept_from: Severity::Info,
        })
    }

    /// Without fixes, only counts the findings below this level.
    pub(super) fn keeping(self, kept_from: Severity) -> Self {
        Self { kept_from, ..self }
    }

    /// Counts the findings that could be fixed and that this run did not try to fix.
    pub(super) fn fixable(
        self,
        workspace: &Workspace,
        inputs: &[Input],
        found: &[Finding],
    ) -> Fixable {
        let is_on = self.mode != Mode::Off;
        let mut fixable = Fixable::default();
        for finding in found {
            let is_wanted = |unsafe_too| {
                let from = self.options.from;
                let fix = FixOptions { unsafe_too, from }.wanted(finding);
                fix.is_some_and(|fix| {
                    fix.edits.iter().all(|Edit { place, .. }| {
                        let file = workspace.file(place.file);
                        fix::is_sound(file) && !file.is_large() && may_change(inputs, place.file)
                    })
                })
            };
            if is_wanted(false) {
                fixable.safe += usize::from(!is_on);
            } else if is_wanted(true) {
                fixable.r#unsafe += usize::from(!(is_on && self.options.unsafe_too));
            }
        }
        fixable
    }
}

fn found(inputs: &[Input], id: FileId) -> Option<&Found> {
    inputs.get(id.0 as usize)?.content.as_ref().ok()
}

/// Returns `false` for pipes and devices, which cannot be replaced.
fn may_change(inputs: &[Input], id: FileId) -> bool {
    found(inputs, id).is_some_and(|found| found.location().is_none() || found.is_regular())
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

/// Lints the files and applies the requested fixes, on disk too in [`Mode::Files`].
pub(super) fn run(
    mut workspace: Workspace,
    rules: &dyn RuleSet,
    fixing: Fixing,
    inputs: &[Input],
) -> Run {
    let files = workspace.files.iter().zip(0..);
    let large: FxHashSet<FileId> = files
        .filter(|(file, _)| file.is_large())
        .map(|(_, id)| FileId(id))
        .collect();
    let result = match fixing.mode {
        Mode::Off => FixResult {
            outcome: podwright_lint::lint_from(&mut workspace, rules, fixing.kept_from),
            workspace,
            changes: Vec::new(),
        },
        Mode::Diff | Mode::Files | Mode::Filter => {
            fix::repair(workspace, rules, fixing.options, &|id| {
                may_change(inputs, id) && !large.contains(&id)
            })
        }
    };
    let mut run = Run {
        workspace: result.workspace,
        outcome: result.outcome,
        changes: result.changes,
        failures: Vec::new(),
    };
    if fixing.mode != Mode::Off {
        run.note_large(&large, fixing.options);
    }
    if fixing.mode == Mode::Files {
        remove_remains(inputs);
        run.write(rules, inputs);
    }
    run
}

/// Removes the temporary files that a killed run left next to the files.
fn remove_remains(inputs: &[Input]) {
    let directories = inputs.iter().filter_map(|input| input.absolute.parent());
    let directories: BTreeSet<&Path> = directories.collect();
    directories.into_iter().for_each(replace::remove_remains);
}

impl Run {
    /// Prints a note for each of the files in which there is something to fix: each fix parses and lints its file again.
    fn note_large(&self, large: &FxHashSet<FileId>, options: FixOptions) {
        let findings = self.outcome.findings.iter();
        let fixable = findings.filter(|finding| options.wanted(finding).is_some());
        let files = fixable.map(|finding| finding.primary.place.file);
        let files: BTreeSet<FileId> = files.filter(|file| large.contains(file)).collect();
        for id in files {
            let path = &self.workspace.file(id).source.path;
            note(&format!(
                "{path}: not fixed, because the file is larger than a document may be; split it"
            ));
        }
    }

    /// Replaces the files. A file that cannot be replaced is restored in memory, and the files are linted again.
    fn write(&mut self, rules: &dyn RuleSet, inputs: &[Input]) {
        let mut undone = BTreeSet::new();
        for change in &self.changes {
            let after = &self.workspace.file(change.file).source.text;
            let written = found(inputs, change.file)
                .ok_or_else(|| "not a file".to_owned())
                .and_then(|found| write(found, &change.before, after));
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

    /// The rules whose findings were, or would be, fixed, by file.
    pub(super) fn changes(&self) -> Vec<FixedFile> {
        let changes = self.changes.iter();
        changes
            .map(|change| FixedFile {
                path: change.before.path.clone(),
                rules: change.fixed.clone(),
            })
            .collect()
    }

    /// Prints the diff and its size. Returns whether anything would change.
    pub(super) fn print(&self, destination: &Destination, colour: bool) -> Result<bool, CliError> {
        destination.write_without_commands(Syntax::Text, |out| {
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

/// Replaces the file if it has not changed since it was read.
fn write(found: &Found, before: &Source, after: &str) -> Result<(), String> {
    let path = found.location().ok_or("not a file")?;
    let is_as_read = || {
        if found.leads_out() {
            let why = "the path is a link that leads out of the checked paths by now";
            return Err(io::Error::other(why));
        }
        match discover::read(found)? == before.text.as_bytes() {
            true => Ok(()),
            false => Err(io::Error::other(
                "the file has changed since podwright read it",
            )),
        }
    };
    is_as_read().map_err(|error| error.to_string())?;
    let write = |file: &mut std::fs::File| -> io::Result<()> { file.write_all(after.as_bytes()) };
    // Another program may save the file while this one writes and syncs.
    replace_if(path, write, is_as_read).map_err(|error| error.to_string())
}

//! `--baseline` and `--write-baseline`: separates old findings from new ones.

use std::io;
use std::path::{Path, PathBuf};

use super::{
    arguments::CheckArgs,
    error::CliError,
    output::{Destination, note},
};
use podwright_lint::baseline::{Baseline, Compared};
use podwright_report::{Counts, Summary, summary::counted};
use podwright_rule::finding::{Finding, Severity};
use podwright_session::discover;
use podwright_syntax::text::Source;

/// Findings that a run already knows.
pub(super) enum Known {
    /// No baseline is used.
    Nothing,
    /// Findings of a baseline file, and the path of that file if fixed findings are to be removed from it.
    Baseline(Baseline, Option<PathBuf>),
    /// All findings from the shown level on, to be written to this file.
    All(PathBuf),
}

impl Known {
    /// `path` is the baseline file of the command line or the configuration.
    pub(super) fn new(check: &CheckArgs, path: Option<PathBuf>) -> Result<Self, CliError> {
        let Some(path) = path else {
            let option = match (check.write_baseline, check.prune_baseline) {
                (true, _) => "--write-baseline",
                (_, true) => "--prune-baseline",
                _ => return Ok(Self::Nothing),
            };
            return Err(CliError(format!(
                "`{option}` needs a file: add `--baseline FILE`, or set `baseline:` in .podwright.yaml"
            )));
        };
        let path = &path;
        let shown = path.display();
        if check.write_baseline {
            if discover::is_written_in_place(path) {
                return Ok(Self::All(path.clone()));
            }
            return match discover::read_path(path) {
                // The first time.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    Ok(Self::All(path.clone()))
                }
                Ok(bytes) if may_be_replaced(&bytes) => Ok(Self::All(path.clone())),
                Ok(_) => Err(CliError(format!(
                    "`{shown}` exists and is not a baseline file, so it is not replaced; delete it or choose another file"
                ))),
                Err(error) => Err(CliError(format!(
                    "cannot write baseline `{shown}`: {error}"
                ))),
            };
        }
        let bytes = discover::read_path(path).map_err(|error| {
            CliError(format!(
                "cannot read baseline `{shown}`: {error}; create one with `--write-baseline`"
            ))
        })?;
        let baseline = Baseline::read(&String::from_utf8_lossy(&bytes))
            .map_err(|error| CliError(format!("`{shown}` is not a baseline file: {error}")))?;
        if baseline.is_outdated {
            note(&format!(
                "`{shown}` was written by an earlier podwright, which identified findings differently, so all findings \
                 count as new; update it with `--baseline {shown} --write-baseline`"
            ));
        }
        let pruned = check.prune_baseline.then(|| path.clone());
        Ok(Self::Baseline(baseline, pruned))
    }

    /// Removes the known findings and recounts; writes the baseline if requested.
    pub(super) fn apply(
        self,
        findings: Vec<Finding>,
        sources: &[&Source],
        summary: &mut Summary,
    ) -> Result<Vec<Finding>, CliError> {
        let (baseline, pruned) = match self {
            Self::Nothing => return Ok(findings),
            Self::Baseline(baseline, pruned) => (baseline, pruned),
            Self::All(path) => {
                let from: Severity = summary.shown_from;
                let shown = findings.iter().filter(|finding| finding.level >= from);
                let shown: Vec<Finding> = shown.cloned().collect();
                let baseline = Baseline::of(&shown, sources);
                let findings = counted(baseline.len(), "finding");
                write(&baseline, &path)?;
                note(&format!("wrote {findings} to {}", path.display()));
                (baseline, None)
            }
        };
        let Compared {
            new,
            known,
            gone,
            kept,
        } = baseline.compare(findings, sources);
        match pruned {
            _ if gone == 0 => {}
            Some(path) => {
                write(&kept, &path)?;
                let fixed = counted(gone, "fixed finding");
                note(&format!("removed {fixed} from {}", path.display()));
            }
            None => note(&match gone {
                1 => {
                    "1 finding of the baseline no longer occurs; remove it with `--prune-baseline`"
                        .to_owned()
                }
                _ => format!(
                    "{gone} findings of the baseline no longer occur; remove them with `--prune-baseline`"
                ),
            }),
        }
        summary.known = known;
        summary.findings = Counts::of(&new);
        Ok(new)
    }
}

/// Whether a file is a baseline of any version, or empty.
fn may_be_replaced(bytes: &[u8]) -> bool {
    bytes.trim_ascii().is_empty() || Baseline::read(&String::from_utf8_lossy(bytes)).is_ok()
}

fn write(baseline: &Baseline, path: &Path) -> Result<(), CliError> {
    let text = baseline.write();
    Destination::File(path.to_owned()).write(|out| out.write_all(text.as_bytes()))
}

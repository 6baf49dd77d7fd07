//! `--baseline` and `--write-baseline`: what of the findings is old.

use std::path::PathBuf;

use super::{
    Failure,
    arguments::Check,
    output::{Destination, remark},
};
use crate::{
    baseline::{Baseline, Compared},
    discover,
    finding::{Finding, Level},
    report::{Counts, Summary},
    text::Source,
};

/// What is known of a run's findings.
pub(super) enum Known {
    /// Nothing.
    Nothing,
    /// What stands in a file, and that file if what is found no more is to be taken out of it.
    Baseline(Baseline, Option<PathBuf>),
    /// All of them from that level on: to be written to a file.
    All(PathBuf),
}

impl Known {
    pub(super) fn new(check: &Check) -> Result<Self, Failure> {
        let Some(path) = &check.baseline else {
            return Ok(Self::Nothing);
        };
        if check.write_baseline {
            return Ok(Self::All(path.clone()));
        }
        let shown = path.display();
        let bytes = discover::read_path(path).map_err(|error| {
            Failure(format!(
                "cannot read the baseline {shown}: {error}; --write-baseline writes one"
            ))
        })?;
        let baseline = Baseline::read(&String::from_utf8_lossy(&bytes))
            .map_err(|error| Failure(format!("{shown} is no baseline: {error}")))?;
        let pruned = check.prune_baseline.then(|| path.clone());
        Ok(Self::Baseline(baseline, pruned))
    }

    /// Takes out what is known, and counts anew; writes the baseline if that is asked for.
    pub(super) fn apply(
        self,
        findings: Vec<Finding>,
        sources: &[Source],
        summary: &mut Summary,
    ) -> Result<Vec<Finding>, Failure> {
        let (baseline, pruned) = match self {
            Self::Nothing => return Ok(findings),
            Self::Baseline(baseline, pruned) => (baseline, pruned),
            Self::All(path) => {
                let from: Level = summary.shown_from;
                let shown = findings.iter().filter(|finding| finding.level >= from);
                let shown: Vec<Finding> = shown.cloned().collect();
                let baseline = Baseline::of(&shown, sources);
                let text = baseline.write();
                Destination::File(path.clone()).write(|out| out.write_all(text.as_bytes()))?;
                remark(&format!(
                    "{} findings in {}",
                    baseline.len(),
                    path.display()
                ));
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
            _ if gone.is_empty() => {}
            Some(path) => {
                let text = kept.write();
                Destination::File(path.clone()).write(|out| out.write_all(text.as_bytes()))?;
                remark(&format!("{} taken out of {}", gone.len(), path.display()));
            }
            None => remark(&format!(
                "{} of the baseline are found no more: --prune-baseline takes them out",
                gone.len()
            )),
        }
        summary.known = known;
        summary.findings = Counts::of(&new);
        Ok(new)
    }
}

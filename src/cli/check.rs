//! `podwright check`: finds, reads and lints the files, and writes the report.

mod pictures;
mod settings;
mod summary;

use std::{process::ExitCode, sync::Arc};

use super::{
    arguments::{CheckArgs, Selection},
    base_revision::{BaseRevision, PreviousSource},
    baseline::Known,
    error::{COULD_NOT_RUN, CliError},
    fixing::{self, Fixing, Mode, Run},
    inputs,
    output::{self, Destination},
    progress::Progress,
    reports::Reports,
    since,
};
use settings::RunSettings;

use podwright_cluster::workspace::Skipped::NoManifest;
use podwright_cluster::workspace::{File, Workspace};
use podwright_lint::LintResult;
use podwright_lint::config::{CommandLine, IgnorePolicy, SettingsTable, today};
use podwright_report::{Report, SkipReason, Skipped, Summary};
use podwright_rule::finding::{Finding, Severity};
use podwright_session::discover;
use podwright_session::disk::OnDisk;
use podwright_session::inputs::{
    Input, Inputs, Read, Trouble, candidates, read_all, settings_table,
};
use podwright_syntax::text::{FileId, Location, Source, Span};

pub(super) fn run(check: CheckArgs) -> Result<ExitCode, CliError> {
    let threads = usize::from(check.threads.unwrap_or(0));
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| CliError(format!("cannot start threads: {error}")))?;
    pool.install(|| run_here(check))
}

fn run_here(check: CheckArgs) -> Result<ExitCode, CliError> {
    check.context.values.exist()?;
    let rules = CommandLine {
        select: Selection::rules(&check.select),
        profiles: check.profile.clone(),
        ignore: Selection::rules(&check.ignore),
        exclude: check.exclude.clone(),
        ignores: IgnorePolicy {
            strict: check.strict,
            today: Some(check.today.unwrap_or_else(today)),
            compat: check.compat.iter().copied().collect(),
        },
        ..CommandLine::default()
    };
    let mut configurations = inputs::configurations(check.context.clone(), rules);
    let RunSettings {
        fail_on,
        shown_from,
        baseline,
    } = RunSettings::of(&check, &mut configurations)?;
    let fail_on_skipped = check.fail_on_skipped;
    let mut fixing = Fixing::new(&check, shown_from)?;
    let destination = match &check.output {
        Some(file) => Destination::File(file.clone()),
        None if fixing.mode == Mode::Filter => Destination::Stderr,
        None => Destination::Stdout,
    };
    let reports = Reports::new(&check, destination.clone())?;
    let style = destination.style(check.color, check.verbose);

    let mut discovery = inputs::discover_some(&check.paths, check.allow_empty)?;
    configurations = configurations.except_in(std::mem::take(&mut discovery.unconfigured));
    let directories = std::mem::take(&mut discovery.directories);
    let looping = discovery.looping.clone();
    let leading_out = discovery.leading_out.clone();
    let known = Known::new(&check, baseline)?;
    let since = since::commit(&check)?;
    let previous_source = PreviousSource::new(&check)?;
    let Inputs { inputs, excluded } =
        Inputs::new(candidates(discovery), &mut configurations).map_err(CliError::new)?;
    let table = settings_table(&inputs, &configurations);
    inputs::note_missing_schemas(&configurations);
    if let (Known::Nothing, None) = (&known, &since) {
        fixing = fixing.keeping(shown_from.min(fail_on.unwrap_or(shown_from)));
    }
    let progress = Progress::start(inputs.len());
    let mut files = Vec::with_capacity(inputs.len());
    let mut troubled = Vec::new();
    let read = read_all(&inputs, &configurations, || progress.file_read());
    for (Read { file, trouble }, id) in read.into_iter().zip(0..) {
        troubled.extend(trouble.map(|trouble| (FileId(id), trouble)));
        files.push(Arc::new(file));
    }
    let has_stdin = check.paths.iter().any(|path| discover::is_stdin(path));
    if has_stdin && fixing.mode != Mode::Filter {
        refuse_empty_stdin(&inputs, &files, check.allow_empty)?;
    }
    let base = match &since {
        Some(commit) => Some(commit.base(&files, &inputs, &mut configurations)?),
        None => None,
    };
    let previous = match (&previous_source, &base) {
        (Some(previous_source), _) => {
            Some(previous_source.workspace(&files, &inputs, &mut configurations)?)
        }
        (None, base) => base
            .as_ref()
            .map(|base: &BaseRevision| Arc::clone(&base.workspace)),
    };
    let disk = Arc::new(
        OnDisk::here()
            .excluding(excluded.iter().cloned())
            .unchanging(directories),
    );
    let workspace = Workspace::with_disk(files, Arc::clone(&disk) as Arc<_>);
    if let Some(error) = disk.invalid_locks().first() {
        return Err(CliError::new(error));
    }
    let workspace = match previous {
        Some(previous) => workspace.with_previous(previous),
        None => workspace,
    };
    let Checked {
        findings,
        mut summary,
        run,
    } = lint(workspace, troubled, &inputs, &table, fixing);
    drop(progress);
    match fixing.mode {
        Mode::Diff => {
            let differs = run.print(&destination, style.colour)?;
            return Ok(ExitCode::from(u8::from(differs)));
        }
        Mode::Filter => run.pass_on()?,
        Mode::Off | Mode::Files => {}
    }

    summary
        .skipped
        .extend(excluded.into_iter().map(|path| Skipped {
            path,
            reason: SkipReason::Excluded,
        }));
    summary
        .skipped
        .extend(looping.into_iter().map(|path| Skipped {
            path,
            reason: SkipReason::LinkLoop,
        }));
    summary
        .skipped
        .extend(leading_out.into_iter().map(|path| Skipped {
            path,
            reason: SkipReason::LinkOutside,
        }));
    summary.not_built = summary::not_built(&run.workspace, reports.have_names());
    summary.skipped.sort_by(|a, b| a.path.cmp(&b.path));
    summary.shown_from = shown_from;
    summary.fails_from = fail_on;
    let assumed = configurations.settings().iter();
    let mut assumed = assumed.filter(|settings| settings.assumes_versions());
    summary.assumed_kubernetes = assumed.next().map(|one| one.versions().to_string());
    let files = run.workspace.files.iter();
    let sources: Vec<&Source> = files.map(|file| &file.source).collect();
    let findings = match base {
        Some(base) => since::new_since(base, findings, &run.workspace, &mut summary),
        None => findings,
    };
    let findings = known.apply(findings, &sources, &mut summary)?;
    summary.fixable = fixing.fixable(&run.workspace, &inputs, &findings);
    let fails = fail_on.is_some_and(|level| findings.iter().any(|one| one.level >= level))
        || (fail_on_skipped && summary.skipped.iter().any(|one| one.reason.is_manifest()));
    let shown: Vec<Finding> = findings
        .into_iter()
        .filter(|finding| finding.level >= shown_from)
        .collect();
    let report = Report {
        findings: &shown,
        sources: &sources,
        summary: &summary,
    };
    let pictures = match reports.have_pictures() {
        true => pictures::of(&run.workspace, &shown, &table),
        false => Vec::new(),
    };
    reports.write(&report, &pictures)?;
    inputs::note_unusable_schemas(&configurations);
    run.failures.iter().for_each(|why| output::error(why));
    let code = match run.failures.is_empty() {
        true => u8::from(fails),
        false => COULD_NOT_RUN,
    };
    // The process ends, and the system frees its memory at once instead of object by object.
    std::mem::forget((run, inputs));
    Ok(ExitCode::from(code))
}

/// Fails if standard input has no document: the command before the pipe has written nothing. kubectl fails with `no
/// objects passed to apply`.
fn refuse_empty_stdin(
    inputs: &[Input],
    files: &[Arc<File>],
    allow_empty: bool,
) -> Result<(), CliError> {
    let is_stdin = |input: &Input| {
        let found = input.content.as_ref().ok();
        found.is_some_and(|found| found.location().is_none())
    };
    let mut read = inputs.iter().zip(files);
    let is_empty = read.any(|(input, file)| {
        is_stdin(input) && file.skipped == Some(NoManifest) && summary::documents(file) == 0
    });
    match is_empty && !allow_empty {
        true => Err(CliError(format!(
            "standard input is empty: there is nothing to check; {}",
            inputs::ALLOW_EMPTY
        ))),
        false => Ok(()),
    }
}

/// Result of a run.
struct Checked {
    findings: Vec<Finding>,
    summary: Summary,
    run: Run,
}

fn lint(
    workspace: Workspace,
    troubled: Vec<(FileId, Trouble)>,
    inputs: &[Input],
    table: &SettingsTable,
    fixing: Fixing,
) -> Checked {
    let mut run = fixing::run(workspace, table, fixing, inputs);
    let LintResult {
        mut findings,
        suppressed,
        left_out,
    } = std::mem::take(&mut run.outcome);
    findings.extend(troubled.into_iter().filter_map(|(id, trouble)| {
        let mut active = table.rules(id).iter();
        let level = active.find(|rule| rule.meta.name == trouble.rule)?.level;
        Some(finding(trouble, id, level))
    }));
    findings.sort_by(|a, b| (a.primary.place, a.rule).cmp(&(b.primary.place, b.rule)));
    let summary = Summary {
        findings: findings
            .iter()
            .map(|one| one.level)
            .chain(left_out)
            .collect(),
        suppressed,
        fixed: run.fixed(),
        changes: run.changes(),
        ..summary::of(&run.workspace)
    };
    Checked {
        findings,
        summary,
        run,
    }
}

fn finding(trouble: Trouble, file: FileId, level: Severity) -> Finding {
    let span = Span::at(0);
    Finding::new(
        trouble.rule,
        level,
        Location { file, span },
        trouble.message,
    )
}

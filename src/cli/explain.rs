//! `podwright explain`: what happens to the images of Pods, and what their events mean.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use super::{
    arguments::{Context, Explain, ExplainForm, ExplainFormat, ExplainWhat},
    error::CliError,
    inputs::{self, read_with_notes},
    output::note,
};
use podwright_cluster::workspace::{File, ObjectId, Workspace};
use podwright_explain::{PodExplanation, event, explain_object, explainable, objects_named};
use podwright_lint::config::{CommandLine, SettingsTable};
use podwright_model::MAX_ITEMS;
use podwright_report::Syntax;
use podwright_report::explain::{json, svg, text};
use podwright_session::discover;
use podwright_session::disk::OnDisk;
use podwright_session::inputs::{Inputs, settings_table};
use podwright_syntax::text::{decode, shortened};

pub(super) fn run(explain: Explain) -> Result<ExitCode, CliError> {
    if let Some(ExplainWhat::Event { file, paths, form }) = explain.what {
        return run_events(&file, &paths, form);
    }
    let (workspace, table) = read(&explain.paths, explain.form.context.clone())?;
    let objects = match &explain.pod {
        Some(name) => objects_named(&workspace, name).map_err(CliError::new)?,
        None => explainable(&workspace).collect(),
    };
    if objects.is_empty() {
        note("no objects with containers found");
    }
    let pods: Vec<PodExplanation<'_>> = objects
        .into_iter()
        .flat_map(|id| {
            explain_object(
                &workspace,
                id,
                table.versions(workspace.settings_file(id.file)),
            )
        })
        .collect();
    print(&workspace, &explain.form, |out| {
        match explain.form.format.format {
            ExplainFormat::Text => text::write_pods(&pods, out),
            ExplainFormat::Json => json::write_pods(&pods, out),
            ExplainFormat::Svg => svg::write(&pods, out),
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

fn run_events(file: &Path, paths: &[PathBuf], form: ExplainForm) -> Result<ExitCode, CliError> {
    if discover::is_stdin(file) && paths.iter().any(|path| discover::is_stdin(path)) {
        let reason = "standard input cannot be both the events and the manifests";
        return Err(CliError(reason.to_owned()));
    }
    if form.format.format == ExplainFormat::Svg {
        let reason = "`--format svg` is not supported for events";
        return Err(CliError(reason.to_owned()));
    }
    let shown = match discover::is_stdin(file) {
        true => "standard input".to_owned(),
        false => file.display().to_string(),
    };
    let bytes = discover::read_path_or_stdin(file)
        .map_err(|error| CliError(format!("cannot read {shown}: {error}")))?;
    let text = decode(bytes).text;
    let events = event::events(&text);
    if events.is_empty() && !event::is_kubectl_output(&text) {
        return Err(CliError(format!(
            "no events found in {shown}: expected the output of `kubectl describe pod`, `kubectl get events` or `kubectl get \
             pods`, or the message of an event"
        )));
    }
    let (workspace, table) = read(paths, form.context.clone())?;
    let findings = podwright_lint::lint(&workspace, &table).findings;
    let versions = |id: ObjectId| table.versions(workspace.settings_file(id.file));
    let explained = event::explain_events(&workspace, &events, &findings, versions);
    print(&workspace, &form, |out| match form.format.format {
        ExplainFormat::Text | ExplainFormat::Svg => text::write_events(&explained, out),
        ExplainFormat::Json => json::write_events(&explained, out),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Prints the output with all credentials of the files redacted, including those in an image, a command or a name.
fn print(
    workspace: &Workspace,
    form: &ExplainForm,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), CliError> {
    let mut bytes = Vec::new();
    let written = write(&mut bytes);
    let text = workspace.without_credentials(String::from_utf8_lossy(&bytes).into_owned());
    let syntax = match form.format.format {
        ExplainFormat::Text => Syntax::Text,
        ExplainFormat::Json => Syntax::Json,
        ExplainFormat::Svg => Syntax::Xml,
    };
    let destination = form.format.destination(form.output.as_ref());
    destination.write_without_commands(syntax, |out| {
        written.and_then(|()| out.write_all(text.as_bytes()))
    })
}

/// Reads the files as one workspace with the settings of each. Prints a note for each file that cannot be read.
fn read(paths: &[PathBuf], context: Context) -> Result<(Workspace, SettingsTable), CliError> {
    let candidates = inputs::discover(paths)?;
    let mut configurations = inputs::configurations(context, CommandLine::default());
    let inputs = Inputs::new(candidates, &mut configurations).map_err(CliError::new)?;
    let table = settings_table(&inputs.inputs, &configurations);
    inputs::note_missing_schemas(&configurations);
    let files = read_with_notes(&inputs.inputs, &configurations);
    files.iter().for_each(note_too_large);
    let files = files.into_iter().map(Arc::new).collect();
    let disk = Arc::new(OnDisk::here());
    let workspace = Workspace::with_disk(files, Arc::clone(&disk) as Arc<_>);
    if let Some(error) = disk.invalid_locks().first() {
        return Err(CliError::new(error));
    }
    Ok((workspace, table))
}

fn note_too_large(file: &File) {
    for object in &file.objects {
        if let Some(too_large) = object.too_large {
            let kind = object.kind.text().unwrap_or("object");
            let name = object.metadata.name.text().unwrap_or("?");
            let name = shortened(name, 300);
            note(&format!(
                "{}: {kind} `{name}` is not explained: a list has {} items, the maximum is {MAX_ITEMS}",
                file.source.path, too_large.count
            ));
        }
    }
}

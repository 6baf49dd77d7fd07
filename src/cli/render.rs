//! `podwright render`: prints what a kustomization or a chart makes of its files.

mod chart;
mod positions;

use std::sync::Arc;

use podwright_render::kustomize::{self, Build};
use podwright_render::{Node, Sources, Text, Value, helm};
use podwright_report::Syntax;
use podwright_session::discover;
use podwright_session::disk::OnDisk;
use podwright_syntax::{PathSegment, notation};
use serde_json::json;

use super::{
    arguments::{Render, RenderFormat},
    error::CliError,
};
use positions::Positions;

pub(super) fn run(arguments: &Render) -> Result<(), CliError> {
    let disk = OnDisk::here();
    let mut sources = Sources::new(&disk);
    let path = discover::absolute(&arguments.path);
    if helm::is_chart(&sources, &path) {
        return chart::run(arguments, &mut sources, &path);
    }
    let helm = chart::options(&arguments.chart)?;
    let options = kustomize::Options {
        restricts_files: !arguments.no_load_restrictions,
        allows_unknown: false,
        kubernetes_version: helm.kubernetes_version,
        api_versions: Arc::new(helm.api_versions),
        ..kustomize::Options::default()
    };
    let result = kustomize::build(&mut sources, &path, &options);
    if let Some(error) = disk.invalid_locks().first() {
        return Err(CliError::new(error));
    }
    let mut positions = Positions::new(&sources, &arguments.path);
    let build = result.map_err(|error| CliError(positions.describe(&error)))?;
    let destination = arguments.format.destination(arguments.output.as_ref());
    match arguments.format.format {
        RenderFormat::Yaml => {
            let (text, _) = podwright_render::emit(&build.resources);
            destination.write(|out| out.write_all(text.as_bytes()))
        }
        RenderFormat::Origins => {
            let lines = origins(&build, &mut positions);
            destination.write_without_commands(Syntax::Json, |out| {
                lines.iter().try_for_each(|line| writeln!(out, "{line}"))
            })
        }
    }
}

/// A line of JSON for each scalar of each object.
fn origins(build: &Build, positions: &mut Positions<'_, '_>) -> Vec<String> {
    let mut lines = Vec::new();
    for (document, node) in build.resources.iter().enumerate() {
        let mut path = Vec::new();
        scalars(node, &mut path, &mut |path, text, value| {
            let line = json!({
                "source": null,
                "document": document,
                "path": notation(path.iter().cloned()),
                "value": value,
                "origins": positions.of(text),
            });
            lines.push(line.to_string());
        });
    }
    lines
}

/// Calls `found` for each scalar. Bounded by the depth of the object.
fn scalars(
    node: &Node,
    path: &mut Vec<PathSegment>,
    found: &mut impl FnMut(&[PathSegment], &Text, &str),
) {
    match &node.value {
        Value::Map(map) => {
            for entry in &map.entries {
                path.push(PathSegment::Key(entry.key.as_str().to_owned()));
                scalars(&entry.value, path, found);
                path.pop();
            }
        }
        Value::List(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(PathSegment::Index(index));
                scalars(item, path, found);
                path.pop();
            }
        }
        Value::Scalar(scalar) => found(path, &scalar.text, scalar.as_str()),
    }
}

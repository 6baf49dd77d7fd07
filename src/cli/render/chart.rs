//! Charts.

use std::path::Path;

use podwright_cluster::workspace;
use podwright_render::helm::{self, Manifest, Options};
use podwright_render::{Found, Sources};
use podwright_report::Syntax;
use podwright_schema::Table;
use podwright_syntax::{NodeId, PathSegment, SyntaxTree, notation};
use serde_json::json;

use super::positions::Positions;
use crate::cli::arguments::{Capabilities, ChartArguments, Render, RenderFormat};
use crate::cli::error::CliError;

pub(super) fn run(
    arguments: &Render,
    sources: &mut Sources<'_>,
    path: &Path,
) -> Result<(), CliError> {
    let options = options(&arguments.chart)?;
    let result = helm::render(sources, path, &options);
    let mut positions = Positions::new(sources, &arguments.path);
    if let Some(Found::Directory(real) | Found::File(real)) = sources.find(path) {
        positions = positions.of_chart(real);
    }
    let release = result.map_err(|error| CliError(positions.describe(&error)))?;
    let destination = arguments.format.destination(arguments.output.as_ref());
    match arguments.format.format {
        RenderFormat::Yaml => {
            let text = release.text();
            destination.write(|out| out.write_all(text.as_str().as_bytes()))
        }
        RenderFormat::Origins => {
            let lines = origins(&release.manifests, &mut positions);
            destination.write_without_commands(Syntax::Json, |out| {
                lines.iter().try_for_each(|line| writeln!(out, "{line}"))
            })
        }
    }
}

pub(super) fn options(arguments: &ChartArguments) -> Result<Options, CliError> {
    let version = arguments.kubernetes_version.as_deref();
    let parsed = version
        .map(str::parse::<podwright_model::KubernetesVersion>)
        .transpose();
    let release = match (parsed, arguments.capabilities) {
        (Ok(release), _) => release.unwrap_or_else(Table::last_release),
        // What helm knows of the cluster does not depend on the release.
        (Err(_), Capabilities::Helm) if version.is_some_and(is_version) => Table::last_release(),
        (Err(error), _) => return Err(CliError(format!("--kubernetes-version: {error}"))),
    };
    let mut api_versions: Vec<String> = match arguments.capabilities {
        Capabilities::Helm => helm::API_VERSIONS
            .iter()
            .map(|&version| version.to_owned())
            .collect(),
        Capabilities::Cluster => workspace::served(release),
    };
    api_versions.extend(arguments.api_versions.iter().cloned());
    Ok(Options {
        release: arguments.release.clone(),
        namespace: arguments.namespace.clone(),
        kubernetes_version: version.map_or_else(|| format!("{release}.0"), str::to_owned),
        api_versions,
        values: arguments.values.files(),
        set: arguments.values.assignments(),
        directory: podwright_session::discover::absolute(Path::new(".")),
        is_upgrade: arguments.is_upgrade,
        includes_crds: arguments.include_crds,
        ..Options::default()
    })
}

/// Whether helm takes the text for a version: `1.18`, `v1.18.2-gke.1`.
fn is_version(text: &str) -> bool {
    let number = text.strip_prefix('v').unwrap_or(text);
    let mut parts = number.splitn(3, '.');
    let is_number = |part: &str| part.parse::<u64>().is_ok();
    let (major, minor) = (parts.next(), parts.next());
    major.is_some_and(is_number)
        && minor.is_none_or(is_number)
        && parts
            .next()
            .is_none_or(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

/// A line of JSON for each scalar of each object.
fn origins(manifests: &[Manifest], positions: &mut Positions<'_, '_>) -> Vec<String> {
    let mut lines = Vec::new();
    for manifest in manifests {
        let tree = podwright_syntax::yaml::read_document(manifest.text.as_str().into());
        let Some(document) = tree.documents().first() else {
            continue;
        };
        let mut path = Vec::new();
        scalars(&tree, document.root, &mut path, &mut |path, id| {
            let span = tree.span(id);
            let text = manifest.text.slice(span.start as usize..span.end as usize);
            let line = json!({
                "source": manifest.template,
                "document": manifest.document,
                "path": notation(path.iter().cloned()),
                "value": tree.decoded(id),
                "origins": positions.of(&text),
            });
            lines.push(line.to_string());
        });
    }
    lines
}

/// Calls `found` for each scalar. Bounded by the depth of the tree; aliases are not followed.
fn scalars(
    tree: &SyntaxTree,
    id: NodeId,
    path: &mut Vec<PathSegment>,
    found: &mut impl FnMut(&[PathSegment], NodeId),
) {
    let kind = tree.kind(id);
    if kind.is_mapping() {
        for entry in tree.entries(id) {
            path.push(PathSegment::Key(tree.key_text(entry.key).into_owned()));
            scalars(tree, entry.value, path, found);
            path.pop();
        }
    } else if kind.is_sequence() {
        for (index, item) in tree.items(id).enumerate() {
            path.push(PathSegment::Index(index));
            scalars(tree, item, path, found);
            path.pop();
        }
    } else if kind.is_scalar() {
        found(path, id);
    }
}

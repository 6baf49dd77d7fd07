//! The releases that HelmReleases of Flux ask for (`helm-controller`).

use std::sync::Arc;

use podwright_render::helm::{self, Entry, Hooks, ValuesFiles};
use podwright_render::kustomize::Why;
use podwright_render::vendor::Ask;
use podwright_render::{Files, Found};
use podwright_syntax::text::Location;
use podwright_syntax::{NodeId, SyntaxTree};

use super::super::super::ObjectId;
use super::super::super::asks::{self, FileObject};
use super::super::make::Plan;
use super::super::render::{ChartRelease, FluxRelease, Recipe, UnknownPart, ValuesSet};
use super::directory::{Here, here};
use super::flux::items;
use super::values::given;
use super::{Awaited, Context, Wanted};

/// What a HelmRelease asks for.
pub(super) fn wanted(context: &Context<'_>, asker: ObjectId) -> Wanted {
    let object = context.object(asker);
    let mut wanted = Wanted::default();
    match chart(context, asker) {
        Ok(chart) => wanted.plans.extend(plan(context, asker, &chart)),
        Err((why, name, node)) => {
            let node = node.unwrap_or(object.object.node);
            wanted.awaited.push(Awaited {
                namespace: namespace(context, asker),
                part: UnknownPart {
                    place: context.place(asker.file, node),
                    why,
                    name,
                },
            });
        }
    }
    wanted
}

/// A chart that is here.
struct Chart {
    at: Here,
    /// Whether it is a directory of a repository, so that values files start from there.
    is_in_repository: bool,
    /// The `valuesFiles` of what describes it.
    files: Vec<String>,
    ignores_missing: bool,
}

/// The chart of a HelmRelease, or why it is not here, its name, and the node that names it.
fn chart(context: &Context<'_>, asker: ObjectId) -> Result<Chart, (Why, String, Option<NodeId>)> {
    let object = context.object(asker);
    let file = context.source_file(asker);
    let asked = asks::asked_by(&context.sources, asker.file, object);
    let ask = asked.into_iter().next().map(|asked| asked.ask);
    let described = described(context, object);
    let spec = described.map(|(object, spec)| (object.tree, spec));
    let scalar = |key: &str| {
        let (tree, spec) = spec?;
        asks::text(tree, spec, key)
    };
    let chart = |at: Here, is_in_repository: bool| Chart {
        at,
        is_in_repository,
        files: spec.map_or_else(Vec::new, |(tree, spec)| strings(tree, spec, "valuesFiles")),
        ignores_missing: scalar("ignoreMissingValuesFiles").is_some_and(|(text, _)| text == "true"),
    };
    let stored = ask.as_ref().and_then(|ask| context.stored(file, ask));
    if let Some(stored) = stored {
        return Ok(chart(stored, matches!(ask, Some(Ask::Git(_)))));
    }
    let kind = spec.and_then(|(tree, spec)| {
        let source = asks::at(tree, spec, &["sourceRef"])?;
        asks::text(tree, source, "kind")
    });
    let kind = kind.map(|(kind, _)| kind);
    let is_repository = matches!(kind.as_deref(), Some("GitRepository" | "Bucket"));
    if is_repository && let Some((path, _)) = scalar("chart") {
        let run = context.view.run;
        let is_chart = |found: &Found| match found {
            Found::Directory(real) => {
                matches!(run.find(&real.join("Chart.yaml")), Some(Found::File(_)))
            }
            Found::File(real) => real.extension().is_some_and(|extension| extension == "tgz"),
        };
        if let Some(at) = here(run, file, &path, &is_chart) {
            return Ok(chart(at, true));
        }
    }
    let node = object
        .at(&["spec", "chart", "spec", "chart"])
        .or_else(|| object.at(&["spec", "chartRef", "name"]));
    let written = node.map(|node| object.tree.decoded(node).into_owned());
    Err(match ask {
        Some(ask) => (Why::NotVendored, ask.to_string(), node),
        None => {
            let name = written.unwrap_or_default();
            (Why::HelmChart, format!("chart {name}"), node)
        }
    })
}

/// The object with `chart` and `sourceRef`, and the mapping that has them: the HelmRelease, or a `HelmChart` that it
/// refers to.
fn described<'v>(
    context: &Context<'v>,
    object: FileObject<'v>,
) -> Option<(FileObject<'v>, NodeId)> {
    if let Some(spec) = object.at(&["spec", "chart", "spec"]) {
        return Some((object, spec));
    }
    let reference = object.at(&["spec", "chartRef"])?;
    let (kind, source) = context.sources.refer(object, reference)?;
    (kind == "HelmChart").then_some(())?;
    Some((source, source.at(&["spec"])?))
}

fn strings(tree: &SyntaxTree, node: NodeId, key: &str) -> Vec<String> {
    let list = asks::at(tree, node, &[key]);
    let items = list.into_iter().flat_map(|list| tree.items(list));
    items
        .map(|item| tree.decoded(tree.resolve(item)).into_owned())
        .collect()
}

/// A string of the HelmRelease that is not empty.
fn text(object: FileObject<'_>, path: &[&str]) -> Option<String> {
    let node = object.at(path)?;
    let text = object.tree.decoded(node);
    (!text.is_empty()).then(|| text.into_owned())
}

/// Namespace of the release, if it is known (`GetReleaseNamespace`).
fn namespace(context: &Context<'_>, asker: ObjectId) -> Option<String> {
    match text(context.object(asker), &["spec", "targetNamespace"]) {
        Some(namespace) => (!namespace.contains("${")).then_some(namespace),
        None => context.namespace(asker).map(str::to_owned),
    }
}

/// Name of the release (`GetReleaseName`).
fn name(object: FileObject<'_>) -> String {
    let own = object.object.metadata.name.text().unwrap_or_default();
    let name = text(object, &["spec", "releaseName"]).unwrap_or_else(|| {
        match text(object, &["spec", "targetNamespace"]) {
            Some(namespace) => format!("{namespace}-{own}"),
            None => own.to_owned(),
        }
    });
    podwright_render::flux::release_name(&name)
}

fn plan(context: &Context<'_>, asker: ObjectId, chart: &Chart) -> Option<Plan> {
    let run = context.view.run;
    let object = context.object(asker);
    let source = context.source_file(asker);
    let root = run.id(&chart.at.path.join("Chart.yaml")).unwrap_or(source);
    let file = context.file(source);
    let part = context.part(asker)?;
    let namespace = namespace(context, asker);
    let is_true = |path: &[&str]| text(object, path).is_some_and(|text| text == "true");
    let crds = text(object, &["spec", "install", "crds"]);
    let written = text(object, &["spec", "targetNamespace"]);
    let values = values(context, asker);
    let version = file.context.versions.newest;
    let options = helm::Options {
        release: name(object),
        namespace: written
            .or_else(|| namespace.clone())
            .unwrap_or_else(|| "default".to_owned()),
        kubernetes_version: format!("{version}.0"),
        api_versions: (*context.capabilities.of(version)).clone(),
        defaults: (!chart.files.is_empty()).then(|| ValuesFiles {
            paths: chart.files.clone(),
            root: chart.is_in_repository.then(|| chart.at.root.clone()),
            ignores_missing: chart.ignores_missing,
        }),
        given: values.given,
        includes_crds: crds.is_none_or(|policy| policy != "Skip")
            && !is_true(&["spec", "install", "skipCRDs"]),
        hooks: match is_true(&["spec", "install", "disableHooks"]) {
            true => Hooks::Nothing,
            false => Hooks::All,
        },
        skips_schema: is_true(&["spec", "install", "disableSchemaValidation"]),
        ..helm::Options::default()
    };
    Some(Plan {
        root,
        recipe: Recipe::Helm(Arc::new(ChartRelease {
            chart: chart.at.path.clone(),
            options,
            values: ValuesSet::Asked,
            namespace,
            flux: Some(FluxRelease {
                spec: part.at(&["spec"]),
                lacking: values.lacking,
                is_partly_known: values.is_partly_known,
                secrets: values.secrets,
            }),
        })),
        asked_by: Some(asker),
    })
}

/// The values that a HelmRelease gives.
#[derive(Default)]
struct Values {
    given: Vec<helm::Given>,
    lacking: Vec<UnknownPart>,
    is_partly_known: bool,
    secrets: Vec<Location>,
}

/// `valuesFrom` in order, and `values` over it. With each target, `values` is merged before it is set
/// (`ChartValuesFromReferences` of `fluxcd/pkg/chartutil`).
fn values(context: &Context<'_>, asker: ObjectId) -> Values {
    let object = context.object(asker);
    let mut values = Values::default();
    let own = context.part(asker).map(|part| {
        let part = part.at(&["spec", "values"]);
        helm::Given::Part {
            file: part.file,
            document: part.document,
            path: part.path,
        }
    });
    for reference in items(object, &["spec", "valuesFrom"]) {
        let Some(entry) = entry(context, asker, reference, &mut values) else {
            continue;
        };
        if entry.target.is_some() {
            values.given.extend(own.clone());
        }
        values.given.push(helm::Given::Entry(entry));
    }
    let written = object.at(&["spec", "values"]);
    let written = written.map_or("", |node| object.tree.source_text(node));
    values.is_partly_known |= written.contains("${");
    values.given.extend(own);
    values
}

/// An entry of `valuesFrom`. `None` if it gives nothing, or nothing that is known; then the values say so.
fn entry(
    context: &Context<'_>,
    asker: ObjectId,
    reference: NodeId,
    values: &mut Values,
) -> Option<Entry> {
    let object = context.object(asker);
    let text = |key| asks::text(object.tree, reference, key).map(|(text, _)| text);
    let is_true = |key| text(key).is_some_and(|text| text == "true");
    let (kind, name) = (text("kind"), text("name"));
    let key = text("valuesKey").unwrap_or_else(|| "values.yaml".to_owned());
    let unknown = |values: &mut Values| {
        values.is_partly_known = true;
        values.lacking.push(UnknownPart {
            place: context.place(asker.file, reference),
            why: Why::Values,
            name: format!(
                "{} {}",
                kind.as_deref().unwrap_or("object"),
                name.as_deref().unwrap_or_default()
            ),
        });
    };
    let (Some(own_kind), Some(own_name)) = (kind.as_deref(), name.as_deref()) else {
        unknown(values);
        return None;
    };
    let namespace = context.namespace(asker);
    let Some(given) = given(context, asker.file, own_kind, namespace, own_name) else {
        unknown(values);
        return None;
    };
    let giver = context.object(given.id);
    // The API server puts `stringData` over `data`.
    let mut fields = given.fields.iter().rev();
    let field = fields.find(|field| giver.at(&[field, &key]).is_some());
    let Some(&field) = field else {
        if !is_true("optional") {
            unknown(values);
        }
        return None;
    };
    let written = giver.at(&[field, &key]);
    let written = written.map_or("", |node| giver.tree.source_text(node));
    values.is_partly_known |= written.contains("${");
    values.secrets.extend(given.places);
    Some(Entry {
        part: given.part.at(&[field, &key]),
        is_base64: given.is_secret && field == "data",
        target: text("targetPath"),
        is_literal: is_true("literal"),
    })
}

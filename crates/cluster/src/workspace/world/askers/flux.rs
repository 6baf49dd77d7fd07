//! What Kustomizations of Flux apply.

use std::sync::Arc;

use podwright_render::Files;
use podwright_render::Found;
use podwright_render::flux::VariableSource;
use podwright_render::kustomize::{FILE_NAMES, FluxKustomization, Why};
use podwright_render::vendor::Ask;
use podwright_syntax::text::FileId;

use super::super::super::ObjectId;
use super::super::super::asks::{self, FileObject};
use super::super::make::Plan;
use super::super::render::{FluxApply, Recipe, UnknownPart};
use super::directory::{Here, here, is_root};
use super::values::{Given, given};
use super::{Awaited, Context, Wanted};

/// Name of the source that `flux bootstrap` makes of the repository with the cluster.
const OWN_SOURCE: &str = "flux-system";

/// What the Kustomizations ask for that can be applied now, and which these are. Those wait that others may bring or
/// change, and those with variables that others may bring.
pub(super) fn next(context: &Context<'_>, all: &[ObjectId]) -> (Vec<ObjectId>, Wanted) {
    let targets: Vec<(ObjectId, Option<Here>)> = all
        .iter()
        .map(|&asker| (asker, target(context, asker)))
        .collect();
    let is_covered = |asker: ObjectId| {
        if context.view.worlds.map(asker.file).is_some() {
            return false;
        }
        let directory = context.view.run.directory_of(asker.file);
        targets.iter().any(|(other, target)| {
            let target = target.as_ref();
            *other != asker && target.is_some_and(|target| directory.starts_with(&target.path))
        })
    };
    let mut ready: Vec<&(ObjectId, Option<Here>)> = targets
        .iter()
        .filter(|(asker, _)| !is_covered(*asker))
        .collect();
    if ready.is_empty() {
        ready.extend(targets.first());
    }
    let has_variables = |asker: ObjectId| variables(context, asker).1;
    let with_variables: Vec<_> = ready
        .iter()
        .copied()
        .filter(|(asker, _)| has_variables(*asker))
        .collect();
    if !with_variables.is_empty() {
        ready = with_variables;
    }
    let mut wanted = Wanted::default();
    for (asker, target) in &ready {
        match target {
            Some(target) if is_repeated(context, *asker, target) => {}
            Some(target) => wanted.plans.extend(plan(context, *asker, target)),
            None => wanted.awaited.extend(awaited(context, *asker)),
        }
    }
    (ready.into_iter().map(|(asker, _)| *asker).collect(), wanted)
}

/// The directory that a Kustomization applies, if it is here: stored by `podwright vendor`, or in the repository of the
/// run.
fn target(context: &Context<'_>, asker: ObjectId) -> Option<Here> {
    let object = context.object(asker);
    let file = context.source_file(asker);
    if let Some(ask) = ask(context, asker)
        && let Some(stored) = context.stored(file, &ask)
    {
        return Some(stored);
    }
    let spec = object.at(&["spec"])?;
    let path = match asks::text(object.tree, spec, "path") {
        Some((path, _)) => path,
        None if object.at(&["spec", "path"]).is_none() => String::new(),
        None => return None,
    };
    let source = object.at(&["spec", "sourceRef"])?;
    // The path is that in an artifact, which an ArtifactGenerator makes of other directories.
    let kind = asks::text(object.tree, source, "kind");
    if kind.is_some_and(|(kind, _)| kind == "ExternalArtifact") {
        return None;
    }
    let source = asks::text(object.tree, source, "name");
    // Every repository has a root: it says nothing about which one is meant.
    let is_known = !is_root(&path) || source.is_some_and(|(name, _)| name == OWN_SOURCE);
    if !is_known {
        return None;
    }
    let common = context.view.run.paths.common();
    here(
        context.view.run,
        file,
        &path,
        &|found| matches!(found, Found::Directory(real) if real.starts_with(common)),
    )
}

fn ask(context: &Context<'_>, asker: ObjectId) -> Option<Ask> {
    let object = context.object(asker);
    let asked = asks::asked_by(&context.sources, asker.file, object);
    Some(asked.into_iter().next()?.ask)
}

/// Whether a Kustomization is brought by itself, as that of `flux bootstrap` is.
fn is_repeated(context: &Context<'_>, asker: ObjectId, at: &Here) -> bool {
    let name = |id: ObjectId| context.object(id).object.metadata.name.text();
    let above = context.view.worlds.chain(asker).into_iter();
    above
        .filter(|&other| name(other) == name(asker))
        .any(|other| target(context, other).as_ref() == Some(at))
}

fn plan(context: &Context<'_>, asker: ObjectId, at: &Here) -> Option<Plan> {
    let run = context.view.run;
    let object = context.object(asker);
    let (variables, has_all_variables, secrets) = variables(context, asker);
    let name = object.object.metadata.name.text().unwrap_or_default();
    let apply = FluxApply {
        directory: at.path.clone(),
        flux: FluxKustomization {
            spec: context.part(asker)?.at(&["spec"]),
            variables,
            has_all_variables,
        },
        name: name.to_owned(),
        may_leave_out_files: may_leave_out_files(context, asker, at),
        secrets,
    };
    let mut kustomizations = FILE_NAMES
        .iter()
        .filter_map(|name| run.id(&at.path.join(name)));
    let root = kustomizations.next();
    Some(Plan {
        root: root.unwrap_or_else(|| context.source_file(asker)),
        recipe: Recipe::Flux(Arc::new(apply)),
        asked_by: Some(asker),
    })
}

fn may_leave_out_files(context: &Context<'_>, asker: ObjectId, at: &Here) -> bool {
    let object = context.object(asker);
    let run = context.view.run;
    let mut directories = at.path.ancestors();
    let has_file = directories
        .by_ref()
        .take_while(|directory| directory.starts_with(&at.root))
        .any(|directory| run.find(&directory.join(".sourceignore")).is_some());
    let source = || {
        let reference = object.at(&["spec", "sourceRef"])?;
        let (_, source) = context.sources.refer(object, reference)?;
        source.at(&["spec", "ignore"])
    };
    has_file || source().is_some()
}

/// Where the variables are, whether all of them are known, and where those of Secrets are written.
fn variables(
    context: &Context<'_>,
    asker: ObjectId,
) -> (
    Vec<VariableSource>,
    bool,
    Vec<podwright_syntax::text::Location>,
) {
    let object = context.object(asker);
    let namespace = context.namespace(asker);
    let mut sources = Vec::new();
    let mut has_all = true;
    let mut secrets = Vec::new();
    for reference in items(object, &["spec", "postBuild", "substituteFrom"]) {
        let text = |key| asks::text(object.tree, reference, key).map(|(text, _)| text);
        let found = match (text("kind"), text("name")) {
            (Some(kind), Some(name)) => given(context, asker.file, &kind, namespace, &name),
            _ => None,
        };
        let Some(Given {
            part,
            is_secret,
            fields,
            places,
            ..
        }) = found
        else {
            has_all = false;
            continue;
        };
        secrets.extend(places);
        sources.extend(fields.into_iter().map(|field| VariableSource {
            part: part.at(&[field]),
            is_base64: is_secret && field == "data",
        }));
    }
    if let Some(part) = context.part(asker) {
        sources.push(VariableSource {
            part: part.at(&["spec", "postBuild", "substitute"]),
            is_base64: false,
        });
    }
    (sources, has_all, secrets)
}

/// Items of the list at a path.
pub(super) fn items(object: FileObject<'_>, path: &[&str]) -> Vec<podwright_syntax::NodeId> {
    let list = object.at(path);
    let items = list.into_iter().flat_map(|list| object.tree.items(list));
    items.map(|item| object.tree.resolve(item)).collect()
}

/// What a Kustomization applies that is not here.
fn awaited(context: &Context<'_>, asker: ObjectId) -> Option<Awaited> {
    let object = context.object(asker);
    let node = object
        .at(&["spec", "path"])
        .or_else(|| object.at(&["spec", "sourceRef", "name"]))?;
    let (why, name) = match ask(context, asker) {
        Some(ask) => (Why::NotVendored, ask.to_string()),
        None => (Why::Outside, object.tree.decoded(node).into_owned()),
    };
    Some(Awaited {
        namespace: object
            .at(&["spec", "targetNamespace"])
            .map(|node| object.tree.decoded(node).into_owned()),
        part: UnknownPart {
            place: context.place(asker.file, node),
            why,
            name,
        },
    })
}

impl Context<'_> {
    /// Where `podwright vendor` stored something.
    pub(super) fn stored(&self, from: FileId, ask: &Ask) -> Option<Here> {
        let run = self.view.run;
        let stored = run.vendored(&run.directory_of(from), ask)?;
        Some(Here {
            path: stored.path,
            root: stored.root,
        })
    }
}

//! What Flux adds to kustomizations (`fluxcd/pkg/kustomize`), and to what Helm renders (`internal/postrender` of the
//! helm-controller).

mod scan;

use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::accumulate::Accumulated;
use super::build::{Build, Options, run};
use super::decode::{Decode, Strictness};
use super::kustomization::{Kustomization, Loaded, Patch};
use super::loader::{Directory, Loader};
use super::object::objects;
use super::target::Builder;
use super::transform::Image;
use crate::error::RenderError;
use crate::files::{Found, Sources};
use crate::flux::{VariableSource, Variables, is_disabled};
use crate::node::{Entry, Map, Node, Scalar, Value};
use crate::part::Part;
use crate::{SourceMap, Text, document, emit};

/// How a Flux Kustomization applies a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FluxKustomization {
    /// The `spec` of the object.
    pub spec: Part,
    /// Where its variables are, later ones over earlier ones.
    pub variables: Vec<VariableSource>,
    /// Whether these are all variables.
    pub has_all_variables: bool,
}

/// What Flux applies of a directory.
#[derive(Clone, Debug)]
pub struct FluxBuild {
    /// The build, without its objects.
    pub build: Build,
    /// The objects.
    pub text: String,
    /// Where they come from.
    pub map: SourceMap,
}

/// Builds a directory as a Flux Kustomization does, on this thread, which must have a stack of [`super::STACK`] bytes.
/// A directory without a kustomization is one of all its manifests.
///
/// # Errors
///
/// Returns the first error, where Flux has one, too.
pub fn build_flux(
    sources: &mut Sources<'_>,
    directory: &Path,
    flux: &FluxKustomization,
    options: &Options,
) -> Result<FluxBuild, RenderError> {
    let spec = flux.spec.read(sources)?;
    let spec = spec.unwrap_or_else(|| Node::empty_map(None));
    let (spec_file, _) = flux.spec.find(sources)?.unzip();
    let variables = Variables::read(sources, &flux.variables)?;
    let scanned = match has_kustomization(sources, directory) {
        true => None,
        false => Some(scan::manifests(sources, directory)?),
    };
    let mut loader = Loader::new(sources, options.restricts_files);
    let first = loader.first(directory)?;
    let mut builder = Builder::new(loader, options);
    let mut loaded = match (scanned, spec_file) {
        (Some(paths), Some(file)) => {
            let origin = spec
                .get("path")
                .and_then(Node::text)
                .and_then(Text::location);
            let path = |path: String| match origin {
                Some(at) => Text::new(path, crate::Origin::made_at(at)),
                None => Text::constant(path),
            };
            Loaded {
                kustomization: Kustomization {
                    resources: paths.into_iter().map(path).collect(),
                    ..Kustomization::default()
                },
                file,
                file_name: "kustomization.yaml",
            }
        }
        _ => builder.load(&first, None, None)?,
    };
    add(&mut loaded.kustomization, &spec)?;
    let mut build = run(builder, &first, &loaded, Accumulated::default())?;
    let resources = std::mem::take(&mut build.resources);
    let metadata = spec.get("commonMetadata");
    let substitutes = !variables.is_empty() && spec.get("postBuild").is_some();
    if !substitutes && metadata.is_none() {
        let (text, map) = emit(&resources);
        return Ok(FluxBuild { build, text, map });
    }
    let mut out = Text::default();
    for (index, resource) in resources.iter().enumerate() {
        if index > 0 {
            out.push(&Text::constant("---\n"));
        }
        let mut text = text_of([resource]);
        if substitutes && !is_disabled(resource) {
            text = variables.substitute(&text, flux.has_all_variables)?;
        }
        if let Some(metadata) = metadata
            && let Ok(Some(mut object)) = document(&text)
        {
            set_metadata(&mut object, metadata);
            text = text_of([&object]);
        }
        out.push(&text);
    }
    Ok(FluxBuild {
        build,
        map: SourceMap::of(&out),
        text: out.to_string(),
    })
}

fn text_of<'n>(nodes: impl IntoIterator<Item = &'n Node>) -> Text {
    let (string, map) = emit(nodes);
    map.text(&string)
}

fn has_kustomization(sources: &Sources<'_>, directory: &Path) -> bool {
    super::FILE_NAMES
        .iter()
        .any(|name| matches!(sources.find(&directory.join(name)), Some(Found::File(_))))
}

/// Adds what the `spec` of a Flux Kustomization has to the kustomization of its directory (`Generator.WriteFile`).
fn add(kustomization: &mut Kustomization, spec: &Node) -> Result<(), RenderError> {
    let text = |field: &str| {
        let text = spec.get(field).and_then(Node::text);
        text.filter(|text| !text.is_empty()).cloned()
    };
    let fields = [
        ("targetNamespace", &mut kustomization.namespace),
        ("namePrefix", &mut kustomization.name_prefix),
        ("nameSuffix", &mut kustomization.name_suffix),
    ];
    for (field, own) in fields {
        if let Some(text) = text(field) {
            *own = text;
        }
    }
    kustomization.patches.extend(patches(spec)?);
    for component in list(spec, "components") {
        kustomization.components.extend(component.text().cloned());
    }
    for patch in list(spec, "patchesStrategicMerge") {
        kustomization.patches_strategic_merge.push(text_of([patch]));
    }
    for patch in list(spec, "patchesJson6902") {
        let mut fields = patch.clone();
        if let Some(operations) = fields.get_mut("patch") {
            *operations = Node::string(text_of([&*operations]));
        }
        let patch = Patch::decode(&fields, Strictness::Plugin)?;
        kustomization.patches_json6902.push(patch);
    }
    for image in images(spec)? {
        let same = |own: &&mut Image| own.name() == image.name();
        match kustomization.images.iter_mut().find(same) {
            Some(own) => *own = image,
            None => kustomization.images.push(image),
        }
    }
    Ok(())
}

fn list<'n>(node: &'n Node, field: &str) -> &'n [Node] {
    node.get(field).and_then(Node::list).unwrap_or_default()
}

/// `patches`, which have no files.
fn patches(node: &Node) -> Result<Vec<Patch>, RenderError> {
    let patches = list(node, "patches").iter();
    patches
        .map(|patch| {
            Ok(Patch {
                path: Text::default(),
                options: None,
                ..Patch::decode(patch, Strictness::Plugin)?
            })
        })
        .collect()
}

fn images(node: &Node) -> Result<Vec<Image>, RenderError> {
    let images = list(node, "images").iter();
    images
        .map(|image| Image::decode(image, Strictness::Plugin))
        .collect()
}

/// Changes what Helm rendered as the `spec` of a HelmRelease says: `postRenderers`, then `commonMetadata`
/// (`BuildPostRenderers`). `None` if it says nothing.
///
/// # Errors
///
/// Returns the first error, where Flux has one, too.
pub fn post_render(
    sources: &mut Sources<'_>,
    manifests: &Text,
    spec: &Part,
    options: &Options,
) -> Result<Option<Text>, RenderError> {
    let Some((file, _)) = spec.find(sources)? else {
        return Ok(None);
    };
    let Some(spec) = spec.read(sources)? else {
        return Ok(None);
    };
    let mut text: Option<Text> = None;
    let renderers = list(&spec, "postRenderers").iter();
    for renderer in renderers.filter_map(|renderer| renderer.get("kustomize")) {
        let mut all = Accumulated::default();
        all.append(objects(text.as_ref().unwrap_or(manifests))?, None)?;
        let mut kustomization = Kustomization {
            images: images(renderer)?,
            ..Kustomization::default()
        };
        // Versions of the API before v2 have patches of other forms, too.
        add(&mut kustomization, &only_patches(renderer))?;
        let loaded = Loaded {
            kustomization,
            file,
            file_name: "kustomization.yaml",
        };
        let nowhere = Rc::new(Directory {
            root: PathBuf::new(),
            referrer: None,
            depth: 0,
            clone: None,
        });
        let builder = Builder::new(Loader::new(sources, true), options);
        let build = run(builder, &nowhere, &loaded, all)?;
        text = Some(text_of(&build.resources));
    }
    let Some(metadata) = spec.get("commonMetadata") else {
        return Ok(text);
    };
    let mut all: Vec<Node> = objects(text.as_ref().unwrap_or(manifests))?
        .into_iter()
        .map(|resource| resource.node)
        .collect();
    for object in &mut all {
        set_metadata(object, metadata);
    }
    Ok(Some(text_of(&all)))
}

fn only_patches(renderer: &Node) -> Node {
    let mut node = renderer.clone();
    if let Some(map) = node.map_mut() {
        let is_patch = |entry: &Entry| entry.key.as_str().starts_with("patches");
        map.entries.retain(is_patch);
    }
    node
}

/// Sets labels and annotations over those of an object (`SetCommonMetadata`).
fn set_metadata(object: &mut Node, common: &Node) {
    for field in ["labels", "annotations"] {
        let Some(pairs) = common.get(field).and_then(Node::map) else {
            continue;
        };
        let own = child(child(object, "metadata"), field);
        for Entry { key, value } in &pairs.entries {
            if let Some(map) = own.map_mut() {
                map.set(key.clone(), value.clone());
            }
        }
    }
}

/// The mapping at a key, which is created if it is not there.
fn child<'n>(node: &'n mut Node, key: &str) -> &'n mut Node {
    if node.map().is_none() {
        node.value = Value::Map(Map::default());
    }
    let is_there = node.get(key).is_some_and(|child| child.map().is_some());
    if let Some(map) = node.map_mut()
        && !is_there
    {
        map.set(Scalar::string(Text::constant(key)), Node::empty_map(None));
    }
    // It was just created if it was not there.
    match &mut node.value {
        Value::Map(map) => {
            let index = map.index(key).unwrap_or_default();
            &mut map.entries[index].value
        }
        Value::List(_) | Value::Scalar(_) => unreachable!("made a mapping above"),
    }
}

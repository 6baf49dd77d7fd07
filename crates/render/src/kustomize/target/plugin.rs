//! Generators and transformers that are configured in objects of their own (`api/internal/plugins`).

use super::super::accumulate::Accumulated;
use super::super::build::Why;
use super::super::decode::{Decode, Strictness, StringMap, record};
use super::super::field_spec::FieldSpec;
use super::super::generate::{Generated, generate, iam_policy, merged_options};
use super::super::kustomization::{
    GeneratorArgs, HelmChart, HelmGlobals, ObjectMeta, Patch as PatchFields,
};
use super::super::object::objects;
use super::super::provenance::{self, ConfiguredBy};
use super::super::resource::Resource;
use super::super::step::{Step, Transformer};
use super::super::transform::{Image, Replica, Subjects};
use super::super::value_add::ValueAdd;
use super::{Builder, Target};
use crate::Text;
use crate::error::RenderError;
use crate::node::Node;

const STRICTNESS: Strictness = Strictness::Plugin;

record! {
    /// Configuration of a transformer: the fields of all of them.
    pub(crate) struct Fields {
        /// Names the configuration, and has the namespace of the `NamespaceTransformer`.
        "metadata" metadata: ObjectMeta,
        /// Prefix.
        "prefix" prefix: Text,
        /// Suffix.
        "suffix" suffix: Text,
        /// Labels.
        "labels" labels: StringMap,
        /// Annotations.
        "annotations" annotations: StringMap,
        /// Whether a namespace that is set stays.
        "unsetOnly" unset_only: bool,
        /// Subjects whose namespace is set.
        "setRoleBindingSubjects" subjects: Text,
        /// Files of strategic merge patches.
        "paths" paths: Vec<Text>,
        /// Strategic merge patches.
        "patches" patches: Text,
        /// Operations of a JSON patch.
        "jsonOp" json_op: Text,
    }
}

impl Builder<'_, '_> {
    /// The objects of `generators`.
    pub(super) fn external_generators(
        &mut self,
        target: &Target<'_>,
    ) -> Result<Vec<Resource>, RenderError> {
        let mut generated = Vec::new();
        for resource in self.plugin_objects(target, &target.kustomization().generators)? {
            let Some(kind) = self.builtin_kind(&resource)? else {
                continue;
            };
            let node = &resource.node;
            let mut made = match kind.as_str() {
                "ConfigMapGenerator" => self.generator(Generated::ConfigMap, target, node)?,
                "SecretGenerator" => self.generator(Generated::Secret, target, node)?,
                "IAMPolicyGenerator" => iam_policy(node)?,
                "HelmChartInflationGenerator" => {
                    let mut chart = HelmChart::decode(node, STRICTNESS)?;
                    chart.place = chart.place.or(resource.origin);
                    let globals = HelmGlobals::decode(node, STRICTNESS)?;
                    let home = Some(&globals.chart_home);
                    let by = configured_by(&resource);
                    for mut made in self.chart(target.directory, &chart, home, None)? {
                        if let Some(by) = &by {
                            provenance::set_generator(&mut made, by);
                        }
                        generated.push(made);
                    }
                    continue;
                }
                _ => return Err(not_a(&resource, "generator")),
            };
            if let Some(by) = configured_by(&resource) {
                provenance::set_generator(&mut made, &by);
            }
            generated.push(made);
        }
        Ok(generated)
    }

    fn generator(
        &mut self,
        kind: Generated,
        target: &Target<'_>,
        node: &Node,
    ) -> Result<Resource, RenderError> {
        let mut args = GeneratorArgs::decode(node, STRICTNESS)?;
        let metadata = Fields::decode(node, STRICTNESS)?.metadata;
        if args.name.is_empty() {
            args.name = metadata.name;
        }
        if args.namespace.is_empty() {
            args.namespace = metadata.namespace;
        }
        args.place = node.location();
        let options = merged_options(args.options.as_ref(), None);
        generate(kind, &args, &options, target.directory, self)
    }

    /// The transformers that `entries` configure: those of `transformers` or `validators`.
    pub(super) fn external_transformers(
        &mut self,
        target: &Target<'_>,
        entries: &[Text],
    ) -> Result<Vec<Transformer>, RenderError> {
        let mut transformers = Vec::new();
        for resource in self.plugin_objects(target, entries)? {
            let Some(kind) = self.builtin_kind(&resource)? else {
                continue;
            };
            let steps = self.steps(&kind, target, &resource)?;
            let last = steps.len().saturating_sub(1);
            for (at, step) in steps.into_iter().enumerate() {
                let by = configured_by(&resource).filter(|_| at == last);
                transformers.push(Transformer { step, by });
            }
        }
        Ok(transformers)
    }

    fn steps(
        &mut self,
        kind: &str,
        target: &Target<'_>,
        resource: &Resource,
    ) -> Result<Vec<Step>, RenderError> {
        let node = &resource.node;
        let specs = field_specs(node)?;
        // `Fields` has the types of the other transformers under the same names.
        let fields = |wanted: &[&str]| Fields::decode(&only(node, wanted), STRICTNESS);
        let directory = target.directory;
        let step = match kind {
            "AnnotationsTransformer" => {
                Step::Pairs(fields(&["annotations"])?.annotations.pairs, specs)
            }
            "LabelTransformer" => Step::Pairs(fields(&["labels"])?.labels.pairs, specs),
            "HashTransformer" => Step::Hash(self.options.hashes),
            "ImageTagTransformer" => {
                let image = part(node, "imageTag");
                Step::Image(Box::new(Image::read(&image, STRICTNESS)?), specs)
            }
            "NamespaceTransformer" => {
                let fields = fields(&["metadata", "unsetOnly", "setRoleBindingSubjects"])?;
                Step::Namespace {
                    name: fields.metadata.namespace,
                    specs,
                    unset_only: fields.unset_only,
                    subjects: Subjects::read(&fields.subjects)?,
                }
            }
            "PrefixTransformer" | "SuffixTransformer" | "PrefixSuffixTransformer" => {
                if node.get("fieldSpecs").is_none_or(Node::is_null) {
                    return Err(RenderError::at(resource.origin, "`fieldSpecs` is missing"));
                }
                let fields = fields(&["prefix", "suffix"])?;
                let prefix = Step::Prefix(fields.prefix, specs.clone());
                let suffix = Step::Suffix(fields.suffix, specs);
                return Ok(match kind {
                    "PrefixTransformer" => vec![prefix],
                    "SuffixTransformer" => vec![suffix],
                    _ => vec![prefix, suffix],
                });
            }
            "PatchTransformer" => {
                let mut fields = PatchFields::decode(node, STRICTNESS)?;
                fields.place = resource.origin;
                return Ok(self.patch(directory, &fields)?.into_iter().collect());
            }
            "PatchJson6902Transformer" => {
                let mut patch = PatchFields::decode(&only(node, &["target", "path"]), STRICTNESS)?;
                patch.place = resource.origin;
                let operations = fields(&["jsonOp"])?.json_op;
                let step = self.json_patch(directory, &patch, &operations)?;
                return Ok(step.into_iter().collect());
            }
            "PatchStrategicMergeTransformer" => {
                let fields = fields(&["paths", "patches"])?;
                let mut entries = fields.paths;
                if !fields.patches.is_empty() {
                    entries.push(fields.patches);
                }
                if entries.is_empty() {
                    return Err(RenderError::at(
                        resource.origin,
                        "the transformer needs `paths` or `patches`",
                    ));
                }
                return self.strategic_merges(directory, &entries);
            }
            "ReplicaCountTransformer" => {
                let replica = part(node, "replica");
                Step::Replica(Box::new(Replica::read(&replica, STRICTNESS)?), specs)
            }
            "ReplacementTransformer" => {
                let entries = node.get("replacements").and_then(Node::list);
                Step::Replacements(self.replacements(
                    directory,
                    entries.unwrap_or_default(),
                    STRICTNESS,
                )?)
            }
            "ValueAddTransformer" => {
                Step::ValueAdd(Box::new(ValueAdd::read(node, directory, self)?))
            }
            "ConfigMapGenerator"
            | "SecretGenerator"
            | "IAMPolicyGenerator"
            | "HelmChartInflationGenerator" => return Err(not_a(resource, "transformer")),
            _ => return Err(not_a(resource, "built-in transformer")),
        };
        Ok(vec![step])
    }

    /// The configurations that entries name, or are (`configureExternalTransformers`).
    fn plugin_objects(
        &mut self,
        target: &Target<'_>,
        entries: &[Text],
    ) -> Result<Vec<Resource>, RenderError> {
        let mut all = Accumulated::default();
        let mut paths = Vec::new();
        for entry in entries {
            match objects(entry) {
                Ok(mut resources) => {
                    if self.recorded.origins || self.recorded.transformers {
                        let file = provenance::join(&target.shown, target.loaded.file_name);
                        for resource in &mut resources {
                            provenance::set_file(resource, &file);
                        }
                    }
                    all.append(resources, entry.location())?;
                }
                Err(_) => paths.push(entry.clone()),
            }
        }
        self.resources(&mut all, target, &paths)?;
        Ok(all.into_resources())
    }

    /// The kind of a built-in generator or transformer; others are programs.
    fn builtin_kind(&mut self, resource: &Resource) -> Result<Option<String>, RenderError> {
        let gvk = resource.gvk();
        if gvk.group.is_empty() && gvk.version == "builtin" {
            return Ok(Some(gvk.kind));
        }
        let place = resource.node.get("kind").and_then(Node::location);
        self.not_known(place.or(resource.origin), Why::Program, &gvk.kind)?;
        Ok(None)
    }
}

fn not_a(resource: &Resource, what: &str) -> RenderError {
    let place = resource.node.get("kind").and_then(Node::location);
    RenderError::at(place, format!("`{}` is not a {what}", resource.kind()))
}

/// Where the configuration is, if the build records it.
fn configured_by(resource: &Resource) -> Option<ConfiguredBy> {
    Some(ConfiguredBy {
        file: provenance::file_of(resource)?,
        gvk: resource.gvk(),
        name: resource.name().to_owned(),
        namespace: resource.namespace().to_owned(),
    })
}

/// The fields with these names.
fn only(node: &Node, names: &[&str]) -> Node {
    let mut part = Node::empty_map(node.place);
    let entries = node.map().map(|map| map.entries.as_slice());
    if let Some(map) = part.map_mut() {
        let named = entries.unwrap_or_default().iter().filter(|entry| {
            names
                .iter()
                .any(|name| name.eq_ignore_ascii_case(entry.key.as_str()))
        });
        map.entries.extend(named.cloned());
    }
    part
}

/// The value of a field, or null.
fn part(node: &Node, name: &str) -> Node {
    let found = only(node, &[name]);
    let first = found.map().and_then(|map| map.entries.first());
    match first {
        Some(entry) => entry.value.clone(),
        None => Node::empty_map(node.place),
    }
}

fn field_specs(node: &Node) -> Result<Vec<FieldSpec>, RenderError> {
    let specs = part(node, "fieldSpecs");
    match specs.list() {
        Some(items) => items
            .iter()
            .map(|item| FieldSpec::read(item, STRICTNESS))
            .collect(),
        None => Ok(Vec::new()),
    }
}

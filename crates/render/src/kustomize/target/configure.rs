//! The transformers that the fields of a kustomization ask for, in their order
//! (`api/internal/target/kusttarget_configplugin.go`).

use super::super::build::Role;
use super::super::config::{Section, TransformerConfig};
use super::super::decode::Strictness;
use super::super::kustomization::SelectorFields;
use super::super::loader::Directory;
use super::super::replacement::Replacement;
use super::super::select::Selector;
use super::super::step::{Step, Transformer, specs};
use super::super::transform::Subjects;
use super::{Builder, Target};
use crate::Text;
use crate::error::RenderError;
use crate::node::{Node, Value};

impl Builder<'_, '_> {
    /// All transformers of a kustomization: those of its fields, then those of `transformers`.
    pub(super) fn transformers(
        &mut self,
        target: &Target<'_>,
        config: &TransformerConfig,
    ) -> Result<Vec<Transformer>, RenderError> {
        let kustomization = target.kustomization();
        let directory = target.directory;
        let mut steps: Vec<(&str, Step)> = Vec::new();
        let entries = &kustomization.patches_strategic_merge;
        let merges = self.strategic_merges(directory, entries)?;
        steps.extend(
            merges
                .into_iter()
                .map(|step| ("PatchStrategicMergeTransformer", step)),
        );
        for fields in &kustomization.patches {
            let step = self.patch(directory, fields)?;
            steps.extend(step.map(|step| ("PatchTransformer", step)));
        }
        if !kustomization.namespace.is_empty() {
            let step = Step::Namespace {
                name: kustomization.namespace.clone(),
                specs: specs(config, Section::Namespace),
                unset_only: false,
                subjects: Subjects::default(),
            };
            steps.push(("NamespaceTransformer", step));
        }
        let prefix = &kustomization.name_prefix;
        if !prefix.is_empty() {
            let step = Step::Prefix(prefix.clone(), specs(config, Section::NamePrefix));
            steps.push(("PrefixTransformer", step));
        }
        let suffix = &kustomization.name_suffix;
        if !suffix.is_empty() {
            let step = Step::Suffix(suffix.clone(), specs(config, Section::NameSuffix));
            steps.push(("SuffixTransformer", step));
        }
        for label in &kustomization.labels {
            let step = Step::Pairs(label.pairs.clone(), label.specs(config)?);
            steps.push(("LabelTransformer", step));
        }
        let common = &kustomization.common_labels.pairs;
        if !kustomization.labels.is_empty() || !common.is_empty() {
            let step = Step::Pairs(common.clone(), specs(config, Section::CommonLabels));
            steps.push(("LabelTransformer", step));
        }
        let annotations = &kustomization.common_annotations.pairs;
        if !annotations.is_empty() {
            let step = Step::Pairs(
                annotations.clone(),
                specs(config, Section::CommonAnnotations),
            );
            steps.push(("AnnotationsTransformer", step));
        }
        for fields in &kustomization.patches_json6902 {
            let step = self.json_patch(directory, fields, &fields.patch)?;
            steps.extend(step.map(|step| ("PatchJson6902Transformer", step)));
        }
        for replica in &kustomization.replicas {
            let step = Step::Replica(Box::new(replica.clone()), specs(config, Section::Replicas));
            steps.push(("ReplicaCountTransformer", step));
        }
        for image in &kustomization.images {
            let step = Step::Image(Box::new(image.clone()), specs(config, Section::Images));
            steps.push(("ImageTagTransformer", step));
        }
        if !kustomization.replacements.is_empty() {
            let nodes: Vec<Node> = kustomization
                .replacements
                .iter()
                .map(|entry| entry.0.clone())
                .collect();
            let all = self.replacements(directory, &nodes, Strictness::Kustomization)?;
            steps.push(("ReplacementTransformer", Step::Replacements(all)));
        }
        let records = self.recorded.origins || self.recorded.transformers;
        let by = |kind: &str| records.then(|| target.configured_by(kind));
        let own = steps
            .into_iter()
            .map(|(kind, step)| Transformer { by: by(kind), step });
        let mut transformers: Vec<Transformer> = own.collect();
        transformers.extend(self.external_transformers(target, &kustomization.transformers)?);
        Ok(transformers)
    }
}

impl Builder<'_, '_> {
    /// Replacements, with those in files (`ReplacementTransformer.Config`).
    pub(super) fn replacements(
        &mut self,
        directory: &Directory,
        entries: &[Node],
        strictness: Strictness,
    ) -> Result<Vec<Replacement>, RenderError> {
        let mut all = Vec::new();
        for entry in entries {
            let path = entry
                .get("path")
                .filter(|path| path.str().is_some_and(|path| !path.is_empty()));
            let Some(path) = path.and_then(Node::text) else {
                all.push(Replacement::read(entry, strictness)?);
                continue;
            };
            if entry.get("source").is_some() || entry.get("targets").is_some() {
                return Err(RenderError::at(
                    entry.location(),
                    "a replacement cannot have both `path` and `source` or `targets`",
                ));
            }
            let Some(file) = self.file(directory, path, Role::Replacements)? else {
                continue;
            };
            let document = self.document(file)?;
            let items = match document
                .as_ref()
                .map(|document| (&document.value, document))
            {
                Some((Value::List(items), _)) => items.as_slice(),
                Some((Value::Map(_), document)) => std::slice::from_ref(document),
                _ => {
                    return Err(RenderError::at(
                        self.loader.start_of(file),
                        "the file must have a replacement or a list of replacements",
                    ));
                }
            };
            for item in items {
                all.push(Replacement::read(item, Strictness::Plugin)?);
            }
        }
        Ok(all)
    }
}

/// A selector as the patches and replacements want it.
pub(in super::super) fn selector(fields: &SelectorFields) -> Selector {
    let set = |text: &Text| Some(text.clone()).filter(|text| !text.is_empty());
    Selector {
        group: set(&fields.group),
        version: set(&fields.version),
        kind: set(&fields.kind),
        name: set(&fields.name),
        namespace: set(&fields.namespace),
        labels: set(&fields.label_selector),
        annotations: set(&fields.annotation_selector),
    }
}

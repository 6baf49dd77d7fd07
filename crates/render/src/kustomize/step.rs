//! One transformation of all objects of a kustomization.

use podwright_syntax::text::Location;
use rustc_hash::FxHashSet;

use super::build::{Hashes, ImageChanges};
use super::config::Section;
use super::field_spec::FieldSpec;
use super::hash::add_hashes;
use super::object::is_empty;
use super::patch::Patch;
use super::provenance::{ConfiguredBy, add_transformer};
use super::replacement::Replacement;
use super::resource::Resource;
use super::schema::Schema;
use super::transform::{Image, Namespace, Replica, Subjects, add_prefix, add_suffix, set_pairs};
use super::value_add::ValueAdd;
use crate::Text;
use crate::error::RenderError;

/// A transformer with its configuration.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// `patches`, `patchesStrategicMerge`, `patchesJson6902`
    Patch(Box<Patch>),
    /// `namespace`
    Namespace {
        name: Text,
        specs: Vec<FieldSpec>,
        unset_only: bool,
        subjects: Subjects,
    },
    /// `namePrefix`
    Prefix(Text, Vec<FieldSpec>),
    /// `nameSuffix`
    Suffix(Text, Vec<FieldSpec>),
    /// `labels`, `commonLabels`, `commonAnnotations`
    Pairs(Vec<(Text, Text)>, Vec<FieldSpec>),
    /// `replicas`
    Replica(Box<Replica>, Vec<FieldSpec>),
    /// `images`
    Image(Box<Image>, Vec<FieldSpec>),
    /// `replacements`
    Replacements(Vec<Replacement>),
    /// `ValueAddTransformer`
    ValueAdd(Box<ValueAdd>),
    /// `HashTransformer`
    Hash(Hashes),
}

/// A step and what asks for it.
#[derive(Clone, Debug)]
pub(super) struct Transformer {
    pub step: Step,
    /// For `transformerAnnotations`.
    pub by: Option<ConfiguredBy>,
}

/// What the entries of a kustomization did, as far as a person may wonder about it.
#[derive(Clone, Debug, Default)]
pub(super) struct Effects {
    /// Patches that changed something.
    pub matched: FxHashSet<Location>,
    /// Patches that changed nothing, at least once.
    pub unmatched: Vec<Location>,
    /// What the entries of `images` did.
    pub images: Vec<ImageChanges>,
}

impl Transformer {
    /// Changes the objects and drops those that are empty afterwards.
    ///
    /// # Errors
    ///
    /// The transformer cannot be applied.
    pub(crate) fn apply(
        &self,
        resources: &mut Vec<Resource>,
        schema: &Schema,
        effects: &mut Effects,
    ) -> Result<(), RenderError> {
        self.step.apply(resources, schema, effects)?;
        if let Some(by) = &self.by {
            for resource in &mut *resources {
                add_transformer(resource, by);
            }
        }
        resources.retain(|resource| !is_empty(&resource.node));
        Ok(())
    }
}

impl Step {
    fn apply(
        &self,
        resources: &mut Vec<Resource>,
        schema: &Schema,
        effects: &mut Effects,
    ) -> Result<(), RenderError> {
        match self {
            Self::Patch(patch) => {
                match super::patch::apply(patch, resources, schema)? {
                    true => effects.matched.extend(patch.place()),
                    false => effects.unmatched.extend(patch.place()),
                }
                Ok(())
            }
            Self::Namespace {
                name,
                specs,
                unset_only,
                subjects,
            } => {
                let namespace = Namespace {
                    name,
                    specs,
                    unset_only: *unset_only,
                    subjects: *subjects,
                };
                namespace.apply(resources)
            }
            Self::Prefix(prefix, specs) => add_prefix(resources, prefix, specs),
            Self::Suffix(suffix, specs) => add_suffix(resources, suffix, specs),
            Self::Pairs(pairs, specs) => set_pairs(resources, pairs, specs),
            Self::Replica(replica, specs) => replica.apply(resources, specs),
            Self::Image(image, specs) => {
                let matched = image.apply(resources, specs)?;
                effects.images.extend(image.changes(matched));
                Ok(())
            }
            Self::Replacements(all) => super::replacement::apply(all, resources),
            Self::ValueAdd(value) => value.apply(resources),
            Self::Hash(hashes) => {
                add_hashes(resources, *hashes);
                Ok(())
            }
        }
    }
}

/// The fields that a section of the configuration names.
pub(super) fn specs(config: &super::config::TransformerConfig, section: Section) -> Vec<FieldSpec> {
    config.specs(section).to_vec()
}

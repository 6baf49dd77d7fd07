//! Labels and annotations (`api/filters/labels`, `api/filters/annotations`).

use podwright_syntax::text::Location;

use crate::Text;
use crate::error::RenderError;
use crate::kustomize::config::{Section, TransformerConfig, field_specs, merge_specs};
use crate::kustomize::field_spec::{Create, FieldSpec, apply_all, set_entry};
use crate::kustomize::fields::{Fields, Strictness};
use crate::kustomize::resource::Resource;
use crate::kustomize::shared::spread;
use crate::node::Node;

/// An entry of `labels`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LabelEntry {
    /// Keys and values, in the order of the keys.
    pub(crate) pairs: Vec<(Text, Text)>,
    include_selectors: bool,
    include_templates: bool,
    include_volume_claim_templates: bool,
    fields: Vec<FieldSpec>,
    place: Option<Location>,
}

impl LabelEntry {
    /// Reads an entry of `labels`.
    ///
    /// # Errors
    ///
    /// Returns an error at a field that is unknown or has a wrong type.
    pub(crate) fn read(node: &Node, strictness: Strictness) -> Result<Self, RenderError> {
        let known = [
            "pairs",
            "includeSelectors",
            "includeTemplates",
            "includeVolumeClaimTemplates",
            "fields",
        ];
        let fields = Fields::new(node, strictness, &known)?;
        Ok(Self {
            pairs: fields.pairs("pairs")?,
            include_selectors: fields.boolean("includeSelectors")?,
            include_templates: fields.boolean("includeTemplates")?,
            include_volume_claim_templates: fields.boolean("includeVolumeClaimTemplates")?,
            fields: field_specs(&fields, "fields")?,
            place: fields.place(),
        })
    }

    /// The fields that the labels are added to (`LabelTransformer` in `api/internal/target/kusttarget_configplugin.go`).
    ///
    /// # Errors
    ///
    /// Returns an error if two specifications of a field contradict each other.
    pub(crate) fn specs(&self, config: &TransformerConfig) -> Result<Vec<FieldSpec>, RenderError> {
        let mut specs = self.fields.clone();
        merge_specs(&mut specs, config.specs(Section::Labels))?;
        if self.include_selectors {
            merge_specs(&mut specs, config.specs(Section::CommonLabels))?;
            return Ok(specs);
        }
        if self.include_templates {
            merge_specs(&mut specs, config.specs(Section::TemplateLabels))?;
        }
        if self.include_volume_claim_templates {
            merge_specs(&mut specs, config.specs(Section::VolumeClaimTemplateLabels))?;
        }
        let metadata = FieldSpec {
            gvk: crate::kustomize::Gvk::default(),
            path: "metadata/labels".to_owned(),
            create: true,
            place: self.place,
        };
        merge_specs(&mut specs, &[metadata])?;
        Ok(specs)
    }
}

/// Sets labels or annotations in the fields that are specified. `pairs` is in the order of the keys.
///
/// # Errors
///
/// Returns an error where a path leads through a scalar or does not end in a mapping.
pub(crate) fn set_pairs(
    resources: &mut [Resource],
    pairs: &[(Text, Text)],
    specs: &[FieldSpec],
) -> Result<(), RenderError> {
    for resource in resources {
        let gvk = resource.gvk();
        for (key, value) in pairs {
            let shared = resource.next_shared();
            apply_all(
                &mut resource.node,
                &gvk,
                specs,
                Create::Map,
                key.location(),
                &mut |node| set_entry(node, key, value, shared),
            )?;
        }
        spread(resource);
    }
    Ok(())
}

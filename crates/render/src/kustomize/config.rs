//! Which fields transformers change (`api/internal/plugins/builtinconfig`).

mod crds;

use std::sync::{Arc, OnceLock};

pub(crate) use crds::read_crds;

use super::field_spec::FieldSpec;
use super::fields::{Fields, Strictness};
use super::gvk::{FIRST_KINDS, Gvk, LAST_KINDS};
use crate::error::RenderError;
use crate::node::Node;

/// The built-in tables.
const DEFAULTS: &str = include_str!("defaults.txt");

/// Which fields a transformer changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// `namePrefix`.
    NamePrefix,
    /// `nameSuffix`.
    NameSuffix,
    /// `namespace`.
    Namespace,
    /// `commonLabels`, and `labels` with `includeSelectors`.
    CommonLabels,
    /// Every entry of `labels`.
    Labels,
    /// `labels` with `includeTemplates`.
    TemplateLabels,
    /// `labels` with `includeVolumeClaimTemplates`.
    VolumeClaimTemplateLabels,
    /// `commonAnnotations`.
    CommonAnnotations,
    /// `vars`.
    VarReference,
    /// `images`.
    Images,
    /// `replicas`.
    Replicas,
}

const SECTIONS: [(Section, &str); 11] = [
    (Section::NamePrefix, "namePrefix"),
    (Section::NameSuffix, "nameSuffix"),
    (Section::Namespace, "namespace"),
    (Section::CommonLabels, "commonLabels"),
    (Section::Labels, "labels"),
    (Section::TemplateLabels, "templateLabels"),
    (
        Section::VolumeClaimTemplateLabels,
        "volumeClaimTemplateLabels",
    ),
    (Section::CommonAnnotations, "commonAnnotations"),
    (Section::VarReference, "varReference"),
    (Section::Images, "images"),
    (Section::Replicas, "replicas"),
];

/// Which fields every transformer changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransformerConfig {
    specs: [Vec<FieldSpec>; SECTIONS.len()],
    /// Fields that hold the name of another object.
    pub name_references: Vec<NameReferences>,
}

/// Fields that hold the name of an object of one type (`NameBackReferences`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameReferences {
    /// Type that is referred to.
    pub target: Gvk,
    /// The fields.
    pub referrers: Vec<FieldSpec>,
}

impl TransformerConfig {
    /// The built-in configuration.
    #[must_use]
    pub fn builtin() -> Arc<Self> {
        static BUILTIN: OnceLock<Arc<TransformerConfig>> = OnceLock::new();
        let make = || {
            let mut config = parse(DEFAULTS);
            config.sort();
            Arc::new(config)
        };
        BUILTIN.get_or_init(make).clone()
    }

    /// The fields that one transformer changes.
    #[must_use]
    pub fn specs(&self, section: Section) -> &[FieldSpec] {
        &self.specs[section as usize]
    }

    /// Reads a file of `configurations`.
    ///
    /// # Errors
    ///
    /// Returns an error at a field that is unknown or has a wrong type.
    pub fn read(node: &Node) -> Result<Self, RenderError> {
        let strictness = Strictness::Configuration;
        let mut known: Vec<&str> = SECTIONS.iter().map(|(_, name)| *name).collect();
        known.push("nameReference");
        let fields = Fields::new(node, strictness, &known)?;
        let mut config = Self::default();
        for (section, name) in SECTIONS {
            config.specs[section as usize] = field_specs(&fields, name)?;
        }
        for item in fields.list("nameReference")? {
            let known = ["group", "version", "kind", "fieldSpecs"];
            let fields = Fields::new(item, strictness, &known)?;
            config.name_references.push(NameReferences {
                target: Gvk {
                    group: fields.string("group")?,
                    version: fields.string("version")?,
                    kind: fields.string("kind")?,
                },
                referrers: field_specs(&fields, "fieldSpecs")?,
            });
        }
        config.sort();
        Ok(config)
    }

    /// Both together (`TransformerConfig.Merge`).
    ///
    /// # Errors
    ///
    /// Returns an error at a field of `other` that this configuration has with another value of `create`.
    pub fn merge(self: &Arc<Self>, other: &Arc<Self>) -> Result<Arc<Self>, RenderError> {
        if **other == Self::default() {
            return Ok(Arc::clone(self));
        }
        // Merging the built-in configuration with itself changes nothing, and is what most bases need.
        let builtin = Self::builtin();
        if Arc::ptr_eq(other, &builtin)
            && (Arc::ptr_eq(self, &builtin) || **self == Self::default())
        {
            return Ok(builtin);
        }
        let mut merged = Self::clone(self);
        for (section, name) in SECTIONS {
            let specs = &mut merged.specs[section as usize];
            merge_specs(specs, other.specs(section)).map_err(|error| in_field(error, name))?;
        }
        for references in &other.name_references {
            merged
                .merge_references(references)
                .map_err(|error| in_field(error, "nameReference"))?;
        }
        merged.sort();
        Ok(Arc::new(merged))
    }

    fn add(&mut self, section: Section, spec: FieldSpec) -> Result<(), RenderError> {
        merge_specs(&mut self.specs[section as usize], &[spec])
    }

    fn merge_references(&mut self, other: &NameReferences) -> Result<(), RenderError> {
        let same = self
            .name_references
            .iter_mut()
            .find(|own| own.target == other.target);
        match same {
            Some(own) => merge_specs(&mut own.referrers, &other.referrers),
            None => {
                self.name_references.push(other.clone());
                Ok(())
            }
        }
    }

    fn sort(&mut self) {
        for specs in &mut self.specs {
            specs.sort_by_cached_key(|spec| order(&spec.gvk));
        }
        self.name_references
            .sort_by_cached_key(|references| order(&references.target));
    }
}

/// Adds the fields that `specs` does not have yet (`FsSlice.MergeAll`).
///
/// # Errors
///
/// Returns an error at a field that `specs` has with another value of `create`.
pub(super) fn merge_specs(
    specs: &mut Vec<FieldSpec>,
    others: &[FieldSpec],
) -> Result<(), RenderError> {
    for other in others {
        let same = specs
            .iter()
            .find(|own| own.path == other.path && own.gvk.is_selected_by(&other.gvk));
        match same {
            Some(own) if own.create != other.create => {
                let message = format!(
                    "conflicting fields: `{}` is configured with `create: {}` and `create: {}`",
                    other.path, own.create, other.create
                );
                return Err(RenderError::at(own.place.or(other.place), message));
            }
            Some(_) => {}
            None => specs.push(other.clone()),
        }
    }
    Ok(())
}

/// Reads a list of field specifications.
pub(super) fn field_specs(fields: &Fields<'_>, name: &str) -> Result<Vec<FieldSpec>, RenderError> {
    fields
        .list(name)?
        .iter()
        .map(|item| FieldSpec::read(item, fields.strictness()))
        .collect()
}

fn in_field(mut error: RenderError, name: &str) -> RenderError {
    error.message = format!("{} in `{name}`", error.message);
    error
}

/// Key of the order in which kustomize applies fields and references (`Gvk.IsLessThan`).
fn order(gvk: &Gvk) -> (usize, String) {
    let in_list = |kinds: &[&str]| kinds.iter().position(|kind| *kind == gvk.kind);
    let middle = FIRST_KINDS.len();
    let (first, last) = (in_list(&FIRST_KINDS), in_list(&LAST_KINDS));
    let rank = first.or_else(|| Some(middle + 1 + last?)).unwrap_or(middle);
    (rank, gvk.sort_key())
}

/// Reads the built-in tables.
fn parse(table: &str) -> TransformerConfig {
    let mut config = TransformerConfig::default();
    let mut section = None;
    for line in table.lines() {
        if let Some(head) = line
            .strip_prefix('[')
            .and_then(|line| line.strip_suffix(']'))
        {
            let (name, target) = head.split_once(' ').unwrap_or((head, ""));
            section = SECTIONS.iter().find(|(_, own)| *own == name);
            if section.is_none() {
                config.name_references.push(NameReferences {
                    target: parse_type(target),
                    referrers: Vec::new(),
                });
            }
            continue;
        }
        let (create, rest) = match (line.strip_prefix("+ "), line.strip_prefix("- ")) {
            (Some(rest), _) => (true, rest),
            (None, Some(rest)) => (false, rest),
            (None, None) => continue,
        };
        let (path, gvk) = rest.split_once(' ').unwrap_or((rest, ""));
        let spec = FieldSpec {
            gvk: parse_type(gvk),
            path: path.to_owned(),
            create,
            place: None,
        };
        match (section, config.name_references.last_mut()) {
            (Some((section, _)), _) => config.specs[*section as usize].push(spec),
            (None, Some(references)) => references.referrers.push(spec),
            (None, None) => {}
        }
    }
    config
}

fn parse_type(text: &str) -> Gvk {
    let mut gvk = Gvk::default();
    for (key, value) in text.split(' ').filter_map(|part| part.split_once('=')) {
        match key {
            "kind" => value.clone_into(&mut gvk.kind),
            "group" => value.clone_into(&mut gvk.group),
            "version" => value.clone_into(&mut gvk.version),
            _ => {}
        }
    }
    gvk
}

#[cfg(test)]
mod tests;

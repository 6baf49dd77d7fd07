//! Finds and reads the kustomization file of a directory (`KustTarget.Load`).

use podwright_syntax::text::Location;

use super::super::decode::{Decode, Strictness, is_null, key_text, unknown_field};
use super::super::loader::{Directory, Loader};
use super::{FILE_NAMES, Kustomization, Loaded};
use crate::argo::{self, Overrides};
use crate::error::RenderError;
use crate::node::{Node, Value};
use crate::read::{Duplicates, document_in};

/// A deprecated field that a kustomization uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Key of the field.
    pub place: Location,
    /// Name of the field.
    pub field: &'static str,
    /// Field that replaces it.
    pub replacement: &'static str,
}

const DEPRECATED: [(&str, &str); 6] = [
    ("bases", "resources"),
    ("commonLabels", "labels"),
    ("imageTags", "images"),
    ("patchesJson6902", "patches"),
    ("patchesStrategicMerge", "patches"),
    ("vars", "replacements"),
];

/// Reads the kustomization of a directory.
///
/// # Errors
///
/// There is none or more than one, it is malformed or empty, or it has unknown fields or values of wrong types. `entry`
/// is what refers to the directory, and `overrides` changes the kustomization.
pub(in super::super) fn load(
    loader: &mut Loader<'_, '_>,
    directory: &Directory,
    entry: Option<Location>,
    overrides: Option<&Overrides>,
) -> Result<(Loaded, Vec<Warning>), RenderError> {
    let mut found = Vec::new();
    for name in FILE_NAMES {
        if let Ok(file) = loader.local_file(directory, name) {
            found.push((name, file));
        }
    }
    let (file_name, file) = match found[..] {
        [] => {
            let names = FILE_NAMES.map(|name| format!("`{name}`")).join(", ");
            let message = format!("the directory has none of {names}");
            return Err(RenderError::at(entry, message)
                .help("create the kustomization, or list the files of the directory"));
        }
        [one] => one,
        [(first, _), (second, other), ..] => {
            let start = loader.start_of(other);
            let message = format!("the directory has both `{first}` and `{second}`");
            return Err(RenderError::at(start, message).help("keep one of them"));
        }
    };
    let text = loader.text(file)?;
    let mut node = document_in(&text, 0..text.len(), Duplicates::LastWins)?
        .filter(|node| !is_null(node))
        .unwrap_or_else(|| Node::empty_map(Some(loader.start_of(file))));
    if let Some(overrides) = overrides {
        argo::change(&mut node, overrides, loader.sources())?;
    }
    let mut kustomization = Kustomization::decode(&node, Strictness::Kustomization)?;
    lists_are_short(&node)?;
    check_config_maps(&node)?;
    let warnings = warnings(&node);
    fix(&mut kustomization);
    if is_empty(&node) {
        return Err(
            RenderError::at(loader.start_of(file), "the kustomization is empty")
                .help("list `resources`, or remove the file"),
        );
    }
    enforce(&kustomization)?;
    let loaded = Loaded {
        kustomization,
        file,
        file_name,
    };
    Ok((loaded, warnings))
}

/// Lists whose entries look at all objects of the build.
const BOUNDED_LISTS: [&str; 10] = [
    "configMapGenerator",
    "imageTags",
    "images",
    "patches",
    "patchesJson6902",
    "patchesStrategicMerge",
    "replacements",
    "replicas",
    "secretGenerator",
    "vars",
];

/// Maximum number of entries in such a list.
const MAX_ENTRIES: usize = 1_000;

fn lists_are_short(node: &Node) -> Result<(), RenderError> {
    for entry in node.map().into_iter().flat_map(|map| &map.entries) {
        let key = entry.key.as_str();
        let is_bounded = BOUNDED_LISTS
            .iter()
            .any(|list| list.eq_ignore_ascii_case(key));
        if let Some(item) = entry.value.list().filter(|_| is_bounded)
            && let Some(item) = item.get(MAX_ENTRIES)
        {
            let message = format!("`{key}` has more than {MAX_ENTRIES} entries");
            let help = "split the kustomization";
            return Err(RenderError::limit(item.location(), message, help));
        }
    }
    Ok(())
}

/// Only Secrets have a type.
fn check_config_maps(node: &Node) -> Result<(), RenderError> {
    let named = |node: &'_ Node, name: &str| -> Vec<crate::node::Entry> {
        let entries = node.map().map(|map| map.entries.clone());
        let entries = entries.unwrap_or_default().into_iter();
        entries
            .filter(|entry| key_text(&entry.key).as_str().eq_ignore_ascii_case(name))
            .collect()
    };
    for entry in named(node, "configMapGenerator") {
        for item in entry.value.list().unwrap_or_default() {
            if let Some(entry) = named(item, "type").first() {
                return Err(
                    unknown_field(entry, &[]).help("remove it: a ConfigMap does not have a type")
                );
            }
        }
    }
    Ok(())
}

fn warnings(node: &Node) -> Vec<Warning> {
    let is_set = |field: &str| {
        let entries = &node.map()?.entries;
        let entry = entries.iter().find(|entry| {
            entry.key.as_str().eq_ignore_ascii_case(field) && !is_null(&entry.value)
        })?;
        entry.key.text.location()
    };
    let deprecated = DEPRECATED.iter().filter_map(|&(field, replacement)| {
        Some(Warning {
            place: is_set(field)?,
            field,
            replacement,
        })
    });
    deprecated.collect()
}

/// Moves deprecated fields to those that replace them (`FixKustomization`).
fn fix(kustomization: &mut Kustomization) {
    let bases = std::mem::take(&mut kustomization.bases);
    kustomization.resources.extend(bases);
    let image_tags = std::mem::take(&mut kustomization.image_tags);
    kustomization.images.extend(image_tags);
    let generators = kustomization.config_maps.iter_mut();
    for generator in generators.chain(&mut kustomization.secrets) {
        if !generator.env.is_empty() {
            let env = std::mem::take(&mut generator.env);
            generator.envs.push(env);
        }
    }
    let mut globals = super::HelmGlobals::default();
    for old in std::mem::take(&mut kustomization.helm_chart_args) {
        // The last one counts.
        if !old.chart_home.is_empty() {
            globals.chart_home = old.chart_home;
        }
        kustomization.helm_charts.push(super::HelmChart {
            place: old.place,
            name: old.chart_name,
            version: old.chart_version,
            repo: old.chart_repo_url,
            values_file: old.values,
            values_inline: old.values_local,
            values_merge: old.values_merge,
            release_name: old.release_name,
            ..super::HelmChart::default()
        });
    }
    if kustomization.helm_globals.is_none() && !globals.chart_home.is_empty() {
        kustomization.helm_globals = Some(globals);
    }
}

/// Whether all fields but the type have their zero value (`CheckEmpty`, after `FixKustomization`).
fn is_empty(node: &Node) -> bool {
    let entries = node.map().map(|map| map.entries.as_slice());
    entries.unwrap_or_default().iter().all(|entry| {
        let key = entry.key.as_str();
        let is = |name: &str| key.eq_ignore_ascii_case(name);
        match &entry.value.value {
            _ if is("kind") || is("apiVersion") => true,
            Value::Scalar(scalar) => is_null(&entry.value) || scalar.text.is_empty(),
            // They are appended to other fields.
            Value::List(items) if is("bases") || is("imageTags") => items.is_empty(),
            Value::List(items) if is("helmChartInflationGenerator") => items.is_empty(),
            Value::Map(_) | Value::List(_) => false,
        }
    })
}

/// Checks kind and version (`EnforceFields`).
fn enforce(kustomization: &Kustomization) -> Result<(), RenderError> {
    let Kustomization {
        kind, api_version, ..
    } = kustomization;
    if !matches!(kind.as_str(), "" | "Kustomization" | "Component") {
        return Err(RenderError::at(
            kind.location(),
            "`kind` must be `Kustomization` or `Component`",
        ));
    }
    let wanted = match kustomization.is_component() {
        true => "kustomize.config.k8s.io/v1alpha1",
        false => "kustomize.config.k8s.io/v1beta1",
    };
    if !matches!(api_version.as_str(), "") && api_version != wanted {
        return Err(RenderError::at(
            api_version.location(),
            format!("`apiVersion` must be `{wanted}`"),
        ));
    }
    Ok(())
}

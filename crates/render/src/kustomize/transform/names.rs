//! Prefixes and suffixes of names (`api/internal/builtins/PrefixTransformer.go` and `SuffixTransformer.go`).

use crate::Text;
use crate::error::RenderError;
use crate::kustomize::field_spec::{Create, FieldSpec, set_scalar};
use crate::kustomize::gvk::Gvk;
use crate::kustomize::resource::Resource;

/// Adds a prefix to the fields that are specified, usually to the names of all objects.
///
/// # Errors
///
/// Returns an error where a path leads through a scalar or does not end in one.
pub(crate) fn add_prefix(
    resources: &mut [Resource],
    prefix: &Text,
    specs: &[FieldSpec],
) -> Result<(), RenderError> {
    rename(resources, prefix, specs, Affix::Prefix)
}

/// Adds a suffix to the fields that are specified, usually to the names of all objects.
///
/// # Errors
///
/// Returns an error where a path leads through a scalar or does not end in one.
pub(crate) fn add_suffix(
    resources: &mut [Resource],
    suffix: &Text,
    specs: &[FieldSpec],
) -> Result<(), RenderError> {
    rename(resources, suffix, specs, Affix::Suffix)
}

#[derive(Clone, Copy, PartialEq)]
enum Affix {
    Prefix,
    Suffix,
}

fn rename(
    resources: &mut [Resource],
    affix: &Text,
    specs: &[FieldSpec],
    which: Affix,
) -> Result<(), RenderError> {
    for resource in resources {
        let original = resource.original_id().gvk;
        if keeps_name(&original) {
            continue;
        }
        let gvk = resource.gvk();
        for spec in specs {
            if !original.is_selected_by(&spec.gvk) {
                continue;
            }
            if spec.path == "metadata/name" && !affix.is_empty() {
                let all = match which {
                    Affix::Prefix => &mut resource.prefixes,
                    Affix::Suffix => &mut resource.suffixes,
                };
                all.push(affix.as_str().to_owned());
                resource.remember_id();
            }
            if !gvk.is_selected_by(&spec.gvk) {
                continue;
            }
            let mut set = |node: &mut crate::Node| {
                let old = node.text().cloned().unwrap_or_default();
                let new = match which {
                    Affix::Prefix => Text::concat([affix, &old]),
                    Affix::Suffix => Text::concat([&old, affix]),
                };
                set_scalar(node, new)
            };
            spec.apply(
                &mut resource.node,
                Create::Scalar,
                affix.location(),
                &mut set,
            )?;
        }
    }
    Ok(())
}

/// Types whose names have a meaning of their own.
fn keeps_name(gvk: &Gvk) -> bool {
    match gvk.kind.as_str() {
        "CustomResourceDefinition" | "Namespace" => true,
        "APIService" => gvk.group == "apiregistration.k8s.io",
        _ => false,
    }
}

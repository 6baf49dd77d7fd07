//! Rules for API server validation that spans several fields.

pub(crate) mod claim_storage;
pub(crate) mod env_from_source_count;
pub(crate) mod hpa_without_request;
pub(crate) mod init_container_probe;
pub(crate) mod object_duplicate;
pub(crate) mod object_name_invalid;
pub(crate) mod object_type_missing;
pub(crate) mod port_duplicate;
pub(crate) mod port_name_duplicate;
pub(crate) mod priority_class_not_found;
pub(crate) mod quantity_unit_unlikely;
pub(crate) mod request_above_limit;
pub(crate) mod restart_policy_not_allowed;
mod selector;
pub(crate) mod selector_template_mismatch;
pub(crate) mod service_port_name_missing;
pub(crate) mod volume_mount_not_found;
pub(crate) mod volume_source_count;

use podwright_model::{Field, MappingReader};
use podwright_rule::{RuleContext, Severity};

/// Maximum severity: an error if the object is applied unchanged, a warning if kustomize may still change it.
fn ceiling(cx: &RuleContext<'_>) -> Severity {
    if cx.workspace.is_built_by_kustomize(cx.file_id) {
        Severity::Warning
    } else {
        cx.ceiling()
    }
}

/// Returns the names of the volumes that the containers of the Pod can mount; `None` if not all of them are known.
fn volumes(cx: &RuleContext<'_>) -> Option<Vec<String>> {
    let (pod, (_, object)) = (cx.pod?, cx.object?);
    let spec = MappingReader::new(cx.tree(), pod.node)?;
    let mut names = Vec::new();
    let mut add = |list: Field<Vec<Field<String>>>| match list {
        Field::Value(list, _) => list.into_iter().try_for_each(|name| {
            names.push(name.text()?.to_owned());
            Some(())
        }),
        Field::Missing | Field::Null(_) => Some(()),
        Field::Unknown(_) | Field::Invalid(_) => None,
    };
    add(spec.mappings("volumes", |volume| volume.string("name")))?;
    if object.is("apps", "StatefulSet") {
        let spec = MappingReader::new(cx.tree(), object.node)?
            .mapping("spec")
            .value()
            .copied()?;
        add(spec.mappings("volumeClaimTemplates", |claim| {
            let metadata = claim.mapping("metadata").value().copied();
            metadata.map_or(Field::Unknown(claim.node()), |metadata| {
                metadata.string("name")
            })
        }))?;
    }
    Some(names)
}

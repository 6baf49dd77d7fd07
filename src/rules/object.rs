//! Rules for API server validation that spans several fields.

mod env_from_source_count;
mod init_container_probe;
mod object_name_invalid;
mod port_name_duplicate;
mod request_above_limit;
mod restart_policy_not_allowed;
mod selector;
mod selector_template_mismatch;
mod service_port_name_missing;
mod volume_mount_not_found;
mod volume_source_count;

pub(super) use env_from_source_count::EnvFromSourceCount;
pub(super) use init_container_probe::InitContainerProbe;
pub(super) use object_name_invalid::ObjectNameInvalid;
pub(super) use port_name_duplicate::PortNameDuplicate;
pub(super) use request_above_limit::RequestAboveLimit;
pub(super) use restart_policy_not_allowed::RestartPolicyNotAllowed;
pub(super) use selector_template_mismatch::SelectorTemplateMismatch;
pub(super) use service_port_name_missing::ServicePortNameMissing;
pub(super) use volume_mount_not_found::VolumeMountNotFound;
pub(super) use volume_source_count::VolumeSourceCount;

use self::selector::{Fit, Selector};
use crate::finding::Level;
use crate::model::Field;
use crate::model::decode::Record;
use crate::rule::Cx;

/// Maximum severity: an error if the object is applied unchanged, a warning if kustomize may still change it.
fn ceiling(cx: &Cx<'_>) -> Level {
    if cx.workspace.is_built_by_kustomize(cx.file_id) {
        Level::Warning
    } else {
        cx.ceiling()
    }
}

/// Returns the names of the volumes that the containers of the Pod can mount; `None` if not all of them are known.
fn volumes(cx: &Cx<'_>) -> Option<Vec<String>> {
    let (pod, (_, object)) = (cx.pod?, cx.object?);
    let spec = Record::new(cx.tree(), pod.node)?;
    let mut names = Vec::new();
    let mut add = |list: Field<Vec<Field<String>>>| match list {
        Field::Is(list, _) => list.into_iter().try_for_each(|name| {
            names.push(name.text()?.to_owned());
            Some(())
        }),
        Field::Absent | Field::Null(_) => Some(()),
        Field::Unknown(_) | Field::Invalid(_) => None,
    };
    add(spec.records("volumes", |volume| volume.text("name")))?;
    if object.is("apps", "StatefulSet") {
        let spec = Record::new(cx.tree(), object.node)?
            .record("spec")
            .value()
            .copied()?;
        add(spec.records("volumeClaimTemplates", |claim| {
            let metadata = claim.record("metadata").value().copied();
            metadata.map_or(Field::Unknown(claim.node()), |metadata| {
                metadata.text("name")
            })
        }))?;
    }
    Some(names)
}

//! PersistentVolumes: `ValidatePersistentVolumeSpec`. The API table checks access modes, policies and the volume mode.

use podwright_model::Quantity;

use super::errors::Errors;
use super::names::subdomain;
use super::pod::node_selector;
use super::pvc::{access_modes_agree, known_access_modes};
use super::value::{Value, read};
use super::volume_source;

/// Types of volumes, in the order in which the API server looks at them.
const TYPES: [&str; 22] = [
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "glusterfs",
    "flocker",
    "nfs",
    "rbd",
    "quobyte",
    "cephfs",
    "iscsi",
    "cinder",
    "fc",
    "flexVolume",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "scaleIO",
    "local",
    "storageos",
    "csi",
];

/// `ValidatePersistentVolume`.
pub(super) fn volume(object: Value<'_>, e: &mut Errors) {
    read!(object => metadata, spec);
    if spec.is_mapping() || spec.is_absent() {
        volume_spec(spec, Some(metadata.get("name")), e);
    }
}

/// `ValidatePersistentVolumeSpec`; without a name for the volume of a VolumeAttachment.
pub(super) fn volume_spec(spec: Value<'_>, name: Option<Value<'_>>, e: &mut Errors) {
    read!(spec => access_modes = "accessModes", capacity, reclaim = "persistentVolumeReclaimPolicy",
        affinity = "nodeAffinity", class = "storageClassName", attributes = "volumeAttributesClassName",
        claim = "claimRef", mode = "volumeMode");
    let is_inline = name.is_none();
    if is_inline {
        for field in [claim, capacity, affinity, class] {
            if !field.is_empty() {
                e.forbidden(field, "cannot be set in an inline volume");
            }
        }
        let csi = spec.get("csi");
        if csi.is_absent() {
            e.required(csi, "in an inline volume");
        }
        if reclaim.is_none_of(&["", "Retain"]) {
            e.forbidden(reclaim, "must be `Retain` in an inline volume")
                .help("use `Retain`");
        }
        if mode.is_none_of(&["", "Filesystem"]) {
            e.forbidden(mode, "must be `Filesystem` in an inline volume")
                .help("use `Filesystem`");
        }
    }
    if access_modes.is_empty() {
        e.required(access_modes, "");
    }
    access_modes_agree(access_modes, e);
    known_access_modes(access_modes, e);
    if !is_inline {
        self::capacity(capacity, e);
    }
    if mode.is_set() && mode.is_empty() {
        e.not_supported(mode, &["Block", "Filesystem"]);
    }
    if affinity.is_set() && !is_inline {
        let required = affinity.get("required");
        if required.is_absent() {
            e.required(required, "");
        } else {
            node_selector(required, e);
        }
    }
    source(spec, name, affinity, e);
    let path = spec.get("hostPath").get("path");
    if reclaim.is("Recycle")
        && path.text().is_some_and(|path| {
            !path.is_empty() && path.split('/').all(|part| matches!(part, "" | "."))
        })
    {
        e.forbidden(reclaim, "cannot be `Recycle` for the host path `/`")
            .help("use `Retain`");
    }
    if !class.is_empty() && !is_inline {
        subdomain(class, e);
    }
    if attributes.is_set() {
        e.since(34, |e| {
            if attributes.is_empty() {
                e.required(attributes, "to have a value")
                    .help("remove `volumeAttributesClassName`");
            } else {
                subdomain(attributes, e);
            }
            let csi = spec.get("csi");
            if csi.is_absent() {
                e.required(csi, "when `volumeAttributesClassName` is set");
            }
        });
    }
}

fn capacity(capacity: Value<'_>, e: &mut Errors) {
    if capacity.is_empty() {
        e.required(capacity, "");
        return;
    }
    if !capacity.is_mapping() {
        return;
    }
    let wrong = capacity.entries().find(|(name, ..)| name != "storage");
    if capacity.find("storage").is_none() || wrong.is_some() {
        e.invalid(
            capacity,
            "must have `storage` and nothing else",
            "use `storage` with a quantity as in `10Gi`",
        );
    }
    for (_, _, value) in capacity.entries() {
        if value
            .entry_quantity()
            .is_some_and(|size| size <= Quantity::ZERO)
        {
            e.invalid(
                value,
                "must be greater than 0",
                "use a quantity as in `10Gi`",
            );
        }
    }
}

fn source<'a>(spec: Value<'a>, name: Option<Value<'a>>, affinity: Value<'a>, e: &mut Errors) {
    let mut found: [Option<Value<'_>>; TYPES.len()] = [None; TYPES.len()];
    let mut is_unknown = false;
    spec.each(|key, value| {
        if let Some(at) = TYPES.iter().position(|name| *name == key) {
            is_unknown |= value.is_unknown();
            if value.is_set() {
                found[at] = Some(value);
            }
        }
    });
    let mut sources = found
        .iter()
        .zip(TYPES)
        .filter_map(|(value, name)| Some((name, (*value)?)));
    let Some((kind, first)) = sources.next() else {
        if !is_unknown {
            e.required(spec, "to have a type of volume")
                .help("add a type of volume such as `csi` or `nfs`");
        }
        return;
    };
    volume_source::source(kind, first, true, e);
    for (kind, other) in sources {
        if kind == "flexVolume" {
            volume_source::source(kind, other, true, e);
        } else {
            e.forbidden(other, "cannot be set beside another type of volume")
                .help("use one type for each volume");
        }
    }
    if kind == "local" && affinity.is_absent() {
        e.required(affinity, "for a `local` volume");
    }
    if kind == "iscsi" {
        let (secret, portal) = (first.get("secretRef"), first.get("targetPortal"));
        if secret.is_set() && secret.get("name").is_empty() {
            e.required(secret.get("name"), "");
        }
        if let (true, Some(name), Some(text)) = (
            first.get("initiatorName").is_set(),
            name.and_then(Value::text),
            portal.text(),
        ) && name.len() + text.len() + 1 > 64
        {
            e.invalid(
                portal,
                "is too long: the name of the volume and `targetPortal` can have 63 characters in total when \
                 `initiatorName` is set",
                "use a shorter name",
            );
        }
    }
}

//! Volumes: `ValidateVolumes` and `validateVolumeSource`.

use std::borrow::Cow;

use podwright_model::name::dns_subdomain;

use super::super::errors::Errors;
use super::super::meta::annotation_size;
use super::super::names::SUBDOMAIN_HELP;
use super::super::path::non_reserved;
use super::super::pvc;
use super::super::value::{Value, read};
use super::super::volume_source;
use super::{Pod, projected};

/// Types of volumes, in the order in which the API server looks at them.
const TYPES: [&str; 30] = [
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "flexVolume",
    "configMap",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "portworxVolume",
    "azureDisk",
    "storageos",
    "projected",
    "scaleIO",
    "csi",
    "ephemeral",
    "image",
];

/// Names of the volumes with their values, and whether all are known.
pub(super) fn names<'a>(
    volumes: Value<'a>,
    claims: Option<Value<'a>>,
) -> (Vec<(Cow<'a, str>, Value<'a>)>, bool) {
    let mut is_complete = volumes.is_absent() || volumes.is_set();
    let mut names = Vec::with_capacity(4);
    for volume in volumes.items() {
        match volume.get("name").text() {
            Some(name) => names.push((name, volume)),
            None => is_complete = false,
        }
    }
    for claim in claims.into_iter().flat_map(Value::items) {
        match claim.get("metadata").get("name").text() {
            Some(name) => names.push((name, claim)),
            None => is_complete = false,
        }
    }
    (names, is_complete)
}

/// `ValidateVolumes`. The API table checks the names.
pub(super) fn volumes<'a>(pod: &Pod<'a>, volumes: Value<'a>, meta: Value<'a>, e: &mut Errors) {
    if volumes.is_empty() {
        return;
    }
    let pod_name = match pod.is_pod {
        true => meta.get("name").text().filter(|name| !name.is_empty()),
        false => None,
    };
    for volume in volumes.items() {
        if !volume.is_mapping() {
            continue;
        }
        let claims = &pod.template.volumes_of_claims;
        // A claim of the StatefulSet replaces the volume.
        if let Some(claims) = claims
            && let Some(name) = volume.get("name").text()
            && claims
                .items()
                .any(|claim| claim.get("metadata").get("name").is(&name))
        {
            continue;
        }
        source(pod, volume, e);
        let name = volume.get("name");
        if let (Some(pod_name), Some(text)) = (&pod_name, name.text()) {
            if volume.get("ephemeral").is_set() && !text.is_empty() {
                let claim = format!("{pod_name}-{text}");
                if dns_subdomain(&claim).is_err() {
                    e.invalid(
                        name,
                        "makes the name of the claim invalid, which is the name of the Pod, `-` and the name of the volume",
                        SUBDOMAIN_HELP,
                    );
                }
            }
            let claim_name = volume.get("persistentVolumeClaim").get("claimName");
            if let Some(claim) = claim_name.text().filter(|claim| !claim.is_empty()) {
                let made = volumes.items().any(|other| {
                    other.get("ephemeral").is_set()
                        && other
                            .get("name")
                            .text()
                            .is_some_and(|other| *claim == *format!("{pod_name}-{other}"))
                });
                if made {
                    e.invalid(
                        claim_name,
                        "names a claim that is created for an ephemeral volume of the Pod",
                        "use another claim",
                    );
                }
            }
        }
    }
}

/// `validateVolumeSource`.
fn source(pod: &Pod<'_>, volume: Value<'_>, e: &mut Errors) {
    // The position in `TYPES` decides which source is the first.
    let mut found: [Option<Value<'_>>; TYPES.len()] = [None; TYPES.len()];
    let mut count = 0;
    volume.each(|key, value| {
        if value.is_absent() || key == "name" {
            return;
        }
        if let Some(at) = TYPES.iter().position(|name| *name == key) {
            count += usize::from(found[at].is_none());
            found[at] = Some(value);
        }
    });
    let mut sources = found
        .iter()
        .zip(TYPES)
        .filter_map(|(value, name)| value.map(|value| (name, value)));
    let Some((name, first)) = sources.next() else {
        return;
    };
    one_source(pod, volume, name, first, e);
    if count > 1 {
        for (_, other) in sources {
            e.forbidden(other, "cannot be set beside another type of volume")
                .help("use one type for each volume");
        }
    }
}

fn one_source(pod: &Pod<'_>, volume: Value<'_>, name: &str, source: Value<'_>, e: &mut Errors) {
    match name {
        "emptyDir" => {
            let limit = source.get("sizeLimit");
            if limit.quantity().is_some_and(|limit| limit.is_negative()) {
                e.forbidden(limit, "cannot be negative")
                    .help("use a quantity that is not negative");
            }
        }
        "secret" | "configMap" => {
            let field = if name == "secret" {
                "secretName"
            } else {
                "name"
            };
            let name = source.get(field);
            if name.is_empty() {
                e.required(name, "");
            }
            for item in source.get("items").items() {
                non_reserved(item.get("path"), e);
            }
        }
        "downwardAPI" => {
            for file in source.get("items").items() {
                projected::downward_file(file, e);
            }
        }
        "projected" => projected::sources(source, e),
        "ephemeral" => {
            let template = source.get("volumeClaimTemplate");
            if !template.is_set() && !template.is_unknown() {
                e.required(template, "");
                return;
            }
            read!(template => metadata, spec);
            claim_template_meta(metadata, e);
            pvc::claim_spec(spec, false, e);
        }
        "image" if pod.is_pod => {
            let reference = source.get("reference");
            if reference.is_empty() {
                e.since(35, |e| {
                    e.required(reference, "");
                });
            }
        }
        "csi" => {
            volume_source::csi_driver_name(source.get("driver"), e);
            let secret = source.get("nodePublishSecretRef");
            if secret.is_set() {
                let name = secret.get("name");
                if name.is_empty() {
                    e.required(name, "");
                } else {
                    super::super::names::subdomain(name, e);
                }
            }
        }
        "iscsi" => {
            volume_source::iscsi(source, e);
            if let (true, Some(name), Some(portal)) = (
                source.get("initiatorName").is_set(),
                volume.get("name").text(),
                source.get("targetPortal").text(),
            ) && name.len() + portal.len() + 1 > 64
            {
                e.invalid(
                    volume.get("name"),
                    "is too long: the name and `targetPortal` can have 63 characters in total when `initiatorName` is set",
                    "use a shorter name",
                );
            }
        }
        _ => volume_source::source(name, source, false, e),
    }
}

/// `ValidateTemplateObjectMeta`: only labels and annotations may be set.
fn claim_template_meta(meta: Value<'_>, e: &mut Errors) {
    annotation_size(meta.get("annotations"), e);
    for (key, _, value) in meta.entries() {
        const ALLOWED: [&str; 3] = ["labels", "annotations", "creationTimestamp"];
        if !ALLOWED.contains(&&*key) && value.is_set() && !value.is_empty() {
            e.forbidden(value, "cannot be set in the template of a claim");
        }
    }
}

/// Whether the volume is or makes a PersistentVolumeClaim, which a block device needs.
pub(super) fn is_claim(volume: Value<'_>) -> bool {
    volume.get("persistentVolumeClaim").is_set()
        || volume.get("ephemeral").is_set()
        // A claim template of a StatefulSet.
        || volume.get("spec").is_set()
}

//! Volumes: `ValidateVolumes` and `validateVolumeSource`.

use std::borrow::Cow;

use podwright_model::name::dns_subdomain;
use rustc_hash::FxHashMap;

use super::super::errors::Errors;
use super::super::meta::annotation_size;
use super::super::names::SUBDOMAIN_HELP;
use super::super::path::non_reserved;
use super::super::pvc;
use super::super::value::{Value, read};
use super::super::volume_source;
use super::Pod;

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
                downward_file(file, e);
            }
        }
        "projected" => projected(source, e),
        "ephemeral" => {
            let template = source.get("volumeClaimTemplate");
            if !template.is_set() && !template.is_unknown() {
                e.required(template, "");
                return;
            }
            read!(template => metadata, spec);
            claim_template_meta(metadata, e);
            pvc::claim_spec(spec, e);
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

/// `validateDownwardAPIVolumeFile`. The rule `downward-volume-fieldpath-unsupported` checks the field path.
fn downward_file(file: Value<'_>, e: &mut Errors) {
    super::env::field_version(file.get("fieldRef"), e);
    read!(file => path, field_ref = "fieldRef", resource = "resourceFieldRef");
    non_reserved(path, e);
    match (field_ref.is_set(), resource.is_set()) {
        (true, true) => {
            e.invalid(
                file,
                "cannot have both `fieldRef` and `resourceFieldRef`",
                "remove one of the two",
            );
        }
        (false, false) if !field_ref.is_unknown() && !resource.is_unknown() => {
            e.required(field_ref, "unless `resourceFieldRef` is set")
                .help("add `fieldRef` or `resourceFieldRef`");
        }
        (false, true) => super::env::resource_field(resource, true, e),
        _ => {}
    }
}

/// `validateProjectionSources`.
fn projected<'a>(projected: Value<'a>, e: &mut Errors) {
    let mut paths: FxHashMap<Cow<'a, str>, Value<'a>> = FxHashMap::default();
    let mut file = |path: Value<'a>, e: &mut Errors| {
        if let Some(text) = path.text().filter(|text| !text.is_empty())
            && paths.insert(text, path).is_some()
        {
            e.invalid(
                path,
                "is the path of another file of the volume",
                "use a different path for each file",
            );
        }
    };
    for source in projected.get("sources").items() {
        // The other types are dropped, because their feature gates are off by default.
        read!(source => secret, config_map = "configMap", downward = "downwardAPI",
            token = "serviceAccountToken");
        let all = [secret, config_map, downward, token];
        let count = all.iter().filter(|source| source.is_set()).count();
        for named in [secret, config_map] {
            if !named.is_set() {
                continue;
            }
            let name = named.get("name");
            if name.is_empty() {
                e.required(name, "");
            }
            for item in named.get("items").items() {
                let path = item.get("path");
                non_reserved(path, e);
                file(path, e);
            }
        }
        if downward.is_set() {
            for item in downward.get("items").items() {
                downward_file(item, e);
                file(item.get("path"), e);
            }
        }
        if token.is_set() {
            read!(token => seconds = "expirationSeconds", path);
            match seconds.int() {
                Some(..600) => {
                    e.invalid(
                        seconds,
                        "must be at least 600",
                        "use 600 or a larger number",
                    );
                }
                Some(number) if number > 1 << 32 => {
                    e.invalid(
                        seconds,
                        "must be at most 4294967296",
                        "use a smaller number",
                    );
                }
                _ => {}
            }
            if path.is_empty() {
                e.required(path, "");
            } else {
                non_reserved(path, e);
            }
        }
        if count > 1 {
            e.forbidden(source, "cannot have more than one type of source")
                .help("use a separate item for each source");
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

//! Sources of volumes that Pods and PersistentVolumes share: `validateVolumeSource` and `ValidatePersistentVolumeSpec`.
//! The API table checks required fields.

use std::sync::LazyLock;

use podwright_model::name::dns_subdomain;
use regex::Regex;

use super::errors::Errors;
use super::names::{LABEL_HELP, SUBDOMAIN_HELP, check, in_range, subdomain};
use super::path::{absolute, descending, no_backsteps};
use super::value::{Value, read};
use podwright_model::name::dns_label;

/// A source of the type `name`.
pub(super) fn source(name: &str, source: Value<'_>, is_persistent: bool, e: &mut Errors) {
    match name {
        "hostPath" => no_backsteps(source.get("path"), e),
        "local" => no_backsteps(source.get("path"), e),
        "gitRepo" => descending(source.get("directory"), e),
        "gcePersistentDisk" | "awsElasticBlockStore" => {
            in_range(source.get("partition"), 0, 255, e)
        }
        "nfs" => absolute(source.get("path"), e),
        "fc" => fibre_channel(source, e),
        "flocker" => flocker(source, e),
        "cinder" => {
            required(source, &["volumeID"], e);
            secret(source.get("secretRef"), is_persistent, e);
        }
        "cephfs" => required(source, &["monitors"], e),
        "quobyte" => quobyte(source, e),
        "flexVolume" => flex(source, e),
        "azureFile" => {
            required(source, &["secretName", "shareName"], e);
            let namespace = source.get("secretNamespace");
            if namespace.is_set() && namespace.is_empty() {
                e.required(namespace, "to have a value")
                    .help("remove `secretNamespace`, or set a value");
            }
        }
        "azureDisk" => azure_disk(source, e),
        "photonPersistentDisk" => required(source, &["pdID"], e),
        "scaleIO" => required(source, &["gateway", "system", "volumeName"], e),
        "storageos" => {
            read!(source => name = "volumeName", namespace = "volumeNamespace", secret_ref = "secretRef");
            if name.is_empty() {
                e.required(name, "");
            } else {
                check(name, dns_label, "a DNS label", LABEL_HELP, e);
            }
            if !namespace.is_empty() {
                check(namespace, dns_label, "a DNS label", LABEL_HELP, e);
            }
            secret(secret_ref, is_persistent, e);
        }
        "iscsi" => iscsi(source, e),
        "rbd" => required(source, &["monitors", "image"], e),
        "glusterfs" => {
            required(source, &["endpoints", "path"], e);
            let namespace = source.get("endpointsNamespace");
            if is_persistent && namespace.is_set() {
                check(
                    namespace,
                    dns_label,
                    "the name of a namespace",
                    LABEL_HELP,
                    e,
                );
            }
        }
        "csi" if is_persistent => {
            csi_driver_name(source.get("driver"), e);
            for name in [
                "controllerPublishSecretRef",
                "controllerExpandSecretRef",
                "nodePublishSecretRef",
                "nodeExpandSecretRef",
            ] {
                secret_reference(source.get(name), e);
            }
        }
        _ => {}
    }
}

fn required(source: Value<'_>, names: &[&'static str], e: &mut Errors) {
    for name in names {
        let field = source.get(name);
        if field.is_empty() {
            e.required(field, "");
        }
    }
}

/// A reference to a Secret, with a namespace in a PersistentVolume.
fn secret(reference: Value<'_>, is_persistent: bool, e: &mut Errors) {
    if reference.is_set() {
        required(reference, &["name"], e);
        if is_persistent {
            required(reference, &["namespace"], e);
        }
    }
}

/// `validatePVSecretReference`.
fn secret_reference(reference: Value<'_>, e: &mut Errors) {
    if !reference.is_set() {
        return;
    }
    read!(reference => name, namespace);
    if name.is_empty() {
        e.required(name, "");
    } else {
        subdomain(name, e);
    }
    if namespace.is_empty() {
        e.required(namespace, "");
    } else {
        check(
            namespace,
            dns_label,
            "the name of a namespace",
            LABEL_HELP,
            e,
        );
    }
}

/// `ValidateCSIDriverName`.
pub(super) fn csi_driver_name(name: Value<'_>, e: &mut Errors) {
    let Some(text) = name.text() else { return };
    if text.is_empty() {
        e.required(name, "");
        return;
    }
    if text.len() > 63 {
        e.too_long(name, 63);
    }
    if let Err(error) = dns_subdomain(&text.to_lowercase()) {
        e.name(name, "a DNS subdomain", error, SUBDOMAIN_HELP);
    }
}

/// `validateISCSIVolumeSource`.
pub(super) fn iscsi(source: Value<'_>, e: &mut Errors) {
    read!(source => iqn, portal = "targetPortal", lun, initiator = "initiatorName", secret = "secretRef",
        discovery = "chapAuthDiscovery", session = "chapAuthSession");
    if portal.is_empty() {
        e.required(portal, "");
    }
    if iqn.is_empty() {
        e.required(iqn, "");
    }
    for name in [iqn, initiator] {
        if let Some(text) = name.text()
            && name.is_set()
            && !text.is_empty()
            && !is_iscsi_name(&text)
        {
            e.invalid(
                name,
                "must be an iSCSI name",
                "use a name as in `iqn.2001-04.com.example:storage`, `eui.` with 16 characters, or `naa.` with 32",
            );
        }
    }
    in_range(lun, 0, 255, e);
    if (discovery.is_true() || session.is_true()) && secret.is_absent() {
        e.required(secret, "when CHAP authentication is enabled");
    }
}

/// `iscsiInitiatorIqnRegex`, `iscsiInitiatorEuiRegex` and `iscsiInitiatorNaaRegex`.
fn is_iscsi_name(text: &str) -> bool {
    static NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"^(?:iqn.*iqn\.\d{4}-\d{2}\.[[:alnum:]\-.]+:[^,;*&$|\s]+|iqn\.\d{4}-\d{2}\.[[:alnum:]\-.]+:[^,;*&$|\s]+|eui.[[:alnum:]]{16}|naa.[[:alnum:]]{32})$",
        )
        .ok()
    });
    NAME.as_ref().is_none_or(|name| name.is_match(text))
}

/// `validateFCVolumeSource`.
fn fibre_channel(source: Value<'_>, e: &mut Errors) {
    read!(source => names = "targetWWNs", ids = "wwids", lun);
    match (names.is_empty(), ids.is_empty()) {
        (true, true) => {
            e.required(names, "unless `wwids` is set")
                .help("add `targetWWNs` or `wwids`");
        }
        (false, false) => {
            e.invalid(
                names,
                "cannot be set beside `wwids`",
                "remove one of the two",
            );
        }
        _ => {}
    }
    if !names.is_empty() {
        if lun.is_absent() {
            e.required(lun, "when `targetWWNs` is set");
        } else {
            in_range(lun, 0, 255, e);
        }
    }
}

/// `validateFlockerVolumeSource`.
fn flocker(source: Value<'_>, e: &mut Errors) {
    read!(source => name = "datasetName", id = "datasetUUID");
    match (name.is_empty(), id.is_empty()) {
        (true, true) => {
            e.required(source, "to have `datasetName` or `datasetUUID`")
                .help("add `datasetUUID`");
        }
        (false, false) => {
            e.invalid(
                source,
                "cannot have both `datasetName` and `datasetUUID`",
                "remove one of the two",
            );
        }
        _ => {}
    }
    if name.text().is_some_and(|text| text.contains('/')) {
        e.invalid(name, "cannot contain `/`", "use a name without `/`");
    }
}

/// `validateQuobyteVolumeSource`.
fn quobyte(source: Value<'_>, e: &mut Errors) {
    read!(source => registry, tenant, volume);
    if registry.is_empty() {
        e.required(registry, "");
    } else if tenant.text().is_some_and(|text| text.len() >= 65) {
        e.required(tenant, "to have at most 64 characters")
            .help("use a UUID");
    } else if registry
        .text()
        .is_some_and(|text| text.split(',').any(|pair| !is_host_and_port(pair)))
    {
        e.invalid(
            registry,
            "must be a host and a port",
            "use `HOST:PORT`, or several of them separated by commas",
        );
    }
    if volume.is_empty() {
        e.required(volume, "");
    }
}

/// `net.SplitHostPort` succeeds.
fn is_host_and_port(text: &str) -> bool {
    match text.rsplit_once(':') {
        Some((host, _)) if host.starts_with('[') => host.ends_with(']'),
        Some((host, port)) => !host.contains([':', '[', ']']) && !port.contains(['[', ']']),
        None => false,
    }
}

/// `validateFlexVolumeSource`.
fn flex(source: Value<'_>, e: &mut Errors) {
    required(source, &["driver"], e);
    for (key, node, _) in source.get("options").entries() {
        let domain = key.split_once('/').map_or(&*key, |(domain, _)| domain);
        let domain = format!(".{}", domain.to_lowercase());
        if domain.ends_with(".kubernetes.io") || domain.ends_with(".k8s.io") {
            e.invalid(
                node,
                "is reserved for Kubernetes",
                "use a key of another domain",
            );
        }
    }
}

/// `validateAzureDisk`.
fn azure_disk(source: Value<'_>, e: &mut Errors) {
    read!(source => kind, uri = "diskURI");
    let Some(text) = uri.text().filter(|text| !text.is_empty()) else {
        return;
    };
    // The default is `Shared`.
    let (start, help) = match kind.text().as_deref() {
        Some("Managed") => (
            "/subscriptions/",
            "use the resource ID of the disk, which starts with `/subscriptions/`",
        ),
        Some("" | "Shared" | "Dedicated") => (
            "https://",
            "use the URL of the blob, or set `kind: Managed`",
        ),
        _ => return,
    };
    if !text.starts_with(start) {
        e.invalid(uri, format!("must start with `{start}`"), help);
    }
}

//! PersistentVolumeClaims: `ValidatePersistentVolumeClaimSpec`.

use podwright_model::Quantity;
use podwright_model::name::{dns_label, dns_subdomain};

use super::errors::Errors;
use super::meta::label_selector;
use super::names::{LABEL_HELP, check, subdomain};
use super::value::{Value, read};

/// `ValidatePersistentVolumeClaim`.
pub(super) fn claim(object: Value<'_>, e: &mut Errors) {
    claim_spec(object.get("spec"), e);
}

/// `ValidatePersistentVolumeClaimSpec`. The API table checks access modes and the volume mode.
pub(super) fn claim_spec(spec: Value<'_>, e: &mut Errors) {
    read!(spec => access_modes = "accessModes", selector, resources, class = "storageClassName",
        source = "dataSource", source_ref = "dataSourceRef", attributes = "volumeAttributesClassName");
    if access_modes.is_empty() {
        e.required(access_modes, "");
    }
    access_modes_agree(access_modes, e);
    label_selector(selector, e);
    let requests = resources.get("requests");
    let storage = requests.get("storage");
    if storage.is_absent() {
        e.required(storage, "");
    } else if storage
        .quantity()
        .is_some_and(|size| size <= Quantity::ZERO)
    {
        e.invalid(
            storage,
            "must be greater than 0",
            "use a quantity as in `1Gi`",
        );
    }
    for name in [class, attributes] {
        if !name.is_empty() {
            subdomain(name, e);
        }
    }
    for source in [source, source_ref] {
        if source.is_set() {
            data_source(source, e);
        }
    }
    let namespace = source_ref.get("namespace");
    if !namespace.is_empty() {
        check(
            namespace,
            dns_label,
            "the name of a namespace",
            LABEL_HELP,
            e,
        );
    } else if source.is_set() && source_ref.is_set() {
        let differs = |name| match (source.get(name).text(), source_ref.get(name).text()) {
            (Some(a), Some(b)) => a != b,
            _ => false,
        };
        if differs("name") || differs("kind") || differs("apiGroup") {
            e.invalid(
                source,
                "must be the same as `dataSourceRef`",
                "remove `dataSource`",
            );
        }
    }
}

/// `ReadWriteOncePod` excludes other modes.
pub(super) fn access_modes_agree(modes: Value<'_>, e: &mut Errors) {
    let is_once = |mode: &Value<'_>| mode.is("ReadWriteOncePod");
    let is_other = |mode: &Value<'_>| {
        ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany"]
            .iter()
            .any(|name| mode.is(name))
    };
    if modes.items().any(|mode| is_once(&mode)) && modes.items().any(|mode| is_other(&mode)) {
        e.forbidden(modes, "cannot have `ReadWriteOncePod` beside other modes")
            .help("use `ReadWriteOncePod` alone, or remove it");
    }
}

/// `validateDataSource` and `validateDataSourceRef`.
fn data_source(source: Value<'_>, e: &mut Errors) {
    read!(source => kind, group = "apiGroup");
    match group.text().as_deref() {
        Some("") if kind.is_none_of(&["PersistentVolumeClaim", ""]) => {
            e.invalid(
                source,
                "must have the kind `PersistentVolumeClaim` unless `apiGroup` is set",
                "add `apiGroup`, which is `snapshot.storage.k8s.io` for a VolumeSnapshot",
            );
        }
        Some(text) if !text.is_empty() && dns_subdomain(text).is_err() => subdomain(group, e),
        _ => {}
    }
}

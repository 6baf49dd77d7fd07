//! PersistentVolumeClaims: `ValidatePersistentVolumeClaimSpec`.

use podwright_model::Quantity;
use podwright_model::name::dns_subdomain;

use super::errors::Errors;
use super::meta::label_selector;
use super::names::subdomain;
use super::value::{Value, read};

/// `ValidatePersistentVolumeClaim`.
pub(super) fn claim(object: Value<'_>, e: &mut Errors) {
    claim_spec(object.get("spec"), true, e);
}

/// `ValidatePersistentVolumeClaimSpec`. The API table checks access modes and the volume mode. The strategy of claims drops
/// some data sources, that of StatefulSets and Pods does not.
pub(super) fn claim_spec(spec: Value<'_>, is_claim: bool, e: &mut Errors) {
    read!(spec => access_modes = "accessModes", selector, resources, class = "storageClassName",
        source = "dataSource", source_ref = "dataSourceRef", attributes = "volumeAttributesClassName");
    if access_modes.is_empty() {
        e.required(access_modes, "");
    }
    access_modes_agree(access_modes, e);
    known_access_modes(access_modes, e);
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
    let source_ref = Some(source_ref).filter(|reference| {
        // `DropDisabledFields`: the feature gate CrossNamespaceVolumeDataSource is off.
        reference.is_set() && (!is_claim || reference.get("namespace").is_empty())
    });
    if let Some(reference) = source_ref {
        data_source(reference, e);
        if source.is_set() {
            data_source(source, e);
        }
    } else if source.is_set() && (!is_claim || is_claim_or_snapshot(source)) {
        data_source(source, e);
    }
    if let Some(source_ref) = source_ref
        && source.is_set()
    {
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

/// The API table checks other modes than the empty one.
pub(super) fn known_access_modes(modes: Value<'_>, e: &mut Errors) {
    for mode in modes.items() {
        if mode.is_empty() {
            e.not_supported(
                mode,
                &[
                    "ReadOnlyMany",
                    "ReadWriteMany",
                    "ReadWriteOnce",
                    "ReadWriteOncePod",
                ],
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

/// `dataSourceIsPvcOrSnapshot`: the API server drops any other `dataSource` unless there is a `dataSourceRef`.
fn is_claim_or_snapshot(source: Value<'_>) -> bool {
    read!(source => kind, group = "apiGroup");
    group.is_empty() && kind.is("PersistentVolumeClaim")
        || group.is("snapshot.storage.k8s.io") && kind.is("VolumeSnapshot")
}

/// `validateDataSource` and `validateDataSourceRef`.
fn data_source(source: Value<'_>, e: &mut Errors) {
    read!(source => kind, name, group = "apiGroup");
    for field in [name, kind] {
        if field.is_empty() {
            e.required(field, "");
        }
    }
    match group.text().as_deref() {
        Some("") if kind.is_none_of(&["PersistentVolumeClaim", ""]) => {
            e.invalid(
                source,
                "must have the kind `PersistentVolumeClaim` unless `apiGroup` is set",
                "add `apiGroup`, which is `snapshot.storage.k8s.io` for a VolumeSnapshot",
            );
        }
        Some(text) if !text.is_empty() && dns_subdomain(text).is_err() => {
            e.since(29, |e| subdomain(group, e));
        }
        _ => {}
    }
}

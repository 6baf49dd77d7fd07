//! Storage: `pkg/apis/storage/validation/validation.go`. The API table checks reclaim policies and binding modes.

use std::borrow::Cow;

use podwright_model::name::qualified_name;
use rustc_hash::FxHashSet;

use super::errors::Errors;
use super::meta::label_selector;
use super::names::{QUALIFIED_HELP, check, nonnegative, subdomain};
use super::persistent_volume::volume_spec;
use super::pod::topology_selector_terms;
use super::value::{Value, read};
use super::volume_source::csi_driver_name;

/// `ValidateStorageClass`.
pub(super) fn storage_class(object: Value<'_>, e: &mut Errors) {
    read!(object => provisioner, parameters, topologies = "allowedTopologies", mode = "volumeBindingMode",);
    self::provisioner(provisioner, e);
    self::parameters(parameters, e);
    if mode.is_set() && mode.is_empty() {
        e.not_supported(mode, &["Immediate", "WaitForFirstConsumer"]);
    }
    topology_selector_terms(topologies, e);
    let mut seen: FxHashSet<String> = FxHashSet::default();
    for term in topologies.items() {
        let Some(text) = expressions(term) else {
            continue;
        };
        // `validateAllowedTopologies` compares an empty term with an empty one that nobody wrote.
        if !seen.insert(text.clone()) || text.is_empty() {
            e.duplicate(term.get("matchLabelExpressions"), None);
        }
    }
}

/// The expressions of a topology term in a form that is equal for equal ones. `None` if not all is known.
fn expressions(term: Value<'_>) -> Option<String> {
    let mut all = Vec::new();
    for expression in term.get("matchLabelExpressions").items() {
        let mut values: Vec<Cow<'_, str>> = expression
            .get("values")
            .items()
            .map(Value::text)
            .collect::<Option<_>>()?;
        values.sort_unstable();
        all.push(format!(
            "{}={}",
            expression.get("key").text()?,
            values.join(",")
        ));
    }
    all.sort_unstable();
    Some(all.join(";"))
}

/// `ValidateVolumeAttributesClass`.
pub(super) fn volume_attributes_class(object: Value<'_>, e: &mut Errors) {
    read!(object => driver = "driverName", parameters);
    if driver.is_empty() {
        e.required(driver, "");
    } else {
        provisioner(driver, e);
    }
    self::parameters(parameters, e);
    if parameters.is_empty() {
        e.required(parameters, "to have at least one parameter");
    }
}

/// `validateProvisioner`.
fn provisioner(name: Value<'_>, e: &mut Errors) {
    let valid = |text: &str| match text {
        "" => Ok(()),
        text => qualified_name(&text.to_lowercase()),
    };
    check(name, valid, "a qualified name", QUALIFIED_HELP, e);
}

/// `validateParameters`.
fn parameters(list: Value<'_>, e: &mut Errors) {
    if list.len() > 512 {
        e.too_large(
            list,
            "has more than 512 parameters",
            "use at most 512 parameters",
        );
        return;
    }
    let mut size = 0;
    for (key, node, value) in list.entries() {
        if key.is_empty() {
            e.invalid(node, "cannot be empty", "use a name");
        }
        size += key.len() + value.content().map_or(0, |text| text.len());
    }
    if size > 256 * 1024 {
        e.too_large(
            list,
            format!("is {size} bytes in total; at most 262144 bytes are allowed"),
            "use fewer or shorter parameters",
        );
    }
}

/// `ValidateVolumeAttachment`.
pub(super) fn volume_attachment(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => attacher, source, node = "nodeName");
    csi_driver_name(attacher, e);
    read!(source => inline = "inlineVolumeSpec", name = "persistentVolumeName");
    match (inline.is_set(), name.is_set()) {
        (false, false) if !inline.is_unknown() && !name.is_unknown() => {
            e.required(source, "to have `persistentVolumeName`")
                .help("add `persistentVolumeName`");
        }
        (true, true) => {
            e.forbidden(
                source,
                "cannot have both `inlineVolumeSpec` and `persistentVolumeName`",
            )
            .help("remove one of the two");
        }
        (false, true) if name.is_empty() => {
            e.required(name, "");
        }
        (false, true) => subdomain(name, e),
        (true, false) => volume_spec(inline, None, e),
        _ => {}
    }
    subdomain(node, e);
}

/// `ValidateCSINode`.
pub(super) fn csi_node(object: Value<'_>, e: &mut Errors) {
    let mut names: FxHashSet<Cow<'_, str>> = FxHashSet::default();
    for driver in object.get("spec").get("drivers").items() {
        read!(driver => name, node = "nodeID", allocatable, keys = "topologyKeys");
        csi_driver_name(name, e);
        if node.is_empty() {
            e.required(node, "");
        } else if node.text().is_some_and(|text| text.len() > 256) {
            e.invalid(
                node,
                "is longer than 256 characters",
                "use at most 256 characters",
            );
        }
        nonnegative(allocatable.get("count"), e);
        if name.text().is_some_and(|text| !names.insert(text)) {
            e.duplicate(name, None);
        }
        let mut seen: FxHashSet<Cow<'_, str>> = FxHashSet::default();
        for key in keys.items() {
            if key.is_empty() {
                e.required(key, "to have a value");
                continue;
            }
            if key.text().is_some_and(|text| !seen.insert(text)) {
                e.duplicate(key, None);
            }
            check(key, qualified_name, "a label key", QUALIFIED_HELP, e);
        }
    }
}

/// `ValidateCSIDriver`. Defaults set what is required.
pub(super) fn csi_driver(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => policy = "fsGroupPolicy", requests = "tokenRequests", modes = "volumeLifecycleModes",
        period = "nodeAllocatableUpdatePeriodSeconds", secrets = "serviceAccountTokenInSecrets");
    const POLICIES: [&str; 3] = ["File", "None", "ReadWriteOnceWithFSType"];
    if policy.is_set() && policy.is_none_of(&POLICIES) {
        e.not_supported(policy, &POLICIES);
    }
    let mut audiences: FxHashSet<Cow<'_, str>> = FxHashSet::default();
    for request in requests.items() {
        read!(request => audience, seconds = "expirationSeconds");
        if audience.text().is_some_and(|text| !audiences.insert(text)) {
            e.duplicate(audience, None);
            continue;
        }
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
    }
    for mode in modes.items() {
        if mode.is_none_of(&["Persistent", "Ephemeral"]) {
            e.not_supported(mode, &["Persistent", "Ephemeral"]);
        }
    }
    if period.int().is_some_and(|seconds| seconds < 10) {
        e.since(35, |e| {
            e.invalid(period, "must be at least 10", "use 10 or a larger number");
        });
    }
    if secrets.is_set() && requests.is_empty() {
        e.since(35, |e| {
            e.invalid(
                secrets,
                "cannot be set without `tokenRequests`",
                "add `tokenRequests`",
            );
        });
    }
}

/// `ValidateCSIStorageCapacity`.
pub(super) fn csi_storage_capacity(object: Value<'_>, e: &mut Errors) {
    read!(object => topology = "nodeTopology", class = "storageClassName", capacity);
    label_selector(topology, e);
    subdomain(class, e);
    if capacity.quantity().is_some_and(|size| size.is_negative()) {
        e.invalid(
            capacity,
            "cannot be negative",
            "use a quantity that is not negative",
        );
    }
}

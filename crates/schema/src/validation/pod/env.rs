//! Environment variables: `ValidateEnv` and `ValidateEnvFrom`.
//!
//! The rules of the group `environment` report names, field paths, and values beside `valueFrom`. The rule
//! `env-from-source-count` reports sources of `envFrom`.

use podwright_model::Quantity;

use super::super::errors::Errors;
use super::super::names::subdomain;
use super::super::path::no_backsteps;
use super::super::value::{Value, read};
use super::Pod;

/// Sources of a value, in the order in which the API server looks at them.
const SOURCES: [&str; 5] = [
    "fieldRef",
    "resourceFieldRef",
    "configMapKeyRef",
    "secretKeyRef",
    "fileKeyRef",
];

/// `ConvertDownwardAPIFieldLabel`: fields are those of a Pod in `v1`, which is the default.
pub(super) fn field_version(reference: Value<'_>, e: &mut Errors) {
    let version = reference.get("apiVersion");
    if version.is_none_of(&["", "v1"]) {
        e.invalid(
            reference.get("fieldPath"),
            "must be a field of API version `v1`",
            "remove `apiVersion`",
        )
        .at(version);
    }
}

/// `ValidateEnv`.
pub(super) fn env(list: Value<'_>, e: &mut Errors) {
    for variable in list.items() {
        let from = variable.get("valueFrom");
        if !from.is_mapping() {
            continue;
        }
        let mut count = 0;
        let mut is_unknown = false;
        from.each(|key, value| {
            if SOURCES.contains(&key) {
                count += usize::from(value.is_set());
                is_unknown |= value.is_unknown();
            }
        });
        let value = variable.get("value");
        if is_unknown {
            continue;
        }
        let is_file_only = count == 1 && from.get("fileKeyRef").is_set();
        if is_file_only {
            // 1.34 drops it.
            e.before(35, |e| {
                e.invalid(
                    from,
                    "has no source but `fileKeyRef`",
                    "use `configMapKeyRef` or `secretKeyRef`, or require Kubernetes 1.35",
                );
            });
        }
        if count == 0 {
            e.invalid(
                from,
                "has no source",
                "add `configMapKeyRef`, `secretKeyRef`, `fieldRef`, `resourceFieldRef` or `fileKeyRef`",
            );
        } else if value.is_set() && value.content().is_none_or(|text| !text.is_empty()) {
            e.invalid(
                from,
                "cannot be set when `value` is not empty",
                "remove `value` or `valueFrom`",
            );
        } else if count > 1 {
            e.invalid(from, "has more than one source", "use one source");
        }
        field_version(from.get("fieldRef"), e);
        let resource = from.get("resourceFieldRef");
        if resource.is_set() {
            resource_field(resource, false, e);
        }
        let file = from.get("fileKeyRef");
        if file.is_set() {
            no_backsteps(file.get("path"), e);
            e.since(35, |e| {
                for name in ["volumeName", "path", "key"] {
                    let field = file.get(name);
                    if field.is_empty() {
                        e.required(field, "");
                    }
                }
            });
        }
        for name in ["configMapKeyRef", "secretKeyRef"] {
            let reference = from.get(name);
            if reference.is_set() && reference.get("name").is_empty() {
                e.required(reference.get("name"), "");
            }
        }
    }
}

/// `ValidateEnvFrom`: names of ConfigMaps and Secrets. `true` for a prefix lets them end with `-`.
pub(super) fn env_from(list: Value<'_>, e: &mut Errors) {
    for source in list.items() {
        for name in ["configMapRef", "secretRef"] {
            let name = source.get(name).get("name");
            if let Some(text) = name.text().filter(|text| !text.is_empty())
                && !(text.len() > 1 && text.ends_with('-'))
            {
                subdomain(name, e);
            }
        }
    }
}

/// `validateContainerResourceFieldSelector`.
pub(super) fn resource_field(field: Value<'_>, is_volume: bool, e: &mut Errors) {
    const RESOURCES: [&str; 6] = [
        "limits.cpu",
        "limits.ephemeral-storage",
        "limits.memory",
        "requests.cpu",
        "requests.ephemeral-storage",
        "requests.memory",
    ];
    read!(field => container = "containerName", resource, divisor);
    let Some(name) = resource.text() else {
        return;
    };
    let is_huge_pages =
        name.starts_with("limits.hugepages-") || name.starts_with("requests.hugepages-");
    if is_volume && container.is_empty() {
        e.required(container, "in a volume");
    } else if name.is_empty() {
        e.required(resource, "");
    } else if !RESOURCES.contains(&&*name) && !is_huge_pages {
        e.not_supported(resource, &RESOURCES);
    }
    // `validateContainerResourceDivisor`
    let Some(quantity) = divisor
        .quantity()
        .filter(|quantity| *quantity != Quantity::ZERO)
    else {
        return;
    };
    let text = quantity.to_string();
    let is_cpu = name.ends_with(".cpu");
    let is_right = if is_cpu {
        matches!(&*text, "1m" | "1")
    } else {
        const UNITS: [&str; 13] = [
            "1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei",
        ];
        UNITS.contains(&&*text)
    };
    if !is_right && (RESOURCES.contains(&&*name) || is_huge_pages) {
        let help = match is_cpu {
            true => "use `1` or `1m`",
            false => "use `1`, or 1 with a unit as in `1Mi`",
        };
        e.invalid(divisor, "is not a unit of the resource", help);
    }
}

/// `validateFileKeyRefVolumes`.
pub(super) fn file_key_volumes(pod: &Pod<'_>, e: &mut Errors) {
    for container in pod.all_containers() {
        for variable in container.get("env").items() {
            let name = variable
                .get("valueFrom")
                .get("fileKeyRef")
                .get("volumeName");
            let Some(text) = name.text().filter(|text| !text.is_empty()) else {
                continue;
            };
            match pod.volumes.iter().find(|(own, _)| *own == text) {
                None if pod.knows_volumes => {
                    e.invalid(
                        name,
                        "names no volume of the Pod",
                        "add an `emptyDir` volume",
                    );
                }
                Some((_, volume)) if !is_empty_dir(*volume) => {
                    e.invalid(
                        name,
                        "must name an `emptyDir` volume",
                        "use an `emptyDir` volume",
                    );
                }
                _ => {}
            }
        }
    }
}

/// Whether a volume is an `emptyDir`, which is also the default.
fn is_empty_dir(volume: Value<'_>) -> bool {
    let mut others = 0;
    volume.each(|key, value| {
        others += usize::from(key != "name" && key != "emptyDir" && value.is_set());
    });
    others == 0
}

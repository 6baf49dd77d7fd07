//! Mounts: `ValidateVolumeMounts` and `ValidateVolumeDevices`. The rule `volume-mount-not-found` reports unknown volumes,
//! and the API table two mounts with one path.

use super::super::errors::Errors;
use super::super::path::{descending, no_backsteps};
use super::super::value::{Value, read};
use super::{Pod, volume};

/// `ValidateVolumeMounts`.
pub(super) fn mounts(
    _pod: &Pod<'_>,
    mounts: Value<'_>,
    devices: Value<'_>,
    security_context: Value<'_>,
    e: &mut Errors,
) {
    for mount in mounts.items() {
        read!(mount => name, path = "mountPath", sub_path = "subPath", sub_path_expr = "subPathExpr",
            propagation = "mountPropagation", read_only = "readOnly", recursive = "recursiveReadOnly");
        for device in devices.items() {
            if name.text().is_some_and(|text| device.get("name").is(&text)) {
                e.invalid(
                    name,
                    "is also in `volumeDevices`",
                    "use the volume as a mount or as a device",
                );
            }
            if path
                .text()
                .is_some_and(|text| device.get("devicePath").is(&text))
            {
                e.invalid(
                    path,
                    "is also a path in `volumeDevices`",
                    "use a different path",
                );
            }
        }
        descending(sub_path, e);
        if sub_path_expr.is_set() && !sub_path_expr.is_empty() {
            if !sub_path.is_empty() {
                e.invalid(
                    sub_path_expr,
                    "cannot be set beside `subPath`",
                    "remove one of the two",
                );
            }
            // A path of variables is not a placeholder.
            descending(sub_path_expr, e);
        }
        if propagation.is("Bidirectional") {
            let privileged = security_context.get("privileged");
            if privileged.is_absent() || privileged.bool() == Some(false) {
                e.forbidden(
                    propagation,
                    "can be `Bidirectional` only in a privileged container",
                )
                .help("use `HostToContainer`, or set `securityContext.privileged: true`");
            }
        }
        if recursive.is("Enabled") || recursive.is("IfPossible") {
            if read_only.is_absent() || read_only.bool() == Some(false) {
                e.forbidden(recursive, "is allowed only when `readOnly` is true")
                    .help("set `readOnly: true`");
            }
            if propagation.is_none_of(&["", "None"]) {
                e.forbidden(
                    recursive,
                    "is allowed only when `mountPropagation` is `None`",
                )
                .help("remove `mountPropagation`");
            }
        }
    }
}

/// `ValidateVolumeDevices`.
pub(super) fn devices(pod: &Pod<'_>, mounts: Value<'_>, devices: Value<'_>, e: &mut Errors) {
    if devices.is_empty() {
        return;
    }
    for (at, device) in devices.items().enumerate() {
        read!(device => name, path = "devicePath");
        no_backsteps(path, e);
        let Some(text) = name.text().filter(|text| !text.is_empty()) else {
            continue;
        };
        if let Some(first) = devices
            .items()
            .take(at)
            .find(|other| other.get("name").is(&text))
        {
            e.invalid(name, "is in another item", "use each volume once")
                .first = Some(first.node);
        }
        match pod.volumes.iter().find(|(own, _)| *own == text) {
            Some((_, source)) if !volume::is_claim(*source) && source.is_mapping() => {
                e.invalid(
                    name,
                    "must name a volume with `persistentVolumeClaim` or `ephemeral`",
                    "use `volumeMounts`, or a volume with a claim",
                );
            }
            None if pod.knows_volumes => {
                e.invalid(
                    name,
                    "names no volume of the Pod",
                    "add the volume to `volumes`",
                );
            }
            _ => {}
        }
        for mount in mounts.items() {
            if mount.get("name").is(&text) {
                e.invalid(
                    name,
                    "is also in `volumeMounts`",
                    "use the volume as a mount or as a device",
                );
            }
            if path
                .text()
                .is_some_and(|path| mount.get("mountPath").is(&path))
            {
                e.invalid(
                    path,
                    "is also a path in `volumeMounts`",
                    "use a different path",
                );
            }
        }
    }
}

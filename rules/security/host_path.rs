//! Directories and sockets of the node that a container mounts.

use super::{is_forbidden, spec};
use podwright_cluster::host_path::{Reach, clean, reach};
use podwright_model::{Container, Pod};
use podwright_rule::{RuleContext, Severity, declare_rules};
use podwright_schema::Value;

declare_rules! {
    hooks: { pod: check },
    HOST_PATH_VOLUME {
        name: "host-path-volume",
        summary: "Pod mounts a directory of its node",
        severity: Info,
        since: "0.1.0",
        profile: Security,
    }
    HOST_PATH_SENSITIVE {
        name: "host-path-sensitive",
        summary: "Pod mounts a directory of its node that holds secrets or controls the node",
        severity: Warning,
        since: "0.1.0",
        profile: Security,
    }
    HOST_PATH_WRITABLE {
        name: "host-path-writable",
        summary: "container can write to a directory of its node",
        severity: Warning,
        since: "0.1.0",
        profile: Security,
    }
    CONTAINER_RUNTIME_SOCKET {
        name: "container-runtime-socket",
        summary: "Pod mounts the socket of the container runtime",
        severity: Warning,
        since: "0.1.0",
        profile: Security,
    }
}

/// Checks of Pod Security that forbid such volumes.
const CHECKS: [&str; 2] = ["hostPathVolumes", "restrictedVolumes"];

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some(spec) = spec(pod, cx) else { return };
    for volume in spec.get("volumes").items() {
        let field = volume.get("hostPath").get("path");
        let Some(path) = field.text().filter(|_| field.is_set()) else {
            continue;
        };
        if is_forbidden(pod, &CHECKS, cx) {
            return;
        }
        let name = volume.get("name").text();
        let mounts: Vec<Value<'_>> = name.map_or_else(Vec::new, |name| mounts(pod, &name, cx));
        volume_of(field, &path, !mounts.is_empty(), cx);
        // What a read-only mount of a socket forbids is only its removal.
        for mount in mounts.into_iter().filter(|_| reach(&path) != Reach::Socket) {
            let read_only = mount.get("readOnly");
            if read_only.is_absent() || read_only.is_false() {
                writable(mount, &path, cx);
            }
        }
    }
}

/// Mounts of a volume in all containers.
fn mounts<'a>(pod: &Pod, name: &str, cx: &RuleContext<'a>) -> Vec<Value<'a>> {
    let tree = cx.tree();
    let lists = pod
        .containers
        .iter()
        .map(|container: &Container| Value::new(tree, container.node).get("volumeMounts"));
    let mounts = lists.flat_map(Value::items);
    mounts.filter(|mount| mount.get("name").is(name)).collect()
}

fn volume_of(field: Value<'_>, path: &str, is_mounted: bool, cx: &mut RuleContext<'_>) {
    let shown = clean(path);
    let (rule, message, note, help) = match reach(path) {
        Reach::Socket => (
            &CONTAINER_RUNTIME_SOCKET,
            format!("`{shown}` gives access to the container runtime of the node"),
            "who can connect to the runtime can start privileged containers, even if the mount is read-only",
            "use the API of Kubernetes, or a build tool that does not need the runtime",
        ),
        Reach::Sensitive => (
            &HOST_PATH_SENSITIVE,
            format!("`{shown}` of the node is mounted"),
            "it holds credentials of the node or other Pods, or decides what the node runs",
            "mount only the files that the program needs, read-only",
        ),
        Reach::Other => (
            &HOST_PATH_VOLUME,
            format!("`{shown}` of the node is mounted"),
            "the content depends on the node where the Pod runs, and is not isolated from other Pods",
            "use a PersistentVolumeClaim, or `emptyDir` for temporary files",
        ),
    };
    let finding = cx.as_rule(rule).report_value(field, message);
    finding.note(note).help(help);
    if !is_mounted {
        finding
            .at_most(Severity::Info)
            .note("no container mounts the volume");
    }
}

fn writable(mount: Value<'_>, path: &str, cx: &mut RuleContext<'_>) {
    let message = format!("`{}` of the node is mounted writable", clean(path));
    cx.as_rule(&HOST_PATH_WRITABLE)
        .report_value(mount.get("readOnly"), message)
        .note("what the container writes changes the node, and stays there when the Pod is deleted")
        .help("set `readOnly: true`, unless the program must write there");
}

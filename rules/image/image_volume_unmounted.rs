use podwright_model::{Field, Pod};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-volume-unmounted",
    summary: "image volume is not mounted by any container",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    if cx.is_partial() || cx.is_custom() {
        return;
    }
    let mounts = || {
        pod.containers
            .iter()
            .flat_map(|container| match &container.volume_mounts {
                Field::Value(mounts, _) => mounts.as_slice(),
                _ => &[],
            })
    };
    let is_unknown = pod
        .containers
        .iter()
        .any(|c| matches!(c.volume_mounts, Field::Unknown(_) | Field::Invalid(_)))
        || mounts().any(|mount| mount.name.text().is_none());
    if is_unknown {
        return;
    }
    for volume in &pod.image_volumes {
        let Some((name, node)) = volume.name.known() else {
            continue;
        };
        if mounts().any(|mount| mount.name.text() == Some(name)) {
            continue;
        }
        cx.report(
            node,
            format!("image volume `{name}` is not mounted by any container"),
        )
        .note("the kubelet still pulls its image each time it starts the Pod")
        .help("mount it in `volumeMounts`, or remove the volume");
    }
}

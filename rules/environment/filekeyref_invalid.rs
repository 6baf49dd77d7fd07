use podwright_cluster::environment::is_relaxed_name;
use podwright_model::{Container, Field, FileKeyRef, KubernetesVersion};
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "filekeyref-invalid",
    summary: "invalid `fileKeyRef`",
    severity: Error,
    since: "0.1.0",
    hooks: { container: check },
}

/// First release that supports `fileKeyRef` without a feature gate; 1.34 requires the gate `EnvFiles`.
const SINCE: KubernetesVersion = KubernetesVersion(35);

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    for variable in container.env.value().into_iter().flatten() {
        let source = variable.value_from.value();
        if let Some((file, node)) = source.and_then(|source| source.file_key_ref.known()) {
            if !cx.versions.all_since(SINCE) {
                let (ceiling, oldest) = (cx.ceiling(), cx.versions.oldest);
                let level = if cx.versions.any_since(KubernetesVersion(34)) {
                    Severity::Warning
                } else {
                    ceiling
                };
                cx.report_missing(node, "`fileKeyRef` requires Kubernetes 1.35")
                    .at_most(level)
                    .note(format!("this manifest also targets {oldest}: an older API server drops the field and rejects the variable (422), because `valueFrom` then has no source; 1.34 requires the feature gate `EnvFiles`"))
                    .help("let a script in the container read the file");
            }
            judge(file, cx);
        }
    }
}

fn judge(file: &FileKeyRef, cx: &mut RuleContext<'_>) {
    let ceiling = cx.ceiling();
    if let Some((path, node)) = file.path.known() {
        let leaves = path.split('/').any(|part| part == "..");
        if leaves || path.is_empty() {
            cx.report(node, format!("invalid volume path `{path}`"))
                .at_most(ceiling)
                .note("the API server rejects it (422)")
                .help("use a path relative to the root of the volume, without `..`");
        }
    }
    if let Some((key, node)) = file.key.known()
        && !is_relaxed_name(key)
    {
        cx.report(node, format!("invalid key {key:?} in `fileKeyRef`"))
            .at_most(ceiling)
            .note("a key must be a variable name: printable ASCII without `=`; the API server rejects it (422)")
            .help("use the name before the `=` in the file");
    }
    let volumes = cx.pod.map(|pod| &pod.volumes);
    let volumes = match volumes {
        Some(Field::Value(volumes, _)) => volumes.as_slice(),
        Some(Field::Missing | Field::Null(_)) => &[],
        _ => return,
    };
    let are_known = volumes.iter().all(|volume| volume.name.text().is_some());
    let as_written = cx
        .object
        .is_some_and(|(id, _)| cx.workspace.is_unmodified(id));
    let Some((name, node)) = file.volume_name.known() else {
        return;
    };
    if !are_known || !as_written || cx.is_custom() {
        return;
    }
    match volumes
        .iter()
        .find(|volume| volume.name.text() == Some(name))
    {
        None => {
            cx.report(node, format!("the Pod has no volume `{name}`"))
                .note("the API server rejects it (422)")
                .help("add an `emptyDir` volume with this name to `volumes`");
        }
        Some(volume) if matches!(volume.empty_dir, Field::Missing | Field::Null(_)) => {
            let place = cx.key_place(volume.node);
            cx.report(node, format!("volume `{name}` is not an `emptyDir`"))
                .related(place, "volume defined here")
                .note("`fileKeyRef` supports only `emptyDir` volumes; the API server rejects it (422)")
                .help("let an init container copy the file into an `emptyDir`");
        }
        Some(_) => {}
    }
}

use podwright_cluster::workspace::File;
use podwright_model::{KubernetesVersion, MappingReader, Object};
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_syntax::{NodeId, Scalar};

declare_rule! {
    name: "kubelet-removed-dockershim-flags",
    summary: "kubelet flag no longer exists",
    severity: Error,
    since: "0.1.0",
    hooks: { file: file, object: object },
}

/// Flags that were removed with dockershim, and the first release without them.
const REMOVED: [(&str, KubernetesVersion); 9] = [
    ("docker-endpoint", DOCKERSHIM),
    ("image-pull-progress-deadline", DOCKERSHIM),
    ("network-plugin", DOCKERSHIM),
    ("network-plugin-mtu", DOCKERSHIM),
    ("cni-conf-dir", DOCKERSHIM),
    ("cni-bin-dir", DOCKERSHIM),
    ("cni-cache-dir", DOCKERSHIM),
    ("experimental-dockershim-root-directory", DOCKERSHIM),
    ("container-runtime", KubernetesVersion(27)),
];

/// First release without dockershim.
const DOCKERSHIM: KubernetesVersion = KubernetesVersion(24);

fn file(file: &File, cx: &mut RuleContext<'_>) {
    let Some(flags) = &file.kubelet_flags else {
        return;
    };
    for flag in &flags.flags {
        let Some((level, message)) = verdict(&flag.name, flag.value.as_deref(), cx) else {
            continue;
        };
        cx.report_span(flag.span, message)
            .at_most(level)
            .note(NOTE)
            .help(HELP);
    }
}

fn object(object: &Object, cx: &mut RuleContext<'_>) {
    if object.group() != Some("kubeadm.k8s.io") || cx.is_partial() {
        return;
    }
    for (name, value, node) in extra_arguments(object.node, cx) {
        if let Some((level, message)) = verdict(&name, value.as_deref(), cx) {
            cx.report(node, message)
                .at_most(level)
                .note(NOTE)
                .help(HELP);
        }
    }
}

const NOTE: &str = "the kubelet does not start with an unknown flag";
const HELP: &str = "remove it; `--container-runtime-endpoint` selects the runtime, and the runtime configures the \
                    network";

/// Returns the level and the message for a flag, or `None` if all target versions support it.
fn verdict(name: &str, value: Option<&str>, cx: &RuleContext<'_>) -> Option<(Severity, String)> {
    let (_, removed) = REMOVED.iter().find(|(flag, _)| *flag == name)?;
    let is_docker = name == "container-runtime" && value == Some("docker");
    let since = if is_docker { DOCKERSHIM } else { *removed };
    if !cx.versions.any_since(since) {
        return None;
    }
    let level = if cx.versions.all_since(since) {
        Severity::Error
    } else {
        Severity::Warning
    };
    Some(if is_docker {
        (
            level,
            format!("`--container-runtime=docker` is rejected since {since}"),
        )
    } else {
        (level, format!("`--{name}` was removed in {since}"))
    })
}

/// Returns the arguments in `nodeRegistration.kubeletExtraArgs` of a kubeadm configuration, which is a mapping, or a
/// list since `v1beta4`.
fn extra_arguments(object: NodeId, cx: &RuleContext<'_>) -> Vec<(String, Option<String>, NodeId)> {
    let tree = cx.tree();
    let registration =
        MappingReader::new(tree, object).map(|object| object.mapping("nodeRegistration"));
    let Some(registration) = registration.and_then(|field| field.value().copied()) else {
        return Vec::new();
    };
    let text = |node: NodeId| match tree.scalar(node) {
        Scalar::Str(text) => Some(text.into_owned()),
        _ => None,
    };
    if let Some(arguments) = registration.mapping("kubeletExtraArgs").value() {
        let entries = arguments.entries().into_iter();
        return entries
            .map(|entry| {
                (
                    tree.key_text(entry.key).into_owned(),
                    text(tree.resolve(entry.value)),
                    entry.key,
                )
            })
            .collect();
    }
    let arguments = registration.mappings("kubeletExtraArgs", |argument| {
        let (name, node) = argument
            .string("name")
            .known()
            .map(|(name, node)| (name.clone(), node))?;
        Some((
            name,
            argument.string("value").text().map(str::to_owned),
            node,
        ))
    });
    arguments
        .value()
        .into_iter()
        .flatten()
        .flatten()
        .cloned()
        .collect()
}

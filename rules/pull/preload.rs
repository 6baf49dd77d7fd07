//! Evidence that nodes have an image before a Pod needs it.

use podwright_model::{Body, Pod, PodOrigin};
use podwright_rule::RuleContext;

/// Returns whether the Pod is a static Pod, which a kubelet creates from a file. Its nodes are assumed to come with the
/// image.
pub(super) fn is_static(pod: &Pod, cx: &RuleContext<'_>) -> bool {
    let is_mirrored = pod
        .metadata
        .annotation("kubernetes.io/config.source")
        .is_some();
    pod.origin == PodOrigin::Pod && (is_mirrored || cx.file().on_nodes.is_some())
}

/// Returns whether the input says that the image is on the nodes: it is in a kubelet's list of preloaded images, or the
/// cluster is a kind cluster, into which images are loaded by hand.
pub(super) fn is_preloaded(image: &str, cx: &RuleContext<'_>) -> bool {
    let of_kind = cx.workspace.of_kind("kind.x-k8s.io", "Cluster");
    of_kind.into_iter().next().is_some()
        || cx
            .workspace
            .of_kind("kubelet.config.k8s.io", "KubeletConfiguration")
            .any(|id| {
                let Body::KubeletConfig(config) = &cx.workspace.object(id).body else {
                    return false;
                };
                let listed = config.verification_allowlist.value().into_iter().flatten();
                let mut listed = listed.filter_map(|one| one.text());
                listed.any(|one| match one.strip_suffix("/*") {
                    Some(directory) => image
                        .strip_prefix(directory)
                        .is_some_and(|rest| rest.starts_with('/')),
                    None => image
                        .strip_prefix(one)
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '@'])),
                })
            })
}

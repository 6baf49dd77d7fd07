//! The architecture in an image name, and the architecture of a Pod's nodes.

use std::ops::Range;

use podwright_model::{Field, ImageReference, Pod, StringMap};
use podwright_rule::RuleContext;
use podwright_syntax::text::{FileId, Location};

/// Names of the architectures that Kubernetes images are built for, each with its Go name (`GOARCH`).
const ARCHITECTURES: [(&str, &str); 12] = [
    ("amd64", "amd64"),
    ("x86_64", "amd64"),
    ("arm64", "arm64"),
    ("arm64v8", "arm64"),
    ("aarch64", "arm64"),
    ("arm", "arm"),
    ("armhf", "arm"),
    ("arm32v7", "arm"),
    ("ppc64le", "ppc64le"),
    ("s390x", "s390x"),
    ("riscv64", "riscv64"),
    ("386", "386"),
];

/// Returns the architecture that the tag or the repository ends with, and its byte range in `text`.
pub(super) fn named_architecture(
    image: &ImageReference,
    text: &str,
) -> Option<(&'static str, Range<usize>)> {
    let name = image.at.name();
    let parts = [image.at.tag.clone(), Some(name)];
    parts.into_iter().flatten().find_map(|part| {
        let written = &text[part.clone()];
        let (before, last) = written.rsplit_once('-')?;
        let (_, architecture) = ARCHITECTURES.iter().find(|(name, _)| *name == last)?;
        // The number in a tag such as `1.2-386` may be a build number; the last path segment starts after its slash.
        let is_word = !before.is_empty() && !before.ends_with('/');
        let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
        (is_word && !is_number).then(|| (*architecture, part.end - last.len()..part.end))
    })
}

/// The architecture of all nodes that a Pod may run on, and the location that sets it.
pub(super) struct Required {
    pub(super) name: String,
    pub(super) place: Location,
}

/// Returns the architecture that the node selector of the Pod or of its RuntimeClass requires.
pub(super) fn required_architecture(pod: &Pod, cx: &RuleContext<'_>) -> Option<Required> {
    let (from, _) = cx.object?;
    if let Some(own) = selected(&pod.node_selector, cx.file_id, cx) {
        return Some(own);
    }
    let class = pod.runtime_class_name.text()?;
    let (id, class) = cx.workspace.resolve_runtime_class_exact(from, class)?;
    selected(&class.scheduling.value()?.node_selector, id.file, cx)
}

fn selected(selector: &Field<StringMap>, file: FileId, cx: &RuleContext<'_>) -> Option<Required> {
    let all = selector.value()?;
    let (_, key, value) = all.iter().find(|(key, ..)| ARCH_LABELS.contains(&&**key))?;
    Some(Required {
        name: value.text()?.to_owned(),
        place: cx.workspace.place(file, value.node().unwrap_or(*key)),
    })
}

/// The architecture label that the kubelet sets on its node, and the name of that label before 1.14.
const ARCH_LABELS: [&str; 2] = ["kubernetes.io/arch", "beta.kubernetes.io/arch"];

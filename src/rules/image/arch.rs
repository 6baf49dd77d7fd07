//! The architecture that an image names, and the one that a Pod's nodes have.

use std::ops::Range;

use crate::model::{Field, ImageReference, Pod, Texts};
use crate::rule::Cx;
use crate::text::{FileId, Place};

/// The architectures that images of Kubernetes are built for, in Go's names, and what else they are called.
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

/// The architecture that the repository or the tag ends in, and the bytes of it in the image's text.
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
        // A tag such as `1.2-386` may be a build number; the last segment of a path begins behind its slash.
        let is_word = !before.is_empty() && !before.ends_with('/');
        let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
        (is_word && !is_number).then(|| (*architecture, part.end - last.len()..part.end))
    })
}

/// The architecture of all nodes that a Pod may run on, and where that is written.
pub(super) struct Required {
    pub(super) name: String,
    pub(super) place: Place,
}

/// What the Pod's node selector wants, or that of its RuntimeClass.
pub(super) fn required_architecture(pod: &Pod, cx: &Cx<'_>) -> Option<Required> {
    let (from, _) = cx.object?;
    if let Some(own) = selected(&pod.node_selector, cx.file_id, cx) {
        return Some(own);
    }
    let class = pod.runtime_class_name.text()?;
    let (id, class) = cx.workspace.certain_runtime_class(from, class)?;
    selected(&class.scheduling.value()?.node_selector, id.file, cx)
}

fn selected(selector: &Field<Texts>, file: FileId, cx: &Cx<'_>) -> Option<Required> {
    let all = selector.value()?;
    let (_, key, value) = all.iter().find(|(key, ..)| ARCH_LABELS.contains(&&**key))?;
    Some(Required {
        name: value.text()?.to_owned(),
        place: cx.workspace.place(file, value.node().unwrap_or(*key)),
    })
}

/// The label that the kubelet gives its node, and its name before 1.14.
const ARCH_LABELS: [&str; 2] = ["kubernetes.io/arch", "beta.kubernetes.io/arch"];

//! Images that contain no shell.

use std::sync::LazyLock;

use super::{lines, tags};
use podwright_model::ImageReference;

const TABLE: &str = include_str!("without_shell.txt");

/// Image without a shell.
#[derive(Clone, Copy, Debug)]
pub struct WithoutShell {
    repository: &'static str,
    tags: &'static str,
    /// Whether the image contains no shell utilities such as `sleep` either.
    pub has_nothing: bool,
}

static IMAGES: LazyLock<Vec<WithoutShell>> = LazyLock::new(|| {
    let all = lines(TABLE).map(|[repository, tags, contains, _source]| WithoutShell {
        repository,
        tags,
        has_nothing: contains == "nothing",
    });
    all.collect()
});

/// Parts of tags of images with a shell: `debug` of distroless, and other bases.
const OTHER_BASES: [&str; 9] = [
    "debug",
    "alpine",
    "busybox",
    "debian",
    "nanoserver",
    "shell",
    "ubi",
    "ubuntu",
    "windows",
];

/// Returns what is known about an image without a shell; `None` for all others.
#[must_use]
pub fn without_shell(image: &ImageReference) -> Option<&'static WithoutShell> {
    let repository = image.repository();
    let tag = image.effective_tag();
    if tag.is_some_and(|tag| OTHER_BASES.iter().any(|base| tag.contains(base))) {
        return None;
    }
    IMAGES.iter().find(|known| {
        let fits = match known.repository.strip_suffix('*') {
            Some(start) => repository.starts_with(start),
            None => repository == known.repository,
        };
        fits && tags::fits(known.tags, tag)
    })
}

#[cfg(test)]
mod tests {
    use super::{TABLE, without_shell};
    use podwright_model::{ImageReference, KubernetesVersion};

    #[test]
    fn every_line_has_a_source() {
        super::super::check_table::<4>(TABLE);
    }

    #[test]
    fn images_are_known_by_repository_and_version() {
        for (image, has_no_shell) in [
            ("registry.k8s.io/coredns/coredns:v1.12.0", true),
            ("coredns/coredns:1.9.3", true),
            ("hashicorp/http-echo", true),
            ("docker.io/hashicorp/http-echo:0.2.3-alpine", false),
            ("docker.io/hashicorp/http-echo:0.2.3", true),
            ("gcr.io/distroless/static-debian12:nonroot", true),
            ("gcr.io/distroless/static:debug-nonroot", false),
            ("gcr.io/distroless/python3-debian12", false),
            ("cr.l5d.io/linkerd/proxy:stable-2.14.10", true),
            ("cr.l5d.io/linkerd/proxy:stable-2.10.2", false),
            ("quay.io/oauth2-proxy/oauth2-proxy:v7.5.1", false),
            ("quay.io/oauth2-proxy/oauth2-proxy:v7.6.0", true),
            ("quay.io/oauth2-proxy/oauth2-proxy:v7.6.0-alpine", false),
            ("fluent/fluent-bit:3.1.9", true),
            ("fluent/fluent-bit:3.1.9-debug", false),
            ("nats:2.10", true),
            ("nats:2.10-alpine", false),
            ("registry.k8s.io/kube-apiserver:v1.33.1", true),
            ("registry.k8s.io/kube-apiserver:v1.18.1", false),
            // Contains a static `sh`.
            ("registry.k8s.io/etcd:3.5.15-0", false),
            ("quay.io/coreos/etcd:v3.5.15", true),
            ("velero/velero:v1.6.3", false),
            (
                "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-builder:0.128.0",
                false,
            ),
            ("quay.io/prometheus/prometheus:v3.1.0", false),
            ("quay.io/prometheus/prometheus:v3.11.3-distroless", true),
            ("mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled", true),
            ("registry.example.com/coredns/coredns:v1.12.0", false),
        ] {
            let parsed = ImageReference::parse(image, KubernetesVersion(30));
            let known = parsed.is_ok_and(|parsed| without_shell(&parsed).is_some());
            assert_eq!(known, has_no_shell, "{image}");
        }
    }
}

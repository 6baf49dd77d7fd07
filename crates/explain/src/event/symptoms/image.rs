//! What the registry delivers is not an image for this node: `core/images/image.go`, `client/pull.go` and
//! `core/remotes/docker/resolver.go` of containerd, `manifest` and `copy` of containers/image.

use crate::event::symptom::{NEW, See, Symptom};

/// The content cannot be used.
pub(super) const CONTENT: &[Symptom] = &[
    Symptom {
        // The error wraps ErrNotFound, so it ends in "not found" although the server has answered.
        cause: "web-page",
        says: &[
            "text/html",
            "invalid character '<' looking for beginning of value",
        ],
        means: "the server answered with a web page (HTML) instead of an image: a proxy, a mirror, a login page or a port \
                that is not the registry's",
        next: "open the URL from the node with `curl -v`, then correct the registry host and port of the image, or the \
               proxy and mirror settings of the container runtime",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        // Not supported since containerd 2.0, removed in 2.1
        cause: "schema-1",
        says: &[
            "manifest.v1+prettyjws",
            "manifest.v1+json",
            "schema 1 not supported",
            "schema 1 image",
            "schema1",
            "schema version 1",
            "docker image format v1",
        ],
        means: "the image has the old manifest format Docker schema 1, which the runtime no longer supports",
        next: "rebuild the image, or push it again with a current client",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "platform",
        says: &[
            "no match for platform",
            "no matching manifest",
            "no image found in image index for architecture",
            "no image found in manifest list for architecture",
            "no child with platform",
            "cannot be used on this platform",
            "does not match the specified platform",
        ],
        means: "the image is not available for the node's platform (CPU architecture and operating system)",
        next: "build the image for this architecture, or select nodes of another one with `kubernetes.io/arch`",
        see: &[
            See::Image,
            See::Pod("nodeSelector"),
            See::Pod("affinity.nodeAffinity"),
        ],
        ..NEW
    },
    Symptom {
        cause: "not-an-image",
        says: &[
            "unexpected media type {type} for",
            "mediatype {type} is not supported",
            "unsupported manifest media type {type}",
            "unsupported media type {type}",
            "media type \"{type}\" is no longer supported",
        ],
        means: "the registry has this name, but it is not a container image: its media type is {type}",
        next: "use the name of the image, and not that of a chart, a signature or another artifact",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "disk-full",
        says: &[
            "no space left on device",
            "disk quota exceeded",
            "not enough space",
        ],
        means: "the disk of the node is full, so the runtime cannot store the image (no space left on device)",
        next: "free space on the node (unused images, logs), give it a larger disk, or use a smaller image",
        see: &[See::Image, See::Pod("nodeSelector")],
        ..NEW
    },
    Symptom {
        cause: "signature",
        says: &[
            "signature validation failed",
            "signature verification failed",
            "signature was required",
            "no signature",
            "invalid signature",
            "no matching signatures",
            "source image rejected",
            "is rejected by policy",
        ],
        means: "the runtime's policy rejects the image's signature",
        next: "sign the image with a key that `policy.json` on the nodes accepts, or change the policy",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "corrupt-layer",
        says: &[
            "failed size validation",
            "unexpected commit digest",
            "unexpected commit size",
            "wrong diff id",
            "invalid tar header",
            "invalid checksum",
            "digest did not match",
            "does not match digest",
            "manifest verification failed",
            "gzip: invalid header",
        ],
        means: "what the node downloaded is not what the image describes: the download was damaged, or a proxy changed it",
        next: "remove the image from the node with `crictl rmi` and let the kubelet retry; if it repeats, push the image \
               again and check proxies and mirrors",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "node-disk",
        says: &[
            "mkdir {path}: permission denied",
            "open {path}: permission denied",
            "read-only file system",
            "input/output error",
        ],
        means: "the runtime cannot write to its disk on the node",
        next: "check the disk and the root directory of the container runtime on the node",
        see: &[],
        ..NEW
    },
];

/// The registry does not have it, or the node cannot unpack it.
pub(super) const ABSENT: &[Symptom] = &[
    Symptom {
        cause: "unpack",
        says: &[
            "failed to extract layer",
            "failed to unpack image",
            "failed to register layer",
            "error unpacking",
        ],
        means: "the runtime downloaded the image but cannot unpack a layer on the node",
        next: "read the end of the message; check the disk, the snapshotter and the log of the runtime on the node",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "invalid-reference",
        says: &[
            "invalid reference format",
            "failed to parse image reference",
        ],
        means: "the runtime cannot parse the image reference",
        next: "correct the image reference",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "repository-not-found",
        says: &["name unknown", "name_unknown", "repository name not known"],
        means: "the registry does not have a repository of this name",
        next: "check the registry host and the path of the image",
        see: &[See::Credentials],
        ..NEW
    },
    Symptom {
        cause: "not-found",
        says: &[
            "not found",
            "manifest unknown",
            "manifest_unknown",
            "status code 404",
        ],
        means: "the image or tag does not exist in the registry",
        next: "check the spelling of the image and its tag, and that the image was pushed; some registries also answer \
               this to a client without access",
        see: &[See::Credentials],
        ..NEW
    },
];

/// The policy for signatures, by the reason of the waiting state.
pub(super) const SIGNATURE: &[Symptom] = &[Symptom {
    cause: "signature",
    reasons: &["SignatureValidationFailed"],
    means: "the runtime's policy rejects the image's signature",
    next: "sign the image with a key that `policy.json` on the nodes accepts, or change the policy",
    see: &[See::Image],
    ..NEW
}];

//! The way from the node to the registry: errors of Go's `net`, `net/http` and `crypto/tls`.

use crate::event::symptom::{NEW, See, Symptom};

/// The kubelet does not reach its container runtime.
pub(super) const RUNTIME: &[Symptom] = &[Symptom {
    cause: "runtime-down",
    says: &[
        "containerd.sock",
        "crio.sock",
        "cri-dockerd.sock",
        "error while dialing: dial unix",
        "error while dialing dial unix",
    ],
    means: "the kubelet cannot reach the container runtime of the node: it is not running, or restarts",
    next: "check the runtime on the node, for example with `systemctl status containerd`",
    see: &[],
    ..NEW
}];

/// The registry cannot be reached.
pub(super) const TRANSPORT: &[Symptom] = &[
    Symptom {
        cause: "plain-http",
        says: &[
            "http response to https client",
            "first record does not look like a tls handshake",
        ],
        means: "the registry does not use TLS on this port: the runtime asked with HTTPS and got an HTTP answer",
        next: "serve the registry with TLS, or declare it as HTTP on each node: `hosts.toml` for containerd, `insecure = \
               true` in registries.conf for CRI-O",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "unknown-authority",
        says: &[
            "certificate signed by unknown authority",
            "unable to get local issuer certificate",
        ],
        means: "the node does not trust the registry's certificate: it is signed by an unknown authority",
        next: "install the CA certificate of the registry on each node, in `certs.d/<host>` of the runtime",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "expired-certificate",
        says: &["certificate has expired or is not yet valid"],
        means: "the node does not trust the registry's certificate: it has expired, or the clock of the node is wrong",
        next: "renew the certificate of the registry, and compare the clock of the node",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "wrong-certificate",
        says: &[
            "x509: certificate is valid for",
            "x509: cannot validate certificate for",
            "legacy common name",
            "certificate is not valid for any names",
        ],
        means: "the registry's certificate is not for this host name, so the node does not trust it",
        next: "use the host name of the certificate in the image, or issue a certificate for this one",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "tls",
        says: &[
            "x509:",
            "remote error: tls",
            "tls: handshake failure",
            "tls: failed",
            "tls: ",
        ],
        means: "the node does not trust the registry's certificate, or the registry does not use TLS",
        next: "check the certificate from the node with `curl -v`, and the TLS settings of the runtime",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "proxy",
        says: &[
            "proxyconnect",
            "407 proxy authentication",
            "proxy authentication required",
        ],
        means: "the node cannot reach the registry: the HTTP proxy of the runtime does not connect",
        next: "correct `HTTPS_PROXY` and `NO_PROXY` in the unit of the container runtime on the node",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "dns",
        says: &[
            "no such host",
            "server misbehaving",
            "temporary failure in name resolution",
            "lookup {host} on",
        ],
        means: "the node cannot reach the registry: its DNS does not resolve the host name; the DNS of the cluster is not \
                used for pulls, so a Service is not a registry for the node",
        next: "check the spelling of the registry host; if it is right, check the DNS of the node",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "connect-timeout",
        says: &[
            "i/o timeout",
            "tls handshake timeout",
            "client.timeout exceeded",
            "connection timed out",
            "while waiting for connection",
            "while awaiting headers",
        ],
        means: "the node cannot reach the registry: it does not answer in time",
        next: "check the firewall, the routes and the proxy between the node and the registry",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "unreachable",
        says: &[
            "connection refused",
            "connection reset",
            "no route to host",
            "network is unreachable",
            "broken pipe",
        ],
        means: "the node cannot reach the registry: nothing accepts connections at this address and port",
        next: "check the host and port of the image, and that the registry runs and can be reached from the node",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        // image_pull_progress_timeout of containerd, and pull_progress_timeout of CRI-O
        cause: "interrupted",
        says: &[
            "context canceled",
            "context deadline exceeded",
            "deadlineexceeded",
            "unexpected eof",
            "http2: server sent goaway",
            "stream error",
        ],
        means: "the pull was interrupted: it made no progress in time, or the connection to the registry broke off",
        next: "let the kubelet retry; if it repeats, check the bandwidth from the node to the registry, or raise \
               `image_pull_progress_timeout` of containerd",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "server-error",
        says: &[
            "500 internal server error",
            "502 bad gateway",
            "503 service unavailable",
            "504 gateway",
            "received unexpected http status: 5",
            "internal server error",
        ],
        means: "the registry, or a proxy in front of it, answered with a server error",
        next: "let the kubelet retry, and check the status of the registry",
        see: &[See::Image],
        ..NEW
    },
    Symptom {
        cause: "unreachable",
        reasons: &["RegistryUnavailable"],
        means: "the node cannot reach the registry: it is unavailable",
        next: "check that the registry runs, and that the node can reach it",
        see: &[See::Image],
        ..NEW
    },
];

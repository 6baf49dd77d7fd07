//! What a Pod reaches through a path of its node.

/// What a Pod reaches through a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The socket of a container runtime.
    Socket,
    /// Credentials, or what decides what the node does.
    Sensitive,
    /// Nothing of these.
    Other,
}

/// Sockets of container runtimes below `/run`, which is also `/var/run`.
const SOCKETS: [&str; 9] = [
    "/run/docker.sock",
    "/run/cri-dockerd.sock",
    "/run/containerd/containerd.sock",
    "/run/containerd.sock",
    "/run/crio/crio.sock",
    "/run/podman/podman.sock",
    "/run/dockershim.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/k0s/containerd.sock",
];

/// Directories that are sensitive with all that is below them.
const SENSITIVE: [&str; 16] = [
    "/etc",
    "/proc",
    "/sys",
    "/dev",
    "/boot",
    "/root",
    "/run",
    "/usr",
    "/lib",
    "/lib64",
    "/bin",
    "/sbin",
    "/var/lib/kubelet",
    "/var/lib/docker",
    "/var/lib/etcd",
    "/var/log",
];

/// A path without `.`, `..` and repeated slashes, as Go's `path.Clean`.
#[must_use]
pub fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

/// What a Pod reaches through a path of its node.
#[must_use]
pub fn reach(path: &str) -> Reach {
    let path = clean(path);
    let path = match path.strip_prefix("/var/run") {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("/run{rest}"),
        _ => path,
    };
    let is_socket = SOCKETS.contains(&path.as_str());
    // `/run` itself and what is above it is more than the directory of a socket.
    let is_directory =
        path.len() > "/run".len() && SOCKETS.iter().any(|socket| is_in(socket, &path));
    if is_socket || is_directory {
        return Reach::Socket;
    }
    let is_sensitive = SENSITIVE
        .iter()
        .any(|directory| is_in(&path, directory) || is_in(directory, &path));
    match is_sensitive {
        true => Reach::Sensitive,
        false => Reach::Other,
    }
}

/// Whether `path` is the directory, or is in it.
fn is_in(path: &str, directory: &str) -> bool {
    let rest = path.strip_prefix(directory.trim_end_matches('/'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::{Reach, clean, reach};

    #[test]
    fn paths_are_compared_by_their_parts() {
        for (path, expected) in [
            ("/", Reach::Sensitive),
            ("/etc", Reach::Sensitive),
            ("/etc/kubernetes/", Reach::Sensitive),
            ("/etcd-data", Reach::Other),
            ("/var", Reach::Sensitive),
            ("/var/lib", Reach::Sensitive),
            ("/var/lib/app", Reach::Other),
            ("/data/../etc", Reach::Sensitive),
            ("/var/run", Reach::Sensitive),
            ("/run/docker.sock", Reach::Socket),
            ("//var/run//docker.sock", Reach::Socket),
            ("/run/containerd", Reach::Socket),
            (
                "/run/containerd/io.containerd.grpc.v1.cri",
                Reach::Sensitive,
            ),
            ("/run/myapp", Reach::Sensitive),
            ("/data", Reach::Other),
            ("/mnt/disks", Reach::Other),
        ] {
            assert_eq!(reach(path), expected, "{path}");
        }
    }

    #[test]
    fn cleaning_is_lexical() {
        assert_eq!(clean("/a/./b/../c//"), "/a/c");
        assert_eq!(clean("/../.."), "/");
    }
}

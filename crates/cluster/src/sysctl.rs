//! Kernel parameters that a Pod may set (`pkg/kubelet/sysctl`).

use podwright_model::{KubernetesVersion, VersionRange};

/// Parameters that every kubelet allows, with the first minor release that does (`safe_sysctls.go`).
const SAFE: [(&str, u16); 14] = [
    ("kernel.shm_rmid_forced", 0),
    ("net.ipv4.ip_local_port_range", 0),
    ("net.ipv4.tcp_syncookies", 0),
    ("net.ipv4.ping_group_range", 0),
    ("net.ipv4.ip_unprivileged_port_start", 22),
    ("net.ipv4.ip_local_reserved_ports", 27),
    ("net.ipv4.tcp_keepalive_time", 29),
    ("net.ipv4.tcp_fin_timeout", 29),
    ("net.ipv4.tcp_keepalive_intvl", 29),
    ("net.ipv4.tcp_keepalive_probes", 29),
    ("net.ipv4.tcp_rmem", 32),
    ("net.ipv4.tcp_wmem", 32),
    ("net.ipv4.tcp_slow_start_after_idle", 37),
    ("net.ipv4.tcp_notsent_lowat", 37),
];

/// The name with dots between its parts (`NormalizeName` in `component-helpers/node/util/sysctl`): if the first separator
/// is a slash, slashes and dots change places.
#[must_use]
pub fn normalized(name: &str) -> String {
    match name.find(['.', '/']) {
        Some(first) if name.as_bytes()[first] == b'/' => {
            let swap = |char| match char {
                '/' => '.',
                '.' => '/',
                other => other,
            };
            name.chars().map(swap).collect()
        }
        _ => name.to_owned(),
    }
}

/// Whether kubelets of one of the releases reject a Pod that sets the parameter, unless their configuration allows it.
#[must_use]
pub fn is_unsafe(name: &str, versions: VersionRange) -> bool {
    let name = normalized(name);
    match SAFE.iter().find(|(safe, _)| *safe == name) {
        Some(&(_, since)) => !versions.all_since(KubernetesVersion(since)),
        None => true,
    }
}

/// Whether `name` matches a pattern of `allowedUnsafeSysctls`, which may end with `*`.
#[must_use]
pub fn is_allowed(name: &str, pattern: &str) -> bool {
    let (name, pattern) = (normalized(name), normalized(pattern));
    match pattern.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == pattern,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_allowed, is_unsafe};

    #[test]
    fn the_list_of_safe_parameters_depends_on_the_release() {
        for (name, versions, expected) in [
            ("kernel.shm_rmid_forced", "1.20-1.36", false),
            ("net/ipv4/tcp_syncookies", "1.36", false),
            ("net.core.somaxconn", "1.36", true),
            ("net.ipv4.tcp_rmem", "1.32-1.36", false),
            ("net.ipv4.tcp_rmem", "1.31-1.36", true),
        ] {
            let range = versions.parse().expect("versions");
            assert_eq!(is_unsafe(name, range), expected, "{name} {versions}");
        }
    }

    #[test]
    fn patterns_end_with_an_asterisk() {
        assert!(is_allowed("net.core.somaxconn", "net.core.*"));
        assert!(is_allowed("net/core/somaxconn", "net.core.somaxconn"));
        assert!(!is_allowed("net.core.somaxconn", "net.core"));
    }
}

//! Checks of the level `baseline`, which `restricted` has too unless it has a stricter one.

use super::{Evaluation, Needed};
use crate::validation::value::Value;

/// Capabilities that the level `baseline` allows to add (`capabilities_allowed_1_0`).
pub const CAPABILITIES: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Allowed sysctls, with the version since which they are (`check_sysctls.go`).
const SYSCTLS: [(&str, u16); 14] = [
    ("kernel.shm_rmid_forced", 0),
    ("net.ipv4.ip_local_port_range", 0),
    ("net.ipv4.tcp_syncookies", 0),
    ("net.ipv4.ping_group_range", 0),
    ("net.ipv4.ip_unprivileged_port_start", 0),
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

/// Allowed SELinux types, with the version since which they are (`check_seLinuxOptions.go`).
const SELINUX_TYPES: [(&str, u16); 5] = [
    ("", 0),
    ("container_t", 0),
    ("container_init_t", 0),
    ("container_kvm_t", 0),
    ("container_engine_t", 31),
];

const APPARMOR_ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";
const SECCOMP_ANNOTATION: &str = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER_ANNOTATION: &str = "container.seccomp.security.alpha.kubernetes.io/";

/// Profiles of seccomp and AppArmor that do not switch the protection off.
const PROFILES: [&str; 2] = ["RuntimeDefault", "Localhost"];

impl Evaluation<'_> {
    pub(super) fn baseline(&mut self) {
        self.app_armor();
        // `restricted` has stricter checks of its own.
        if !self.is_restricted || self.minor < 22 {
            self.added_capabilities();
        }
        for name in ["hostNetwork", "hostPID", "hostIPC"] {
            self.forbid_true("hostNamespaces", self.spec.get(name), name);
        }
        if !self.is_restricted {
            self.host_paths();
        }
        self.host_ports();
        if self.minor >= 34 {
            self.hosts();
        }
        for container in self.containers.clone() {
            self.forbid_true(
                "privileged",
                container.context.get("privileged"),
                "privileged",
            );
        }
        let has_stricter = self.is_restricted && self.minor >= 35;
        if !has_stricter && !self.is_in_user_namespace() {
            self.proc_mounts("procMount");
        }
        self.selinux();
        if self.minor < 19 {
            self.seccomp_annotations();
        } else if !self.is_restricted {
            self.seccomp_profiles("seccompProfile_baseline");
        }
        self.sysctls();
        for context in self.contexts() {
            let field = context.get("windowsOptions").get("hostProcess");
            self.forbid_true("windowsHostProcess", field, "hostProcess");
        }
    }

    fn app_armor(&mut self) {
        for context in self.contexts() {
            let profile = context.get("appArmorProfile");
            let kind = profile.get("type");
            if profile.is_set() && kind.is_none_of(&PROFILES) {
                let message = "forbids this AppArmor profile";
                let value = Some(Needed::Text("RuntimeDefault"));
                self.add("appArmorProfile", kind, message, PROFILE_HELP, value);
            }
        }
        self.annotations("appArmorProfile", APPARMOR_ANNOTATION, |value| {
            value.is_empty() || value == "runtime/default" || value.starts_with("localhost/")
        });
    }

    fn annotations(
        &mut self,
        check: &'static str,
        prefix: &str,
        is_allowed: impl Fn(&str) -> bool,
    ) {
        for (key, _, value) in self.annotations {
            let known = value.known().filter(|(value, _)| !is_allowed(value));
            if let Some((_, node)) = known.filter(|_| key.starts_with(prefix)) {
                let field = Value::new(self.spec.tree, node);
                let value = Some(Needed::Text("runtime/default"));
                let help = "use `runtime/default` or `localhost/NAME`";
                self.add(check, field, "forbids this profile", help, value);
            }
        }
    }

    fn seccomp_annotations(&mut self) {
        let is_allowed = |value: &str| {
            matches!(value, "runtime/default" | "docker/default") || value.starts_with("localhost/")
        };
        self.annotations("seccompProfile_baseline", SECCOMP_ANNOTATION, is_allowed);
        // Annotations of containers that do not exist have no effect.
        let names = self.containers.iter();
        let names = names.filter_map(|container| container.value.get("name").text());
        let prefixes: Vec<String> = names
            .map(|name| format!("{SECCOMP_CONTAINER_ANNOTATION}{name}"))
            .collect();
        let annotations = self.annotations;
        for (key, ..) in annotations
            .iter()
            .filter(|(key, ..)| prefixes.contains(key))
        {
            self.annotations("seccompProfile_baseline", key, is_allowed);
        }
    }

    fn added_capabilities(&mut self) {
        for container in self.containers.clone() {
            for item in container.context.get("capabilities").get("add").items() {
                if let Some(name) = item.text().filter(|name| !CAPABILITIES.contains(&&**name)) {
                    let message = format!("forbids the capability `{name}`");
                    self.add("capabilities_baseline", item, message, "remove it", None);
                }
            }
        }
    }

    fn host_paths(&mut self) {
        for volume in self.spec.get("volumes").items() {
            let source = volume.get("hostPath");
            if source.is_set() {
                let help = "use a PersistentVolumeClaim, or `emptyDir`";
                self.add(
                    "hostPathVolumes",
                    source,
                    "forbids `hostPath` volumes",
                    help,
                    None,
                );
            }
        }
    }

    fn host_ports(&mut self) {
        for container in self.containers.clone() {
            for port in container.value.get("ports").items() {
                let field = port.get("hostPort");
                if field.int().is_some_and(|port| port != 0) {
                    let help = "remove `hostPort`, and use a Service";
                    self.add("hostPorts", field, "forbids `hostPort`", help, None);
                }
            }
        }
    }

    /// Hosts in probes and hooks.
    fn hosts(&mut self) {
        for container in self.containers.clone() {
            let lifecycle = container.value.get("lifecycle");
            let handlers = [
                container.value.get("livenessProbe"),
                container.value.get("readinessProbe"),
                container.value.get("startupProbe"),
                lifecycle.get("postStart"),
                lifecycle.get("preStop"),
            ];
            for handler in handlers {
                for action in ["httpGet", "tcpSocket"] {
                    let host = handler.get(action).get("host");
                    if host.is_set() && host.is_none_of(&[""]) {
                        let message = "forbids `host` in probes and hooks";
                        let help = "remove `host`; the kubelet then uses the Pod's IP address";
                        self.add("hostProbesAndHostLifecycle", host, message, help, None);
                    }
                }
            }
        }
    }

    pub(super) fn proc_mounts(&mut self, check: &'static str) {
        for container in self.containers.clone() {
            let field = container.context.get("procMount");
            if field.is_set() && field.is_none_of(&["Default"]) {
                let value = Some(Needed::Text("Default"));
                let message = "forbids `procMount` other than `Default`";
                self.add(check, field, message, "use `Default`", value);
            }
        }
    }

    fn selinux(&mut self) {
        for context in self.contexts() {
            let options = context.get("seLinuxOptions");
            let kind = options.get("type");
            let minor = self.minor;
            let is_allowed = |name: &str| {
                SELINUX_TYPES
                    .iter()
                    .any(|(known, since)| *known == name && minor >= *since)
            };
            if let Some(name) = kind.text().filter(|name| !is_allowed(name)) {
                let message = format!("forbids the SELinux type `{name}`");
                self.add("seLinuxOptions", kind, message, "remove `type`", None);
            }
            for name in ["user", "role"] {
                let field = options.get(name);
                if field.is_set() && field.is_none_of(&[""]) {
                    let message = format!("forbids `seLinuxOptions.{name}`");
                    self.add(
                        "seLinuxOptions",
                        field,
                        message,
                        format!("remove `{name}`"),
                        None,
                    );
                }
            }
        }
    }

    /// Profiles that are set and not allowed.
    pub(super) fn seccomp_profiles(&mut self, check: &'static str) {
        for context in self.contexts() {
            let profile = context.get("seccompProfile");
            let kind = profile.get("type");
            if profile.is_set() && kind.is_none_of(&PROFILES) {
                let message = "forbids this seccomp profile";
                let value = Some(Needed::Text("RuntimeDefault"));
                self.add(check, kind, message, PROFILE_HELP, value);
            }
        }
    }

    fn sysctls(&mut self) {
        for sysctl in self.context.get("sysctls").items() {
            let field = sysctl.get("name");
            let minor = self.minor;
            let is_allowed = |name: &str| {
                SYSCTLS
                    .iter()
                    .any(|(known, since)| *known == name && minor >= *since)
            };
            if let Some(name) = field.text().filter(|name| !is_allowed(name)) {
                let message = format!("forbids the sysctl `{name}`");
                self.add("sysctls", field, message, "remove it", None);
            }
        }
    }
}

const PROFILE_HELP: &str = "use `RuntimeDefault` or `Localhost`";

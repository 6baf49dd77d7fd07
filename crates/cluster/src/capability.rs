//! Capabilities of Linux, as Pods name them.

/// Names of all capabilities without the prefix `CAP_` (`include/uapi/linux/capability.h` of Linux 6.12).
pub const NAMES: [&str; 41] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
];

/// Stands for all capabilities.
pub const ALL: &str = "ALL";

/// Capabilities with which a process can control the node, or read what belongs to others.
const DANGEROUS: [&str; 13] = [
    ALL,
    "SYS_ADMIN",
    "NET_ADMIN",
    "SYS_MODULE",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_BOOT",
    "BPF",
    "PERFMON",
    "DAC_READ_SEARCH",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "SYSLOG",
];

/// The name as the kernel knows it: in upper case, without `CAP_`. Runtimes do not distinguish case.
#[must_use]
pub fn normalized(name: &str) -> String {
    let name = name.trim().to_ascii_uppercase();
    match name.strip_prefix("CAP_") {
        Some(rest) => rest.to_owned(),
        None => name,
    }
}

/// Whether a normalized name is that of a capability, or `ALL`.
#[must_use]
pub fn is_known(name: &str) -> bool {
    name == ALL || NAMES.contains(&name)
}

/// Whether a process with this capability, given by its normalized name, can control the node.
#[must_use]
pub fn is_dangerous(name: &str) -> bool {
    DANGEROUS.contains(&name)
}

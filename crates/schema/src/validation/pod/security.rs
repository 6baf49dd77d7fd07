//! Security contexts: `ValidateSecurityContext`, `validatePodSpecSecurityContext`, and what depends on the operating
//! system.

use super::super::errors::Errors;
use super::super::names::subdomain;
use super::super::path::descending;
use super::super::value::{Value, read};
use super::Pod;

/// `ValidateSecurityContext` of a container. The API table checks the ranges of user and group IDs.
pub(super) fn security_context(pod: &Pod<'_>, context: Value<'_>, e: &mut Errors) {
    if !context.is_mapping() {
        return;
    }
    read!(context => privileged, escalation = "allowPrivilegeEscalation", capabilities,
        proc_mount = "procMount", seccomp = "seccompProfile", apparmor = "appArmorProfile",
        windows = "windowsOptions");
    if pod.host_users && proc_mount.is("Unmasked") {
        e.since(33, |e| {
            e.invalid(
                proc_mount,
                "can be `Unmasked` only when `hostUsers` is false",
                "set `hostUsers: false` in the Pod, or use `Default`",
            );
        });
    }
    seccomp_profile(seccomp, e);
    if escalation.bool() == Some(false) {
        if privileged.is_true() {
            e.invalid(
                context,
                "cannot set `allowPrivilegeEscalation` to false and `privileged` to true",
                "remove `allowPrivilegeEscalation` or `privileged`",
            )
            .at(escalation);
        }
        let admin = capabilities
            .get("add")
            .items()
            .find(|item| item.is("CAP_SYS_ADMIN"));
        if admin.is_some() {
            e.invalid(
                context,
                "cannot set `allowPrivilegeEscalation` to false and add `CAP_SYS_ADMIN`",
                "remove `allowPrivilegeEscalation`, or the capability",
            )
            .at(escalation);
        }
    }
    windows_options(windows, e);
    apparmor_profile(apparmor, e);
}

/// `validatePodSpecSecurityContext`.
pub(super) fn pod_security_context(context: Value<'_>, e: &mut Errors) {
    if !context.is_mapping() {
        return;
    }
    read!(context => seccomp = "seccompProfile", apparmor = "appArmorProfile", windows = "windowsOptions",
        selinux = "seLinuxChangePolicy");
    seccomp_profile(seccomp, e);
    windows_options(windows, e);
    apparmor_profile(apparmor, e);
    super::super::names::one_of(selinux, &["Recursive", "MountOption"], e);
}

/// `validateSysctls`.
pub(super) fn sysctls(list: Value<'_>, pod: &Pod<'_>, host_ipc: Value<'_>, e: &mut Errors) {
    for (at, sysctl) in list.items().enumerate() {
        let name = sysctl.get("name");
        let Some(text) = name.text().filter(|text| !text.is_empty()) else {
            continue;
        };
        if !is_sysctl_name(&text) {
            e.invalid(
                name,
                "must be the name of a sysctl",
                "use lowercase letters, digits, `-` and `_`, separated by `.` or `/`",
            );
        } else if let Some(first) = list
            .items()
            .take(at)
            .find(|other| other.get("name").is(&text))
        {
            e.duplicate(name, Some(first.get("name")));
        }
        e.since(29, |e| host_sysctl(name, &text, pod, host_ipc, e));
    }
}

/// `ValidateHostSysctl`.
fn host_sysctl(name: Value<'_>, text: &str, pod: &Pod<'_>, host_ipc: Value<'_>, e: &mut Errors) {
    let normal = normal_sysctl(text);
    if pod.host_network == Some(true) && normal.starts_with("net.") {
        e.invalid(
            name,
            "cannot be set when `hostNetwork` is true",
            "remove the sysctl or `hostNetwork`",
        );
    }
    let is_ipc = [
        "kernel.sem",
        "kernel.shmall",
        "kernel.shmmax",
        "kernel.shmmni",
    ]
    .contains(&&*normal)
        || normal == "kernel.shm_rmid_forced"
        || normal.starts_with("kernel.msg")
        || normal.starts_with("fs.mqueue.");
    if host_ipc.is_true() && is_ipc {
        e.invalid(
            name,
            "cannot be set when `hostIPC` is true",
            "remove the sysctl or `hostIPC`",
        );
    }
}

/// `NormalizeName` of component-helpers: a name whose first separator is `/` swaps `.` and `/`.
fn normal_sysctl(name: &str) -> String {
    match name.find(['.', '/']) {
        Some(at) if name.as_bytes()[at] == b'/' => name
            .chars()
            .map(|c| match c {
                '.' => '/',
                '/' => '.',
                c => c,
            })
            .collect(),
        _ => name.to_owned(),
    }
}

/// `IsValidSysctlName`.
fn is_sysctl_name(name: &str) -> bool {
    let edge = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    name.len() <= 253
        && name.split(['.', '/']).all(|part| {
            let bytes = part.as_bytes();
            bytes.first().is_some_and(|&b| edge(b))
                && bytes.last().is_some_and(|&b| edge(b))
                && bytes.iter().all(|&b| edge(b) || b == b'-' || b == b'_')
        })
}

/// `validateSeccompProfileField`. The API table checks the type.
fn seccomp_profile(profile: Value<'_>, e: &mut Errors) {
    if !profile.is_mapping() {
        return;
    }
    read!(profile => kind = "type", file = "localhostProfile");
    if kind.is("Localhost") {
        if file.is_absent() {
            e.required(file, "when `type` is `Localhost`");
        } else {
            descending(file, e);
        }
    } else if file.is_set() && kind.is_none_of(&["Localhost"]) {
        e.invalid(
            file,
            "is allowed only when `type` is `Localhost`",
            "remove `localhostProfile`, or set `type: Localhost`",
        );
    }
}

/// `ValidateAppArmorProfileField`.
fn apparmor_profile(profile: Value<'_>, e: &mut Errors) {
    if !profile.is_mapping() {
        return;
    }
    read!(profile => kind = "type", name = "localhostProfile");
    if kind.is("Localhost") {
        match name.text() {
            Some(text) if text.trim().is_empty() && text.is_empty() => {
                e.required(name, "when `type` is `Localhost`");
            }
            Some(text) if text.trim() != text => {
                e.invalid(
                    name,
                    "cannot start or end with whitespace",
                    "remove the whitespace",
                );
            }
            Some(text) if text.len() > 4095 => e.too_long(name, 4095),
            _ => {}
        }
    } else if name.is_set() && (kind.is("RuntimeDefault") || kind.is("Unconfined")) {
        e.invalid(
            name,
            "is allowed only when `type` is `Localhost`",
            "remove `localhostProfile`, or set `type: Localhost`",
        );
    }
}

/// `validateWindowsSecurityContextOptions`.
fn windows_options(options: Value<'_>, e: &mut Errors) {
    if !options.is_mapping() {
        return;
    }
    read!(options => spec_name = "gmsaCredentialSpecName", spec = "gmsaCredentialSpec", user = "runAsUserName");
    if spec_name.is_set() {
        subdomain(spec_name, e);
    }
    if spec.is_set()
        && let Some(text) = spec.content()
    {
        if text.is_empty() {
            e.invalid(spec, "cannot be empty", "remove `gmsaCredentialSpec`");
        } else if text.len() > 64 * 1024 {
            e.invalid(
                spec,
                "must be at most 64 KiB",
                "use a smaller specification",
            );
        }
    }
    if user.is_set()
        && let Some(text) = user.text()
        && let Some(message) = wrong_windows_user(&text)
    {
        e.invalid(user, message, "use `USER` or `DOMAIN\\USER`");
    }
}

/// What is wrong with `runAsUserName`.
fn wrong_windows_user(text: &str) -> Option<&'static str> {
    let mut parts = text.split('\\');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next());
    if text.is_empty() {
        return Some("cannot be empty");
    }
    if text.chars().any(|c| c.is_ascii_control()) {
        return Some("cannot contain control characters");
    }
    if parts.next().is_some() {
        return Some("cannot contain more than one backslash");
    }
    let (domain, user) = match second {
        Some(user) => (Some(first), user),
        None => (None, first),
    };
    if domain.is_some_and(|domain| domain.len() >= 256 || !is_windows_domain(domain)) {
        return Some("has an invalid domain");
    }
    if user.is_empty() {
        return Some("has no user");
    }
    if user.len() > 104 {
        return Some("has a user of more than 104 characters");
    }
    if user.chars().all(|c| c == '.' || c == ' ') {
        return Some("has a user of only dots and spaces");
    }
    user.contains(|c: char| "\"/\\:;|=,+*?<>@[]".contains(c))
        .then_some("has a user with a character that Windows does not allow")
}

/// A NetBIOS domain or a DNS domain.
fn is_windows_domain(domain: &str) -> bool {
    let is_forbidden = |c: char| "\\/:*?\"<>|".contains(c);
    let is_net_bios = !domain.is_empty()
        && domain.chars().count() <= 15
        && !domain.starts_with('.')
        && !domain.contains(is_forbidden);
    let is_dns = domain.split('.').all(|label| {
        let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        label.len() <= 63
            && edge(label.chars().next())
            && edge(label.chars().next_back())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    });
    is_net_bios || is_dns
}

/// `validateWindowsHostProcessPod`.
pub(super) fn windows_host_process(pod: &Pod<'_>, context: Value<'_>, e: &mut Errors) {
    let of_pod = context.get("windowsOptions").get("hostProcess");
    let (mut all, mut with) = (0, 0);
    for container in pod.all_containers() {
        all += 1;
        let own = container
            .get("securityContext")
            .get("windowsOptions")
            .get("hostProcess");
        if own.is_unknown() || of_pod.is_unknown() {
            return;
        }
        if let (Some(of_pod), Some(mine)) = (of_pod.bool(), own.bool())
            && of_pod != mine
        {
            e.invalid(
                own,
                "differs from `hostProcess` of the Pod",
                "use the same value, or remove one of the two",
            );
        }
        with += usize::from(own.bool().or(of_pod.bool()) == Some(true));
    }
    if with == 0 {
        return;
    }
    if with != all {
        e.invalid(
            pod.spec,
            "has containers with and without `hostProcess`",
            "set `hostProcess: true` for all containers",
        );
    }
    if pod.host_network == Some(false) {
        e.invalid(
            pod.spec.get("hostNetwork"),
            "must be true when a container has `hostProcess: true`",
            "set `hostNetwork: true`",
        );
    }
}

/// `validateLinux`.
pub(super) fn linux(pod: &Pod<'_>, context: Value<'_>, e: &mut Errors) {
    let contexts = pod
        .all_containers()
        .map(|container| container.get("securityContext"));
    for context in std::iter::once(context).chain(contexts) {
        let options = context.get("windowsOptions");
        if options.is_set() {
            e.forbidden(options, "cannot be set for a Linux Pod");
        }
    }
}

/// `validateWindows`.
pub(super) fn windows(pod: &Pod<'_>, context: Value<'_>, e: &mut Errors) {
    const OF_POD: [&str; 10] = [
        "appArmorProfile",
        "seLinuxOptions",
        "seccompProfile",
        "fsGroup",
        "fsGroupChangePolicy",
        "runAsUser",
        "runAsGroup",
        "supplementalGroups",
        "supplementalGroupsPolicy",
        "seLinuxChangePolicy",
    ];
    const OF_SPEC: [&str; 4] = ["hostUsers", "hostPID", "hostIPC", "shareProcessNamespace"];
    const OF_CONTAINER: [&str; 10] = [
        "appArmorProfile",
        "seLinuxOptions",
        "seccompProfile",
        "capabilities",
        "readOnlyRootFilesystem",
        "privileged",
        "allowPrivilegeEscalation",
        "procMount",
        "runAsUser",
        "runAsGroup",
    ];
    const MESSAGE: &str = "cannot be set for a Windows Pod";
    for name in OF_POD {
        let field = context.get(name);
        if field.is_set() {
            e.forbidden(field, MESSAGE);
        }
    }
    let sysctls = context.get("sysctls");
    if !sysctls.is_empty() {
        e.forbidden(sysctls, MESSAGE);
    }
    for name in OF_SPEC {
        let field = pod.spec.get(name);
        let is_pointer = matches!(name, "hostUsers" | "shareProcessNamespace");
        if field.is_true() || (is_pointer && field.is_set()) {
            e.forbidden(field, MESSAGE);
        }
    }
    for container in pod.all_containers() {
        let context = container.get("securityContext");
        for name in OF_CONTAINER {
            let field = context.get(name);
            if field.is_set() {
                e.forbidden(field, MESSAGE);
            }
        }
    }
}

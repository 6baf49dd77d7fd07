//! Rules for what a Pod may do on its node. What the Pod Security level of the namespace forbids is left to
//! `pod-security-violation`.

pub(crate) mod apparmor_unconfined;
pub(crate) mod capabilities_dangerous;
pub(crate) mod capabilities_not_dropped;
pub(crate) mod capability_name_invalid;
pub(crate) mod container_privileged;
pub(crate) mod host_namespace;
pub(crate) mod host_path;
pub(crate) mod host_port;
pub(crate) mod privilege_escalation_allowed;
pub(crate) mod proc_mount_unmasked;
pub(crate) mod root_filesystem_writable;
pub(crate) mod root_user;
pub(crate) mod seccomp_unconfined;
pub(crate) mod sysctl_unsafe;
pub(crate) mod user_id_low;
pub(crate) mod windows_host_process;

use podwright_cluster::pod_security::is_rejected;
use podwright_cluster::security_context::SecurityContext;
use podwright_model::{Container, Pod};
use podwright_rule::{RuleContext, Severity};
use podwright_schema::Value;

/// `spec` of a Pod whose content is known. Operators change the Pods of custom resources.
fn spec<'a>(pod: &Pod, cx: &RuleContext<'a>) -> Option<Value<'a>> {
    let is_whole = !cx.is_partial() && !cx.is_custom();
    is_whole.then(|| Value::new(cx.tree(), pod.node))
}

/// Security settings of a container whose Pod is known.
fn context<'a>(container: &Container, cx: &RuleContext<'a>) -> Option<SecurityContext<'a>> {
    let pod = cx.pod?;
    spec(pod, cx)?;
    let tree = cx.tree();
    Some(SecurityContext::new(tree, pod.node, container.node))
}

/// Name of a container for a message.
fn named(container: &Container) -> String {
    let name = container.name.text();
    name.map_or_else(
        || "container".to_owned(),
        |name| format!("container `{name}`"),
    )
}

/// Names of the containers of a Pod for which `is_meant` holds, and whether these are all.
fn names(pod: &Pod, mut is_meant: impl FnMut(&Container) -> bool) -> (Vec<String>, bool) {
    let meant = pod.containers.iter().filter(|one| is_meant(one));
    let names: Vec<String> = meant
        .map(|one| format!("`{}`", one.name.text().unwrap_or("?")))
        .collect();
    let is_all = names.len() == pod.containers.len();
    (names, is_all)
}

/// Whether `pod-security-violation` reports one of these checks, because the namespace enforces a level that has it.
fn is_forbidden(pod: &Pod, checks: &[&str], cx: &RuleContext<'_>) -> bool {
    cx.object
        .is_some_and(|(id, _)| is_rejected(cx.workspace, id, pod, checks, cx.versions))
}

/// [`is_forbidden`] for the current Pod.
fn is_forbidden_here(checks: &[&str], cx: &RuleContext<'_>) -> bool {
    cx.pod.is_some_and(|pod| is_forbidden(pod, checks, cx))
}

/// Maximum severity: a warning if kustomize may still change the object.
fn ceiling(cx: &RuleContext<'_>) -> Severity {
    match cx.workspace.is_built_by_kustomize(cx.file_id) {
        true => Severity::Warning,
        false => cx.ceiling(),
    }
}

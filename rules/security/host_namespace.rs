//! Namespaces of the node that a Pod shares.

use super::{is_forbidden, spec};
use podwright_model::Pod;
use podwright_rule::{RuleContext, RuleDefinition, declare_rules};

declare_rules! {
    hooks: { pod: check },
    HOST_NETWORK {
        name: "host-network",
        summary: "Pod uses the network of its node",
        severity: Warning,
        since: "0.1.0",
        profile: Security,
    }
    HOST_PID {
        name: "host-pid",
        summary: "Pod sees the processes of its node",
        severity: Warning,
        since: "0.1.0",
        profile: Security,
    }
    HOST_IPC {
        name: "host-ipc",
        summary: "Pod uses the shared memory of its node",
        severity: Warning,
        since: "0.1.0",
        profile: Security,
    }
}

/// Rule, field, message and note.
static FIELDS: [(&RuleDefinition, &str, &str, &str); 3] = [
    (
        &HOST_NETWORK,
        "hostNetwork",
        "Pod uses the network of its node",
        "it reaches what listens on the node's `localhost`, NetworkPolicies do not apply to it, and its ports are ports of \
         the node",
    ),
    (
        &HOST_PID,
        "hostPID",
        "Pod sees the processes of its node",
        "it can read the environment and arguments of all processes of the node and, as root, end them",
    ),
    (
        &HOST_IPC,
        "hostIPC",
        "Pod uses the shared memory of its node",
        "it can read and change the shared memory of other processes of the node",
    ),
];

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some(spec) = spec(pod, cx) else { return };
    for (rule, name, message, note) in &FIELDS {
        let field = spec.get(name);
        if field.is_true() && !is_forbidden(pod, &["hostNamespaces"], cx) {
            cx.as_rule(rule)
                .report_value(field, *message)
                .note(*note)
                .help(format!("remove `{name}`, unless the program manages nodes"));
        }
    }
}

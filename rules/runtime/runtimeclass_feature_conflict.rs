use podwright_cluster::admission::{NamedClass, named_class};
use podwright_model::{MappingReader, Pod};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "runtimeclass-feature-conflict",
    summary: "sandboxed Pod uses a host namespace",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((sandbox, name)) = sandbox(pod, cx) else {
        return;
    };
    let Some(spec) = MappingReader::new(cx.tree(), pod.node) else {
        return;
    };
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        let field = spec.boolean(key);
        let Some((true, node)) = field.known().map(|(value, node)| (*value, node)) else {
            continue;
        };
        cx.report(node, format!("`{key}: true` is not supported in {sandbox}"))
            .note(format!(
                "RuntimeClass `{name}` runs the Pod in a sandbox: the Pod does not start, or does not get the host's \
                 namespace"
            ))
            .help(format!("remove `{key}`; only a Pod that you trust with the node can do without the sandbox"));
    }
}

/// Sandbox that a Pod runs in, with the name of its RuntimeClass. Derived from the handler of the class, or from its
/// name if the class is not among the files.
fn sandbox(pod: &Pod, cx: &RuleContext<'_>) -> Option<(&'static str, String)> {
    let (name, (from, _)) = (pod.runtime_class_name.text()?, cx.object?);
    let handler = match named_class(cx.workspace, from, pod) {
        NamedClass::Found(_, class) => class.handler.text()?,
        NamedClass::Unknown | NamedClass::Missing => name,
        NamedClass::None => return None,
    };
    let known = match handler {
        "gvisor" | "runsc" => "gVisor",
        _ if handler == "kata" || handler.starts_with("kata-") => "a Kata virtual machine",
        _ => return None,
    };
    Some((known, name.to_owned()))
}

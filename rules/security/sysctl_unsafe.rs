use super::{is_forbidden, spec};
use podwright_cluster::security_context::is_on_windows;
use podwright_cluster::sysctl;
use podwright_model::Pod;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "sysctl-unsafe",
    summary: "kubelet does not allow the kernel parameter by default",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
    options: {
        /// Kernel parameters that the kubelets allow with `allowedUnsafeSysctls`. A name can end with `*`.
        allowed: Vec<String> = Vec::new(),
    },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some(spec) = spec(pod, cx).filter(|spec| !is_on_windows(*spec)) else {
        return;
    };
    let allowed = &cx.options::<Options>().allowed;
    for sysctl in spec.get("securityContext").get("sysctls").items() {
        let field = sysctl.get("name");
        let Some(name) = field.text().filter(|name| !name.is_empty()) else {
            continue;
        };
        let is_allowed = allowed.iter().any(|own| sysctl::is_allowed(&name, own));
        if is_allowed || !sysctl::is_unsafe(&name, cx.versions) {
            continue;
        }
        if is_forbidden(pod, &["sysctls"], cx) {
            return;
        }
        cx.report_value(field, format!("the kubelet does not allow the sysctl `{name}` by default"))
            .note("the Pod fails on its node (reason `SysctlForbidden`), unless `allowedUnsafeSysctls` of the kubelet lists it")
            .help("remove it; if your kubelets allow it, add it to the option `allowed` of this rule");
    }
}

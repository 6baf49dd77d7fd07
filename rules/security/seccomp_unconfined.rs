use super::{context, is_forbidden, is_forbidden_here, named, names, spec};
use podwright_cluster::security_context::{SecurityContext, is_on_windows};
use podwright_model::{Container, KubernetesVersion, Pod};
use podwright_rule::{Applicability, RuleContext, Severity, declare_rule};
use podwright_schema::pod_security::Needed;

declare_rule! {
    name: "seccomp-unconfined",
    summary: "container can use all system calls",
    severity: Warning,
    since: "0.1.0",
    profile: Security,
    hooks: { container: check, pod: check_pod },
}

/// Checks of Pod Security for the profile.
const CHECKS: [&str; 2] = ["seccompProfile_baseline", "seccompProfile_restricted"];

/// First release that ignores the annotations.
const WITHOUT_ANNOTATIONS: KubernetesVersion = KubernetesVersion(27);

const HELP: &str = "set `seccompProfile.type: RuntimeDefault`";

/// Containers whose profile is switched off.
fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let Some(context) = context(container, cx).filter(|context| !context.is_on_windows()) else {
        return;
    };
    let field = context.effective("seccompProfile").get("type");
    // Runtimes do not apply a profile to a privileged container.
    if !field.is("Unconfined") || context.is_privileged() || is_forbidden_here(&CHECKS, cx) {
        return;
    }
    let needed = Needed::Text("RuntimeDefault");
    let fix = cx.set_field(field.node, field.rest, needed, Applicability::Unsafe);
    cx.report_value(field, format!("{} runs without seccomp", named(container)))
        .note("the container can use all system calls of the kernel")
        .help(HELP)
        .fix(fix);
}

/// Containers for which neither they nor their Pod name a profile.
fn check_pod(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some(spec) = spec(pod, cx).filter(|spec| !is_on_windows(*spec)) else {
        return;
    };
    let mut annotations = pod.metadata.annotations.value().into_iter().flatten();
    let is_annotated = annotations.any(|(key, ..)| {
        key.starts_with("seccomp.security.alpha.kubernetes.io/")
            || key.starts_with("container.seccomp.security.alpha.kubernetes.io/")
    });
    if is_annotated && !cx.versions.all_since(WITHOUT_ANNOTATIONS) {
        return;
    }
    let tree = cx.tree();
    let (names, is_all) = names(pod, |container| {
        let context = SecurityContext::new(tree, pod.node, container.node);
        context.effective("seccompProfile").is_absent() && !context.is_privileged()
    });
    if names.is_empty() || is_forbidden(pod, &CHECKS, cx) {
        return;
    }
    let message = match is_all {
        true => "Pod does not set a seccomp profile".to_owned(),
        false => format!("no seccomp profile for {}", names.join(", ")),
    };
    let field = spec.get("securityContext").get("seccompProfile");
    let needed = Needed::Text("RuntimeDefault");
    let at = field.get("type");
    let fix = cx.set_field(at.node, at.rest, needed, Applicability::Unsafe);
    let level = cx.unless_configured(Severity::Info);
    cx.report_value(field, message)
        .at_most(level)
        .note("the default is `Unconfined`, unless the kubelet has `seccompDefault: true`")
        .help(format!("{HELP} in `securityContext` of the Pod"))
        .fix(fix);
}

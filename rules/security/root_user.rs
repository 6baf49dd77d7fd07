//! Which user the processes of a container run as.

use super::{ceiling, context, is_forbidden, is_forbidden_here, named, names, spec};
use podwright_cluster::security_context::{SecurityContext, is_on_windows};
use podwright_model::{Container, Pod};
use podwright_rule::{Applicability, RuleContext, Severity, declare_rules};
use podwright_schema::pod_security::Needed;

declare_rules! {
    hooks: { container: check, pod: check_pod },
    RUN_AS_ROOT {
        name: "run-as-root",
        summary: "container runs as root, or its image decides",
        severity: Warning,
        since: "0.1.0",
        profile: Security,
    }
    RUN_AS_NON_ROOT_CONFLICT {
        name: "run-as-non-root-conflict",
        summary: "`runAsNonRoot` forbids the user of the container",
        severity: Error,
        since: "0.1.0",
    }
}

/// Checks of Pod Security that require another user.
const CHECKS: [&str; 2] = ["runAsNonRoot", "runAsUser"];

const HELP: &str =
    "set `runAsNonRoot: true`, and use an image that runs as another user or set `runAsUser`";

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let Some(context) = context(container, cx).filter(|context| !context.is_on_windows()) else {
        return;
    };
    let (user, non_root) = (
        context.effective("runAsUser"),
        context.effective("runAsNonRoot"),
    );
    if user.int() == Some(0) && non_root.is_true() {
        let level = ceiling(cx);
        let place = cx.place(non_root.node);
        cx.as_rule(&RUN_AS_NON_ROOT_CONFLICT)
            .report_value(user, format!("{} must not run as root, but does", named(container)))
            .at_most(level)
            .related(place, "forbids the user 0")
            .note(
                "the kubelet does not start the container (`CreateContainerConfigError`, `container's runAsUser breaks \
                 non-root policy`)",
            )
            .help("use another user, or remove `runAsUser` if the image has one");
        return;
    }
    let is_root = user.int() == Some(0);
    let is_explicit = is_root || (non_root.is_false() && user.is_absent());
    if !is_explicit || non_root.is_unknown() || is_forbidden_here(&CHECKS, cx) {
        return;
    }
    let field = if is_root { user } else { non_root };
    let (message, note) = match is_root {
        true => (
            format!("{} runs as root", named(container)),
            "a process that leaves the container is root on the node",
        ),
        false => (
            format!("{} may run as root", named(container)),
            "the user of the image applies, which is root by default",
        ),
    };
    let finding = cx.as_rule(&RUN_AS_ROOT).report_value(field, message);
    finding.note(note).help(HELP);
    if context.is_in_user_namespace() {
        finding
            .at_most(Severity::Info)
            .note("`hostUsers: false` maps it to another user on the node");
    }
}

/// Containers for which neither they nor their Pod say anything.
fn check_pod(pod: &Pod, cx: &mut RuleContext<'_>) {
    let cx = cx.as_rule(&RUN_AS_ROOT);
    let Some(spec) = spec(pod, cx).filter(|spec| !is_on_windows(*spec)) else {
        return;
    };
    let tree = cx.tree();
    let (names, is_all) = names(pod, |container| {
        let context = SecurityContext::new(tree, pod.node, container.node);
        context.effective("runAsNonRoot").is_absent() && context.effective("runAsUser").is_absent()
    });
    let is_mapped = spec.get("hostUsers").is_false();
    if names.is_empty() || is_mapped || is_forbidden(pod, &CHECKS, cx) {
        return;
    }
    let message = match is_all {
        true => "Pod does not set `runAsNonRoot`".to_owned(),
        false => format!("`runAsNonRoot` is not set for {}", names.join(", ")),
    };
    let field = spec.get("securityContext").get("runAsNonRoot");
    let needed = Needed::Bool(true);
    let fix = cx.set_field(field.node, field.rest, needed, Applicability::Unsafe);
    let level = cx.unless_configured(Severity::Info);
    cx.report_value(field, message)
        .at_most(level)
        .note("the user of the image applies, which is root by default")
        .help(HELP)
        .fix(fix);
}

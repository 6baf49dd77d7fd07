use super::{context, is_forbidden_here, named};
use podwright_model::Container;
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_schema::Value;
use podwright_schema::pod_security::Needed;

declare_rule! {
    name: "apparmor-unconfined",
    summary: "container runs without AppArmor",
    severity: Info,
    since: "0.1.0",
    profile: Security,
    hooks: { container: check },
}

/// Start of the annotation that older releases read. The name of the container follows.
const ANNOTATION: &str = "container.apparmor.security.beta.kubernetes.io/";

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let Some(context) = context(container, cx).filter(|context| !context.is_on_windows()) else {
        return;
    };
    let profile = context.effective("appArmorProfile");
    let (field, needed) = if profile.is_absent() {
        let annotation = annotation(container, cx).map(|node| Value::new(cx.tree(), node));
        let unconfined = annotation.filter(|value| value.is("unconfined"));
        let Some(field) = unconfined else { return };
        (field, "runtime/default")
    } else {
        (profile.get("type"), "RuntimeDefault")
    };
    let is_off = field.is("Unconfined") || field.is("unconfined");
    // Runtimes do not confine a privileged container.
    if !is_off || context.is_privileged() || is_forbidden_here(&["appArmorProfile"], cx) {
        return;
    }
    let fix = cx.set_field(
        field.node,
        field.rest,
        Needed::Text(needed),
        Applicability::Unsafe,
    );
    cx.report_value(field, format!("{} runs without AppArmor", named(container)))
        .note("without a profile of its own, a container gets that of the runtime where the node has AppArmor")
        .help(format!("remove it, or use `{needed}`"))
        .fix(fix);
}

/// Value of the container's annotation.
fn annotation(container: &Container, cx: &RuleContext<'_>) -> Option<podwright_syntax::NodeId> {
    let name = container.name.text()?;
    let annotations = cx.pod?.metadata.annotations.value()?;
    let own = annotations
        .iter()
        .find(|(key, ..)| key.strip_prefix(ANNOTATION) == Some(name));
    own.and_then(|(_, _, value)| value.node())
}

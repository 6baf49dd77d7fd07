use super::ceiling;
use podwright_model::{Field, MappingReader, Pod};
use podwright_rule::{Applicability, RuleContext, declare_rule};
use podwright_syntax::Scalar;

declare_rule! {
    name: "restart-policy-not-allowed",
    summary: "restart policy is not allowed for this kind",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some(((_, object), spec)) = cx.object.zip(MappingReader::new(cx.tree(), pod.node)) else {
        return;
    };
    if cx.is_partial() {
        return;
    }
    let policy = spec.string("restartPolicy");
    let kind = object.kind.text().unwrap_or_default();
    match (object.group(), kind) {
        (Some("batch"), "Job" | "CronJob") => job(pod, kind, &policy, cx),
        (Some("apps"), _) | (Some(""), "ReplicationController") => {
            let Some((written, node)) = policy.known() else {
                return;
            };
            if !matches!(written.as_str(), "OnFailure" | "Never") {
                return;
            }
            let fix = cx.replace(node, "Always", Applicability::Unsafe);
            cx.report(node, format!("{kind} requires restart policy `Always`"))
                .note(
                    "the API server rejects the object (422); the only supported value is `Always`",
                )
                .help("use `Always`, or use a Job instead")
                .fixes
                .push(fix);
        }
        _ => {}
    }
}

fn job(pod: &Pod, kind: &str, policy: &Field<String>, cx: &mut RuleContext<'_>) {
    let message = format!("{kind} requires restart policy `OnFailure` or `Never`");
    let level = ceiling(cx);
    let fix = match policy {
        Field::Missing => cx.assign(
            pod.node,
            "restartPolicy",
            &Scalar::Str("OnFailure".into()),
            Applicability::Unsafe,
        ),
        Field::Value(_, node) => {
            let is_own = !cx.tree().is_anchored(*node);
            is_own.then(|| cx.replace(*node, "OnFailure", Applicability::Unsafe))
        }
        _ => None,
    };
    let finding = match policy {
        Field::Value(written, node) if written.is_empty() || written == "Always" => {
            cx.report(*node, message)
        }
        Field::Missing | Field::Null(_) => cx.report_missing(pod.node, message),
        _ => return,
    };
    finding
        .at_most(level)
        .note("the default is `Always`, and the API server rejects the object (422, `restartPolicy: Required value`)")
        .help("set `restartPolicy: OnFailure`, or `Never` to keep the failed Pods and create new ones")
        .fix(fix);
}

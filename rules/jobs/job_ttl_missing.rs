use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "job-ttl-missing",
    summary: "Job stays in the cluster when it is finished",
    severity: Info,
    since: "0.1.0",
    profile: Strict,
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    if !object.is("batch", "Job") || cx.is_partial() || object.is_live {
        return;
    }
    let job = Value::new(cx.tree(), object.node);
    let field = job.get("spec").get("ttlSecondsAfterFinished");
    let has_owner = !job.get("metadata").get("ownerReferences").is_empty();
    // Helm and Argo CD delete a hook before they create it again.
    if !field.is_absent() || has_owner || object.metadata.may_be_hook() {
        return;
    }
    cx.report_value(field, "Job does not set `ttlSecondsAfterFinished`")
        .note("the Job and its Pods stay in the cluster until somebody deletes them")
        .help("set `ttlSecondsAfterFinished`, such as `86400` for one day");
}

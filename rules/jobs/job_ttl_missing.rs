use podwright_model::{Field, Object};
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

/// Annotations with which helm and Argo CD delete a Job.
const DELETES: [&str; 2] = [
    "helm.sh/hook-delete-policy",
    "argocd.argoproj.io/hook-delete-policy",
];

/// Annotations of hooks, which helm and Argo CD delete before they create them again.
const HOOKS: [&str; 2] = ["helm.sh/hook", "argocd.argoproj.io/hook"];

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    if !object.is("batch", "Job") || cx.is_partial() || object.is_live {
        return;
    }
    let job = Value::new(cx.tree(), object.node);
    let field = job.get("spec").get("ttlSecondsAfterFinished");
    let has_owner = !job.get("metadata").get("ownerReferences").is_empty();
    if !field.is_absent() || has_owner || is_deleted(object) {
        return;
    }
    cx.report_value(field, "Job does not set `ttlSecondsAfterFinished`")
        .note("the Job and its Pods stay in the cluster until somebody deletes them")
        .help("set `ttlSecondsAfterFinished`, such as `86400` for one day");
}

fn is_deleted(object: &Object) -> bool {
    match &object.metadata.annotations {
        Field::Value(all, _) => all.iter().any(|(key, ..)| {
            let key = key.as_str();
            DELETES.contains(&key) || HOOKS.contains(&key)
        }),
        Field::Unknown(_) | Field::Invalid(_) => true,
        Field::Missing | Field::Null(_) => false,
    }
}

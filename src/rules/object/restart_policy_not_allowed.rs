use super::ceiling;
use crate::finding::{Level, Safety};
use crate::model::decode::Record;
use crate::model::{Field, Pod};
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `restart-policy-not-allowed`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RestartPolicyNotAllowed {}

impl Rule for RestartPolicyNotAllowed {
    const META: Meta = Meta {
        name: "restart-policy-not-allowed",
        chapter: "object",
        summary: "the kind does not take the restart policy of its Pods",
        page: include_str!("../../../rules/object/restart-policy-not-allowed.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for RestartPolicyNotAllowed {
    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        let Some(((_, object), spec)) = cx.object.zip(Record::new(cx.tree(), pod.node)) else {
            return;
        };
        if cx.is_partial() {
            return;
        }
        let policy = spec.text("restartPolicy");
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
                let fix = cx.replace(node, "Always", Safety::Unsafe);
                cx.report(node, format!("the Pods of a {kind} are always restarted"))
                    .note("the API server refuses the object with 422: the only value that it takes is `Always`")
                    .help("write `Always`, or make a Job of it")
                    .fixes
                    .push(fix);
            }
            _ => {}
        }
    }
}

fn job(pod: &Pod, kind: &str, policy: &Field<String>, cx: &mut Cx<'_>) {
    let message = format!("a {kind} says when its Pods are restarted: on failure, or never");
    let level = ceiling(cx);
    let finding = match policy {
        Field::Is(written, node) if written.is_empty() || written == "Always" => {
            cx.report(*node, message)
        }
        Field::Absent | Field::Null(_) => cx.report_missing(pod.node, message),
        _ => return,
    };
    finding
        .at_most(level)
        .note("without it Pods are always restarted, and the API server refuses the object with 422 `restartPolicy: Required value`")
        .help("write `restartPolicy: OnFailure` or `restartPolicy: Never`");
}

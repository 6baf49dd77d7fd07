use podwright_cluster::admission_policy::{Action, Unknown, Violation, judge};
use podwright_cluster::workspace::ObjectId;
use podwright_model::Object;
use podwright_rule::{RuleContext, Severity, declare_rules};

use super::cel_not_evaluated;

declare_rules! {
    hooks: { object: check },
    ADMISSION_POLICY_DENIED {
        name: "admission-policy-denied",
        summary: "ValidatingAdmissionPolicy rejects the object",
        severity: Error,
        since: "0.1.0",
    }
    ADMISSION_POLICY_WARNED {
        name: "admission-policy-warned",
        summary: "ValidatingAdmissionPolicy warns about the object",
        severity: Warning,
        since: "0.1.0",
    }
    ADMISSION_POLICY_AUDITED {
        name: "admission-policy-audited",
        summary: "ValidatingAdmissionPolicy records the object in the audit log",
        severity: Info,
        since: "0.1.0",
    }
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object.filter(|_| !cx.is_partial()) else {
        return;
    };
    let verdict = judge(cx.workspace, id);
    for violation in &verdict.violations {
        report(violation, object, cx);
    }
    if let [first, others @ ..] = verdict.unknown.as_slice() {
        not_evaluated(first, others.len(), object, cx);
    }
}

fn name(id: ObjectId, cx: &RuleContext<'_>) -> String {
    cx.workspace.object_reference(id).name
}

fn report(violation: &Violation, object: &Object, cx: &mut RuleContext<'_>) {
    let policy = name(violation.policy, cx);
    let (rule, verb) = match violation.action {
        Action::Deny => (&ADMISSION_POLICY_DENIED, "rejects this"),
        Action::Warn => (&ADMISSION_POLICY_WARNED, "warns about this"),
        Action::Audit => (&ADMISSION_POLICY_AUDITED, "records this"),
    };
    let binding = violation.binding.map(|id| name(id, cx));
    let status = violation.status;
    let note = match (violation.action, &binding) {
        (Action::Deny, Some(binding)) => {
            format!("the API server rejects the object ({status}, binding `{binding}`)")
        }
        (Action::Deny, None) => {
            "the policy has no binding; as it is listed under `policies` in the \
             configuration, it applies to all objects"
                .to_owned()
        }
        (Action::Warn, _) => {
            "the API server accepts the object, and answers with a warning".to_owned()
        }
        (Action::Audit, _) => {
            "the API server accepts the object, and records the violation in the audit log"
                .to_owned()
        }
    };
    let expression = violation.expression.map(|node| {
        let place = cx.workspace.place(violation.policy.file, node);
        (place, "expression of the policy")
    });
    let place = expression.unwrap_or_else(|| {
        let place = cx.workspace.object_place(violation.policy);
        (place, "the policy")
    });
    let at = violation.field.or_else(|| object.metadata.name.node());
    let is_collection = at.is_some_and(|node| {
        let tree = cx.tree();
        !tree.kind(tree.resolve(node)).is_scalar()
    });
    let is_near = violation.is_near;
    let cx = cx.as_rule(rule);
    let message = format!("policy `{policy}` {verb}: {}", violation.summary);
    let finding = match at {
        Some(node) if !is_collection => cx.report(node, message),
        Some(node) => cx.report_missing(node, message),
        None => cx.report_missing(object.node, message),
    };
    finding
        .note(note)
        .help("change the object so that the expression of the policy is true")
        .related(place.0, place.1);
    if !is_near {
        finding.at_most(Severity::Info).note(
            "the policy is in another directory, which may be for another cluster; if not, list it \
             under `policies` in the configuration",
        );
    }
}

fn not_evaluated(unknown: &Unknown, others: usize, object: &Object, cx: &mut RuleContext<'_>) {
    let policy = name(unknown.policy, cx);
    let message = format!("policy `{policy}` cannot be evaluated: {}", unknown.reason);
    let place = cx.workspace.object_place(unknown.policy);
    let at = object.metadata.name.node().unwrap_or(object.node);
    let finding = cx.as_rule(&cel_not_evaluated::RULE).report(at, message);
    finding
        .note("whether the API server accepts the object is not known")
        .help("check it with `kubectl apply --dry-run=server`, or add what is missing to the files")
        .related(place, "the policy");
    if others > 0 {
        let more = match others {
            1 => "1 more policy cannot be evaluated for it".to_owned(),
            count => format!("{count} more policies cannot be evaluated for it"),
        };
        finding.note(more);
    }
}

/// Whether errors in an object are those of an admission policy.
pub(crate) fn is_policy(object: &Object) -> bool {
    let is_of_group = object.group() == Some(podwright_cluster::admission_policy::GROUP);
    let kind = object.kind.text().unwrap_or_default();
    is_of_group && kind.contains("AdmissionPolicy")
}

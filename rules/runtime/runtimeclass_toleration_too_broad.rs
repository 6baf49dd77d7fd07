use podwright_model::{Field, RuntimeClass};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "runtimeclass-toleration-too-broad",
    summary: "a RuntimeClass tolerates every taint",
    severity: Warning,
    since: "0.1.0",
    hooks: { runtime_class: check },
}

fn check(class: &RuntimeClass, cx: &mut RuleContext<'_>) {
    let tolerations = class
        .scheduling
        .value()
        .and_then(|scheduling| scheduling.tolerations.value());
    for toleration in tolerations.into_iter().flatten() {
        let is_empty = |field: &Field<String>| field.is_unset() || field.text() == Some("");
        if !is_empty(&toleration.key) || toleration.operator.text() != Some("Exists") {
            continue;
        }
        let what = match toleration
            .effect
            .known()
            .filter(|(effect, _)| !effect.is_empty())
        {
            Some((effect, _)) => format!("every taint with the effect `{effect}`"),
            None => "every taint".to_owned(),
        };
        cx.report_missing(toleration.node, format!("every Pod of this class tolerates {what}"))
            .note(
                "the Pods run on nodes reserved for others and stay on nodes that are not ready; admission drops \
                 their own tolerations, including `tolerationSeconds`, because this one covers them",
            )
            .help("add the `key` of the taint that the nodes of this runtime have");
    }
}

//! Checks of `scheduling`: the node selector and the tolerations.

use podwright_model::name::{label_value, qualified_name};
use podwright_model::{Field, Scheduling, Toleration, is_placeholder};
use podwright_rule::RuleContext;
use podwright_syntax::NodeId;

const OPERATORS: [&str; 2] = ["Equal", "Exists"];
const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

pub(super) fn judge(scheduling: &Scheduling, cx: &mut RuleContext<'_>) {
    let selector = scheduling.node_selector.value();
    for (key, node, value) in selector.into_iter().flatten() {
        judge_key(key, *node, "scheduling.nodeSelector", cx);
        judge_value(value, "scheduling.nodeSelector", cx);
    }
    let tolerations = scheduling.tolerations.value();
    let tolerations = tolerations.map_or(&[][..], Vec::as_slice);
    for (index, toleration) in tolerations.iter().enumerate() {
        judge_toleration(toleration, cx);
        judge_repetition(toleration, &tolerations[..index], cx);
    }
}

fn judge_key(key: &str, node: NodeId, field: &str, cx: &mut RuleContext<'_>) {
    let Err(error) = qualified_name(key) else {
        return;
    };
    if is_placeholder(key) {
        return;
    }
    cx.report_within(
        node,
        error.at,
        format!("invalid label key `{key}`: it {}", error.kind),
    )
    .note(format!("the API server rejects the RuntimeClass: `{field}: Invalid value`"))
    .help(
        "use letters, digits, and `-`, `_` and `.` between them, at most 63 characters, with an optional domain \
         and `/` before them",
    );
}

fn judge_value(value: &Field<String>, field: &str, cx: &mut RuleContext<'_>) {
    let Some((value, node)) = value.known() else {
        return;
    };
    let Err(error) = label_value(value) else {
        return;
    };
    cx.report_within(
        node,
        error.at,
        format!("invalid label value `{value}`: it {}", error.kind),
    )
    .note(format!(
        "the API server rejects the RuntimeClass: `{field}: Invalid value`"
    ))
    .help("use letters, digits, and `-`, `_` and `.` between them, at most 63 characters");
}

fn judge_toleration(toleration: &Toleration, cx: &mut RuleContext<'_>) {
    if let Some((key, node)) = toleration.key.known()
        && !key.is_empty()
    {
        judge_key(key, node, "scheduling.tolerations", cx);
    }
    judge_operator(toleration, cx);
    if let Some((effect, node)) = toleration.effect.known()
        && !effect.is_empty()
        && !EFFECTS.contains(&effect.as_str())
    {
        unsupported("effect", effect, node, &EFFECTS, cx);
    }
    let effect = written(&toleration.effect);
    if let Some((_, node)) = toleration.toleration_seconds.known()
        && effect.is_some_and(|effect| effect != "NoExecute")
    {
        cx.report(node, "`tolerationSeconds` requires the effect `NoExecute`")
            .note(
                "the API server rejects the RuntimeClass: `effect must be 'NoExecute' when \
                 'tolerationSeconds' is set`",
            )
            .help("use `effect: NoExecute`, or remove `tolerationSeconds`");
    }
}

fn judge_operator(toleration: &Toleration, cx: &mut RuleContext<'_>) {
    let Some(operator) = written(&toleration.operator) else {
        return;
    };
    if written(&toleration.key) == Some("") && operator != "Exists" {
        let message = "a toleration without a key requires the operator `Exists`";
        let finding = match toleration.operator.known() {
            Some((_, node)) => cx.report(node, message),
            None => cx.report_missing(toleration.node, message),
        };
        finding
            .note(
                "the API server rejects the RuntimeClass: `operator must be Exists when 'key' is empty`; \
                 an empty key with `Exists` matches every taint",
            )
            .help("add the taint's `key`");
    }
    match (operator, toleration.operator.known()) {
        ("" | "Equal", _) => judge_value(&toleration.value, "scheduling.tolerations", cx),
        ("Exists", _) => {
            if let Some((value, node)) = toleration.value.known()
                && !value.is_empty()
            {
                cx.report(node, "a toleration with the operator `Exists` cannot have a value")
                    .note(
                        "the API server rejects the RuntimeClass: `value must be empty when 'operator' is \
                         'Exists'`",
                    )
                    .help("remove `value`, or use `operator: Equal`");
            }
        }
        // Since 1.35, if the feature gate is enabled; it is off by default.
        ("Lt" | "Gt", _) => {}
        (operator, Some((_, node))) => unsupported("operator", operator, node, &OPERATORS, cx),
        (_, None) => {}
    }
}

fn unsupported(
    field: &str,
    written: &str,
    node: NodeId,
    supported: &[&str],
    cx: &mut RuleContext<'_>,
) {
    let meant = supported
        .iter()
        .find(|name| name.eq_ignore_ascii_case(written));
    let help = match meant {
        Some(meant) => format!("use `{meant}`"),
        None => format!("use `{}`, or remove it", supported.join("` or `")),
    };
    cx.report(node, format!("invalid toleration {field} `{written}`"))
        .note(format!(
            "the API server rejects the RuntimeClass: `{field}: Unsupported value`"
        ))
        .help(help);
}

/// Reports a toleration that repeats an earlier one. Two are duplicates if they differ at most in `tolerationSeconds`;
/// a missing operator is not the same as `Equal` here.
fn judge_repetition(toleration: &Toleration, before: &[Toleration], cx: &mut RuleContext<'_>) {
    let Some(identity) = identity(toleration) else {
        return;
    };
    let Some(first) = before
        .iter()
        .find(|other| self::identity(other) == Some(identity))
    else {
        return;
    };
    let place = cx.key_place(first.node);
    cx.report_missing(toleration.node, "duplicate toleration")
        .related(place, "first occurrence")
        .note(
            "the API server rejects the RuntimeClass with `Duplicate value`: key, operator, value and effect \
             are the same",
        )
        .help("remove one of them");
}

fn identity(toleration: &Toleration) -> Option<[&str; 4]> {
    Some([
        written(&toleration.key)?,
        written(&toleration.operator)?,
        written(&toleration.value)?,
        written(&toleration.effect)?,
    ])
}

/// String that the API server receives: empty if the field is missing or `null`, `None` if it is not known.
fn written(field: &Field<String>) -> Option<&str> {
    match field {
        Field::Missing | Field::Null(_) => Some(""),
        Field::Value(text, _) => Some(text),
        Field::Unknown(_) | Field::Invalid(_) => None,
    }
}

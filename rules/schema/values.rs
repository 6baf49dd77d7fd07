//! Values that have the right type and are still rejected: names, numbers, enums, lists and required fields.

use super::custom_resource_invalid;
use super::usual::{quantity_meant, usual_value, valid_name};
use super::{quoted, subject};
use crate::precedence::is_left_to_another_rule;
use podwright_rule::{
    Applicability, RuleContext, RuleDefinition, Severity, declare_rules, use_name,
};
use podwright_schema::{NameKind, Problem, ProblemKind, RequirementFault, Value};
use podwright_syntax::{NodeId, Scalar};

declare_rules! {
    hooks: { problem: check },
    ENUM_VALUE_INVALID {
        name: "enum-value-invalid",
        summary: "value is not one of the allowed values",
        severity: Error,
        since: "0.1.0",
    }
    LABEL_INVALID {
        name: "label-invalid",
        summary: "invalid label key, label value or annotation key",
        severity: Error,
        since: "0.1.0",
    }
    LIST_MAP_KEY_DUPLICATE {
        name: "list-map-key-duplicate",
        summary: "list items have the same key",
        severity: Error,
        since: "0.1.0",
    }
    NAME_INVALID {
        name: "name-invalid",
        summary: "invalid name for the field",
        severity: Error,
        since: "0.1.0",
    }
    NULL_LIST_ITEM {
        name: "null-list-item",
        summary: "list item is null",
        severity: Error,
        since: "0.1.0",
    }
    NUMBER_OUT_OF_RANGE {
        name: "number-out-of-range",
        summary: "number is out of range for its field",
        severity: Error,
        since: "0.1.0",
    }
    QUANTITY_INVALID {
        name: "quantity-invalid",
        summary: "invalid quantity",
        severity: Error,
        since: "0.1.0",
    }
    REQUIRED_FIELD_EMPTY {
        name: "required-field-empty",
        summary: "required field is empty",
        severity: Error,
        since: "0.1.0",
    }
    REQUIRED_FIELD_MISSING {
        name: "required-field-missing",
        summary: "required field is missing",
        severity: Error,
        since: "0.1.0",
    }
    SELECTOR_REQUIREMENT_VALUES {
        name: "selector-requirement-values",
        summary: "selector requirement has the wrong number of values for its operator",
        severity: Error,
        since: "0.1.0",
    }
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    if !is_of_definition(problem) {
        report(problem, cx);
    }
}

/// Whether the value breaks the schema of a CustomResourceDefinition, which a separate rule reports.
pub(super) fn is_of_definition(problem: &Problem<'_>) -> bool {
    let is_of_schema = matches!(
        problem.kind,
        ProblemKind::Value(_)
            | ProblemKind::DuplicateItem {
                is_enforced: true,
                ..
            }
            | ProblemKind::Missing(_)
    );
    problem.is_custom && is_of_schema
}

/// The rule that reports the problem: `own`, unless the object breaks its CustomResourceDefinition.
fn rule_of(problem: &Problem<'_>, own: &'static RuleDefinition) -> &'static RuleDefinition {
    match is_of_definition(problem) {
        true => &custom_resource_invalid::RULE,
        false => own,
    }
}

pub(super) fn report(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let (node, field) = (problem.node, problem.field);
    match &problem.kind {
        ProblemKind::Value(values) => not_in_enum(problem, values, cx),
        ProblemKind::LabelKey(_) | ProblemKind::LabelValue(_) => invalid_label(problem, cx),
        ProblemKind::NotName(..) => invalid_name(problem, cx),
        ProblemKind::Requirement(fault) => requirement(node, *fault, cx),
        ProblemKind::DuplicateItem {
            first,
            keys,
            is_enforced,
        } => duplicate(problem, *first, keys, *is_enforced, cx),
        ProblemKind::NullItem { list, missing } => {
            if is_left_to_another_rule(&NULL_LIST_ITEM, field) {
                return;
            }
            let fix = cx.remove_item(*list, node, Applicability::Unsafe);
            let (level, note) = match missing {
                Some(name) => (
                    level_unless_patched(cx),
                    format!(
                        "the API server turns null into an item without fields and rejects it (422, `{name}: Required value`)"
                    ),
                ),
                None => (
                    Severity::Warning,
                    "the API server turns null into an item without fields and validates that item"
                        .to_owned(),
                ),
            };
            let finding = cx
                .as_rule(&NULL_LIST_ITEM)
                .report(node, format!("an item of `{field}` is null"));
            if let (Some(name), Some(field)) = (missing, &mut finding.field) {
                // The API server names the missing field.
                *field = format!("{field}.{name}");
            }
            finding
                .at_most(level)
                .note(note)
                .help("remove the item")
                .fix(fix);
        }
        ProblemKind::OutOfRange(low, high) => {
            let limits = match (*low, *high) {
                (0, i64::MAX) => "must not be negative".to_owned(),
                (low, i64::MAX) => format!("must be at least {low}"),
                (low, high) => format!("must be between {low} and {high}"),
            };
            let message = format!("{} {limits}", subject(problem, cx));
            let is_mode = field.to_ascii_lowercase().ends_with("mode");
            cx.as_rule(&NUMBER_OUT_OF_RANGE)
                .report(node, message)
                .note("the API server rejects the object (422, `Invalid value`)")
                .help(if is_mode {
                    "use an octal file mode with a leading 0: `0644`"
                } else {
                    "use a number in this range"
                });
        }
        ProblemKind::Negative => {
            let message = format!("{} must not be negative", subject(problem, cx));
            cx.as_rule(&QUANTITY_INVALID)
                .report(node, message)
                .note(
                    "the API server rejects the object (422, `must be greater than or equal to 0`)",
                )
                .help("use a quantity of 0 or more");
        }
        ProblemKind::NotQuantity => {
            let message = format!("{} is not a valid quantity", subject(problem, cx));
            let (help, fix) = quantity_meant(problem, cx);
            cx.as_rule(&QUANTITY_INVALID)
                .report(node, message)
                .note("the API server cannot decode the object: `quantities must match the regular expression`")
                .help(help)
                .fix(fix);
        }
        ProblemKind::Empty => {
            let level = level_unless_patched(cx);
            cx.as_rule(&REQUIRED_FIELD_EMPTY)
                .report(node, format!("required field `{field}` is empty"))
                .at_most(level)
                .note(format!(
                    "the API server treats an empty value as missing and rejects the object (422, `{field}: Required value`)"
                ))
                .help(format!("set a value for `{field}`"));
        }
        ProblemKind::Missing(name) => {
            let level = level_of_lack(problem, cx);
            let (help, fix) = usual_value(node, name, cx);
            let finding = cx
                .as_rule(rule_of(problem, &REQUIRED_FIELD_MISSING))
                .report_missing(node, format!("required field `{name}` is missing"));
            // The API server names the missing field.
            finding.field = finding.field.take().map(|field| match &*field {
                "" => (*name).to_owned(),
                _ => format!("{field}.{name}"),
            });
            finding
                .at_most(level)
                .note(format!(
                    "the API server rejects the object (422, `{name}: Required value`)"
                ))
                .help(help)
                .fix(fix);
        }
        ProblemKind::NoName => {
            let finding = cx
                .as_rule(&REQUIRED_FIELD_MISSING)
                .report_missing(node, "object has no name");
            finding.field = Some("metadata.name".to_owned());
            finding
                .note("kubectl fails with `resource name may not be empty`, and no webhook can add a name")
                .help("add `name` to `metadata`");
        }
        _ => {}
    }
}

/// Level for something that is missing, and that the cluster may add.
pub(super) fn level_of_lack(problem: &Problem<'_>, cx: &RuleContext<'_>) -> Severity {
    let kinds = cx.workspace.custom_kinds(cx.file_id);
    let object = cx.object.filter(|_| problem.is_custom);
    let may_be_added = object.is_some_and(|(_, object)| {
        let name = object.group().zip(object.kind.value());
        name.is_none_or(|(group, kind)| kinds.may_complete(group, kind))
            || cx.workspace.may_have_more("MutatingWebhookConfiguration")
    });
    match may_be_added {
        true => Severity::Warning,
        false => level_unless_patched(cx),
    }
}

/// Level for a field that a patch may set.
fn level_unless_patched(cx: &RuleContext<'_>) -> Severity {
    match cx.workspace.is_built_by_kustomize(cx.file_id) {
        true => Severity::Warning,
        false => Severity::Error,
    }
}

fn not_in_enum(problem: &Problem<'_>, values: &[&str], cx: &mut RuleContext<'_>) {
    if is_left_to_another_rule(&ENUM_VALUE_INVALID, problem.field) {
        return;
    }
    let tree = cx.tree();
    let kind = tree.kind(problem.node);
    let (value, is_text) = match tree.scalar(problem.node) {
        Scalar::Str(value) => (value, true),
        // The enum of a custom resource may list values of any type.
        _ if kind.is_scalar() => (tree.source_text(problem.node).into(), false),
        _ => ("an unsupported value".into(), false),
    };
    let meant = cx.nearest_value(problem.node, &value, values);
    let meant = meant.filter(|_| is_text);
    let what = subject(problem, cx);
    let cx = cx.as_rule(rule_of(problem, &ENUM_VALUE_INVALID));
    let finding = if kind.is_scalar() {
        cx.report(problem.node, format!("invalid value `{value}` for {what}"))
    } else {
        cx.report_missing(problem.node, format!("{what} has {value}"))
    };
    finding
        .note(format!(
            "the API server rejects the object (422, `Unsupported value`); supported values: {}",
            quoted(values)
        ))
        .meant(meant, use_name, format!("use one of {}", quoted(values)));
}

fn invalid_label(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let tree = cx.tree();
    let (node, field) = (problem.node, problem.field);
    let (error, text, what, help) = match &problem.kind {
        ProblemKind::LabelKey(error) => (
            error,
            tree.key_text(node),
            if field == "annotations" {
                "annotation key"
            } else {
                "label key"
            },
            QUALIFIED_NAME,
        ),
        ProblemKind::LabelValue(error) => (
            error,
            tree.decoded(node),
            "label value",
            "use letters, digits, and inner `-`, `_` and `.`, at most 63 characters",
        ),
        _ => return,
    };
    let message = format!("invalid {what} `{text}`: it {}", error.kind);
    let is_of_claim = is_of_claim_template(node, cx);
    let report = cx
        .as_rule(&LABEL_INVALID)
        .report_within(node, error.at.clone(), message);
    match is_of_claim {
        true => report.at_most(Severity::Warning).note(
            "the API server accepts the StatefulSet, but rejects the claims, and no Pod is created (event `FailedCreate`)",
        ),
        false => report.note(format!(
            "the API server rejects the object (422, `{field}: Invalid value`)"
        )),
    }
    .help(help);
}

/// Whether the node is in a `volumeClaimTemplates`, whose metadata the API server does not validate
/// (`validateVolumeClaimTemplates` in `pkg/apis/apps/validation`).
fn is_of_claim_template(node: NodeId, cx: &RuleContext<'_>) -> bool {
    let Some((_, object)) = cx.object.filter(|(_, it)| it.is("apps", "StatefulSet")) else {
        return false;
    };
    let spec = Value::new(cx.tree(), object.node).get("spec");
    let templates = spec.get("volumeClaimTemplates");
    let at = cx.tree().span(node).start as usize;
    templates.is_set() && cx.tree().span(templates.node).range().contains(&at)
}

const QUALIFIED_NAME: &str = "use letters, digits, and inner `-`, `_` and `.`, at most 63 characters, with an optional \
                              prefix of a DNS subdomain and `/`";

fn invalid_name(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let (ProblemKind::NotName(kind, error), Scalar::Str(text)) =
        (&problem.kind, cx.tree().scalar(problem.node))
    else {
        return;
    };
    let (what, help) = match kind {
        NameKind::Label => (
            "RFC 1123 label",
            "use lowercase letters, digits and inner `-`, at most 63 characters",
        ),
        NameKind::Subdomain => (
            "RFC 1123 subdomain",
            "use lowercase letters, digits, and inner `-` and `.`, at most 253 characters",
        ),
        NameKind::Qualified => ("label key", QUALIFIED_NAME),
        NameKind::Port => (
            "port name",
            "use lowercase letters, digits and single inner `-`, at least one letter and at most 15 characters",
        ),
        NameKind::Header => ("header name", "use letters, digits and `-`"),
        NameKind::Key => (
            "ConfigMap or Secret key",
            "use letters, digits, `-`, `_` and `.`, and do not start with `..`",
        ),
        NameKind::Variable => (
            "environment variable prefix",
            "use printable ASCII characters except `=`",
        ),
    };
    let subject = subject(problem, cx);
    let message = format!("{subject} is not a valid {what}: `{text}` {}", error.kind);
    let help = match valid_name(&text, *kind) {
        Some(name) => format!("{help}: `{name}`"),
        None => help.to_owned(),
    };
    cx.as_rule(&NAME_INVALID)
        .report_within(problem.node, error.at.clone(), message)
        .note("the API server rejects the object (422, `Invalid value`)")
        .help(help);
}

fn requirement(node: NodeId, fault: RequirementFault, cx: &mut RuleContext<'_>) {
    let (message, note, help) = match fault {
        RequirementFault::None => (
            "`In` and `NotIn` require at least one value",
            "`values: Required value: must be specified when `operator` is 'In' or 'NotIn'`",
            "add `values`, or use `operator: Exists` to match any value",
        ),
        RequirementFault::Some => (
            "`Exists` and `DoesNotExist` do not allow values",
            "`values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'`",
            "use `operator: In` to match these values, or remove `values` to match any",
        ),
        RequirementFault::NotOne => (
            "`Gt` and `Lt` require exactly one value",
            "`values: Required value: must be specified single value when `operator` is 'Lt' or 'Gt'`",
            "set `values` to a list with one quoted number",
        ),
    };
    cx.as_rule(&SELECTOR_REQUIREMENT_VALUES)
        .report_missing(node, message)
        .note(format!("the API server rejects the object (422, {note})"))
        .help(help);
}

fn duplicate(
    problem: &Problem<'_>,
    first: NodeId,
    keys: &str,
    is_enforced: bool,
    cx: &mut RuleContext<'_>,
) {
    let (node, field, tree) = (problem.node, problem.field, cx.tree());
    if is_left_to_another_rule(&LIST_MAP_KEY_DUPLICATE, field) {
        return;
    }
    let verb = if tree.kind(tree.resolve(node)).is_mapping() {
        "have"
    } else {
        "are"
    };
    let (level, note) = if is_enforced {
        (
            Severity::Error,
            "the API server rejects the object (422, `Duplicate value`)",
        )
    } else {
        (
            Severity::Warning,
            "the API server returns a warning, and a later apply may change the wrong item",
        )
    };
    let place = cx.key_place(first);
    cx.as_rule(rule_of(problem, &LIST_MAP_KEY_DUPLICATE))
        .report_missing(node, format!("two items of `{field}` {verb} `{keys}`"))
        .label("second item")
        .related(place, "first item")
        .at_most(level)
        .note(note)
        .help("give one of the items another key, or merge the two");
}

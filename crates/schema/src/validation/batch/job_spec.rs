//! `ValidateJobSpec`.

use podwright_model::name::qualified_name;

use super::super::errors::Errors;
use super::super::names::{QUALIFIED_HELP, check, nonnegative};
use super::super::pod::{self, Template};
use super::super::value::{Value, read};
use super::domain_prefixed_path;

/// `maxParallelismForIndexedJob` and `maxFailedIndexesForIndexedJob`.
const MAX_INDEXED: i64 = 100_000;
/// `completionsSoftLimit`.
const MANY_COMPLETIONS: i64 = 100_000;
/// `parallelismLimitForHighCompletions` and `maxFailedIndexesLimitForHighCompletions`.
const MAX_WITH_MANY_COMPLETIONS: i64 = 10_000;

/// `validateJobSpec`. The rule `restart-policy-not-allowed` reports restart policies.
pub(super) fn job_spec(spec: Value<'_>, e: &mut Errors) {
    if !spec.is_mapping() {
        return;
    }
    read!(spec => completions, parallelism, per_index = "backoffLimitPerIndex", failed = "maxFailedIndexes",
        managed_by = "managedBy", mode = "completionMode", failure = "podFailurePolicy",
        success = "successPolicy", replacement = "podReplacementPolicy", template);
    nonnegative(per_index, e);
    nonnegative(failed, e);
    if failed.is_set() && per_index.is_absent() {
        e.since(29, |e| {
            e.required(per_index, "when `maxFailedIndexes` is set");
        });
    }
    if managed_by.is_set() {
        domain_prefixed_path(managed_by, e);
        if managed_by.text().is_some_and(|text| text.len() > 63) {
            e.too_long(managed_by, 63);
        }
    }
    // Both are 1 if both are absent.
    let has_completions = !completions.is_absent() || parallelism.is_absent();
    let is_indexed = mode.is("Indexed");
    if is_indexed {
        indexed(
            completions,
            parallelism,
            per_index,
            failed,
            has_completions,
            e,
        );
    } else if mode.is_absent() || mode.is("NonIndexed") {
        for field in [per_index, failed] {
            if field.is_set() {
                e.invalid(
                    field,
                    "is allowed only when `completionMode` is `Indexed`",
                    "set `completionMode: Indexed`",
                );
            }
        }
    }
    if failure.is_set() {
        failure_policy(failure, template, per_index, e);
        let policy = template.get("spec").get("restartPolicy");
        if policy.is("OnFailure") {
            e.invalid(
                policy,
                "must be `Never` when `podFailurePolicy` is set",
                "use `Never`",
            );
        }
        if replacement.is("TerminatingOrFailed") {
            e.not_supported(replacement, &["Failed"]);
        }
    }
    if success.is_set() {
        if is_indexed {
            success_policy(success, completions, has_completions, e);
        } else if mode.is_absent() || mode.is("NonIndexed") {
            e.invalid(
                success,
                "is allowed only when `completionMode` is `Indexed`",
                "set `completionMode: Indexed`",
            );
        }
    }
    if template.is_set() {
        pod::template(template, Template::default(), e);
    }
}

fn indexed(
    completions: Value<'_>,
    parallelism: Value<'_>,
    per_index: Value<'_>,
    failed: Value<'_>,
    has_completions: bool,
    e: &mut Errors,
) {
    if !has_completions {
        e.required(completions, "when `completionMode` is `Indexed`");
    }
    let at_most = |field: Value<'_>, most: i64, e: &mut Errors| {
        if field.int().is_some_and(|number| number > most) {
            e.invalid(
                field,
                format!("must be at most {most}"),
                format!("use {most} or less"),
            );
        }
    };
    at_most(parallelism, MAX_INDEXED, e);
    let count = if completions.is_absent() {
        has_completions.then_some(1)
    } else {
        completions.int()
    };
    if let (Some(count), Some(failed_count)) = (count, failed.int())
        && failed_count > count
    {
        e.invalid(
            failed,
            "must be at most `completions`",
            format!("use {count} or less"),
        );
    }
    at_most(failed, MAX_INDEXED, e);
    if count.is_some_and(|count| count > MANY_COMPLETIONS) && per_index.is_set() {
        if failed.is_absent() {
            e.required(
                failed,
                format!("when `completions` is above {MANY_COMPLETIONS}"),
            );
        }
        at_most(parallelism, MAX_WITH_MANY_COMPLETIONS, e);
        at_most(failed, MAX_WITH_MANY_COMPLETIONS, e);
    }
}

/// `validatePodFailurePolicy`.
fn failure_policy(policy: Value<'_>, template: Value<'_>, per_index: Value<'_>, e: &mut Errors) {
    let rules = policy.get("rules");
    if rules.len() > 20 {
        e.too_many(rules, 20);
    }
    for rule in rules.items() {
        read!(rule => action, codes = "onExitCodes", conditions = "onPodConditions");
        if action.is("FailIndex") && per_index.is_absent() {
            e.since(29, |e| {
                e.invalid(
                    action,
                    "can be `FailIndex` only when `backoffLimitPerIndex` is set",
                    "set `backoffLimitPerIndex`",
                );
            });
        }
        if codes.is_set() {
            exit_codes(codes, template, e);
        }
        let many = conditions.len();
        if many > 20 {
            e.too_many(conditions, 20);
        }
        for condition in conditions.items() {
            read!(condition => kind = "type", status);
            check(kind, qualified_name, "a qualified name", QUALIFIED_HELP, e);
            if status.is_none_of(&["", "True", "False", "Unknown"]) {
                e.not_supported(status, &["True", "False", "Unknown"]);
            }
        }
        if codes.is_unknown() || conditions.is_unknown() {
            continue;
        }
        match (codes.is_set(), many > 0) {
            (true, true) => {
                e.invalid(
                    rule,
                    "cannot have both `onExitCodes` and `onPodConditions`",
                    "use a rule for each",
                );
            }
            (false, false) => {
                e.invalid(
                    rule,
                    "has neither `onExitCodes` nor `onPodConditions`",
                    "add `onExitCodes`",
                );
            }
            _ => {}
        }
    }
}

/// `validatePodFailurePolicyRuleOnExitCodes`.
fn exit_codes(codes: Value<'_>, template: Value<'_>, e: &mut Errors) {
    read!(codes => operator, container = "containerName", values);
    let spec = template.get("spec");
    if let (true, Some(name)) = (container.is_set(), container.text()) {
        let mut names = spec
            .get("containers")
            .items()
            .chain(spec.get("initContainers").items())
            .map(|container| container.get("name"));
        if names.all(|own| own.text().is_some_and(|own| own != name)) {
            e.invalid(
                container,
                "names no container of the template",
                "use the name of a container",
            );
        }
    }
    if values.is_empty() {
        e.invalid(values, "has no values", "add at least one exit code");
    } else if values.len() > 255 {
        e.too_many(values, 255);
    }
    let mut last = i64::MIN;
    let mut is_ordered = true;
    let mut seen = rustc_hash::FxHashSet::default();
    for value in values.items() {
        let Some(code) = value.int() else { return };
        if code == 0 && operator.is("In") {
            e.invalid(value, "cannot be 0 for the operator `In`", "remove the 0");
        }
        if !seen.insert(code) {
            e.duplicate(value, None);
        }
        is_ordered &= last <= code;
        last = code;
    }
    if !is_ordered {
        e.invalid(values, "must be in ascending order", "sort the values");
    }
}

/// `validateSuccessPolicy`.
fn success_policy(
    policy: Value<'_>,
    completions: Value<'_>,
    has_completions: bool,
    e: &mut Errors,
) {
    let rules = policy.get("rules");
    if rules.is_empty() {
        e.required(rules, "");
    }
    if rules.len() > 20 {
        e.too_many(rules, 20);
    }
    let total = if completions.is_absent() {
        has_completions.then_some(1)
    } else {
        completions.int()
    };
    for rule in rules.items() {
        read!(rule => count = "succeededCount", indexes = "succeededIndexes");
        if count.is_absent() && indexes.is_absent() {
            e.required(count, "unless `succeededIndexes` is set")
                .help("add `succeededCount` or `succeededIndexes`");
        }
        nonnegative(count, e);
        let mut listed = None;
        if let (true, Some(text), Some(total)) = (indexes.is_set(), indexes.text(), total) {
            if text.len() > 64 * 1024 {
                e.too_long(indexes, 64 * 1024);
            }
            listed = self::indexes(&text, total);
            if listed.is_none() {
                e.invalid(
                    indexes,
                    "must be a list of indexes below `completions` in ascending order",
                    "use numbers and ranges as in `0,2-4`",
                );
            }
        }
        for (most, what) in [(total, "`completions`"), (listed, "the number of indexes")] {
            if let (Some(most), Some(number)) = (most, count.int())
                && number > most
            {
                e.invalid(
                    count,
                    format!("must be at most {what}"),
                    format!("use {most} or less"),
                );
                break;
            }
        }
    }
}

/// `validateIndexesFormat`: the number of indexes, or `None` if the text is not valid.
fn indexes(text: &str, completions: i64) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let mut last: Option<i64> = None;
    let mut count = 0;
    for part in text.split(',') {
        let mut limits = part.split('-');
        let number = |text: &str| text.parse::<i32>().ok().map(i64::from);
        let first = number(limits.next()?)?;
        let end = limits.next().map_or(Some(first), number)?;
        let is_range = part.contains('-');
        if limits.next().is_some()
            || last.is_some_and(|last| last >= first)
            || first >= completions
            || end >= completions
            || (is_range && first >= end)
        {
            return None;
        }
        last = Some(end);
        count += end - first + 1;
    }
    Some(count)
}

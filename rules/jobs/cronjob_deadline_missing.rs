use podwright_model::Object;
use podwright_rule::{RuleContext, Severity, declare_rule};
use podwright_schema::Value;

declare_rule! {
    name: "cronjob-deadline-missing",
    summary: "CronJob may miss its schedule",
    severity: Warning,
    since: "0.1.0",
    profile: Strict,
    hooks: { object: check },
}

/// The controller looks at a CronJob at least this often, in seconds (`pkg/controller/cronjob/cronjob_controllerv2.go`).
const INTERVAL: i64 = 10;

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    if !object.is("batch", "CronJob") || cx.is_partial() {
        return;
    }
    let spec = Value::new(cx.tree(), object.node).get("spec");
    let field = spec.get("startingDeadlineSeconds");
    if let Some(seconds) = field
        .int()
        .filter(|seconds| (0..INTERVAL).contains(seconds))
    {
        cx.report_value(
            field,
            format!("deadline of {seconds} s is shorter than the controller's interval"),
        )
        .note("the controller looks at a CronJob every 10 s and may not start its Job at all")
        .help("use at least 10, better 60 or more");
        return;
    }
    let is_each_minute = spec
        .get("schedule")
        .text()
        .is_some_and(|text| runs_each_minute(&text));
    if field.is_absent() && is_each_minute && spec.get("concurrencyPolicy").is("Forbid") {
        cx.report_value(field, "CronJob of each minute does not set `startingDeadlineSeconds`")
            .at_most(Severity::Info)
            .note(
                "while a Job runs, the starts after it are missed; after more than 100 missed ones the controller warns \
                 (`TooManyMissedTimes`)",
            )
            .help("set `startingDeadlineSeconds`, such as `120`");
    }
}

/// Whether a schedule has a start in each minute.
fn runs_each_minute(schedule: &str) -> bool {
    let fields: Vec<&str> = schedule.split_ascii_whitespace().collect();
    match fields.as_slice() {
        ["@every", duration] => matches!(*duration, "1m" | "60s" | "30s"),
        [minute, rest @ ..] => {
            rest.len() == 4
                && matches!(*minute, "*" | "*/1")
                && rest.iter().all(|field| *field == "*")
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::runs_each_minute;

    #[test]
    fn only_schedules_without_gaps() {
        assert!(runs_each_minute("* * * * *"));
        assert!(runs_each_minute("*/1 * * * *"));
        assert!(!runs_each_minute("*/5 * * * *"));
        assert!(!runs_each_minute("* 3 * * *"));
        assert!(!runs_each_minute("@hourly"));
        assert!(!runs_each_minute(""));
    }
}

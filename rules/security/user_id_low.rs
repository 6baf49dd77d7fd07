use super::{context, named};
use podwright_model::Container;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "user-id-low",
    summary: "user or group ID that may belong to a user of the node",
    severity: Info,
    since: "0.1.0",
    profile: Strict,
    hooks: { container: check },
    options: {
        /// Lowest ID that is not reported.
        threshold: i64 = 10_000,
    },
}

fn check(container: &Container, cx: &mut RuleContext<'_>) {
    let threshold = cx.options::<Options>().threshold;
    let Some(context) = context(container, cx).filter(|context| !context.is_on_windows()) else {
        return;
    };
    for (name, what, least) in [("runAsUser", "user", 1), ("runAsGroup", "group", 0)] {
        let field = context.effective(name);
        // `run-as-root` reports the user 0.
        let Some(id) = field.int().filter(|id| (least..threshold).contains(id)) else {
            continue;
        };
        let message = format!("{} runs with the {what} ID {id}", named(container));
        cx.report_value(field, message)
            .note(format!(
                "the node may have a {what} with this ID, whose files a process outside of the container can use"
            ))
            .help(format!("use an ID of {threshold} or more"));
    }
}

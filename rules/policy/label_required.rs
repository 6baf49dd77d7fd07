use super::required::{self, Kept, Required};
use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "label-required",
    summary: "object does not have a label that the organization requires",
    severity: Warning,
    since: "0.1.0",
    profile: Policy,
    hooks: { object: check },
    options: {
        /// Labels that objects must have. The rule reports nothing if there are none.
        labels: Vec<Required> = Vec::new(),
    },
}

const KEPT: Kept = Kept {
    field: "labels",
    noun: "label",
};

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let required = &cx.options::<Options>().labels;
    required::check(object, required, KEPT, cx);
}

use super::required::{self, Kept, Required};
use podwright_model::Object;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "annotation-required",
    summary: "object does not have an annotation that the organization requires",
    severity: Warning,
    since: "0.1.0",
    profile: Policy,
    hooks: { object: check },
    options: {
        /// Annotations that objects must have. The rule reports nothing if there are none.
        annotations: Vec<Required> = Vec::new(),
    },
}

const KEPT: Kept = Kept {
    field: "annotations",
    noun: "annotation",
};

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let required = &cx.options::<Options>().annotations;
    required::check(object, required, KEPT, cx);
}

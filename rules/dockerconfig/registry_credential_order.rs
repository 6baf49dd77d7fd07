use super::each_lookup;
use podwright_model::Pod;
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "registry-credential-order",
    summary: "several credentials match an image",
    severity: Warning,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    each_lookup(pod, cx, |image, _, lookup, cx| {
        let tried = &lookup.tried;
        let is_empty = |at: usize| {
            tried[at]
                .entry
                .credential
                .as_ref()
                .is_some_and(|credential| credential.is_empty())
        };
        let [first, second, ..] = tried.as_slice() else {
            return;
        };
        let names: Vec<String> = tried
            .iter()
            .map(|tried| format!("`{}`", tried.entry.registry))
            .collect();
        let is_anonymous_first = is_empty(0) && !is_empty(1);
        let message = if is_anonymous_first {
            format!(
                "entry of {} is tried first, but has no credential",
                names[0]
            )
        } else {
            format!(
                "{} credentials match this image: {}",
                tried.len(),
                names.join(", then ")
            )
        };
        let finding = cx.report_image(image, 0..0, message);
        finding
            .related(first.entry.origin.place, "tried first")
            .related(second.entry.origin.place, "tried next")
            .note(
                "the kubelet tries them in order until a pull succeeds: image pull secrets before node \
                 credentials, each in reverse alphabetical order of the registry keys",
            );
        if first.is_order_random {
            finding.note("the order of equal keys in one document is random");
        }
        if is_anonymous_first {
            finding.help("remove the empty entry");
        } else {
            finding
                .at_most(Severity::Info)
                .help("if the others are not needed, keep only the one for this image");
        }
    });
}

use podwright_model::{Field, KubernetesVersion, Pod, PodOrigin};
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "image-volume-empty-reference",
    summary: "image volume has no image",
    severity: Error,
    since: "0.1.0",
    hooks: { pod: check },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    // Earlier releases drop image volumes.
    if cx.is_partial() || cx.is_custom() || !cx.versions.any_since(KubernetesVersion(35)) {
        return;
    }
    let is_certain = cx.versions.all_since(KubernetesVersion(35));
    for volume in &pod.image_volumes {
        let message = "image volume has no image";
        let finding = match &volume.reference {
            Field::Missing => cx.report_missing(volume.node, message),
            Field::Null(node) => cx.report_missing(*node, message),
            Field::Value(text, node) if text.is_empty() => cx.report(*node, message),
            _ => continue,
        };
        if !is_certain {
            finding.at_most(Severity::Warning);
        }
        match pod.origin {
            PodOrigin::Pod => {
                finding.note("the API server rejects the Pod (422, `image.reference: Required value`)")
            }
            _ => finding.at_most(Severity::Warning).note(
                "the API server accepts the template, but rejects every Pod created from it unless a controller \
                 or webhook sets the image",
            ),
        };
        finding.help("set the image in `reference`");
    }
}

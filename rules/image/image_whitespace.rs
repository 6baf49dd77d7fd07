use super::{kubelet_note, refusal, report_refusal};
use podwright_cluster::workspace::{ImageSource, ImageUse};
use podwright_model::PodOrigin;
use podwright_model::image::{ImageConcern, ImageErrorKind};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-whitespace",
    summary: "image contains whitespace",
    severity: Error,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(refusal) = refusal(image, ImageConcern::Whitespace, cx) else {
        return;
    };
    // An operator fills in the image.
    if refusal.error.kind == ImageErrorKind::Blank && cx.is_custom() {
        return;
    }
    let note = api_note(image).map_or_else(|| kubelet_note(image, refusal), str::to_owned);
    let there = image.text.get(refusal.error.at.clone()).unwrap_or("");
    let unseen = there.chars().find(|&c| c != ' ').map(name);
    let finding = report_refusal(image, refusal, "set `image`", cx).note(note);
    if let Some(name) = unseen {
        finding.label(name);
    }
}

/// Describes how the API server rejects the image, or returns `None` if it accepts it. The API server trims Unicode
/// whitespace and checks only containers, and only in Pods.
fn api_note(image: &ImageUse<'_>) -> Option<&'static str> {
    if image.text.trim() == image.text || matches!(image.source, ImageSource::Volume(_)) {
        return None;
    }
    match image.pod.origin {
        PodOrigin::Pod => Some(
            "the API server rejects the Pod (422, `must not have leading or trailing whitespace`)",
        ),
        PodOrigin::Template => Some(
            "the API server accepts the template, but rejects every Pod created from it (event `FailedCreate`, \
             `must not have leading or trailing whitespace`)",
        ),
        PodOrigin::Custom => None,
    }
}

fn name(c: char) -> String {
    match c {
        '\n' => "line break".to_owned(),
        '\r' => "carriage return".to_owned(),
        '\t' => "tab".to_owned(),
        c => format!("U+{:04X}", u32::from(c)),
    }
}

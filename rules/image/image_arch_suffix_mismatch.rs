use super::arch::{named_architecture, required_architecture};
use super::lasting;
use podwright_cluster::workspace::ImageUse;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-arch-suffix-mismatch",
    summary: "image architecture does not match the node",
    severity: Warning,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(reference) = lasting(image, cx) else {
        return;
    };
    let Some((named, at)) = named_architecture(reference, &image.text) else {
        return;
    };
    let Some(required) = required_architecture(image.pod, cx).filter(|one| one.name != named)
    else {
        return;
    };
    let wanted = &required.name;
    cx.report_image(image, at, format!("image for `{named}` on nodes with architecture `{wanted}`"))
        .related(required.place, format!("the Pod runs only on `{wanted}` nodes"))
        .note("the container exits at once with `exec format error`, unless the node emulates the other architecture")
        .help(format!("use the image for `{wanted}`, or the one without an architecture in its name"));
}

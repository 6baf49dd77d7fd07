use super::{lasting, pull_policy};
use podwright_cluster::{pull::PullPolicy, workspace::ImageUse};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-missing-digest",
    summary: "image is not pinned by a digest",
    severity: Info,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(reference) = lasting(image, cx) else {
        return;
    };
    // An image that is never pulled was loaded into the node by hand and often has no digest there.
    if reference.digest.is_some() || pull_policy(image, cx) == Some(PullPolicy::Never) {
        return;
    }
    let text = &image.text;
    let message = format!("image `{text}` is not pinned by a digest");
    cx.report_image(image, 0..text.len(), message)
        .note(
            "a tag can be pushed again; a digest identifies the content, and the runtime verifies it",
        )
        .help(format!(
            "add the digest from the registry: `{text}@sha256:…`"
        ));
}

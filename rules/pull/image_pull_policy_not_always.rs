use podwright_cluster::pull::{PullPolicy, effective};
use podwright_cluster::workspace::{ImageSource, ImageUse};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-pull-policy-not-always",
    summary: "pull policy of an image without a digest is not `Always`",
    severity: Info,
    since: "0.1.0",
    profile: Policy,
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    if cx.is_partial() || cx.is_custom() {
        return;
    }
    let Ok(reference) = image.for_all(cx.versions) else {
        return;
    };
    let effective = effective(image.pull_policy(), &image.text, cx.versions.newest);
    let Ok(Some(effective)) = effective else {
        return;
    };
    // A digest always means the same content.
    if reference.digest.is_some() || effective.policy == PullPolicy::Always {
        return;
    }
    let key = match image.source {
        ImageSource::Container(_) => "imagePullPolicy",
        ImageSource::Volume(_) => "pullPolicy",
    };
    cx.report_image(image, 0..image.text.len(), "pull policy is not `Always`")
        .note("a node that has the image does not ask the registry what the tag means now")
        .help(format!("set `{key}: Always`, or use a digest"));
}

use podwright_cluster::pull::{PolicyReason, PullPolicy, effective};
use podwright_cluster::workspace::{ImageSource, ImageUse};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "pull-policy-implicit-always",
    summary: "pull policy is not set and defaults to `Always`",
    severity: Info,
    since: "0.1.0",
    profile: Strict,
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    if cx.is_partial() || cx.is_custom() {
        return;
    }
    let Ok(Some(effective)) = effective(image.pull_policy(), &image.text, cx.versions.newest)
    else {
        return;
    };
    if effective.policy != PullPolicy::Always || effective.reason == PolicyReason::Written {
        return;
    }
    let key = match image.source {
        ImageSource::Container(_) => "imagePullPolicy",
        ImageSource::Volume(_) => "pullPolicy",
    };
    cx.report_image(
        image,
        0..image.text.len(),
        "pull policy defaults to `Always`",
    )
    .note(format!(
        "{}; the API server stores the default, and it stays when the tag changes later",
        effective.reason.describe()
    ))
    .help(format!("set `{key}: Always`, or the policy that you want"));
}

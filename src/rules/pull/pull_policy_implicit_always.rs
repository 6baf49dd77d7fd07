use crate::cluster::pull::{PolicyReason, PullPolicy, effective};
use crate::finding::Level;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::{ImageSource, ImageUse};

/// Options of `pull-policy-implicit-always`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PullPolicyImplicitAlways {}

impl Rule for PullPolicyImplicitAlways {
    const META: Meta = Meta {
        name: "pull-policy-implicit-always",
        chapter: "pull",
        summary: "pull policy is not set and defaults to `Always`",
        page: include_str!("../../../rules/pull/pull-policy-implicit-always.md"),
        level: Level::Info,
        since: "0.1.0",
    };
    const OPT_IN: bool = true;
}

impl Check for PullPolicyImplicitAlways {
    fn image(&self, image: &ImageUse<'_>, cx: &mut Cx<'_>) {
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
}

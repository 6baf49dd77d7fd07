use crate::cluster::keyring::{Attempt, PodKeyring};
use crate::cluster::pull::{PullPolicy, VERIFICATION_SINCE, effective};
use crate::finding::Level;
use crate::model::ImageReference;
use crate::rule::{Check, Cx, Meta, Rule};
use crate::workspace::ImageUse;

/// Options of `pull-policy-multitenant`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PullPolicyMultitenant {}

impl Rule for PullPolicyMultitenant {
    const META: Meta = Meta {
        name: "pull-policy-multitenant",
        chapter: "pull",
        summary: "other tenants of the node can run a private image",
        page: include_str!("../../../rules/pull/pull-policy-multitenant.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

impl Check for PullPolicyMultitenant {
    fn image(&self, image: &ImageUse<'_>, cx: &mut Cx<'_>) {
        let Some((id, _)) = cx.object else {
            return;
        };
        if cx.is_partial() || cx.versions.all_since(VERIFICATION_SINCE) {
            return;
        }
        let policy = effective(image.pull_policy(), &image.text, cx.versions.newest);
        let is_kept = matches!(policy, Ok(Some(one)) if one.policy == PullPolicy::IfNotPresent);
        let Ok(reference) = ImageReference::parse(&image.text, cx.versions.newest) else {
            return;
        };
        if !is_kept {
            return;
        }
        let ring = PodKeyring::new(cx.workspace, id, image.pod, None);
        let lookup = ring.lookup(&reference.repository(), cx.versions.newest);
        let Some(first) = lookup
            .tried
            .first()
            .filter(|_| lookup.attempt == Attempt::Credentials)
        else {
            return;
        };
        let place = first.held.origin.place;
        cx.report_image(image, reference.at.name(), "any Pod on the node can run this image without credentials")
            .related(place, "the image is pulled with these credentials")
            .note(
                "before 1.35 the kubelet does not check credentials for an image that the node already has; any Pod on the \
                 same node that names the image can run it",
            )
            .help("if tenants share nodes, use `Always` or enable the admission plugin `AlwaysPullImages`");
    }
}

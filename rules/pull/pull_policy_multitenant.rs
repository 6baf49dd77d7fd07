use podwright_cluster::keyring::{Attempt, PodKeyring};
use podwright_cluster::pull::{PullPolicy, VERIFICATION_SINCE, effective};
use podwright_cluster::workspace::ImageUse;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "pull-policy-multitenant",
    summary: "other tenants of the node can run a private image",
    severity: Info,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object else {
        return;
    };
    if cx.is_partial() || cx.versions.all_since(VERIFICATION_SINCE) {
        return;
    }
    let policy = effective(image.pull_policy(), &image.text, cx.versions.newest);
    let is_kept = matches!(policy, Ok(Some(one)) if one.policy == PullPolicy::IfNotPresent);
    let Some(reference) = image.for_newest(cx.versions) else {
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
    let place = first.entry.origin.place;
    cx.report_image(image, reference.at.name(), "any Pod on the node can run this image without credentials")
        .related(place, "the image is pulled with these credentials")
        .note(
            "before 1.35 the kubelet does not check credentials for an image that the node already has; any Pod on the \
             same node that names the image can run it",
        )
        .help("if tenants share nodes, use `Always` or enable the admission plugin `AlwaysPullImages`");
}

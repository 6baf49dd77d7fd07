use super::images::cloud_image;
use podwright_cluster::keyring::{Attempt, PodKeyring, Provider};
use podwright_cluster::workspace::ImageUse;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "credprovider-match-misses-images",
    summary: "credential provider does not match an image of its registry",
    severity: Warning,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let (Some((id, _)), Some(pod)) = (cx.object, cx.pod) else {
        return;
    };
    let Some((cloud, reference)) = cloud_image(image, cx).filter(|_| !cx.is_partial()) else {
        return;
    };
    for node in cx.workspace.nodes(cx.file_id) {
        let ring = PodKeyring::new(cx.workspace, id, pod, Some(&node));
        let lookup = ring.lookup(&reference.repository(), cx.versions.newest);
        let of_cloud = |one: &&Provider<'_>| {
            let entries = one.provider.match_images.value().into_iter().flatten();
            entries
                .filter_map(|entry| entry.text())
                .any(|entry| cloud.is_pattern(entry))
        };
        let Some(provider) = ring.providers.iter().find(of_cloud) else {
            continue;
        };
        let Some(list) = provider.provider.match_images.node() else {
            continue;
        };
        if lookup.attempt != Attempt::Anonymous {
            continue;
        }
        let place = cx.workspace.place_of(
            provider.file,
            cx.workspace.file(provider.file).tree.key_range(list),
        );
        let repository = reference.repository();
        cx.report_image(image, reference.at.name(), format!("no credential provider on `{}` matches `{repository}`", node.name))
            .related(place, format!("this provider is for {}", cloud.name()))
            .note(
                "none of its entries matches: `*` matches one label of the host or part of a label. The kubelet \
                 pulls anonymously, and a private image fails with `ErrImagePull`",
            )
            .help(format!("add a matching entry, such as `{}`", cloud.pattern(&reference.domain)));
        return;
    }
}

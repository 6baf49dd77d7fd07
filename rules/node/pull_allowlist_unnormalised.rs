use podwright_cluster::pull::AllowlistPattern;
use podwright_model::{Body, Field, ImageReference, Object};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "pull-allowlist-unnormalised",
    summary: "allowlist entry is written differently than the images",
    severity: Warning,
    since: "0.1.0",
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Body::KubeletConfig(config) = &object.body else {
        return;
    };
    let entries = config.verification_allowlist.value().into_iter().flatten();
    let patterns: Vec<_> = entries
        .filter_map(Field::known)
        .filter_map(|(entry, node)| Some((entry.parse::<AllowlistPattern>().ok()?, entry, node)))
        .collect();
    if patterns.is_empty() {
        return;
    }
    let images = cx.images_on_own_nodes();
    for (pattern, entry, node) in patterns {
        if images.iter().any(|(image, _)| pattern.fits(image)) {
            continue;
        }
        let Some((image, place)) = images
            .iter()
            .find(|(image, _)| is_meant(&pattern, image, cx))
        else {
            continue;
        };
        cx.report(node, format!("`{entry}` does not match `{image}`"))
            .related(*place, "image")
            .note(
                "the kubelet compares the list with the images as written in the Pod, without tag and digest; it \
                 does not expand short names",
            )
            .help("write the entry in the same form as the images, or the images in the same form as the entry");
    }
}

/// Returns whether pattern and image match after both are expanded.
fn is_meant(pattern: &AllowlistPattern, image: &str, cx: &RuleContext<'_>) -> bool {
    let complete = |text: &str| {
        let reference = ImageReference::parse(text, cx.versions.newest).ok()?;
        Some(reference.repository())
    };
    let Some(repository) = complete(image) else {
        return false;
    };
    match pattern {
        AllowlistPattern::Exact(name) => complete(name).is_some_and(|name| name == repository),
        AllowlistPattern::Prefix(prefix) => {
            // A prefix is expanded like an image below it.
            let below = complete(&format!("{prefix}x"));
            let below = below.as_deref().and_then(|below| below.strip_suffix('x'));
            below.is_some_and(|below| repository.starts_with(below))
        }
    }
}

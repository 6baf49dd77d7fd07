use super::{lasting, moving_tag_note, pull_policy};
use podwright_cluster::{pull::PullPolicy, workspace::ImageUse};
use podwright_model::{ImageReference, KubernetesVersion, image::TagKind};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-mutable-tag",
    summary: "image uses a mutable tag",
    severity: Info,
    since: "0.1.0",
    hooks: { image: check },
    options: {
        /// Tags that may move (`stable`), or images with such a tag (`registry.k8s.io/pause:3.10`).
        allow: Vec<String> = Vec::new(),
    },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Options { allow } = cx.options();
    let Some(reference) = lasting(image, cx) else {
        return;
    };
    let Some(at) = reference.at.tag.clone() else {
        return;
    };
    let tag = &image.text[at.clone()];
    let what = match TagKind::of(reference) {
        Some(TagKind::Channel) => "does not name a version",
        Some(TagKind::Series) => "may name a series of versions",
        _ => return,
    };
    // The image is never pulled, so a tag that moves in the registry has no effect.
    if pull_policy(image, cx) == Some(PullPolicy::Never) || allows(allow, tag, reference) {
        return;
    }
    let note = moving_tag_note(image, cx);
    cx.report_image(image, at, format!("tag `{tag}` {what}"))
        .note(note)
        .help(
            "use the full version, or add a digest; list tags that may move in the option `allow`",
        );
}

fn allows(allow: &[String], tag: &str, image: &ImageReference) -> bool {
    allow.iter().any(|allowed| {
        let is_same_image = |allowed: ImageReference| {
            allowed.tag.is_some()
                && allowed.tag == image.tag
                && allowed.repository() == image.repository()
        };
        allowed == tag
            || ImageReference::parse(allowed, KubernetesVersion::NEWEST).is_ok_and(is_same_image)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allows_tags_and_images_by_their_full_names() {
        let allow = ["stable", "docker.io/library/nginx:1.27"].map(str::to_owned);
        let is_allowed = |text: &str| {
            let image = ImageReference::parse(text, KubernetesVersion::NEWEST).unwrap();
            allows(&allow, image.tag.as_deref().unwrap(), &image)
        };
        assert!(is_allowed("redis:stable"));
        assert!(is_allowed("nginx:1.27"));
        assert!(!is_allowed("redis:1.27"));
        assert!(!is_allowed("nginx:1.28"));
        assert!(!is_allowed("nginx:Stable"));
    }
}

use super::{lasting, moving_tag_note, pull_policy};
use podwright_cluster::pull::PullPolicy;
use podwright_cluster::workspace::ImageUse;
use podwright_model::image::TagKind;
use podwright_model::{ImageReference, KubernetesVersion};
use podwright_rule::{Rule, RuleContext, declare_rule};

declare_rule! {
    ImageMutableTag {
        name: "image-mutable-tag",
        summary: "image uses a mutable tag",
        severity: Info,
        since: "0.1.0",
        options: {
            /// Tags that may move (`stable`), or images with such a tag (`registry.k8s.io/pause:3.10`).
            allow: Vec<String> = Vec::new(),
        },
    }
}

impl Rule for ImageMutableTag {
    fn image(&self, image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
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
        if pull_policy(image, cx) == Some(PullPolicy::Never) || self.allows(tag, reference) {
            return;
        }
        let note = moving_tag_note(image, cx);
        cx.report_image(image, at, format!("tag `{tag}` {what}"))
            .note(note)
            .help("use the full version, or add a digest; list tags that may move in the option `allow`");
    }
}

impl ImageMutableTag {
    fn allows(&self, tag: &str, image: &ImageReference) -> bool {
        self.allow.iter().any(|allowed| {
            let is_same_image = |allowed: ImageReference| {
                allowed.tag.is_some()
                    && allowed.tag == image.tag
                    && allowed.repository() == image.repository()
            };
            allowed == tag
                || ImageReference::parse(allowed, KubernetesVersion::NEWEST)
                    .is_ok_and(is_same_image)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allows_tags_and_images_by_their_full_names() {
        let rule = ImageMutableTag {
            allow: vec![
                "stable".to_owned(),
                "docker.io/library/nginx:1.27".to_owned(),
            ],
        };
        let allows = |text: &str| {
            let image = ImageReference::parse(text, KubernetesVersion::NEWEST).unwrap();
            rule.allows(image.tag.as_deref().unwrap(), &image)
        };
        assert!(allows("redis:stable"));
        assert!(allows("nginx:1.27"));
        assert!(!allows("redis:1.27"));
        assert!(!allows("nginx:1.28"));
        assert!(!allows("nginx:Stable"));
    }
}

use super::lasting;
use podwright_cluster::workspace::{File, ImageSource, ImageUse};
use podwright_model::{ImageReference, image::TagKind};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-tag-and-digest-disagree",
    summary: "one tag with two digests, or one digest with two version tags",
    severity: Warning,
    since: "0.1.0",
    hooks: { file: check },
}

fn check(file: &File, cx: &mut RuleContext<'_>) {
    let mut seen: Vec<(Pinned, ImageUse<'_>)> = Vec::new();
    for pod in file.objects.iter().flat_map(|object| &object.pods) {
        for source in ImageSource::all(pod) {
            for image in cx.workspace.images(cx.file_id, pod, source) {
                let reference = lasting(&image, cx);
                let Some(pinned) = reference.and_then(Pinned::of) else {
                    continue;
                };
                let other = seen
                    .iter()
                    .find_map(|(other, image)| Some((image.clone(), pinned.disagreement(other)?)));
                let Some((other, what)) = other else {
                    seen.push((pinned, image));
                    continue;
                };
                let at = reference.and_then(|image| image.at.tag.clone());
                let place = cx.workspace.place(other.file, other.node);
                cx.report_image(&image, at.unwrap_or(0..image.text.len()), what)
                    .related(place, "the other image")
                    .note("the digest determines which image runs; the kubelet and the runtime do not compare the tag with it")
                    .help("look up the digest of the tag that you want, and replace both the tag and the digest");
            }
        }
    }
}

/// An image with a version tag and a digest.
struct Pinned {
    repository: String,
    tag: String,
    digest: String,
}

impl Pinned {
    fn of(image: &ImageReference) -> Option<Self> {
        let (tag, digest) = (image.tag.clone()?, image.digest.as_ref()?);
        // Other tags move and have had many digests, which they may share.
        (TagKind::of_tag(&tag) == TagKind::Version).then(|| Self {
            repository: image.repository(),
            tag,
            digest: digest.to_string(),
        })
    }

    fn disagreement(&self, other: &Self) -> Option<String> {
        if self.repository != other.repository {
            return None;
        }
        match (self.tag == other.tag, self.digest == other.digest) {
            (true, false) => Some(format!("tag `{}` has two digests", self.tag)),
            (false, true) if !are_variants(&self.tag, &other.tag) => Some(format!(
                "tags `{}` and `{}` have the same digest",
                other.tag, self.tag
            )),
            _ => None,
        }
    }
}

/// Returns whether two tags may name the same image: `1.2.3` and `1.2.3-alpine`, or `v1.2.3` and `1.2.3`.
fn are_variants(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim_start_matches('v'), other.trim_start_matches('v'));
    one.contains(other) || other.contains(one)
}

//! Registries and repositories that are deprecated or gone.

use std::ops::Range;
use std::sync::LazyLock;

use super::lines;
use podwright_model::ImageReference;

const TABLE: &str = include_str!("moved.txt");

/// Registry or repository that is deprecated or gone.
#[derive(Clone, Copy, Debug)]
pub struct Moved {
    /// Start of the reference, with the `/` or `:` after it.
    prefix: &'static str,
    /// `deprecated`, `gone` or `kept`.
    state: &'static str,
    /// Whether only images with a version are concerned.
    only_versions: bool,
    /// Replacement of the prefix that has the same images and tags.
    same_images_at: Option<&'static str>,
    /// What happened, and when.
    pub note: &'static str,
    help: &'static str,
}

static PLACES: LazyLock<Vec<Moved>> = LazyLock::new(|| {
    let all = lines(TABLE).map(|[prefix, state, tags, same, note, help, _source]| Moved {
        prefix,
        state,
        only_versions: tags == "versions",
        same_images_at: (same != "-").then_some(same),
        note,
        help,
    });
    all.collect()
});

/// Returns the deprecated registry or repository that contains the image written as `text`, and the bytes of `text`
/// that name it.
#[must_use]
pub fn moved(image: &ImageReference, text: &str) -> Option<(&'static Moved, Range<usize>)> {
    let repository = image.repository();
    let full = format!("{repository}{}", &text[image.at.path.end..]);
    let found = PLACES
        .iter()
        .find(|place| full.starts_with(place.prefix) || place.name() == repository)?;
    let is_versioned = image.tag.as_deref().is_some_and(|tag| tag != "latest");
    let is_meant = !found.only_versions || is_versioned && image.digest.is_none();
    if found.state == "kept" || !is_meant {
        return None;
    }
    // The reference may omit `docker.io`, or write it in another way.
    let end = (found.name().len() + image.at.path.end).saturating_sub(repository.len());
    Some((found, 0..end))
}

/// All registries and repositories in the order in which they are compared: the start of a reference, `deprecated`, `gone`
/// or `kept`, and the tags that are concerned, `*` or `versions`.
pub fn moved_places() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let tags = |place: &Moved| match place.only_versions {
        true => "versions",
        false => "*",
    };
    let all = PLACES.iter();
    all.map(move |place| (place.prefix, place.state, tags(place)))
}

impl Moved {
    /// The registry or repository.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.prefix.trim_end_matches(['/', ':'])
    }

    /// Whether the image cannot be pulled any more.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        self.state == "gone"
    }

    /// Returns the reference with the same image in another registry.
    #[must_use]
    pub fn elsewhere(&self, text: &str) -> Option<String> {
        let rest = text.strip_prefix(self.prefix)?;
        Some(format!("{}{rest}", self.same_images_at?))
    }

    /// What to do if there is no [`Moved::elsewhere`].
    #[must_use]
    pub fn help(&self) -> &'static str {
        self.help
    }
}

#[cfg(test)]
mod tests {
    use super::{TABLE, moved};
    use podwright_model::{ImageReference, KubernetesVersion};

    #[test]
    fn every_line_has_a_source() {
        super::super::check_table::<7>(TABLE);
    }

    #[test]
    fn places_are_known_in_all_spellings() {
        for (image, place) in [
            ("k8s.gcr.io/pause:3.9", Some("k8s.gcr.io")),
            ("docker.io/bitnami/redis:7.2.4", Some("docker.io/bitnami")),
            ("bitnami/redis:7.2.4-debian-12-r9", Some("bitnami")),
            (
                "index.docker.io/bitnami/redis:7.2.4",
                Some("index.docker.io/bitnami"),
            ),
            ("bitnami/redis", None),
            ("bitnami/redis:latest", None),
            ("bitnamilegacy/redis:7.2.4", None),
            ("bitnami/sealed-secrets-controller:0.27.0", None),
            ("registry.example.com/bitnami/redis:7.2.4", None),
            (
                "gcr.io/kubebuilder/kube-rbac-proxy:v0.15.0",
                Some("gcr.io/kubebuilder/kube-rbac-proxy"),
            ),
            (
                "quay.io/k8scsi/csi-provisioner:v1.6.0",
                Some("quay.io/k8scsi"),
            ),
            ("quay.io/coreos/etcd:v3.4.1", None),
        ] {
            let parsed = ImageReference::parse(image, KubernetesVersion(30)).ok();
            let found = parsed.and_then(|parsed| moved(&parsed, image));
            let found = found.map(|(_, at)| &image[at]);
            assert_eq!(found, place, "{image}");
        }
    }
}

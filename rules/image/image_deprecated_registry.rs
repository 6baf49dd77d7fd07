use super::lasting;
use podwright_cluster::workspace::ImageUse;
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "image-deprecated-registry",
    summary: "image is in a deprecated registry",
    severity: Warning,
    since: "0.1.0",
    hooks: { image: check },
}

/// A deprecated registry, or a deprecated path in a registry.
struct GivenUp {
    /// The host, with a path prefix if only part of the registry is deprecated.
    prefix: &'static str,
    /// What happened to the registry, and when.
    what: &'static str,
    /// The replacement that has the same images under the same paths.
    same_images_at: Option<&'static str>,
    /// The help text if `same_images_at` is `None`.
    help: &'static str,
}

/// The deprecated registries. The rule page lists the sources.
const TABLE: [GivenUp; 4] = [
    GivenUp {
        prefix: "k8s.gcr.io/",
        what: "`k8s.gcr.io` has been frozen since April 3, 2023: no new images are published there",
        same_images_at: Some("registry.k8s.io/"),
        help: "",
    },
    GivenUp {
        prefix: "gcr.io/google_containers/",
        what: "this is the former name of `k8s.gcr.io`; its images are not kept up to date",
        same_images_at: None,
        help: "look for the image in `registry.k8s.io`",
    },
    GivenUp {
        prefix: "gcr.io/google-containers/",
        what: "this is the former name of `k8s.gcr.io`; its images are not kept up to date",
        same_images_at: None,
        help: "look for the image in `registry.k8s.io`",
    },
    GivenUp {
        prefix: "docker.pkg.github.com/",
        what: "GitHub has replaced its Docker registry with `ghcr.io` and moves the images there",
        same_images_at: None,
        help: "use `ghcr.io/OWNER/IMAGE`, without the repository name",
    },
];

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    if lasting(image, cx).is_none() {
        return;
    }
    let Some(found) = TABLE
        .iter()
        .find(|place| image.text.starts_with(place.prefix))
    else {
        return;
    };
    let rest = &image.text[found.prefix.len()..];
    let moved = found.same_images_at.map(|place| format!("{place}{rest}"));
    let fix = moved
        .as_ref()
        .and_then(|text| cx.rewrite_image(image, text, Applicability::Safe));
    let place = found.prefix.trim_end_matches('/');
    let finding = cx
        .report_image(image, 0..place.len(), format!("`{place}` is deprecated"))
        .note(found.what);
    finding.help(moved.map_or_else(|| found.help.to_owned(), |text| format!("use `{text}`")));
    if let Some(fix) = fix {
        finding.fix(fix);
    }
}

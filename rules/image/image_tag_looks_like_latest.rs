use super::lasting;
use podwright_cluster::workspace::ImageUse;
use podwright_model::image::TagKind;
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "image-tag-looks-like-latest",
    summary: "tag differs from `latest` only in case",
    severity: Warning,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(reference) = lasting(image, cx) else {
        return;
    };
    let Some(tag) = reference.at.tag.clone() else {
        return;
    };
    if TagKind::of(reference) != Some(TagKind::LatestInOtherCase) {
        return;
    }
    let name = &image.text[reference.at.name()];
    let written = &image.text[tag.clone()];
    let meant = format!("{name}:latest");
    // `latest` is not better; the author must choose a version.
    let fix = cx.rewrite_image(image, &meant, Applicability::Manual);
    let is_defaulted = image.pull_policy().is_unset() && !cx.is_partial();
    let finding = cx.report_image(
        image,
        tag,
        format!("tag `{written}` is not the same as `latest`"),
    );
    if is_defaulted {
        finding.note(
            "tags are case-sensitive: the API server defaults the pull policy to `IfNotPresent`, not `Always`",
        );
    } else {
        finding.note("tags are case-sensitive: the registry looks up exactly this tag");
    }
    finding.help("use a version tag, or `latest` if the registry has that tag");
    if let Some(fix) = fix {
        finding.fix(fix);
    }
}

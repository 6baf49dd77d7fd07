use super::lasting;
use podwright_cluster::workspace::ImageUse;
use podwright_model::Field;
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "image-latest-with-digest",
    summary: "tag `latest` with a digest defaults the pull policy to `Always`",
    severity: Warning,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    // An explicit policy is a choice; a patch or an operator may set one.
    let is_defaulted = match image.pull_policy() {
        Field::Missing => !cx.is_partial() && !cx.is_custom(),
        Field::Null(_) => true,
        Field::Value(policy, _) => policy.is_empty(),
        Field::Unknown(_) | Field::Invalid(_) => false,
    };
    let Some(reference) = lasting(image, cx).filter(|_| is_defaulted) else {
        return;
    };
    let (Some("latest"), Some(digest), Some(at)) = (
        reference.tag.as_deref(),
        &reference.digest,
        reference.at.tag.clone(),
    ) else {
        return;
    };
    let name = &image.text[reference.at.name()];
    let fix = cx.rewrite_image(image, &format!("{name}@{digest}"), Applicability::Unsafe);
    let finding = cx
        .report_image(image, at, "`latest` determines the pull policy, although the digest determines the image")
        .note(
            "the API server defaults the pull policy to `Always` for the tag `latest`; each container start \
             queries the registry for an image that cannot change",
        )
        .help("remove `:latest`, or set the pull policy");
    if let Some(fix) = fix {
        finding.fix(fix);
    }
}

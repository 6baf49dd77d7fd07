use super::lasting;
use podwright_cluster::workspace::ImageUse;
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "image-short-name",
    summary: "image does not name a registry",
    severity: Info,
    since: "0.1.0",
    profile: Strict,
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(reference) = lasting(image, cx).filter(|reference| !reference.names_registry()) else {
        return;
    };
    let name = reference.at.name();
    let repository = reference.repository();
    let full = format!("{repository}{}", &image.text[name.end..]);
    // Only the author of the manifest knows which registry is meant.
    let fix = cx.rewrite_image(image, &full, Applicability::Manual);
    let finding = cx
        .report_image(image, name, format!("image does not name a registry and defaults to `{}`", reference.domain))
        .note(
            "containerd pulls from Docker Hub; CRI-O tries the registries in its `registries.conf` and may reject the name; \
             mirrors and allowlists match the full name",
        )
        .help(format!("use `{full}`"));
    finding.fix(fix);
}

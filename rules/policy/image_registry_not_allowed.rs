use podwright_cluster::workspace::ImageUse;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-registry-not-allowed",
    summary: "image is from a registry that the organization does not allow",
    severity: Warning,
    since: "0.1.0",
    profile: Policy,
    hooks: { image: check },
    options: {
        /// Registries, or repositories below them, from which images may come: `registry.example.com`,
        /// `docker.io/library`. All, if there are none.
        allow: Vec<String> = Vec::new(),
        /// Registries, or repositories below them, from which images must not come.
        deny: Vec<String> = Vec::new(),
    },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Options { allow, deny } = cx.options();
    let Ok(reference) = image.for_all(cx.versions) else {
        return;
    };
    let is_below = |list: &[String]| list.iter().any(|one| reference.is_below(one));
    if !is_below(deny) && (allow.is_empty() || is_below(allow)) {
        return;
    }
    let name = reference.repository();
    let help = match allow.as_slice() {
        [] => "use a copy of the image in another registry".to_owned(),
        [only] => format!("use a copy of the image in `{only}`"),
        more => {
            let names: Vec<String> = more.iter().map(|one| format!("`{one}`")).collect();
            format!("use a copy of the image in one of {}", names.join(", "))
        }
    };
    cx.report_image(
        image,
        reference.at.name(),
        format!("images of `{name}` are not allowed"),
    )
    .note("the configuration of podwright lists the registries of the organization")
    .help(help);
}

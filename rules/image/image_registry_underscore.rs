use super::lasting;
use podwright_cluster::workspace::ImageUse;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-registry-underscore",
    summary: "registry host contains an underscore",
    severity: Warning,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(reference) = lasting(image, cx) else {
        return;
    };
    // The first part looks like a host but is not valid, so the parser treats the whole name as a path.
    if !reference.domain.is_empty() {
        return;
    }
    let length = image.text.find('/').unwrap_or(image.text.len());
    let host = &image.text[..length];
    cx.report_image(image, 0..length, format!("`{host}` is not a valid host name: it contains `_`"))
        .note(
            "the kubelet parses the whole string as a path and finds no credentials for the host; a runtime that \
             requires a host name cannot pull the image",
        )
        .help("use the DNS name of the registry: letters, digits, `-` and `.`");
}

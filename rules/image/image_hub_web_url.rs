use super::web_page;
use podwright_cluster::workspace::ImageUse;
use podwright_rule::{Applicability, RuleContext, Severity, declare_rule};

declare_rule! {
    name: "image-hub-web-url",
    summary: "image is the address of a web page",
    severity: Error,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(page) = web_page(&image.text) else {
        return;
    };
    let ceiling = if page.may_be_pulled {
        Severity::Warning
    } else {
        cx.ceiling()
    };
    let safety = if page.may_be_pulled {
        Applicability::Unsafe
    } else {
        Applicability::Safe
    };
    let fix = page
        .image
        .as_ref()
        .and_then(|text| cx.rewrite_image(image, text, safety));
    let finding = cx
        .report_image(
            image,
            0..page.prefix,
            format!("`{}` is {}", &image.text[..page.prefix], page.what),
        )
        .at_most(ceiling)
        .note(page.note);
    match &page.image {
        Some(text) => finding.help(format!("use `{text}`")),
        None => finding.help("use the image name that the page shows for pulling"),
    };
    if let Some(fix) = fix {
        finding.fix(fix);
    }
}

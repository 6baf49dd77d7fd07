use super::lasting;
use podwright_cluster::images::moved;
use podwright_cluster::workspace::ImageUse;
use podwright_rule::{Applicability, RuleContext, declare_rule};

declare_rule! {
    name: "image-deprecated-registry",
    summary: "image is in a registry that is deprecated or gone",
    severity: Warning,
    since: "0.1.0",
    hooks: { image: check },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some((found, at)) = lasting(image, cx).and_then(|reference| moved(reference, &image.text))
    else {
        return;
    };
    let elsewhere = found.elsewhere(&image.text);
    let fix = elsewhere
        .as_ref()
        .and_then(|text| cx.rewrite_image(image, text, Applicability::Safe));
    let place = found.name();
    let message = match found.is_gone() {
        true => format!("image was removed from `{place}`"),
        false => format!("`{place}` is deprecated"),
    };
    let finding = cx.report_image(image, at, message).note(found.note);
    finding.help(elsewhere.map_or_else(|| found.help().to_owned(), |text| format!("use `{text}`")));
    if let Some(fix) = fix {
        finding.fix(fix);
    }
}

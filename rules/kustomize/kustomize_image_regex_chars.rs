use podwright_cluster::workspace::Render;
use podwright_rule::{RuleContext, declare_rule};

use super::{image_name, is_plain_name};

declare_rule! {
    name: "kustomize-image-regex-chars",
    summary: "name in `images` is a regular expression that also matches another image",
    severity: Warning,
    since: "0.1.0",
    hooks: { build: check },
}

/// Most images that are shown.
const MAX_SHOWN: usize = 3;

fn check(render: &Render, cx: &mut RuleContext<'_>) {
    let Ok(rendered) = &render.result else {
        return;
    };
    for entry in &rendered.images {
        let (name, place) = (entry.name.0.as_str(), entry.name.1.unwrap_or(entry.place));
        if !is_plain_name(name) {
            continue;
        }
        let others = entry.matched.iter();
        let others: Vec<_> = others
            .filter(|(image, _)| image_name(image) != name)
            .collect();
        let Some((first, _)) = others.first() else {
            continue;
        };
        let message = format!("`{name}` also matches the image `{}`", image_name(first));
        let finding = cx.report_build(render, place, message);
        finding
            .note(
                "kustomize takes the name for a regular expression, in which `.` matches any character; it changes \
                 all images that match",
            )
            .help(format!("write `{}`", name.replace('.', "\\.").replace('+', "\\+")));
        for (_, at) in others.iter().take(MAX_SHOWN) {
            if let Some(at) = at {
                finding.related(*at, "this image is changed, too");
            }
        }
    }
}

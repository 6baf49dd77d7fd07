use std::collections::BTreeSet;

use podwright_cluster::workspace::{ImageEntry, ImageSource, Render, Rendered};
use podwright_model::is_placeholder;
use podwright_rule::{Applicability, Edit, Fix, RuleContext, declare_rule};
use podwright_syntax::text::Location;

use super::image_name;

declare_rule! {
    name: "kustomize-image-name-no-match",
    summary: "entry of `images` changes no image",
    severity: Warning,
    since: "0.1.0",
    hooks: { build: check },
}

fn check(render: &Render, cx: &mut RuleContext<'_>) {
    let Ok(rendered) = &render.result else {
        return;
    };
    let mut seen: BTreeSet<Location> = BTreeSet::new();
    for entry in &rendered.images {
        if !seen.insert(entry.place) {
            continue;
        }
        let place = entry.place;
        let changes_nothing = |rendered: &Rendered| {
            let mut applied = rendered.images.iter().filter(|one| one.place == place);
            !rendered.may_have_more_objects() && applied.all(|one| one.matched.is_empty())
        };
        let name = entry.name.0.as_str();
        if name.is_empty()
            || is_placeholder(name)
            || super::has_placeholder(cx.workspace, place)
            || !super::in_every_build_with(cx.workspace, render, place, changes_nothing)
        {
            continue;
        }
        report(render, entry, cx);
    }
}

fn report(render: &Render, entry: &ImageEntry, cx: &mut RuleContext<'_>) {
    let (name, place) = (entry.name.0.as_str(), entry.name.1.unwrap_or(entry.place));
    let same = same_images(render, name, cx);
    let finding = cx.report_build(render, place, format!("no image is called `{name}`"));
    finding.note(
        "kustomize compares the name with the images as they are written, without their tag and digest, and ignores an \
         entry that matches none; `docker.io/library/nginx` and `nginx` are two names",
    );
    match same.as_slice() {
        [one] => {
            finding
                .help(format!("use `{one}`, as the containers do"))
                .fix(Fix {
                    title: format!("Replace with `{one}`"),
                    safety: Applicability::Unsafe,
                    edits: vec![Edit {
                        place,
                        content: one.clone(),
                    }],
                });
        }
        [] => {
            finding.help("correct the name, or remove the entry");
        }
        several => {
            let names: Vec<String> = several.iter().map(|one| format!("`{one}`")).collect();
            finding.help(format!("use {}, as the containers do", names.join(" or ")));
        }
    }
}

/// Names of the images in the build that are the same image under another name.
fn same_images(render: &Render, name: &str, cx: &RuleContext<'_>) -> Vec<String> {
    let Ok(rendered) = &render.result else {
        return Vec::new();
    };
    let objects = &cx.workspace.file(rendered.file).objects;
    let pods = objects.iter().flat_map(|object| &object.pods);
    let images = pods
        .flat_map(ImageSource::all)
        .filter_map(|source| source.written().text());
    let names = images.map(image_name);
    let same = names.filter(|own| *own != name && normal(own) == normal(name));
    let same: BTreeSet<String> = same.map(str::to_owned).collect();
    same.into_iter().collect()
}

/// The name without what is the default.
fn normal(name: &str) -> &str {
    let hosts = ["index.docker.io/", "docker.io/", "registry-1.docker.io/"];
    let path = hosts
        .iter()
        .find_map(|host| name.strip_prefix(host))
        .unwrap_or(name);
    path.strip_prefix("library/").unwrap_or(path)
}

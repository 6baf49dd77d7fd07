//! Images that the container runtime of a node does not pull because of its registry configuration.

use podwright_cluster::registries::{Refusal, route};
use podwright_cluster::workspace::ImageUse;
use podwright_rule::{RuleContext, Severity, declare_rules};
use podwright_syntax::text::{Location, Span};

declare_rules! {
    hooks: { image: check },
    IMAGE_REGISTRY_BLOCKED {
        name: "image-registry-blocked",
        summary: "registry of the image is blocked on a node",
        severity: Error,
        since: "0.1.0",
    }
    IMAGE_SHORT_NAME_CRIO_AMBIGUOUS {
        name: "image-short-name-crio-ambiguous",
        summary: "CRI-O rejects a short image name that several registries may have",
        severity: Warning,
        since: "0.1.0",
    }
    IMAGE_SHORT_NAME_CRIO_UNRESOLVED {
        name: "image-short-name-crio-unresolved",
        summary: "CRI-O has no registry for a short image name",
        severity: Warning,
        since: "0.1.0",
    }
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(reference) = image.for_newest(cx.versions) else {
        return;
    };
    if image.pull_policy().text() == Some("Never") {
        return;
    }
    let at = reference.at.name();
    let name = &image.text[at.clone()];
    let nodes = cx.workspace.nodes(cx.file_id);
    let routes: Vec<_> = nodes
        .iter()
        .map(|node| (node.name, route(cx.workspace, node, name, reference)))
        .collect();
    let refused = |route: &Option<podwright_cluster::registries::Route>| {
        route.as_ref().is_some_and(|route| route.refusal.is_some())
    };
    // A scheduler may choose another node.
    let ceiling = match routes.iter().all(|(_, route)| refused(route)) && !cx.is_custom() {
        true => Severity::Error,
        false => Severity::Warning,
    };
    let full = format!("{}{}", reference.repository(), &image.text[at.end..]);
    for (node, route) in routes {
        let Some(refusal) = route.and_then(|route| route.refusal) else {
            continue;
        };
        match refusal {
            Refusal::Blocked {
                at: (file, blocked),
            } => {
                let place = cx.workspace.place(file, blocked);
                cx.as_rule(&IMAGE_REGISTRY_BLOCKED)
                    .report_image(image, at.clone(), format!("the registry of the image is blocked on `{node}`"))
                    .at_most(ceiling)
                    .related(place, "blocked here")
                    .note("CRI-O does not pull the image, and the container waits with `ErrImagePull` (`registry … is blocked`)")
                    .help("use an image from another registry, or remove `blocked` from the registry");
            }
            Refusal::Ambiguous {
                registries,
                at: (file, list),
            } => {
                let tag = &image.text[at.end..];
                let names = registries.iter().map(|host| match host.as_str() {
                    "docker.io" => format!("`{full}`"),
                    host => format!("`{host}/{name}{tag}`"),
                });
                let names = names.collect::<Vec<String>>().join(" or ");
                let place = cx.workspace.place(file, list);
                let registries: Vec<String> =
                    registries.iter().map(|one| format!("`{one}`")).collect();
                cx.as_rule(&IMAGE_SHORT_NAME_CRIO_AMBIGUOUS)
                    .report_image(image, at.clone(), format!("CRI-O on `{node}` rejects the short name `{name}`"))
                    .related(place, "registries that are searched")
                    .note(format!(
                        "the image may be in {}; since 1.34, CRI-O rejects ambiguous short names (`short name mode is \
                         enforcing, but image name {} returns ambiguous list`)",
                        registries.join(" or "),
                        image.text
                    ))
                    .help(format!("use the full name: {names}"));
            }
            Refusal::NoSearchRegistries { file } => {
                let place = Location {
                    file,
                    span: Span::at(0),
                };
                cx.as_rule(&IMAGE_SHORT_NAME_CRIO_UNRESOLVED)
                    .report_image(image, at.clone(), format!("CRI-O on `{node}` does not resolve the short name `{name}`"))
                    .related(place, "no `unqualified-search-registries` are set here")
                    .note(
                        "the pull fails (`short-name … did not resolve to an alias and no unqualified-search registries are \
                         defined`)",
                    )
                    .help(format!("use the name with its registry, such as `{full}`"));
            }
            // `registry-config-rejected` reports the file.
            Refusal::Rejected { .. } => {}
        }
    }
}

use super::preload::{is_preloaded, is_static};
use podwright_cluster::workspace::ImageUse;
use podwright_rule::{RuleContext, Severity, declare_rule};

declare_rule! {
    name: "pull-policy-never-without-preload",
    summary: "pull policy is `Never`, but the image is not known to be preloaded",
    severity: Warning,
    since: "0.1.0",
    hooks: { image: check },
    options: {
        /// Images that all nodes have before the Pod starts, as registry hosts or hosts with a path prefix.
        preloaded: Vec<String> = Vec::new(),
    },
}

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let options: &Options = cx.options();
    let Some(("Never", node)) = image.pull_policy().known().map(|(text, n)| (&**text, n)) else {
        return;
    };
    let Ok(reference) = image.for_all(cx.versions) else {
        return;
    };
    let repository = reference.repository();
    // Images without a registry, and images of `localhost`, are built where they run.
    let is_local = !reference.names_registry() || reference.domain.starts_with("localhost");
    let is_said = options.preloaded.iter().any(|one| reference.is_below(one));
    if is_local || is_said || is_static(image.pod, cx) || is_preloaded(&image.text, cx) {
        return;
    }
    let level = match reference.tag.as_deref().is_some_and(is_release) || reference.digest.is_some()
    {
        true => Severity::Warning,
        false => Severity::Info,
    };
    let place = cx.workspace.place(image.file, image.node);
    cx.report(node, format!("the kubelet never pulls `{repository}`"))
        .at_most(level)
        .related(place, "image from a registry")
        .note("on a node without the image, the container waits with reason `ErrImageNeverPull`")
        .help("use `IfNotPresent`; if all nodes have the image, list it in the option `preloaded`");
}

/// Whether the tag names a release. Other tags, such as `dev`, are often those of images that a developer builds and loads.
fn is_release(tag: &str) -> bool {
    let number = tag.strip_prefix('v').unwrap_or(tag);
    let is_number = number.starts_with(|c: char| c.is_ascii_digit()) && number.contains('.');
    let words = ["dev", "local", "test", "e2e", "snapshot"];
    is_number
        && !words
            .iter()
            .any(|word| tag.to_ascii_lowercase().contains(word))
}

use super::lasting;
use podwright_cluster::workspace::{ImageSource, ImageUse};
use podwright_model::{ContainerKind, Pod};
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-inconsistent-tags",
    summary: "containers of one Pod run different versions of an image",
    severity: Info,
    since: "0.1.0",
    hooks: { pod: check },
    options: {
        /// Whether init containers are compared too. They often need another version, for example for migrations or
        /// downloads.
        init: bool = false,
    },
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let options: &Options = cx.options();
    let mut seen: Vec<(String, String, ImageUse<'_>)> = Vec::new();
    for source in ImageSource::all(pod).filter(|one| options.init || !is_init(one)) {
        let images = cx.workspace.images(cx.file_id, pod, source);
        // Each of several kustomizations makes its own Pod, and it is unknown which images belong together.
        let [image] = images.as_slice() else {
            continue;
        };
        let Some(reference) = lasting(image, cx) else {
            continue;
        };
        let repository = reference.repository();
        let version = match (&reference.digest, reference.effective_tag()) {
            (Some(digest), _) => digest.to_string(),
            (None, tag) => tag.unwrap_or_default().to_owned(),
        };
        let same = seen.iter().find(|(other, ..)| *other == repository);
        let Some((_, first, previous)) = same else {
            seen.push((repository, version, image.clone()));
            continue;
        };
        if *first == version {
            continue;
        }
        let place = cx.workspace.place(previous.file, previous.node);
        let at = reference.at.tag.clone().unwrap_or(reference.at.name());
        cx.report_image(image, at, format!("version of `{repository}` differs from another one in this Pod"))
            .related(place, "the other version")
            .note("each node pulls and stores both versions; if you want only one, the other was probably missed in an update")
            .help("use the same version in both places");
    }
}

fn is_init(source: &ImageSource<'_>) -> bool {
    matches!(source, ImageSource::Container(container) if container.kind == ContainerKind::Init)
}

use super::lasting;
use podwright_cluster::workspace::ImageUse;
use podwright_rule::{RuleContext, declare_rule};

declare_rule! {
    name: "image-name-is-registry-host",
    summary: "image is only a registry host",
    severity: Error,
    since: "0.1.0",
    hooks: { image: check },
}

/// Registry hosts that are not names of images on Docker Hub.
const REGISTRIES: [&str; 12] = [
    "docker.io",
    "gcr.io",
    "ghcr.io",
    "index.docker.io",
    "k8s.gcr.io",
    "lscr.io",
    "mcr.microsoft.com",
    "nvcr.io",
    "public.ecr.aws",
    "quay.io",
    "registry.gitlab.com",
    "registry.k8s.io",
];

/// Ports on which registries listen, and which are not used as versions.
const PORTS: [&str; 5] = ["443", "5000", "5001", "5050", "8443"];

fn check(image: &ImageUse<'_>, cx: &mut RuleContext<'_>) {
    let Some(reference) = lasting(image, cx) else {
        return;
    };
    let name = &image.text[reference.at.name()];
    if name.contains('/') || reference.digest.is_some() || !is_host(name, reference.tag.as_deref())
    {
        return;
    }
    let read_as = format!(
        "docker.io/{}:{}",
        reference.path,
        reference.effective_tag().unwrap_or_default()
    );
    // Another tag than a port is the version of the image.
    let is_port = |tag: &str| tag.parse::<u16>().is_ok();
    let help = match reference.tag.as_deref() {
        None => format!("add the image name: `{name}/NAME:VERSION`"),
        Some(tag) if is_port(tag) => format!("add the image name: `{name}:{tag}/NAME:VERSION`"),
        Some(tag) => format!("add the image name: `{name}/NAME:{tag}`"),
    };
    let ceiling = cx.ceiling();
    cx.report_image(
        image,
        0..image.text.len(),
        format!("`{}` is a registry host without an image name", image.text),
    )
    .at_most(ceiling)
    .note(format!(
        "without a `/` the whole string is an image name: it means `{read_as}`"
    ))
    .help(help);
}

/// Returns whether `name` is a registry host. A dot alone is not enough: image names may contain dots (`node.js`).
fn is_host(name: &str, tag: Option<&str>) -> bool {
    let has_port = tag.is_some_and(|tag| PORTS.contains(&tag));
    name == "localhost"
        || REGISTRIES.contains(&name)
        || has_port && (name.contains('.') || name == "registry")
}

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn names_with_dots_are_images_too() {
        assert!(is_host("localhost", None));
        assert!(is_host("registry.example", Some("5000")));
        assert!(is_host("gcr.io", Some("1.0")));
        assert!(!is_host("node.js", None));
        assert!(!is_host("node.js", Some("20.1")));
        assert!(!is_host("web", Some("5000")));
        assert!(!is_host("registry", Some("2")));
        assert!(!is_host("y", None));
    }
}

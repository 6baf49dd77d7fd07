//! Addresses of web pages about images, which are taken for the images.

/// A text that is the address of a web page.
pub(super) struct WebPage {
    /// How many bytes of the text say so.
    pub prefix: usize,
    /// What is there.
    pub what: &'static str,
    /// What becomes of it.
    pub note: &'static str,
    /// The image that is meant, if the address tells.
    pub image: Option<String>,
    /// Whether there may be a registry all the same.
    pub may_be_pulled: bool,
}

const NO_REGISTRY: &str = "the host serves pages, and no images: the image cannot be pulled";

/// What `text`, an image, is the address of.
pub(super) fn web_page(text: &str) -> Option<WebPage> {
    let page = |prefix: &str, what| {
        text.starts_with(prefix).then_some(WebPage {
            prefix: prefix.len(),
            what,
            note: NO_REGISTRY,
            image: None,
            may_be_pulled: false,
        })
    };
    // The tag stays; a deeper page (`…/tags`) does not tell the image.
    let rest = |prefix: &str, slashes: usize| {
        let rest = text.strip_prefix(prefix)?;
        (rest.matches('/').count() == slashes).then(|| rest.to_owned())
    };
    if let Some(hub) = page("hub.docker.com/", "the pages of Docker Hub") {
        let image = rest("hub.docker.com/r/", 1).or_else(|| rest("hub.docker.com/_/", 0));
        return Some(WebPage { image, ..hub });
    }
    if let Some(hub) = page("registry.hub.docker.com/", "Docker Hub by another name") {
        let image = rest("registry.hub.docker.com/", 1).map(|name| format!("docker.io/{name}"));
        return Some(WebPage {
            image,
            may_be_pulled: true,
            note: "it serves images, but credentials and mirrors for `docker.io` are not used for it",
            ..hub
        });
    }
    if let Some(quay) = page("quay.io/repository/", "a page of Quay") {
        let image = rest("quay.io/repository/", 1).map(|name| format!("quay.io/{name}"));
        return image.map(|image| WebPage {
            image: Some(image),
            may_be_pulled: true,
            note: "images of Quay have no `repository/` before them",
            ..quay
        });
    }
    page("index.docker.io/v1/", "the old index of Docker Hub")
        .map(|index| WebPage {
            note: "it is read as a repository of the user `v1`, whom Docker Hub does not have",
            ..index
        })
        .or_else(|| page("github.com/", "the pages of GitHub"))
        .or_else(|| {
            page(
                "gallery.ecr.aws/",
                "the pages of the Amazon ECR Public Gallery",
            )
        })
}

#[cfg(test)]
mod tests {
    use super::web_page;

    fn image(text: &str) -> Option<Option<String>> {
        web_page(text).map(|page| page.image)
    }

    #[test]
    fn an_address_tells_the_image_or_not() {
        let some = |text: &str| Some(Some(text.to_owned()));
        assert_eq!(image("hub.docker.com/r/a/b:1"), some("a/b:1"));
        assert_eq!(image("hub.docker.com/_/nginx"), some("nginx"));
        assert_eq!(image("hub.docker.com/r/a/b/tags"), Some(None));
        assert_eq!(image("quay.io/repository/a/b:1"), some("quay.io/a/b:1"));
        assert_eq!(image("quay.io/repository/a"), None);
        assert_eq!(image("github.com/orgs/a/packages"), Some(None));
        for image_itself in [
            "nginx",
            "github.company/a",
            "docker.io/a/b",
            "index.docker.io/a/b",
            "y",
        ] {
            assert_eq!(image(image_itself), None, "{image_itself}");
        }
    }
}

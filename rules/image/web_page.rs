//! Addresses of web pages that are used as image names by mistake.

/// An image string that is the address of a web page.
pub(super) struct WebPage {
    /// Length in bytes of the prefix that identifies the page.
    pub prefix: usize,
    /// What the prefix is, to follow "is".
    pub what: &'static str,
    /// The note of the finding: what happens to the image.
    pub note: &'static str,
    /// The image that the page describes, if the address contains it.
    pub image: Option<String>,
    /// Whether the host may serve images anyway.
    pub may_be_pulled: bool,
}

const NO_REGISTRY: &str = "the host serves web pages, not images: the image cannot be pulled";

/// Returns the web page whose address `text`, an image string, is.
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
    // The tag is kept; the address of a deeper page (`…/tags`) does not contain the image.
    let rest = |prefix: &str, slashes: usize| {
        let rest = text.strip_prefix(prefix)?;
        (rest.matches('/').count() == slashes).then(|| rest.to_owned())
    };
    if let Some(hub) = page("hub.docker.com/", "the Docker Hub website") {
        let image = rest("hub.docker.com/r/", 1).or_else(|| rest("hub.docker.com/_/", 0));
        return Some(WebPage { image, ..hub });
    }
    if let Some(hub) = page("registry.hub.docker.com/", "another name for Docker Hub") {
        let image = rest("registry.hub.docker.com/", 1).map(|name| format!("docker.io/{name}"));
        return Some(WebPage {
            image,
            may_be_pulled: true,
            note: "it serves images, but credentials and mirrors for `docker.io` do not apply to it",
            ..hub
        });
    }
    if let Some(quay) = page("quay.io/repository/", "a web page of Quay") {
        let image = rest("quay.io/repository/", 1).map(|name| format!("quay.io/{name}"));
        return image.map(|image| WebPage {
            image: Some(image),
            may_be_pulled: true,
            note: "image names on Quay do not contain `repository/`",
            ..quay
        });
    }
    page("index.docker.io/v1/", "the old Docker Hub index")
        .map(|index| WebPage {
            note: "it is parsed as a repository of the user `v1`, which does not exist on Docker Hub",
            ..index
        })
        .or_else(|| page("github.com/", "the GitHub website"))
        .or_else(|| {
            page(
                "gallery.ecr.aws/",
                "the website of the Amazon ECR Public Gallery",
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

//! Images of the Pods that run on nodes in the input.

use podwright_cluster::workspace::ImageUse;
use podwright_model::ImageReference;
use podwright_rule::RuleContext;

/// Clouds for whose registries the kubelet once had built-in credential providers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cloud {
    Amazon,
    Azure,
    Google,
}

impl Cloud {
    /// Returns the cloud of a registry host.
    fn of(host: &str) -> Option<Self> {
        let is_below = |domain: &str| host == domain || host.ends_with(&format!(".{domain}"));
        match () {
            () if host.contains(".dkr.ecr.") || host.contains(".dkr.ecr-fips.") => {
                Some(Self::Amazon)
            }
            () if ["azurecr.io", "azurecr.cn", "azurecr.us", "azurecr.de"]
                .into_iter()
                .any(is_below) =>
            {
                Some(Self::Azure)
            }
            () if is_below("gcr.io") || is_below("pkg.dev") => Some(Self::Google),
            () => None,
        }
    }

    /// Returns whether an entry of `matchImages` is for registries of this cloud.
    pub(super) fn is_pattern(self, entry: &str) -> bool {
        let host = entry.split('/').next().unwrap_or("");
        Self::of(host) == Some(self) || (self == Self::Amazon && host.contains("amazonaws.com"))
    }

    /// Returns the name of the cloud's registry service.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Amazon => "Amazon ECR",
            Self::Azure => "Azure Container Registry",
            Self::Google => "Google Artifact Registry",
        }
    }

    /// Returns an entry of `matchImages` for registries like `host`.
    pub(super) fn pattern(self, host: &str) -> String {
        let labels = host.split('.').enumerate();
        let stars = match self {
            // account.dkr.ecr.region.amazonaws.com
            Self::Amazon => &[0, 3][..],
            Self::Azure | Self::Google => &[0][..],
        };
        let labels: Vec<&str> = labels
            .map(|(index, label)| if stars.contains(&index) { "*" } else { label })
            .collect();
        if labels.len() < 3 {
            host.to_owned()
        } else {
            labels.join(".")
        }
    }
}

/// Returns the cloud and the parsed image if the image is in a cloud registry.
pub(super) fn cloud_image<'i>(
    image: &'i ImageUse<'_>,
    cx: &RuleContext<'_>,
) -> Option<(Cloud, &'i ImageReference)> {
    let reference = image.for_newest(cx.versions)?;
    Some((Cloud::of(&reference.domain)?, reference))
}

#[cfg(test)]
mod tests {
    use super::Cloud;

    #[test]
    fn an_entry_for_a_registry_has_as_many_labels() {
        for (host, pattern) in [
            (
                "1.dkr.ecr.eu-west-1.amazonaws.com",
                "*.dkr.ecr.*.amazonaws.com",
            ),
            (
                "1.dkr.ecr.cn-north-1.amazonaws.com.cn",
                "*.dkr.ecr.*.amazonaws.com.cn",
            ),
            ("team.azurecr.cn", "*.azurecr.cn"),
            ("gcr.io", "gcr.io"),
            ("eu.gcr.io", "*.gcr.io"),
            ("us-docker.pkg.dev", "*.pkg.dev"),
        ] {
            let cloud = Cloud::of(host).unwrap();
            assert_eq!(cloud.pattern(host), pattern);
            assert!(cloud.is_pattern(pattern), "{pattern}");
        }
        assert!(Cloud::Amazon.is_pattern("*.amazonaws.com"));
        assert_eq!(Cloud::of("registry.example"), None);
        assert_eq!(Cloud::of("notgcr.io"), None);
    }
}

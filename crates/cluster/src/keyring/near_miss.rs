//! Registry keys that differ from an image in one place, so that they were probably meant to match it.

use super::key::NormalKey;
use super::url::RegistryUrl;
use crate::glob;

/// The one difference between a registry key and an image.
///
/// A smaller value is stronger evidence that the key was meant for the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NearMiss {
    /// The ports differ, or only one of the two has a port.
    Port,
    /// The key is the host of a website or of an earlier registry, and the image is on the registry that belongs to it.
    OtherHost,
    /// The hosts differ in one character, or in the order of two.
    Character,
    /// One host is the end of the other: labels at the start are missing.
    Labels,
    /// The hosts belong to the same registry service and differ in this part of its host names.
    Part(&'static str),
    /// Only the last labels of the hosts differ.
    TopLevel,
    /// The host and port are equal, but the key is for another path.
    Path,
}

/// Hosts that people log in to or look at, and the hosts of the images: the key, and a pattern for the image.
const OTHER_HOSTS: [(&str, &str); 22] = [
    // https://docs.gitlab.com/user/packages/container_registry/
    ("gitlab.com", "registry.gitlab.com"),
    // https://docs.github.com/packages: the registry before 2021 was docker.pkg.github.com.
    ("github.com", "ghcr.io"),
    ("www.github.com", "ghcr.io"),
    ("api.github.com", "ghcr.io"),
    ("docker.pkg.github.com", "ghcr.io"),
    ("containers.pkg.github.com", "ghcr.io"),
    ("npm.pkg.github.com", "ghcr.io"),
    ("maven.pkg.github.com", "ghcr.io"),
    // https://docs.docker.com/reference/cli/docker/login/
    ("docker.com", "docker.io"),
    ("www.docker.com", "docker.io"),
    ("dockerhub.com", "docker.io"),
    // https://cloud.google.com/artifact-registry/docs/transition/transition-from-gcr
    ("gcr.io", "*-docker.pkg.dev"),
    ("*.gcr.io", "*-docker.pkg.dev"),
    ("console.cloud.google.com", "*-docker.pkg.dev"),
    ("console.cloud.google.com", "gcr.io"),
    // https://learn.microsoft.com/azure/container-registry/container-registry-authentication
    ("portal.azure.com", "*.azurecr.io"),
    ("azure.com", "*.azurecr.io"),
    // https://docs.quay.io
    ("quay.com", "quay.io"),
    // https://access.redhat.com/articles/RegistryAuthentication
    ("registry.access.redhat.com", "registry.redhat.io"),
    ("access.redhat.com", "registry.redhat.io"),
    // https://docs.nvidia.com/ngc/
    ("ngc.nvidia.com", "nvcr.io"),
    // https://docs.digitalocean.com/products/container-registry/
    ("cloud.digitalocean.com", "registry.digitalocean.com"),
];

/// Host names of registry services: `{}` marks a part that distinguishes registries, in the same order as the names.
const SERVICES: [(&str, &[&str]); 16] = [
    // https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
    ("{}.dkr.ecr.{}.amazonaws.com", &["account", "region"]),
    ("{}.dkr.ecr-fips.{}.amazonaws.com", &["account", "region"]),
    ("{}.dkr.ecr.{}.amazonaws.com.cn", &["account", "region"]),
    ("{}.dkr-ecr.{}.on.aws", &["account", "region"]),
    // https://cloud.google.com/artifact-registry/docs/docker/names
    ("{}-docker.pkg.dev", &["location"]),
    // https://cloud.google.com/container-registry/docs/overview; `gcr.io` has no location.
    ("{}.gcr.io", &["location"]),
    // https://learn.microsoft.com/azure/container-registry/container-registry-concepts
    ("{}.azurecr.io", &["registry name"]),
    ("{}.azurecr.cn", &["registry name"]),
    // https://docs.oracle.com/iaas/Content/Registry/Concepts/registryprerequisites.htm
    ("{}.ocir.io", &["region"]),
    ("ocir.{}.oci.oraclecloud.com", &["region"]),
    // https://cloud.ibm.com/docs/Registry?topic=Registry-registry_overview
    ("{}.icr.io", &["region"]),
    // https://www.alibabacloud.com/help/acr
    ("registry.{}.aliyuncs.com", &["region"]),
    ("registry-vpc.{}.aliyuncs.com", &["region"]),
    // https://www.scaleway.com/en/docs/container-registry/
    ("rg.{}.scw.cloud", &["region"]),
    // https://support.huaweicloud.com/swr/
    ("swr.{}.myhuaweicloud.com", &["region"]),
    // https://jfrog.com/help
    ("{}.jfrog.io", &["server name"]),
];

/// Hosts whose images need no credentials.
const ANONYMOUS: [&str; 6] = [
    "registry.k8s.io",
    "k8s.gcr.io",
    "public.ecr.aws",
    "mcr.microsoft.com",
    "registry.access.redhat.com",
    "cgr.dev",
];

/// Hosts with public images of many owners: another path says nothing about the key.
const SHARED: [&str; 7] = [
    "docker.io",
    "quay.io",
    "ghcr.io",
    "gcr.io",
    "registry.gitlab.com",
    "nvcr.io",
    "registry.redhat.io",
];

/// Projects on `gcr.io` and `REGION-docker.pkg.dev` with public images.
const PUBLIC_PROJECTS: [&str; 16] = [
    "google-containers",
    "google_containers",
    "google-samples",
    "google.com",
    "distroless",
    "cadvisor",
    "kaniko-project",
    "kubebuilder",
    "k8s-minikube",
    "k8s-artifacts-prod",
    "cloudsql-docker",
    "cloud-sql-connectors",
    "knative-releases",
    "tekton-releases",
    "istio-release",
    "ml-pipeline",
];

impl NearMiss {
    /// Describes the difference as a clause without a full stop. `key` and `host` are the registry key and the host of the
    /// image.
    #[must_use]
    pub fn describe(self, key: &str, host: &str) -> String {
        match self {
            Self::Port => "the ports differ; an omitted port is not equal to any port".to_owned(),
            Self::OtherHost => format!("`{host}` is the registry, `{key}` is another host"),
            Self::Character => format!("the hosts of `{key}` and `{host}` differ in one character"),
            Self::Labels => format!(
                "`{key}` and `{host}` have different numbers of labels; a key does not match subdomains"
            ),
            Self::Part(name) => format!("the {name} in `{key}` is not that in `{host}`"),
            Self::TopLevel => format!("`{key}` and `{host}` have different top-level domains"),
            Self::Path => "the path of a key must be the start of the image path".to_owned(),
        }
    }

    /// Whether the difference is a mistake wherever the credential comes from. Otherwise the credential may be for other
    /// images if several Pods share it.
    #[must_use]
    pub const fn is_mistake(self) -> bool {
        matches!(
            self,
            Self::Port | Self::OtherHost | Self::Character | Self::Labels
        )
    }
}

impl NormalKey {
    /// Returns the difference between this key and the image `repository` if they differ in only one place, and the
    /// image may need a credential. Ports 443 and 80 are not distinguished from a missing port.
    #[must_use]
    pub fn near_miss(&self, repository: &str) -> Option<NearMiss> {
        let key = self.url.as_ref().ok()?;
        let image = RegistryUrl::parse(repository.as_bytes()).ok()?;
        let (key_path, image_path) = (text(&key.path)?, text(&image.path)?);
        let (labels, port) = key.split();
        let (image_labels, image_port) = image.split();
        let (host, image_host) = (labels.join(&b'.'), image_labels.join(&b'.'));
        let (host, image_host) = (text(&host)?, text(&image_host)?);
        if ANONYMOUS.contains(&image_host) || is_public(image_host, image_path) {
            return None;
        }
        let is_host = matches(host, image_host);
        let is_path = image_path.starts_with(key_path);
        if is_host && port != image_port {
            let is_default = |port: &[u8]| matches!(port, b"" | b"443" | b"80");
            let differs = is_path && !(is_default(port) && is_default(image_port));
            return differs.then_some(NearMiss::Port);
        }
        if is_host {
            let is_miswritten = key_path.contains(['*', ':', '@'])
                || key_path.strip_suffix('/') == Some(image_path)
                || key_path.bytes().any(|byte| byte.is_ascii_uppercase());
            let is_other = !is_path && !is_shared(image_host) && !is_miswritten;
            return is_other.then_some(NearMiss::Path);
        }
        let is_rest_equal = port == image_port && is_path;
        host_difference(host, image_host).filter(|_| is_rest_equal)
    }
}

fn host_difference(key: &str, image: &str) -> Option<NearMiss> {
    let is_meant =
        |&&(host, registry): &&(&str, &str)| matches(host, key) && matches(registry, image);
    if OTHER_HOSTS.iter().find(is_meant).is_some() {
        return Some(NearMiss::OtherHost);
    }
    if key.contains(['*', '?', '[']) {
        return None;
    }
    if image == "docker.io" {
        return differs_in_one_character(key, image).then_some(NearMiss::Character);
    }
    let is_gcr = |host: &str| host == "gcr.io" || host.ends_with(".gcr.io");
    if is_gcr(key) && is_gcr(image) {
        return Some(NearMiss::Part("location"));
    }
    if let Some(difference) = service_difference(key, image) {
        return difference;
    }
    let is_below = |host: &str, above: &str| {
        let rest = host.strip_suffix(above);
        above.contains('.') && rest.is_some_and(|rest| rest.ends_with('.'))
    };
    if is_below(image, key) || is_below(key, image) {
        return Some(NearMiss::Labels);
    }
    if differs_in_one_character(key, image) {
        return Some(NearMiss::Character);
    }
    let (stem, last) = key.rsplit_once('.')?;
    let (image_stem, image_last) = image.rsplit_once('.')?;
    let is_name = |label: &str| !label.bytes().all(|byte| byte.is_ascii_digit());
    (stem == image_stem && is_name(last) && is_name(image_last)).then_some(NearMiss::TopLevel)
}

/// The difference of two hosts of one registry service: `Some(None)` if they differ in several parts.
fn service_difference(key: &str, image: &str) -> Option<Option<NearMiss>> {
    SERVICES.iter().find_map(|(pattern, names)| {
        let (key, image) = (parts(key, pattern)?, parts(image, pattern)?);
        let mut differing = key
            .iter()
            .zip(&image)
            .zip(*names)
            .filter(|((a, b), _)| a != b);
        let first = differing.next();
        Some(match (first, differing.next()) {
            (Some((_, name)), None) => Some(NearMiss::Part(name)),
            _ => None,
        })
    })
}

/// The parts of `host` in the places of `{}`; `None` if the pattern does not fit.
fn parts<'h>(host: &'h str, pattern: &str) -> Option<Vec<&'h str>> {
    let mut literals = pattern.split("{}");
    let mut rest = host.strip_prefix(literals.next()?)?;
    let mut found = Vec::new();
    let literals: Vec<&str> = literals.collect();
    for (index, literal) in literals.iter().enumerate() {
        let is_last = index + 1 == literals.len();
        let at = match is_last {
            true => rest
                .len()
                .checked_sub(literal.len())
                .filter(|_| rest.ends_with(literal))?,
            false => rest.find(literal)?,
        };
        let part = &rest[..at];
        if part.is_empty() || part.contains('.') {
            return None;
        }
        found.push(part);
        rest = &rest[at + literal.len()..];
    }
    Some(found)
}

/// Minimum length of a label in which one other character is a typing error.
const MIN_LABEL: usize = 4;

/// Whether one of the labels differs in one character, or a `.` is missing. Numbers and single letters at the end of a
/// label usually distinguish hosts.
fn differs_in_one_character(key: &str, image: &str) -> bool {
    let mut pairs = key.split('.').zip(image.split('.'));
    if key.split('.').count() != image.split('.').count() {
        return key.replace('.', "") == image.replace('.', "");
    }
    let Some((one, other)) = pairs.find(|(one, other)| one != other) else {
        return false;
    };
    let is_long = one.len().min(other.len()) >= MIN_LABEL;
    pairs.all(|(one, other)| one == other) && is_long && is_typing_error(one, other)
}

fn is_typing_error(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let same = |(a, b): &(&u8, &u8)| a == b;
    let start = one.iter().zip(other).take_while(same).count();
    let (one, other) = (&one[start..], &other[start..]);
    let end = one
        .iter()
        .rev()
        .zip(other.iter().rev())
        .take_while(same)
        .count();
    let (one, other) = (&one[..one.len() - end], &other[..other.len() - end]);
    let differing = || one.iter().chain(other);
    let is_number = differing().any(u8::is_ascii_digit);
    // `registry-a` and `registry-b`, `registry` and `registry2`
    let is_last = end == 0 && one.len() == 1 && other.len() == 1;
    match (one, other) {
        ([a, b], [c, d]) => a == d && b == c && !is_number,
        _ => one.len() <= 1 && other.len() <= 1 && !is_number && !is_last,
    }
}

fn is_public(host: &str, path: &str) -> bool {
    let mut segments = path.split('/').skip(1);
    let first = segments.next().unwrap_or("");
    let is_google =
        host == "gcr.io" || host.ends_with(".gcr.io") || host.ends_with("-docker.pkg.dev");
    (is_google && PUBLIC_PROJECTS.contains(&first)) || (host == "docker.io" && first == "library")
}

fn is_shared(host: &str) -> bool {
    SHARED.contains(&host) || host.ends_with(".gcr.io")
}

/// Whether a host with `*` matches a host label by label.
fn matches(pattern: &str, host: &str) -> bool {
    let labels = (pattern.split('.'), host.split('.'));
    let is_same_length = labels.0.clone().count() == labels.1.clone().count();
    let mut pairs = labels.0.zip(labels.1);
    is_same_length
        && pairs.all(|(label, other)| glob::matches(label.as_bytes(), other.as_bytes()) == Ok(true))
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use podwright_model::docker_config::RegistryKey;

    #[test]
    fn one_difference_is_a_near_miss() {
        use NearMiss::{Character, Labels, OtherHost, Part, Path, Port, TopLevel};
        for (key, image, expected) in [
            // Ports
            ("r.example.com", "r.example.com:5000/a", Some(Port)),
            ("r.example.com:5000", "r.example.com/a", Some(Port)),
            ("r.example.com:5000", "r.example.com:5001/a", Some(Port)),
            (
                "https://r.example.com/v2/",
                "r.example.com:5000/a",
                Some(Port),
            ),
            ("*.example.com", "r.example.com:5000/a", Some(Port)),
            ("r.example.com:5000/b", "r.example.com/a", None),
            ("r.example.com:443", "r.example.com/a", None),
            ("r.example.com", "r.example.com:80/a", None),
            ("r.example.com:443", "r.example.com:5000/a", Some(Port)),
            // Hosts of websites and of earlier registries
            (
                "gitlab.com",
                "registry.gitlab.com/acme/web",
                Some(OtherHost),
            ),
            (
                "https://gitlab.com/acme",
                "registry.gitlab.com/acme/web",
                Some(OtherHost),
            ),
            ("docker.pkg.github.com", "ghcr.io/acme/web", Some(OtherHost)),
            ("github.com", "ghcr.io/acme/web", Some(OtherHost)),
            (
                "eu.gcr.io",
                "europe-docker.pkg.dev/acme/web/web",
                Some(OtherHost),
            ),
            ("docker.com", "docker.io/acme/web", Some(OtherHost)),
            ("docker.com", "docker.io/library/nginx", None),
            ("dokcer.io", "docker.io/acme/web", Some(Character)),
            ("registry-1.docker.io", "docker.io/acme/web", None),
            // Characters
            (
                "registry.acme-crop.example",
                "registry.acme-corp.example/a",
                Some(Character),
            ),
            (
                "registry.exmple.com",
                "registry.example.com/a",
                Some(Character),
            ),
            (
                "registry.my-acme.com",
                "registry.myacme.com/a",
                Some(Character),
            ),
            (
                "registryexample.com",
                "registry.example.com/a",
                Some(Character),
            ),
            ("registry1.example.com", "registry2.example.com/a", None),
            ("registry-a.example.com", "registry-b.example.com/a", None),
            ("eu.example.com", "us.example.com/a", None),
            // Labels
            ("example.com", "registry.example.com/a", Some(Labels)),
            ("registry.example.com", "example.com/a", Some(Labels)),
            ("azurecr.io", "acme.azurecr.io/a", Some(Labels)),
            ("com", "example.com/a", None),
            ("*.example.com", "a.b.example.com/a", None),
            // Parts of the host names of a service
            (
                "111122223333.dkr.ecr.us-east-1.amazonaws.com",
                "111122223333.dkr.ecr.eu-central-1.amazonaws.com/web",
                Some(Part("region")),
            ),
            (
                "111122223333.dkr.ecr.us-east-1.amazonaws.com",
                "444455556666.dkr.ecr.us-east-1.amazonaws.com/web",
                Some(Part("account")),
            ),
            (
                "111122223333.dkr.ecr.us-east-1.amazonaws.com",
                "444455556666.dkr.ecr.eu-west-1.amazonaws.com/web",
                None,
            ),
            (
                "europe-west1-docker.pkg.dev",
                "europe-docker.pkg.dev/acme/a/b",
                Some(Part("location")),
            ),
            ("gcr.io", "eu.gcr.io/acme/web", Some(Part("location"))),
            ("us.gcr.io", "eu.gcr.io/acme/web", Some(Part("location"))),
            (
                "acmedev.azurecr.io",
                "acmeprod.azurecr.io/web",
                Some(Part("registry name")),
            ),
            ("eu.gcr.io", "gcr.io/distroless/static", None),
            ("gcr.io", "k8s.gcr.io/pause", None),
            // The last label and the path
            ("registry.acme.com", "registry.acme.io/web", Some(TopLevel)),
            ("10.0.0.5", "10.0.0.6/web", None),
            (
                "r.example.com/checkout",
                "r.example.com/payments/web",
                Some(Path),
            ),
            ("quay.io/acme", "quay.io/prometheus/node-exporter", None),
            ("r.example.com/a/", "r.example.com/a", None),
            ("r.example.com/A", "r.example.com/a/b", None),
            ("quay.io", "r.example.com/a", None),
        ] {
            let key = NormalKey::new(&RegistryKey::new(key)).unwrap();
            assert_eq!(key.near_miss(image), expected, "{key} {image}");
        }
    }

    #[test]
    fn the_parts_of_a_host_are_those_of_the_pattern() {
        let host = "111122223333.dkr.ecr.us-east-1.amazonaws.com";
        assert_eq!(
            parts(host, "{}.dkr.ecr.{}.amazonaws.com"),
            Some(vec!["111122223333", "us-east-1"])
        );
        assert_eq!(parts(host, "{}.dkr.ecr.{}.amazonaws.com.cn"), None);
        assert_eq!(parts("a.b.azurecr.io", "{}.azurecr.io"), None);
        assert_eq!(parts("azurecr.io", "{}.azurecr.io"), None);
    }
}

//! Where a definition outside of the run is from, and which release it is.

use std::cmp::Ordering;
use std::fmt;

use podwright_model::Object;

/// The file of a definition, and the release of the software that the definition is of. The greater of two is the newer
/// one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Path of the file, as reports show it.
    file: String,
    /// Release, as it is written: `v1.16.2`.
    release: Option<String>,
    /// Release of controller-gen, which made the definition. It orders releases that are not named.
    generator: Option<String>,
}

/// Annotation of controller-gen with its own release.
const GENERATOR: &str = "controller-gen.kubebuilder.io/version";

/// Labels and annotations with the release of the software, in order of precedence: of Kubernetes, of the Gateway API, and
/// of the Prometheus operator.
const RELEASES: [&str; 3] = [
    "app.kubernetes.io/version",
    "gateway.networking.k8s.io/bundle-version",
    "operator.prometheus.io/version",
];

/// Label of Helm with the name and the version of the chart: `cert-manager-v1.16.2`.
const CHART: &str = "helm.sh/chart";

impl Source {
    /// The release of the CustomResourceDefinition `object` by its labels and annotations, or else by the path of its
    /// file. `file` is what reports show, `path` the part of it that the user chose to put definitions into.
    #[must_use]
    pub fn of_object(object: &Object, file: String, path: &str) -> Self {
        let labels = object.metadata.labels.items();
        let annotations = object.metadata.annotations.items();
        let value = |key: &str| {
            let mut all = labels.iter().chain(annotations);
            let (_, _, value) = all.find(|(own, ..)| own == key)?;
            value.text().filter(|value| is_version(value))
        };
        let chart = || {
            let (_, _, value) = labels.iter().find(|(own, ..)| own == CHART)?;
            in_name(value.text()?)
        };
        let release = RELEASES.iter().find_map(|key| value(key));
        let release = release.or_else(chart).or_else(|| in_path(path));
        Self {
            file,
            release: release.map(str::to_owned),
            generator: value(GENERATOR).map(str::to_owned),
        }
    }

    /// The release by the path of the file.
    #[must_use]
    pub fn of_file(file: String, path: &str) -> Self {
        Self {
            file,
            release: in_path(path).map(str::to_owned),
            generator: None,
        }
    }
}

impl Ord for Source {
    /// A file whose release is known counts as newer than one whose release is not.
    fn cmp(&self, other: &Self) -> Ordering {
        let order = |one: &Option<String>, other: &Option<String>| {
            one.as_deref()
                .map(Version::of)
                .cmp(&other.as_deref().map(Version::of))
        };
        order(&self.release, &other.release)
            .then_with(|| order(&self.generator, &other.generator))
            .then_with(|| self.release.cmp(&other.release))
            .then_with(|| self.file.cmp(&other.file))
    }
}

impl PartialOrd for Source {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Release and file: `v1.16.2 in crds/certificates.yaml`.
impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.release {
            Some(release) => write!(f, "{release} in {}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// A version to compare. A pre-release is older than its release.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version<'a> {
    numbers: Vec<u64>,
    is_release: bool,
    rest: Vec<Part<'a>>,
}

/// Part of a pre-release, as Semantic Versioning orders them.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    Number(u64),
    Text(&'a str),
}

impl<'a> Version<'a> {
    fn of(text: &'a str) -> Self {
        let text = text.strip_prefix('v').unwrap_or(text);
        let text = text.split('+').next().unwrap_or(text);
        let (numbers, rest) = text.split_once('-').unwrap_or((text, ""));
        let number = |part: &str| part.parse().unwrap_or(0);
        let mut numbers: Vec<u64> = numbers.split('.').map(number).collect();
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        let rest = rest.split('.').filter(|part| !part.is_empty());
        let part = |part: &'a str| part.parse().map_or(Part::Text(part), Part::Number);
        Self {
            numbers,
            is_release: !text.contains('-'),
            rest: rest.map(part).collect(),
        }
    }
}

/// Whether a text is a version with at least two numbers: `v1.2`, `1.2.3-rc.1`.
fn is_version(text: &str) -> bool {
    let own = text.strip_prefix('v').unwrap_or(text);
    let end = own.find(['-', '+']).unwrap_or(own.len());
    let mut numbers = own[..end].split('.');
    let is_number = |part: &str| {
        !part.is_empty() && part.len() < 10 && part.bytes().all(|b| b.is_ascii_digit())
    };
    let count = numbers.clone().count();
    (2..=4).contains(&count)
        && numbers.all(is_number)
        && own[end..]
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-+.".contains(&b))
        && !own.ends_with(['-', '+', '.'])
}

/// The version in a path: in the innermost directory or the file name that has one.
fn in_path(path: &str) -> Option<&str> {
    let parts = path.rsplit(['/', '\\']);
    let names = parts.map(|part| {
        let extension = [".yaml", ".yml", ".json"];
        let mut stems = extension.iter().filter_map(|own| part.strip_suffix(own));
        stems.next().unwrap_or(part)
    });
    names.into_iter().find_map(in_name)
}

/// The version at the end of a name: `cert-manager-v1.16.2`, `v1.16.2.crds`, `1.16`.
fn in_name(name: &str) -> Option<&str> {
    let name = name.strip_suffix(".crds").unwrap_or(name);
    if is_version(name) {
        return Some(name);
    }
    // The longest end that is a version: `-rc.1` belongs to `v1.2.0-rc.1`.
    let starts = name.match_indices(['-', '_', '@']).map(|(at, _)| at + 1);
    let mut ends = starts.map(|at| &name[at..]);
    ends.find(|end| is_version(end))
}

#[cfg(test)]
mod tests {
    use super::{Source, Version, in_path, is_version};

    #[test]
    fn paths_name_releases() {
        for (path, release) in [
            ("v1.16.2/certificates.yaml", Some("v1.16.2")),
            ("cert-manager-v1.16.2.crds.yaml", Some("v1.16.2")),
            ("cert-manager-1.17.0-rc.1/crds/a.yaml", Some("1.17.0-rc.1")),
            ("1.16/cert-manager.io/certificate_v1.json", Some("1.16")),
            ("release-1.16/a.yml", Some("1.16")),
            ("cert-manager.io/certificates.yaml", None),
            ("v1/a.yaml", None),
            ("v1beta1.metrics.k8s.io.yaml", None),
            ("certificate-cert-manager-v1.json", None),
            ("s3.v1.example.org/a.yaml", None),
            ("2024-01-02/a.yaml", None),
        ] {
            assert_eq!(in_path(path), release, "{path}");
        }
    }

    #[test]
    fn versions_have_two_numbers() {
        for text in ["1.2", "v1.2.3", "1.2.3-rc.1", "0.75.0+build.1"] {
            assert!(is_version(text), "{text}");
        }
        for text in [
            "",
            "1",
            "v1",
            "v1beta1",
            "1.",
            "1.x",
            "a1.2",
            "1.2-",
            "1.2.3.4.5",
        ] {
            assert!(!is_version(text), "{text}");
        }
    }

    #[test]
    fn newer_releases_are_greater() {
        let sorted = [
            "v0.9.1",
            "0.10.0",
            "v1.0.0-alpha.1",
            "v1.0.0-rc.2",
            "1.0.0-rc.10",
            "v1.0.0",
            "v1.0.1",
            "v1.16",
            "v1.16.2",
        ];
        for pair in sorted.windows(2) {
            assert!(Version::of(pair[0]) < Version::of(pair[1]), "{pair:?}");
        }
        let named = |path: &str| Source::of_file(format!("crds/{path}"), path);
        assert!(named("v1.9.0/a.yaml") < named("v1.10.0/a.yaml"));
        assert!(named("a.yaml") < named("b.yaml"));
        assert_eq!(
            named("v1.9.0/a.yaml").to_string(),
            "v1.9.0 in crds/v1.9.0/a.yaml"
        );
        assert_eq!(named("a.yaml").to_string(), "crds/a.yaml");
    }
}

//! What is in a repository: manifests, builds, tools and the releases of Kubernetes that its files name.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use ignore::WalkBuilder;

use podwright_lint::config::FILE_NAMES;
use podwright_lint::migrate;
use podwright_model::VersionRange;

/// Maximum number of files that are looked at.
const MAX_FILES: usize = 20_000;
/// Maximum number of bytes that are read of a file.
const MAX_BYTES: u64 = 64 << 10;

/// Text before the release of a cluster.
const BEFORE_VERSION: [&str; 12] = [
    "kindest/node:v",
    "rancher/k3s:v",
    "kubernetesVersion: ",
    "kubernetes-version: ",
    "kubernetes-version ",
    "kubernetes-version=",
    "kubernetes_version: ",
    "kubernetes_version = ",
    "cluster_version = ",
    "KUBERNETES_VERSION: ",
    "k8s-version: ",
    "k8s_version: ",
];

/// What was found below a directory.
#[derive(Debug, Default)]
pub(in crate::cli) struct Seen {
    pub(in crate::cli) manifests: usize,
    pub(in crate::cli) kustomizations: usize,
    /// Directories of charts.
    pub(in crate::cli) charts: Vec<String>,
    pub(in crate::cli) has_flux: bool,
    pub(in crate::cli) has_argo: bool,
    pub(in crate::cli) skaffold: Option<String>,
    /// Configurations of other linters.
    pub(in crate::cli) linters: Vec<String>,
    /// Configurations of podwright.
    pub(in crate::cli) configurations: Vec<String>,
    /// Releases of Kubernetes, each with a file that names it.
    pub(in crate::cli) versions: BTreeMap<u32, String>,
    /// Values files of charts besides `values.yaml`, by chart.
    pub(in crate::cli) values: BTreeMap<String, Vec<String>>,
}

impl Seen {
    /// Looks at the files below `root`, except ignored ones.
    pub(in crate::cli) fn below(root: &Path) -> Self {
        let mut seen = Self::default();
        let walk = WalkBuilder::new(root)
            .hidden(false)
            .require_git(false)
            .filter_entry(|entry| {
                let name = entry.file_name();
                name != ".git" && name != "node_modules" && name != ".terraform"
            })
            .sort_by_file_path(Path::cmp)
            .build();
        let files = walk.filter_map(Result::ok).filter(|entry| {
            let kind = entry.file_type();
            kind.is_some_and(|kind| kind.is_file())
        });
        for entry in files.take(MAX_FILES) {
            let path = entry.path();
            let shown = path.strip_prefix(root).unwrap_or(path).display();
            seen.add(path, &shown.to_string().replace('\\', "/"));
        }
        for (chart, values) in &mut seen.values {
            let inside = |path: &String| seen.charts.contains(chart) && path.starts_with(chart);
            values.retain(inside);
        }
        seen.values.retain(|_, values| !values.is_empty());
        seen
    }

    fn add(&mut self, path: &Path, shown: &str) {
        let (directory, name) = shown.rsplit_once('/').unwrap_or(("", shown));
        let is_top = directory.is_empty();
        let is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
        if FILE_NAMES.contains(&name) {
            self.configurations.push(shown.to_owned());
            return;
        }
        if is_top && migrate::FILE_NAMES.contains(&name) {
            self.linters.push(shown.to_owned());
            return;
        }
        let here = if is_top { "." } else { directory };
        match name {
            "Chart.yaml" => self.charts.push(here.to_owned()),
            "kustomization.yaml" | "kustomization.yml" | "Kustomization" => {
                self.kustomizations += 1
            }
            "skaffold.yaml" => self.skaffold = Some(shown.to_owned()),
            _ if name.starts_with("values") && is_yaml && name != "values.yaml" => {
                let values = self.values.entry(here.to_owned()).or_default();
                values.push(shown.to_owned());
            }
            _ => {}
        }
        let names_versions = name == "Makefile"
            || name == ".tool-versions"
            || [".tf", ".tfvars", ".sh"]
                .iter()
                .any(|end| name.ends_with(end));
        if !(is_yaml || names_versions) {
            return;
        }
        let mut bytes = Vec::new();
        let read = File::open(path).map(|file| file.take(MAX_BYTES).read_to_end(&mut bytes));
        if !matches!(read, Ok(Ok(_))) {
            return;
        }
        let text = String::from_utf8_lossy(&bytes);
        for version in versions(&text) {
            self.versions
                .entry(version)
                .or_insert_with(|| shown.to_owned());
        }
        let is_hidden = shown.split('/').any(|part| part.starts_with('.'));
        if !is_yaml || is_hidden || !text.contains("apiVersion:") || !text.contains("kind:") {
            return;
        }
        self.has_flux |= text.contains("toolkit.fluxcd.io/");
        self.has_argo |= text.contains("argoproj.io/") && text.contains("kind: Application");
        let is_other =
            matches!(name, "Chart.yaml" | "skaffold.yaml") || name.starts_with("kustomization");
        self.manifests += usize::from(!is_other);
    }

    /// The releases of Kubernetes that the files name, as a value of the configuration.
    pub(in crate::cli) fn kubernetes(&self) -> Option<String> {
        let (oldest, _) = self.versions.first_key_value()?;
        let (newest, _) = self.versions.last_key_value()?;
        Some(match oldest == newest {
            true => format!("1.{oldest}"),
            false => format!("1.{oldest}-1.{newest}"),
        })
    }

    /// Whether a build may need something that is not in the repository.
    pub(in crate::cli) fn may_vendor(&self) -> bool {
        self.has_flux || self.has_argo || !self.charts.is_empty() || self.kustomizations > 0
    }
}

/// `12 manifests, 2 kustomizations, 1 chart, Flux`
impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counted = podwright_report::summary::counted;
        let mut parts = vec![counted(self.manifests, "manifest")];
        if self.kustomizations > 0 {
            parts.push(counted(self.kustomizations, "kustomization"));
        }
        if !self.charts.is_empty() {
            parts.push(counted(self.charts.len(), "chart"));
        }
        if self.has_flux {
            parts.push("Flux".to_owned());
        }
        if self.has_argo {
            parts.push("Argo CD".to_owned());
        }
        if self.skaffold.is_some() {
            parts.push("skaffold".to_owned());
        }
        parts.extend(self.linters.iter().cloned());
        f.write_str(&parts.join(", "))
    }
}

/// Minor releases of Kubernetes that a text names as the release of a cluster.
fn versions(text: &str) -> Vec<u32> {
    let mut found = Vec::new();
    for before in BEFORE_VERSION {
        for (at, _) in text.match_indices(before) {
            // An annotation such as `kyverno.io/kubernetes-version` is about something else.
            if text[..at].ends_with('/') {
                continue;
            }
            let rest = text[at + before.len()..].trim_start_matches([' ', '"', '\'', 'v']);
            let Some(rest) = rest.strip_prefix("1.") else {
                continue;
            };
            let digits = rest.split(|c: char| !c.is_ascii_digit()).next();
            let minor = digits.and_then(|digits| digits.parse::<u32>().ok());
            let is_known = |minor: &u32| format!("1.{minor}").parse::<VersionRange>().is_ok();
            found.extend(minor.filter(is_known));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::versions;

    #[test]
    fn versions_are_found_where_clusters_are_described() {
        for (text, expected) in [
            ("image: kindest/node:v1.31.4@sha256:0", vec![31]),
            ("cluster_version = \"1.30\"", vec![30]),
            ("kubeconform -kubernetes-version 1.29.0", vec![29]),
            ("kubernetesVersion: v1.32.1\n", vec![32]),
            ("kubernetes-version: ${VERSION}", vec![]),
            ("go_version = \"1.30\"", vec![]),
            ("kubernetes_version: '1.99'", vec![]),
            ("kyverno.io/kubernetes-version: \"1.30\"", vec![]),
        ] {
            assert_eq!(versions(text), expected, "{text}");
        }
    }
}

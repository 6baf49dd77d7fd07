use super::{Field, decode::Record, is_placeholder};
use crate::syntax::{NodeId, Tree};

/// A kustomization file, as far as it decides namespaces, names and images of other files.
#[derive(Clone, Debug)]
pub struct Kustomization {
    /// `namespace`, set on every object it reaches.
    pub namespace: Field<String>,
    /// `namePrefix`
    pub name_prefix: Field<String>,
    /// `nameSuffix`
    pub name_suffix: Field<String>,
    /// `resources`, `bases` and `components`: files and folders, relative to this file, and remote ones.
    pub resources: Vec<String>,
    /// Files that are patches, relative to this file.
    pub patches: Vec<String>,
    /// `images`
    pub images: Vec<ImageOverride>,
    /// Names of the Secrets that it generates, before a hash is added.
    pub secrets: Vec<String>,
    /// Whether it makes objects in ways that are not read here: charts, plugins, placeholders.
    pub makes_more: bool,
}

/// An item of `images`: what it does to an image of that name.
#[derive(Clone, Debug)]
pub struct ImageOverride {
    /// Its mapping.
    pub node: NodeId,
    /// `name`, compared with the image's text without tag and digest.
    pub name: String,
    /// `newName`
    pub new_name: Field<String>,
    /// `newTag`, which drops a digest
    pub new_tag: Field<String>,
    /// `digest`, which drops a tag
    pub digest: Field<String>,
}

impl Kustomization {
    /// Whether a file of this name is a kustomization whatever it holds.
    #[must_use]
    pub fn is_file_name(name: &str) -> bool {
        matches!(
            name,
            "kustomization.yaml" | "kustomization.yml" | "Kustomization"
        )
    }

    /// Reads the first document of a kustomization file; `None` if it is no mapping.
    #[must_use]
    pub fn decode(tree: &Tree) -> Option<Self> {
        let record = Record::new(tree, tree.documents().first()?.root)?;
        let more = [
            "helmCharts",
            "helmChartInflationGenerator",
            "generators",
            "transformers",
        ];
        let lists = ["resources", "bases", "components"];
        let mut resources: Vec<String> =
            lists.iter().flat_map(|key| strings(record, key)).collect();
        let all = resources.len();
        resources.retain(|path| !is_placeholder(path));
        Some(Self {
            namespace: record.text("namespace"),
            name_prefix: record.text("namePrefix"),
            name_suffix: record.text("nameSuffix"),
            patches: patches(record),
            images: images(record),
            secrets: generated(record, "secretGenerator"),
            makes_more: resources.len() < all || more.iter().any(|key| record.entry(key).is_some()),
            resources,
        })
    }
}

fn strings(record: Record<'_>, key: &str) -> Vec<String> {
    let list = record.scripts(key);
    list.value()
        .into_iter()
        .flatten()
        .filter_map(|item| Some(item.text()?.to_owned()))
        .collect()
}

fn patches(record: Record<'_>) -> Vec<String> {
    let mut paths = strings(record, "patchesStrategicMerge");
    for key in ["patches", "patchesJson6902"] {
        let files = record.records(key, |patch| patch.text("path"));
        let files = files.value().into_iter().flatten();
        paths.extend(files.filter_map(|path| Some(path.text()?.to_owned())));
        // An old form of `patches` is a list of file names.
        paths.extend(strings(record, key));
    }
    paths
}

fn images(record: Record<'_>) -> Vec<ImageOverride> {
    let images = record.records("images", |image| {
        Some(ImageOverride {
            node: image.node(),
            name: image.text("name").text()?.to_owned(),
            new_name: image.text("newName"),
            new_tag: image.text("newTag"),
            digest: image.text("digest"),
        })
    });
    images
        .value()
        .into_iter()
        .flatten()
        .flatten()
        .cloned()
        .collect()
}

fn generated(record: Record<'_>, key: &str) -> Vec<String> {
    let names = record.records(key, |generator| generator.text("name"));
    let names = names.value().into_iter().flatten();
    names
        .filter_map(|name| Some(name.text()?.to_owned()))
        .collect()
}

use super::{Field, decode::MappingReader, is_placeholder};
use podwright_syntax::{NodeId, SyntaxTree};

/// Kustomization file, limited to the fields that affect namespaces, names and images of other files.
#[derive(Clone, Debug)]
pub struct Kustomization {
    /// `namespace`, set on every object that it reaches.
    pub namespace: Field<String>,
    /// `namePrefix`
    pub name_prefix: Field<String>,
    /// `nameSuffix`
    pub name_suffix: Field<String>,
    /// `resources`, `bases` and `components`: files and directories relative to this file, and remote ones.
    pub resources: Vec<String>,
    /// Patch files, relative to this file.
    pub patches: Vec<String>,
    /// `images`
    pub images: Vec<ImageOverride>,
    /// Generated ConfigMaps, before a hash is added to their names.
    pub config_maps: Vec<Generator>,
    /// Generated Secrets, before a hash is added to their names.
    pub secrets: Vec<Generator>,
    /// Objects that it changes through its own content, or through patches with an explicit target.
    pub targets: Vec<PatchTarget>,
    /// Whether it creates objects in ways that are not analyzed: charts, plugins, placeholders.
    pub makes_more: bool,
}

/// Item of `configMapGenerator` or `secretGenerator`.
#[derive(Clone, Debug)]
pub struct Generator {
    /// `name`
    pub name: String,
    /// Keys from `literals` and `files`.
    pub keys: Vec<GeneratedKey>,
    /// Whether these are all keys: it reads no environment files, and does not change another generator's output.
    pub is_whole: bool,
}

/// Key that a generator creates.
#[derive(Clone, Debug)]
pub struct GeneratedKey {
    /// Name of the key.
    pub name: String,
    /// Scalar that contains the key.
    pub node: NodeId,
    /// Offset of the value in the scalar's text, if it appears there literally.
    pub value: Option<usize>,
}

impl Generator {
    fn decode(generator: MappingReader<'_>) -> Option<Self> {
        let name = generator.string("name").into_value()?;
        let mut keys = Vec::new();
        let mut is_whole = true;
        for (list, is_file) in [("literals", false), ("files", true)] {
            match generator.template_strings(list) {
                Field::Value(items, _) => {
                    for item in &items {
                        let key = item.known().and_then(|(text, node)| match is_file {
                            true => of_file(text, node),
                            false => of_literal(text, node),
                        });
                        is_whole &= key.is_some();
                        keys.extend(key);
                    }
                }
                Field::Missing | Field::Null(_) => {}
                Field::Unknown(_) | Field::Invalid(_) => is_whole = false,
            }
        }
        let more = ["env", "envs", "behavior"];
        is_whole &= more.iter().all(|key| !generator.has(key));
        Some(Self {
            name,
            keys,
            is_whole,
        })
    }
}

/// Parses `key=value`. kustomize removes quotes around the value.
fn of_literal(text: &str, node: NodeId) -> Option<GeneratedKey> {
    let (name, value) = text.split_once('=')?;
    let is_plain = !name.is_empty() && !super::has_delimiter(name);
    is_plain.then(|| GeneratedKey {
        name: name.to_owned(),
        node,
        value: (!value.contains(['"', '\''])).then_some(name.len() + 1),
    })
}

/// Parses `path/of/key` or `key=path`.
fn of_file(text: &str, node: NodeId) -> Option<GeneratedKey> {
    let name = match text.split_once('=') {
        Some((name, _)) => name,
        None => text.rsplit('/').next().unwrap_or(text),
    };
    let is_plain = !name.is_empty() && !super::has_delimiter(text);
    is_plain.then(|| GeneratedKey {
        name: name.to_owned(),
        node,
        value: None,
    })
}

/// Target of a patch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PatchTarget {
    /// Kind; any kind if `None`.
    pub kind: Option<String>,
    /// Name; any name if `None`.
    pub name: Option<String>,
}

impl PatchTarget {
    /// Whether the target may match an object of that kind and name.
    #[must_use]
    pub fn may_be(&self, kind: &str, name: &str) -> bool {
        let is = |own: &Option<String>, text| own.as_ref().is_none_or(|own| own == text);
        is(&self.kind, kind) && is(&self.name, name)
    }
}

/// Item of `images`: changes images with this name.
#[derive(Clone, Debug)]
pub struct ImageOverride {
    /// Mapping node.
    pub node: NodeId,
    /// `name`, compared with the image without tag and digest.
    pub name: String,
    /// `newName`
    pub new_name: Field<String>,
    /// `newTag`, which removes a digest
    pub new_tag: Field<String>,
    /// `digest`, which removes a tag
    pub digest: Field<String>,
}

impl Kustomization {
    /// Whether a file of this name is always a kustomization, regardless of its content.
    #[must_use]
    pub fn is_file_name(name: &str) -> bool {
        matches!(
            name,
            "kustomization.yaml" | "kustomization.yml" | "Kustomization"
        )
    }

    /// Reads the first document of a kustomization file; `None` if it is not a mapping.
    #[must_use]
    pub fn decode(tree: &SyntaxTree) -> Option<Self> {
        let record = MappingReader::new(tree, tree.documents().first()?.root)?;
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
            namespace: record.string("namespace"),
            name_prefix: record.string("namePrefix"),
            name_suffix: record.string("nameSuffix"),
            patches: patches(record),
            images: images(record),
            config_maps: generated(record, "configMapGenerator"),
            secrets: generated(record, "secretGenerator"),
            targets: targets(record),
            makes_more: resources.len() < all || more.iter().any(|key| record.has(key)),
            resources,
        })
    }
}

fn strings(record: MappingReader<'_>, key: &str) -> Vec<String> {
    let list = record.template_strings(key);
    let known = list.items().iter().filter_map(Field::text);
    known.map(str::to_owned).collect()
}

fn patches(record: MappingReader<'_>) -> Vec<String> {
    let mut paths = strings(record, "patchesStrategicMerge");
    for key in ["patches", "patchesJson6902"] {
        let files = record.mappings(key, |patch| patch.string("path"));
        let files = files.items().iter().filter_map(Field::text);
        paths.extend(files.map(str::to_owned));
        // An old form of `patches` is a list of file names.
        paths.extend(strings(record, key));
    }
    paths
}

/// Targets of inline patches and of patches with an explicit target, and everything that `replacements` and plugins may
/// change.
fn targets(record: MappingReader<'_>) -> Vec<PatchTarget> {
    let mut targets = Vec::new();
    for key in ["patches", "patchesJson6902"] {
        let patches = record.mappings(key, |patch| match patch.mapping("target") {
            Field::Value(target, _) => Some(PatchTarget {
                kind: plain(&target.string("kind")),
                name: plain(&target.string("name")),
            }),
            _ => written_target(patch.template_string("patch").text()?),
        });
        targets.extend(patches.into_value().into_iter().flatten().flatten());
    }
    for patch in strings(record, "patchesStrategicMerge") {
        if patch.contains('\n') {
            targets.extend(written_target(&patch));
        }
    }
    let more = ["replacements", "transformers", "helmCharts", "vars"];
    if more.iter().any(|key| record.has(key)) {
        targets.push(PatchTarget::default());
    }
    targets
}

/// Name, unless it is a regular expression as kustomize interprets it.
fn plain(field: &Field<String>) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    field
        .text()
        .filter(|text| text.chars().all(is_plain) && !text.is_empty())
        .map(str::to_owned)
}

/// Target of a strategic merge patch, which has the form of its target.
fn written_target(patch: &str) -> Option<PatchTarget> {
    let tree = podwright_syntax::parse(patch.into());
    let object = MappingReader::new(&tree, tree.documents().first()?.root)?;
    Some(PatchTarget {
        kind: object.string("kind").into_value(),
        name: object.part("metadata").string("name").into_value(),
    })
}

fn images(record: MappingReader<'_>) -> Vec<ImageOverride> {
    let images = record.mappings("images", |image| {
        Some(ImageOverride {
            node: image.node(),
            name: image.image_string("name").into_value()?,
            new_name: image.image_string("newName"),
            new_tag: image.image_string("newTag"),
            digest: image.image_string("digest"),
        })
    });
    images
        .into_value()
        .into_iter()
        .flatten()
        .flatten()
        .collect()
}

fn generated(record: MappingReader<'_>, key: &str) -> Vec<Generator> {
    let generators = record.mappings(key, Generator::decode).into_value();
    generators.into_iter().flatten().flatten().collect()
}

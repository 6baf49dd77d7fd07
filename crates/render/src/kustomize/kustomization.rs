//! A kustomization file as data (`api/types/kustomization.go`).

mod fields;
mod load;

pub(crate) use fields::{
    GeneratorArgs, GeneratorOptions, HelmChart, HelmGlobals, LegacySortOptions, ObjectMeta, Patch,
    SelectorFields, SortOptions,
};
pub use load::Warning;
pub(super) use load::load;

use podwright_syntax::text::FileId;

use super::decode::{Anything, StringMap, record};
use super::transform::{Image, LabelEntry, Replica};
use super::variables::Variable;
use crate::Text;

/// Names of a kustomization file, of which a directory may have one.
pub const FILE_NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

record! {
    /// A kustomization. An empty text is the same as an absent field.
    pub(crate) struct Kustomization {
        /// `Kustomization` or `Component`.
        "kind" kind: Text,
        /// Version for the kind.
        "apiVersion" api_version: Text,
        /// Ignored by kustomize.
        "metadata" metadata: Option<ObjectMeta>,
        /// `path` of a schema, or `version` of a built-in one.
        "openapi" openapi: StringMap,
        /// Prefix of all names.
        "namePrefix" name_prefix: Text,
        /// Suffix of all names.
        "nameSuffix" name_suffix: Text,
        /// Namespace of all objects.
        "namespace" namespace: Text,
        /// Labels of all objects, selectors and templates. Deprecated.
        "commonLabels" common_labels: StringMap,
        /// Labels.
        "labels" labels: Vec<LabelEntry>,
        /// Annotations of all objects and templates.
        "commonAnnotations" common_annotations: StringMap,
        /// Strategic merge patches: files or texts. Deprecated.
        "patchesStrategicMerge" patches_strategic_merge: Vec<Text>,
        /// JSON patches. Deprecated.
        "patchesJson6902" patches_json6902: Vec<Patch>,
        /// Patches of both kinds.
        "patches" patches: Vec<Patch>,
        /// Changes of images.
        "images" images: Vec<Image>,
        /// Former name of `images`.
        "imageTags" image_tags: Vec<Image>,
        /// Values that are copied between fields.
        "replacements" replacements: Vec<Anything>,
        /// Numbers of replicas.
        "replicas" replicas: Vec<Replica>,
        /// Variables. Deprecated.
        "vars" vars: Vec<Variable>,
        /// Order of the result.
        "sortOptions" sort_options: Option<SortOptions>,
        /// Files, directories and URLs of resources.
        "resources" resources: Vec<Text>,
        /// Directories and URLs of components.
        "components" components: Vec<Text>,
        /// Files with OpenAPI definitions of custom resources.
        "crds" crds: Vec<Text>,
        /// Former part of `resources`.
        "bases" bases: Vec<Text>,
        /// ConfigMaps to generate.
        "configMapGenerator" config_maps: Vec<GeneratorArgs>,
        /// Secrets to generate.
        "secretGenerator" secrets: Vec<GeneratorArgs>,
        /// Settings of Helm.
        "helmGlobals" helm_globals: Option<HelmGlobals>,
        /// Helm charts to render.
        "helmCharts" helm_charts: Vec<HelmChart>,
        /// Former name of `helmCharts`.
        "helmChartInflationGenerator" helm_chart_args: Vec<fields::HelmChartArgs>,
        /// Defaults for all generators.
        "generatorOptions" generator_options: Option<GeneratorOptions>,
        /// Files with settings of the transformers.
        "configurations" configurations: Vec<Text>,
        /// Configurations of generators: files, directories or texts.
        "generators" generators: Vec<Text>,
        /// Configurations of transformers: files, directories or texts.
        "transformers" transformers: Vec<Text>,
        /// Configurations of validators: files, directories or texts.
        "validators" validators: Vec<Text>,
        /// What the build records in the objects.
        "buildMetadata" build_metadata: Vec<Text>,
    }
}

impl Kustomization {
    /// Whether this is a component.
    #[must_use]
    pub(crate) fn is_component(&self) -> bool {
        self.kind == "Component"
    }
}

/// A kustomization and its file.
#[derive(Clone, Debug)]
pub(super) struct Loaded {
    /// Its content, with deprecated fields moved to those that replace them.
    pub kustomization: Kustomization,
    /// The file.
    pub file: FileId,
    /// Name of the file.
    pub file_name: &'static str,
}

//! The types of the fields (`api/types`).

use super::super::decode::{Anything, Flag, StringMap, decode_with_read, record};
use super::super::transform::{Image, LabelEntry, Replica};
use super::super::variables::Variable;
use crate::Text;

decode_with_read!(Image, LabelEntry, Replica, Variable);

record! {
    /// Metadata of an object.
    pub(crate) struct ObjectMeta {
        /// Name.
        "name" name: Text,
        /// Namespace.
        "namespace" namespace: Text,
        /// Labels.
        "labels" labels: StringMap,
        /// Annotations.
        "annotations" annotations: StringMap,
    }
}

record! {
    /// A patch.
    pub(crate) struct Patch {
        /// Its file.
        "path" path: Text,
        /// Its text.
        "patch" patch: Text,
        /// The objects to patch.
        "target" target: Option<SelectorFields>,
        /// What it may change.
        "options" options: Option<PatchOptions>,
    }
}

record! {
    /// Options of a patch.
    pub(crate) struct PatchOptions {
        /// Whether it may rename the object.
        "allowNameChange" allow_name_change: bool,
        /// Whether it may change the kind.
        "allowKindChange" allow_kind_change: bool,
    }
}

record! {
    /// A selector of objects.
    pub(crate) struct SelectorFields {
        /// API group.
        "group" group: Text,
        /// Version.
        "version" version: Text,
        /// Kind.
        "kind" kind: Text,
        /// Name.
        "name" name: Text,
        /// Namespace.
        "namespace" namespace: Text,
        /// Selector of annotations.
        "annotationSelector" annotation_selector: Text,
        /// Selector of labels.
        "labelSelector" label_selector: Text,
    }
}

record! {
    /// Order of the result.
    pub(crate) struct SortOptions {
        /// `fifo` or `legacy`.
        "order" order: Text,
        /// Kinds that come first and last.
        "legacySortOptions" legacy: Option<LegacySortOptions>,
    }
}

record! {
    /// Kinds that come first and last.
    pub(crate) struct LegacySortOptions {
        /// First.
        "orderFirst" order_first: Vec<Text>,
        /// Last.
        "orderLast" order_last: Vec<Text>,
    }
}

record! {
    /// A ConfigMap or Secret to generate.
    pub(crate) struct GeneratorArgs {
        /// Namespace.
        "namespace" namespace: Text,
        /// Name.
        "name" name: Text,
        /// `create`, `replace` or `merge`.
        "behavior" behavior: Text,
        /// `key=value`.
        "literals" literals: Vec<Text>,
        /// `file` or `key=file`.
        "files" files: Vec<Text>,
        /// Files with `key=value` lines.
        "envs" envs: Vec<Text>,
        /// Former form of `envs`.
        "env" env: Text,
        /// Options.
        "options" options: Option<GeneratorOptions>,
        /// Type of a Secret.
        "type" kind: Text,
    }
}

record! {
    /// Options of a generator.
    pub(crate) struct GeneratorOptions {
        /// Labels of the object.
        "labels" labels: StringMap,
        /// Annotations of the object.
        "annotations" annotations: StringMap,
        /// Whether the name gets no hash.
        "disableNameSuffixHash" disable_name_suffix_hash: Flag,
        /// Whether the object is immutable.
        "immutable" immutable: bool,
    }
}

record! {
    /// A Helm chart to render.
    pub(crate) struct HelmChart {
        /// Name of the chart.
        "name" name: Text,
        /// Version of the chart.
        "version" version: Text,
        /// Repository.
        "repo" repo: Text,
        /// Name of the release.
        "releaseName" release_name: Text,
        /// Namespace of the release.
        "namespace" namespace: Text,
        /// More files with values.
        "additionalValuesFiles" additional_values_files: Vec<Text>,
        /// File with values.
        "valuesFile" values_file: Text,
        /// Values.
        "valuesInline" values_inline: Option<Anything>,
        /// How the values are merged.
        "valuesMerge" values_merge: Text,
        /// Whether CRDs are rendered.
        "includeCRDs" include_crds: bool,
        /// Whether hooks are left out.
        "skipHooks" skip_hooks: bool,
        /// API versions.
        "apiVersions" api_versions: Vec<Text>,
        /// Version of Kubernetes.
        "kubeVersion" kube_version: Text,
        /// Template of the release name.
        "nameTemplate" name_template: Text,
        /// Whether tests are left out.
        "skipTests" skip_tests: bool,
        /// Debugging output.
        "debug" debug: bool,
        /// Whether development versions count.
        "devel" devel: bool,
    }
}

record! {
    /// Settings of Helm.
    pub(crate) struct HelmGlobals {
        /// Directory of charts.
        "chartHome" chart_home: Text,
        /// Settings directory.
        "configHome" config_home: Text,
    }
}

record! {
    /// A Helm chart to render, in the former form.
    pub(crate) struct HelmChartArgs {
        /// Name of the chart.
        "chartName" chart_name: Text,
        /// Version of the chart.
        "chartVersion" chart_version: Text,
        /// Repository.
        "chartRepoUrl" chart_repo_url: Text,
        /// Directory of charts.
        "chartHome" chart_home: Text,
        /// Name of the repository.
        "chartRepoName" chart_repo_name: Text,
        /// Program.
        "helmBin" helm_bin: Text,
        /// Settings directory.
        "helmHome" helm_home: Text,
        /// File with values.
        "values" values: Text,
        /// Values.
        "valuesLocal" values_local: Option<Anything>,
        /// How the values are merged.
        "valuesMerge" values_merge: Text,
        /// Name of the release.
        "releaseName" release_name: Text,
        /// Namespace of the release.
        "releaseNamespace" release_namespace: Text,
        /// More arguments.
        "extraArgs" extra_args: Vec<Text>,
    }
}

//! What people mean by fields that a kustomization does not have.

/// A field of the record, a field that the record does not have, and what to do instead.
type Meant = (&'static str, &'static str, &'static str);

/// Fields of other tools, of other records, and of guesses, as they appear in public kustomizations. The names of the
/// fields that exist are those of `api/types` in kustomize.
#[rustfmt::skip]
const MEANT: &[Meant] = &[
    // images
    ("newTag", "tag", "use `newTag`"),
    ("newTag", "version", "use `newTag`"),
    ("newTag", "image", "use `name` for the image to replace, and `newName` for the new one"),
    ("newTag", "newImage", "use `newName`"),
    ("newTag", "repository", "use `newName`"),
    ("newTag", "newRepository", "use `newName`"),
    ("newTag", "newDigest", "use `digest`"),
    // replicas
    ("count", "replicas", "use `count`"),
    ("count", "value", "use `count`"),
    ("count", "kind", "remove it: `replicas` selects by name only"),
    // patches
    ("allowNameChange", "allowName", "use `allowNameChange`"),
    ("target", "file", "use `path`"),
    ("target", "patchFile", "use `path`"),
    ("target", "selector", "use `target`"),
    ("target", "op", "write the operations as a list in `patch: |-`, or in the file of `path`"),
    ("target", "value", "write the operations as a list in `patch: |-`, or in the file of `path`"),
    ("target", "allowNameChange", "move it into `options` of the patch"),
    ("target", "allowKindChange", "move it into `options` of the patch"),
    ("labelSelector", "labels", "use `labelSelector`, a string such as `app=web`"),
    ("labelSelector", "matchLabels", "use `labelSelector`, a string such as `app=web`"),
    ("labelSelector", "annotations", "use `annotationSelector`, a string such as `team=red`"),
    ("labelSelector", "apiVersion", "use `group` and `version`"),
    // labels
    ("pairs", "labels", "use `pairs`"),
    ("pairs", "matchLabels", "use `pairs`"),
    ("pairs", "fieldSpecs", "use `fields`"),
    // generators
    ("literals", "data", "use `literals`, a list of `key=value`"),
    ("literals", "stringData", "use `literals`, a list of `key=value`"),
    ("literals", "values", "use `literals`, a list of `key=value`"),
    ("literals", "fromLiteral", "use `literals`, a list of `key=value`"),
    ("literals", "file", "use `files`, a list"),
    ("literals", "fromFile", "use `files`, a list"),
    ("literals", "envFile", "use `envs`, a list"),
    ("literals", "disableNameSuffixHash", "move it into `options` of the generator"),
    ("literals", "labels", "move them into `options` of the generator"),
    ("literals", "annotations", "move them into `options` of the generator"),
    ("literals", "immutable", "move it into `options` of the generator"),
    // helmCharts
    ("valuesInline", "chart", "use `name`"),
    ("valuesInline", "repository", "use `repo`"),
    ("valuesInline", "url", "use `repo`"),
    ("valuesInline", "values", "use `valuesInline`, or `valuesFile` for a file"),
    ("valuesInline", "valueFiles", "use `additionalValuesFiles`"),
    ("valuesInline", "valuesFiles", "use `valuesFile`, and `additionalValuesFiles` for more"),
    // the kustomization itself
    ("configMapGenerator", "base", "use `resources`"),
    ("configMapGenerator", "files", "use `resources`"),
    ("configMapGenerator", "manifests", "use `resources`"),
    ("configMapGenerator", "patch", "use `patches`"),
    ("configMapGenerator", "patchStrategicMerge", "use `patches`"),
    ("configMapGenerator", "configMaps", "use `configMapGenerator`"),
    ("configMapGenerator", "configMap", "use `configMapGenerator`"),
    ("configMapGenerator", "secrets", "use `secretGenerator`"),
    ("configMapGenerator", "secret", "use `secretGenerator`"),
    ("configMapGenerator", "prefix", "use `namePrefix`"),
    ("configMapGenerator", "suffix", "use `nameSuffix`"),
    ("configMapGenerator", "variables", "use `replacements`"),
    ("configMapGenerator", "annotations", "use `commonAnnotations`"),
    ("configMapGenerator", "charts", "use `helmCharts`"),
    ("configMapGenerator", "disableNameSuffixHash", "move it into `generatorOptions`"),
    ("configMapGenerator", "includeSelectors", "move it into an entry of `labels`"),
    ("configMapGenerator", "spec", "move the fields to the top level; a Kustomization of Flux has the `apiVersion` `kustomize.toolkit.fluxcd.io/v1`"),
];

/// What to do instead of a field that a record with the fields `known` does not have.
pub(super) fn meant(field: &str, known: &[&str]) -> Option<&'static str> {
    let mut all = MEANT.iter().filter(|(own, ..)| known.contains(own));
    let found = all.find(|(_, written, _)| written.eq_ignore_ascii_case(field))?;
    Some(found.2)
}

#[cfg(test)]
mod tests {
    use super::{MEANT, meant};

    #[test]
    fn a_field_means_what_its_record_allows() {
        assert_eq!(meant("tag", &["name", "newTag"]), Some("use `newTag`"));
        assert_eq!(meant("tag", &["name", "literals"]), None);
        assert_eq!(
            meant("Data", &["literals"]),
            Some("use `literals`, a list of `key=value`")
        );
        assert_eq!(
            meant("labels", &["labelSelector"]),
            Some("use `labelSelector`, a string such as `app=web`")
        );
        assert_eq!(meant("labels", &["pairs"]), Some("use `pairs`"));
    }

    #[test]
    fn no_field_is_listed_twice() {
        for (index, (own, written, _)) in MEANT.iter().enumerate() {
            let rest = &MEANT[index + 1..];
            assert!(
                !rest.iter().any(|(o, w, _)| (o, w) == (own, written)),
                "{own} {written}"
            );
        }
    }
}

use crate::finding::{Level, Safety};
use crate::model::Pod;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `service-account-deprecated-field`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ServiceAccountDeprecatedField {}

impl Rule for ServiceAccountDeprecatedField {
    const META: Meta = Meta {
        name: "service-account-deprecated-field",
        chapter: "credentials",
        summary: "the field `serviceAccount` is an old name of `serviceAccountName`",
        page: include_str!("../../../rules/credentials/service-account-deprecated-field.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for ServiceAccountDeprecatedField {
    fn pod(&self, pod: &Pod, cx: &mut Cx<'_>) {
        let Some((old, node)) = pod
            .service_account
            .known()
            .filter(|(old, _)| !old.is_empty())
        else {
            return;
        };
        let Some(entry) = cx.tree().get(pod.node, "serviceAccount") else {
            return;
        };
        let named = pod.service_account_name.known();
        match named.filter(|(name, _)| !name.is_empty()) {
            Some((name, _)) if name == old => {
                // The API server itself writes both, so what was read from it has both.
                let fix = cx.remove(pod.node, "serviceAccount", Safety::Safe);
                let finding = cx.report(
                    entry.key,
                    "`serviceAccount` is deprecated, and says what `serviceAccountName` says",
                );
                finding.at_most(Level::Info).help("remove it");
                finding.fixes.extend(fix);
            }
            Some((name, at)) => {
                let (ceiling, place) = (cx.ceiling(), cx.place(at));
                cx.report(node, format!("`serviceAccount: {old}` counts for nothing: the Pod runs as `{name}`"))
                    .at_most(ceiling)
                    .related(place, "this one counts")
                    .note("the API server reads the deprecated field only where `serviceAccountName` is empty")
                    .help("keep the one that is meant, under `serviceAccountName`");
            }
            None if pod.service_account_name.is_unset() && !cx.is_partial() && !cx.is_custom() => {
                let is_key_alone = named.is_none() && pod.service_account_name.node().is_none();
                let fix =
                    is_key_alone.then(|| cx.replace(entry.key, "serviceAccountName", Safety::Safe));
                let finding = cx.report(entry.key, "`serviceAccount` is deprecated");
                finding
                    .at_most(Level::Warning)
                    .note(
                        "it still counts where `serviceAccountName` is empty, but tools do not look at it: kustomize, \
                         for one, does not rewrite the name in it",
                    )
                    .help("write `serviceAccountName`");
                finding.fixes.extend(fix);
            }
            None => {}
        }
    }
}

use crate::finding::Level;
use crate::model::Secret;
use crate::rule::{Check, Cx, Meta, Rule};

/// Options of `pull-secret-immutable-rotation`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PullSecretImmutableRotation {}

impl Rule for PullSecretImmutableRotation {
    const META: Meta = Meta {
        name: "pull-secret-immutable-rotation",
        chapter: "credentials",
        summary: "the credentials of an immutable pull Secret cannot be changed",
        page: include_str!("../../../rules/credentials/pull-secret-immutable-rotation.md"),
        level: Level::Info,
        since: "0.1.0",
    };
}

impl Check for PullSecretImmutableRotation {
    fn secret(&self, secret: &Secret, cx: &mut Cx<'_>) {
        let Some((true, node)) = secret.immutable.known().map(|(&is, node)| (is, node)) else {
            return;
        };
        let name = cx
            .object
            .and_then(|(_, object)| object.metadata.name.text());
        if secret.pull_shape().is_none() || name.is_none_or(ends_with_hash) || cx.is_partial() {
            return;
        }
        cx.report(node, "this pull Secret cannot be given new credentials")
            .note(
                "neither the values nor `immutable` itself can be changed; when the password is changed, the Secret must \
                 be deleted and made again, and what pulls between the two has none",
            )
            .help("remove `immutable`, or give every new credential a Secret of another name");
    }
}

/// Whether a name ends as those that kustomize and others give to each content anew: `regcred-7g5h2k9mbt`.
fn ends_with_hash(name: &str) -> bool {
    let Some((_, last)) = name.rsplit_once('-') else {
        return false;
    };
    let has_digit = last.bytes().any(|byte| byte.is_ascii_digit());
    let has_letter = last.bytes().any(|byte| byte.is_ascii_lowercase());
    last.len() >= 5 && has_digit && has_letter
}

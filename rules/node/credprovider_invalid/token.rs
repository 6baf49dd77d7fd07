//! `tokenAttributes`, which configures a token of the Pod's ServiceAccount for a plugin.

use super::{PLUGIN_VERSIONS, invalid, required, unknown_fields};
use podwright_cluster::keyring::SERVICE_ACCOUNT_TOKENS_SINCE;
use podwright_model::{CredentialProvider, Field, TokenAttributes, name::qualified_name};
use podwright_rule::{RuleContext, Severity};
use podwright_syntax::NodeId;

pub(super) const FIELDS: [&str; 5] = [
    "serviceAccountTokenAudience",
    "requireServiceAccount",
    "cacheType",
    "requiredServiceAccountAnnotationKeys",
    "optionalServiceAccountAnnotationKeys",
];

pub(super) fn judge(provider: &CredentialProvider, cx: &mut RuleContext<'_>) {
    let Some((attributes, node)) = provider.token_attributes.known() else {
        return;
    };
    if !cx.versions.all_since(SERVICE_ACCOUNT_TOKENS_SINCE) {
        // In 1.33, a feature gate may enable it.
        let message = "`tokenAttributes` is rejected before 1.34";
        let is_certain = cx.versions.newest.0 + 1 < SERVICE_ACCOUNT_TOKENS_SINCE.0;
        let finding = invalid(
            node,
            message,
            "remove it, or use it only on newer nodes",
            cx,
        );
        if !is_certain {
            finding.at_most(Severity::Warning);
        }
        return;
    }
    unknown_fields(attributes.node, &FIELDS, cx);
    let parent = attributes.node;
    match &attributes.audience {
        Field::Value(audience, at) if audience.is_empty() => {
            let help = "set the intended audience of the token";
            invalid(*at, "`serviceAccountTokenAudience` is empty", help, cx);
        }
        field => required(parent, "serviceAccountTokenAudience", field, cx),
    }
    required(
        parent,
        "requireServiceAccount",
        &attributes.require_service_account,
        cx,
    );
    match &attributes.cache_type {
        Field::Value(kind, at) if !matches!(kind.as_str(), "Token" | "ServiceAccount") => {
            let help = "use `Token` or `ServiceAccount`";
            invalid(*at, format!("invalid `cacheType` `{kind}`"), help, cx);
        }
        field => required(parent, "cacheType", field, cx),
    }
    if let Some((version, at)) = provider.api_version.known()
        && version != PLUGIN_VERSIONS[0]
        && PLUGIN_VERSIONS.contains(&version.as_str())
    {
        let message = format!(
            "`tokenAttributes` requires `apiVersion` `{}`",
            PLUGIN_VERSIONS[0]
        );
        invalid(at, message, format!("use `{}`", PLUGIN_VERSIONS[0]), cx);
    }
    annotation_keys(attributes, cx);
}

fn annotation_keys(attributes: &TokenAttributes, cx: &mut RuleContext<'_>) {
    let required = &attributes.required_annotation_keys;
    let has_required = required.value().is_some_and(|keys| !keys.is_empty());
    if has_required
        && let Some((false, at)) = attributes
            .require_service_account
            .known()
            .map(|(&is, at)| (is, at))
    {
        let help = "set `requireServiceAccount: true`, or remove the required annotations";
        invalid(
            at,
            "required ServiceAccount annotations need `requireServiceAccount: true`",
            help,
            cx,
        );
    }
    let mut seen: Vec<(&str, NodeId)> = Vec::new();
    for list in [required, &attributes.optional_annotation_keys] {
        for (key, at) in list.value().into_iter().flatten().filter_map(Field::known) {
            if let Err(error) = qualified_name(&key.to_lowercase()) {
                let message = format!("invalid annotation key `{key}`: it {}", error.kind);
                invalid(at, message, "use a name, or a domain, `/` and a name", cx);
            }
            if let Some((_, first)) = seen.iter().find(|(previous, _)| previous == key) {
                let place = cx.place(*first);
                invalid(
                    at,
                    format!("`{key}` is listed twice"),
                    "remove one of the two",
                    cx,
                )
                .related(place, "first listed here");
            } else {
                seen.push((key, at));
            }
        }
    }
}

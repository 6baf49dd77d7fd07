//! Rules of admission webhooks: `warningsForExcludedRules`.

use super::super::errors::Errors;
use super::super::value::{Value, read};

/// Group and resources that no webhook is asked about since Kubernetes 1.37: `excluded` of
/// `pkg/kubeapiserver/admission/exclusion`, with the feature gate ExcludeAdmissionWebhookVirtualResources.
const EXCLUDED: [(&str, &str); 6] = [
    ("authentication.k8s.io", "selfsubjectreviews"),
    ("authentication.k8s.io", "tokenreviews"),
    ("authorization.k8s.io", "localsubjectaccessreviews"),
    ("authorization.k8s.io", "selfsubjectaccessreviews"),
    ("authorization.k8s.io", "selfsubjectrulesreviews"),
    ("authorization.k8s.io", "subjectaccessreviews"),
];

/// `WarningsForValidatingWebhookRules` and `WarningsForMutatingWebhookRules`.
pub(super) fn excluded_rules(object: Value<'_>, e: &mut Errors) {
    for rule in object
        .get("webhooks")
        .items()
        .flat_map(|hook| hook.get("rules").items())
    {
        read!(rule => groups = "apiGroups", resources);
        if groups
            .items()
            .chain(resources.items())
            .any(|item| item.is("*"))
        {
            continue;
        }
        for (group, name) in EXCLUDED {
            let resource = resources.items().find(|item| item.is(name));
            if let Some(resource) = resource
                && groups.items().any(|item| item.is(group))
            {
                let help = "remove the resource from the rule";
                e.warn(
                    resource,
                    "has no effect: admission webhooks do not see the resource",
                    help,
                );
            }
        }
    }
}

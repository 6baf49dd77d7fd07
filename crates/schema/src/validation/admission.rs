//! Admission: `pkg/apis/admissionregistration/validation/validation.go`, and webhooks of other kinds. The API table checks
//! policies, side effects, timeouts and scopes.

mod policy;

pub(super) use policy::{mutating_policy, policy_binding, validating_policy};

use std::borrow::Cow;

use podwright_model::name::{dns_subdomain, qualified_name};
use rustc_hash::FxHashSet;

use super::cel::{self, Wanted};
use super::errors::Errors;
use super::meta::label_selector;
use super::names::{QUALIFIED_HELP, SUBDOMAIN_HELP, check, dns_1035_label, in_range};
use super::value::{Value, read};

/// `ValidateValidatingWebhookConfiguration` and `ValidateMutatingWebhookConfiguration`.
pub(super) fn webhooks(object: Value<'_>, e: &mut Errors) {
    for hook in object.get("webhooks").items() {
        read!(hook => name, rules, namespaces = "namespaceSelector", objects = "objectSelector",
            client = "clientConfig", versions = "admissionReviewVersions", effects = "sideEffects",
            conditions = "matchConditions", match_policy = "matchPolicy", failure_policy = "failurePolicy");
        if !name.is_empty() {
            fully_qualified_name(name, e);
        }
        for rule in rules.items() {
            self::rule(rule, e);
        }
        for (field, words) in [
            (match_policy, ["Equivalent", "Exact"]),
            (failure_policy, ["Fail", "Ignore"]),
        ] {
            if field.is_set() && field.is_empty() {
                e.not_supported(field, &words);
            }
        }
        if effects.is("Unknown") || effects.is("Some") {
            e.not_supported(effects, &["None", "NoneOnDryRun"]);
        }
        label_selector(namespaces, e);
        label_selector(objects, e);
        if client.is_mapping() {
            client_config(client, e);
        }
        review_versions(versions, e);
        match_conditions(conditions, false, e);
    }
}

/// `IsFullyQualifiedName`.
fn fully_qualified_name(name: Value<'_>, e: &mut Errors) {
    let Some(text) = name.text() else { return };
    if let Err(error) = dns_subdomain(&text) {
        e.name(name, "a DNS subdomain", error, SUBDOMAIN_HELP);
    } else if text.matches('.').count() < 2 {
        e.invalid(
            name,
            "must be a domain of at least three labels",
            "use a name as in `pods.policy.example.com`",
        );
    }
}

/// The configuration of a client: `ValidateWebhookURL` and `ValidateWebhookService`.
pub(super) fn client_config(client: Value<'_>, e: &mut Errors) {
    read!(client => url, service);
    if url.is_unknown() || service.is_unknown() {
        return;
    }
    match (url.is_set(), service.is_set()) {
        (false, false) => {
            e.required(client, "to have `url` or `service`")
                .help("add `service` or `url`");
        }
        (true, true) => {
            e.required(client, "to have only one of `url` and `service`")
                .help("remove one of the two");
        }
        (true, false) => webhook_url(url, e),
        (false, true) => {
            read!(service => name, namespace, path, port);
            for field in [name, namespace] {
                if field.is_empty() {
                    e.required(field, "");
                }
            }
            in_range(port, 1, 65_535, e);
            webhook_path(path, e);
        }
    }
}

fn webhook_url(url: Value<'_>, e: &mut Errors) {
    let Some(text) = url.text() else { return };
    const HELP: &str = "use a URL as in `https://host/path`";
    let Some(rest) = text.strip_prefix("https://") else {
        e.invalid(url, "must start with `https://`", HELP);
        return;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let message = if host.contains('@') {
        "cannot have user information"
    } else if host.is_empty() {
        "has no host"
    } else if rest.contains('#') && !rest.ends_with('#') {
        "cannot have a fragment"
    } else if rest
        .split('#')
        .next()
        .is_some_and(|rest| rest.contains('?') && !rest.ends_with('?'))
    {
        "cannot have query parameters"
    } else {
        return;
    };
    e.invalid(url, message, HELP);
}

fn webhook_path(path: Value<'_>, e: &mut Errors) {
    let Some(text) = path.text().filter(|text| !text.is_empty() && text != "/") else {
        return;
    };
    let Some(rest) = text.strip_prefix('/') else {
        e.invalid(path, "must start with `/`", "start the path with `/`");
        return;
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.split('/').any(|part| dns_subdomain(part).is_err()) {
        e.invalid(
            path,
            "has a part that is not a DNS subdomain",
            "use lowercase letters, digits, and inner `-` and `.` in each part of the path",
        );
    }
}

/// `validateAdmissionReviewVersions`.
fn review_versions(versions: Value<'_>, e: &mut Errors) {
    if versions.is_set() && versions.is_empty() {
        e.required(versions, "to have at least one version")
            .help("use `[v1]`");
    }
    known_versions(versions, e);
}

/// Versions of review objects, of which the API server must know at least one.
pub(super) fn known_versions(versions: Value<'_>, e: &mut Errors) {
    if versions.is_empty() {
        return;
    }
    let mut seen: FxHashSet<Cow<'_, str>> = FxHashSet::default();
    let mut is_known = false;
    for version in versions.items() {
        let Some(text) = version.text() else {
            is_known = true;
            continue;
        };
        is_known |= matches!(&*text, "v1" | "v1beta1");
        if !seen.insert(text) {
            e.invalid(version, "is also an earlier item", "remove the item");
            continue;
        }
        check(
            version,
            dns_1035_label,
            "a version",
            "use a version as in `v1`",
            e,
        );
    }
    if !is_known && versions.is_set() {
        e.invalid(
            versions,
            "has no version that the API server knows",
            "add `v1`",
        );
    }
}

/// A list that is required, and in which `*` must be alone.
fn list(list: Value<'_>, e: &mut Errors) {
    if list.is_empty() {
        e.required(list, "");
    } else if list.len() > 1 && list.items().any(|item| item.is("*")) {
        e.invalid(
            list,
            "cannot have other items beside `*`",
            "remove `*` or the other items",
        );
    }
}

/// `validateRuleWithOperations`.
fn rule(rule: Value<'_>, e: &mut Errors) {
    const OPERATIONS: [&str; 5] = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
    const SCOPES: [&str; 3] = ["*", "Cluster", "Namespaced"];
    read!(rule => operations, groups = "apiGroups", versions = "apiVersions", resources, scope);
    list(operations, e);
    for operation in operations.items() {
        if operation.is_none_of(&OPERATIONS) {
            e.not_supported(operation, &OPERATIONS);
        }
    }
    if scope.is_set() && scope.is_none_of(&SCOPES) {
        e.not_supported(scope, &SCOPES);
    }
    list(groups, e);
    list(versions, e);
    for version in versions.items() {
        if version.is_empty() {
            e.required(version, "to have a value");
        }
    }
    // `validateResources`
    if resources.is_empty() {
        e.required(resources, "");
    }
    let texts: Option<Vec<(Value<'_>, Cow<'_, str>)>> = resources
        .items()
        .map(|item| Some((item, item.text()?)))
        .collect();
    let Some(texts) = texts else { return };
    const HELP: &str = "remove the resources that another item includes";
    for (at, (item, text)) in texts.iter().enumerate() {
        if text.is_empty() {
            e.required(*item, "to have a value");
            continue;
        }
        let Some((resource, sub)) = text.split_once('/') else {
            continue;
        };
        let earlier = &texts[..at];
        if earlier
            .iter()
            .any(|(_, other)| *other == format!("{resource}/*"))
            || earlier
                .iter()
                .any(|(_, other)| *other == format!("*/{sub}"))
        {
            e.invalid(*item, "is included in an earlier item", HELP);
        }
    }
    if texts.len() > 1 && texts.iter().any(|(_, text)| text == "*/*") {
        e.invalid(resources, "cannot have other items beside `*/*`", HELP);
    }
    // As in the API server, only the last resource without a subresource counts.
    let last = texts
        .iter()
        .rev()
        .find(|(_, text)| !text.contains('/') && !text.is_empty());
    if texts.iter().any(|(_, text)| text == "*") && last.is_some_and(|(_, text)| text != "*") {
        e.invalid(
            resources,
            "cannot have other resources without subresources beside `*`",
            HELP,
        );
    }
}

/// `validateMatchConditions`.
fn match_conditions(conditions: Value<'_>, has_params: bool, e: &mut Errors) {
    if conditions.len() > 64 {
        e.too_many(conditions, 64);
    }
    let mut names: FxHashSet<Cow<'_, str>> = FxHashSet::default();
    let environment = cel::admission(has_params, true);
    for condition in conditions.items() {
        read!(condition => name, expression);
        cel::expression(expression, &environment, Wanted::Bool, e);
        if name.is_empty() {
            e.required(name, "");
        } else {
            check(name, qualified_name, "a qualified name", QUALIFIED_HELP, e);
            if name.text().is_some_and(|text| !names.insert(text)) {
                e.duplicate(name, None);
            }
        }
    }
}

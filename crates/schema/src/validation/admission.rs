//! Admission: `pkg/apis/admissionregistration/validation/validation.go`, and webhooks of other kinds. The API table checks
//! policies, side effects, timeouts and scopes.

use std::borrow::Cow;

use podwright_model::name::{dns_subdomain, qualified_name};
use rustc_hash::FxHashSet;

use super::cel;
use super::errors::Errors;
use super::meta::label_selector;
use super::names::{
    QUALIFIED_HELP, SUBDOMAIN_HELP, check, dns_1035_label, in_range, one_of, path_segment,
    subdomain,
};
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
        match_conditions(conditions, e);
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
    read!(rule => operations, groups = "apiGroups", versions = "apiVersions", resources);
    list(operations, e);
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
fn match_conditions(conditions: Value<'_>, e: &mut Errors) {
    if conditions.len() > 64 {
        e.too_many(conditions, 64);
    }
    let mut names: FxHashSet<Cow<'_, str>> = FxHashSet::default();
    for condition in conditions.items() {
        read!(condition => name, expression);
        cel::expression(expression, e);
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

/// `ValidateValidatingAdmissionPolicy`.
pub(super) fn validating_policy(object: Value<'_>, e: &mut Errors) {
    read!(object => metadata, spec);
    policy(spec, e);
    read!(spec => validations, annotations = "auditAnnotations");
    if validations.is_empty() && annotations.is_empty() {
        e.required(validations, "unless `auditAnnotations` is set")
            .help("add `validations`");
    }
    for validation in validations.items() {
        read!(validation => expression, message, message_expression = "messageExpression", reason);
        cel::expression(expression, e);
        if message_expression.is_set() {
            if blank(message_expression) {
                if !message_expression.is_empty() {
                    e.invalid(
                        message_expression,
                        "cannot be blank",
                        "remove `messageExpression`",
                    );
                }
            } else {
                cel::expression(message_expression, e);
            }
        }
        if let Some(text) = message.content().filter(|text| !text.is_empty()) {
            if text.trim().is_empty() {
                e.invalid(message, "cannot be blank", "remove `message`");
            } else if text.trim().contains(['\n', '\r']) {
                e.invalid(message, "cannot contain line breaks", "use one line");
            }
        }
        const REASONS: [&str; 4] = [
            "Forbidden",
            "Invalid",
            "RequestEntityTooLarge",
            "Unauthorized",
        ];
        if reason.is_set() && reason.is_none_of(&REASONS[..3]) {
            e.not_supported(reason, &REASONS[..3]);
        }
    }
    if annotations.len() > 20 {
        e.invalid(
            annotations,
            "has more than 20 items",
            "use at most 20 items",
        );
    }
    let name = metadata.get("name");
    let mut keys: FxHashSet<Cow<'_, str>> = FxHashSet::default();
    for annotation in annotations.items() {
        read!(annotation => key, value = "valueExpression");
        cel::expression(value, e);
        if let (Some(name), Some(text)) = (name.text(), key.text()) {
            if let Err(error) = qualified_name(&format!("{name}/{text}")) {
                let message = format!(
                    "must be a qualified name after the name of the policy and `/`, but it {}",
                    error.kind
                );
                e.invalid(key, message, QUALIFIED_HELP);
            }
            if !keys.insert(text) {
                e.duplicate(key, None);
            }
        }
    }
}

/// Requests that can be changed: `supportedMutatingOperations`.
fn mutating_operations(resources: Value<'_>, e: &mut Errors) {
    for rule in resources.get("resourceRules").items() {
        for operation in rule.get("operations").items() {
            if operation.is("DELETE") {
                e.not_supported(operation.certain(), &["*", "CONNECT", "CREATE", "UPDATE"]);
            }
        }
    }
}

/// `ValidateMutatingAdmissionPolicy`.
pub(super) fn mutating_policy(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    policy(spec, e);
    read!(spec => mutations, reinvocation = "reinvocationPolicy", constraints = "matchConstraints");
    mutating_operations(constraints, e);
    if mutations.is_empty() {
        e.required(mutations, "");
    }
    for mutation in mutations.items() {
        read!(mutation => kind = "patchType", json = "jsonPatch", apply = "applyConfiguration");
        let (own, other, own_name) = match kind.text().as_deref() {
            Some("JSONPatch") => (json, apply, "JSONPatch"),
            Some("ApplyConfiguration") => (apply, json, "ApplyConfiguration"),
            Some("") => {
                e.required(kind, "")
                    .help("add `patchType: ApplyConfiguration` or `patchType: JSONPatch`");
                continue;
            }
            Some(_) => {
                e.not_supported(kind, &["ApplyConfiguration", "JSONPatch"]);
                continue;
            }
            None => continue,
        };
        if own.is_absent() {
            e.required(own, format!("when `patchType` is `{own_name}`"));
        } else {
            cel::expression(own.get("expression"), e);
        }
        if other.is_set() {
            e.invalid(
                other,
                format!("cannot be set when `patchType` is `{own_name}`"),
                "remove the field, or change `patchType`",
            );
        }
    }
    if reinvocation.is_empty() {
        e.required(reinvocation, "")
            .help("add `reinvocationPolicy: Never`");
    } else {
        one_of(reinvocation, &["IfNeeded", "Never"], e);
    }
}

/// What validating and mutating policies share.
fn policy(spec: Value<'_>, e: &mut Errors) {
    read!(spec => failure = "failurePolicy", param = "paramKind", constraints = "matchConstraints",
        conditions = "matchConditions", variables);
    if failure.is_set() && failure.is_none_of(&["Fail", "Ignore"]) {
        e.not_supported(failure, &["Fail", "Ignore"]);
    }
    if param.is_set() {
        param_kind(param, e);
    }
    if constraints.is_absent() {
        e.required(constraints, "");
    } else {
        match_resources(constraints, e);
        let rules = constraints.get("resourceRules");
        if rules.is_empty() {
            e.required(rules, "");
        }
    }
    match_conditions(conditions, e);
    for variable in variables.items() {
        read!(variable => name, expression);
        if blank(name) {
            e.required(name, "");
        } else if name.text().is_some_and(|text| !cel::is_identifier(&text)) {
            e.invalid(
                name,
                "must be a CEL identifier",
                "use letters, digits and `_`, and start with a letter",
            );
        }
        cel::expression(expression, e);
    }
}

fn blank(value: Value<'_>) -> bool {
    value.content().is_some_and(|text| text.trim().is_empty())
}

/// `validateParamKind`.
fn param_kind(param: Value<'_>, e: &mut Errors) {
    read!(param => api_version = "apiVersion", kind);
    if api_version.is_empty() {
        e.required(api_version, "");
    } else if let Some(text) = api_version.text() {
        let (group, version) = text.split_once('/').unwrap_or(("", &text));
        let is_right =
            (group.is_empty() || dns_subdomain(group).is_ok()) && dns_1035_label(version).is_ok();
        if !is_right {
            e.invalid(
                api_version,
                "must be a group and a version",
                "use a group and a version as in `example.com/v1`",
            );
        }
    }
    if kind.is_empty() {
        e.required(kind, "");
    } else if kind
        .text()
        .is_some_and(|text| dns_1035_label(&text.to_lowercase()).is_err())
    {
        e.invalid(kind, "must be a kind", "use letters and digits");
    }
}

/// `validateMatchResources`. Defaults set what is required.
fn match_resources(resources: Value<'_>, e: &mut Errors) {
    if !resources.is_mapping() {
        return;
    }
    read!(resources => policy = "matchPolicy", namespaces = "namespaceSelector", objects = "objectSelector",
        rules = "resourceRules", excluded = "excludeResourceRules");
    if policy.is_set() && policy.is_none_of(&["Equivalent", "Exact"]) {
        e.not_supported(policy, &["Equivalent", "Exact"]);
    }
    label_selector(namespaces, e);
    label_selector(objects, e);
    for named in rules.items().chain(excluded.items()) {
        let mut seen: FxHashSet<Cow<'_, str>> = FxHashSet::default();
        for name in named.get("resourceNames").items() {
            check(
                name,
                path_segment,
                "a path segment",
                "use a name without `/` and `%`",
                e,
            );
            if name.text().is_some_and(|text| !seen.insert(text)) {
                e.duplicate(name, None);
            }
        }
        rule(named, e);
    }
}

/// `ValidateValidatingAdmissionPolicyBinding` and `ValidateMutatingAdmissionPolicyBinding`.
pub(super) fn policy_binding(object: Value<'_>, is_validating: bool, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => name = "policyName", param = "paramRef", resources = "matchResources", actions = "validationActions");
    if name.is_empty() {
        e.required(name, "");
    } else {
        subdomain(name, e);
    }
    if param.is_set() {
        param_ref(param, e);
    }
    match_resources(resources, e);
    if !is_validating {
        mutating_operations(resources, e);
        return;
    }
    if actions.is_empty() {
        e.required(actions, "")
            .help("add `validationActions: [Deny]`");
    }
    let mut seen: Vec<Value<'_>> = Vec::new();
    for action in actions.items() {
        if action.is_none_of(&["Audit", "Deny", "Warn"]) {
            e.not_supported(action, &["Audit", "Deny", "Warn"]);
        }
        if let Some(text) = action.text() {
            match seen.iter().find(|other| other.is(&text)) {
                Some(other) => e.duplicate(action, Some(*other)),
                None => seen.push(action),
            }
        }
    }
    let has = |name: &str| seen.iter().any(|action| action.is(name));
    if has("Deny") && has("Warn") {
        e.invalid(
            actions,
            "cannot contain both `Deny` and `Warn`",
            "remove `Warn`",
        );
    }
}

/// `validateParamRef`.
fn param_ref(param: Value<'_>, e: &mut Errors) {
    read!(param => name, selector, action = "parameterNotFoundAction");
    if !name.is_empty() {
        check(
            name,
            path_segment,
            "a path segment",
            "use a name without `/` and `%`",
            e,
        );
        if selector.is_set() {
            e.forbidden(name, "cannot be set beside `selector`");
        }
    }
    label_selector(selector, e);
    if name.is_empty() && selector.is_absent() {
        e.required(param, "to have `name` or `selector`")
            .help("add `name` or `selector`");
    }
    if action.is_empty() {
        e.required(action, "")
            .help("add `parameterNotFoundAction: Deny`");
    } else {
        one_of(action, &["Allow", "Deny"], e);
    }
}

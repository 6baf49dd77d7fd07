//! Flow control: `pkg/apis/flowcontrol/validation/validation.go`.

use podwright_model::name::{dns_label, dns_subdomain};
use serde_json::Value as Json;

use super::errors::Errors;
use super::names::{LABEL_HELP, SUBDOMAIN_HELP, check, in_range, nonnegative, subdomain};
use super::value::{Value, read};

const VERBS: [&str; 10] = [
    "create",
    "delete",
    "deletecollection",
    "get",
    "head",
    "list",
    "options",
    "patch",
    "update",
    "watch",
];

/// `MandatoryFlowSchemas` of `k8s.io/apiserver/pkg/apis/flowcontrol/bootstrap`: the names and specs.
const FLOW_SCHEMAS: &[(&str, &str)] = &[
    (
        "exempt",
        r#"{"priorityLevelConfiguration": {"name": "exempt"}, "matchingPrecedence": 1, "rules": [{
        "subjects": [{"kind": "Group", "group": {"name": "system:masters"}}],
        "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "clusterScope": true, "namespaces": ["*"]}],
        "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}]}]}"#,
    ),
    (
        "catch-all",
        r#"{"priorityLevelConfiguration": {"name": "catch-all"}, "matchingPrecedence": 10000,
        "distinguisherMethod": {"type": "ByUser"}, "rules": [{
        "subjects": [{"kind": "Group", "group": {"name": "system:unauthenticated"}},
                     {"kind": "Group", "group": {"name": "system:authenticated"}}],
        "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"], "clusterScope": true, "namespaces": ["*"]}],
        "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}]}]}"#,
    ),
];

/// `MandatoryPriorityLevelConfigurations` of the same package.
const PRIORITY_LEVELS: &[(&str, &str)] = &[
    ("exempt", r#"{"type": "Exempt"}"#),
    (
        "catch-all",
        r#"{"type": "Limited", "limited": {"nominalConcurrencyShares": 5, "limitResponse": {"type": "Reject"}}}"#,
    ),
];

/// The spec of a built-in object must be that of the API server, except for the field `free`. Zero values count as unset.
fn mandatory(all: &[(&str, &str)], object: Value<'_>, free: Option<&str>, e: &mut Errors) {
    read!(object => metadata, spec);
    let name = metadata.get("name");
    // `v1beta1` and `v1beta2` have other fields.
    if !spec
        .get("limited")
        .get("assuredConcurrencyShares")
        .is_absent()
    {
        return;
    }
    let Some((own, fixed)) = all.iter().find(|(own, _)| name.is(own)) else {
        return;
    };
    let (Some(mut spec_json), Ok(fixed)) = (spec.json(), serde_json::from_str(fixed)) else {
        return;
    };
    if let (Some(free), Some(map)) = (free, spec_json.as_object_mut()) {
        map.remove(free);
    }
    if without_zeros(spec_json) != without_zeros(fixed) {
        e.invalid(
            spec,
            format!("must be the one that the API server gives the built-in object `{own}`"),
            "remove the object, or change its name",
        );
    }
}

/// The value without fields that are unset for Go.
fn without_zeros(value: Json) -> Json {
    let is_zero = |value: &Json| match value {
        Json::Null | Json::Bool(false) => true,
        Json::Number(number) => number.as_f64() == Some(0.0),
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        Json::Bool(true) => false,
    };
    match value {
        Json::Array(items) => items.into_iter().map(without_zeros).collect(),
        Json::Object(fields) => {
            let fields = fields
                .into_iter()
                .map(|(name, value)| (name, without_zeros(value)));
            fields.filter(|(_, value)| !is_zero(value)).collect()
        }
        other => other,
    }
}

/// `ValidateFlowSchema`.
pub(super) fn flow_schema(object: Value<'_>, e: &mut Errors) {
    read!(object => metadata, spec);
    read!(spec => precedence = "matchingPrecedence", level = "priorityLevelConfiguration",
        distinguisher = "distinguisherMethod", rules);
    let name = metadata.get("name");
    match precedence.int() {
        // 0 has the default 1000.
        Some(number) if !(0..=10_000).contains(&number) => {
            e.invalid(
                precedence,
                "must be between 1 and 10000",
                "use a number from 2 to 10000",
            );
        }
        Some(1) if name.is_none_of(&["exempt"]) => {
            e.invalid(
                precedence,
                "can be 1 only for the FlowSchema `exempt`",
                "use a number from 2 to 10000",
            );
        }
        _ => {}
    }
    mandatory(FLOW_SCHEMAS, object, None, e);
    if distinguisher.is_set() {
        let kind = distinguisher.get("type");
        if kind.is_none_of(&["ByUser", "ByNamespace"]) {
            e.not_supported(kind, &["ByNamespace", "ByUser"]);
        }
    }
    let level_name = level.get("name");
    if level_name.is_empty() {
        e.required(level_name, "");
    } else {
        subdomain(level_name, e);
    }
    for rule in rules.items() {
        read!(rule => subjects, resources = "resourceRules", urls = "nonResourceRules");
        if subjects.is_empty() {
            e.required(subjects, "");
        }
        for each in subjects.items() {
            subject(each, e);
        }
        if resources.is_empty() && urls.is_empty() {
            e.required(rule, "to have `resourceRules` or `nonResourceRules`")
                .help("add `resourceRules` or `nonResourceRules`");
        }
        for each in resources.items() {
            resource_rule(each, e);
        }
        for each in urls.items() {
            url_rule(each, e);
        }
    }
}

/// `ValidateFlowSchemaSubject`.
fn subject(subject: Value<'_>, e: &mut Errors) {
    read!(subject => kind, user, group, account = "serviceAccount");
    let all = [
        ("User", user),
        ("Group", group),
        ("ServiceAccount", account),
    ];
    let Some(text) = kind.text() else { return };
    if !all.iter().any(|(name, _)| *name == text) {
        e.not_supported(kind, &["Group", "ServiceAccount", "User"]);
        return;
    }
    for (name, field) in all {
        if *name != text {
            if field.is_set() {
                e.forbidden(field, format!("is allowed only when `kind` is `{name}`"));
            }
            continue;
        }
        if field.is_absent() {
            e.required(field, format!("when `kind` is `{name}`"));
            continue;
        }
        read!(field => own = "name", namespace);
        if own.is_empty() {
            e.required(own, "");
        }
        if name == "ServiceAccount" {
            if !own.is_empty() && !own.is("*") {
                check(
                    own,
                    dns_subdomain,
                    "the name of a ServiceAccount",
                    SUBDOMAIN_HELP,
                    e,
                );
            }
            if namespace.is_empty() {
                e.required(namespace, "");
            } else {
                check(
                    namespace,
                    dns_label,
                    "the name of a namespace",
                    LABEL_HELP,
                    e,
                );
            }
        }
    }
}

/// A list that is required, and in which `*` must be alone. Returns whether it has items other than `*`.
fn list(list: Value<'_>, e: &mut Errors) -> bool {
    if list.is_empty() {
        e.required(list, "");
        return false;
    }
    let has_star = list.items().any(|item| item.is("*"));
    if has_star && list.len() > 1 {
        e.invalid(
            list,
            "cannot have other items beside `*`",
            "remove `*` or the other items",
        );
    }
    !has_star
}

fn verbs(verbs: Value<'_>, e: &mut Errors) {
    if list(verbs, e) {
        for verb in verbs.items().filter(|verb| verb.is_none_of(&VERBS)) {
            e.not_supported(verb, &VERBS);
        }
    }
}

/// `ValidateFlowSchemaResourcePolicyRule`.
fn resource_rule(rule: Value<'_>, e: &mut Errors) {
    read!(rule => verbs, groups = "apiGroups", resources, namespaces, scope = "clusterScope");
    self::verbs(verbs, e);
    list(groups, e);
    list(resources, e);
    if namespaces.is_empty() && scope.is_true() {
        return;
    }
    if list(namespaces, e) {
        for namespace in namespaces.items() {
            check(
                namespace,
                dns_label,
                "the name of a namespace or `*`",
                LABEL_HELP,
                e,
            );
        }
    }
}

/// `ValidateFlowSchemaNonResourcePolicyRule`.
fn url_rule(rule: Value<'_>, e: &mut Errors) {
    read!(rule => verbs, urls = "nonResourceURLs");
    self::verbs(verbs, e);
    if !list(urls, e) {
        return;
    }
    for url in urls.items() {
        let Some(text) = url.text() else { continue };
        // `ValidateNonResourceURLPath`
        let stars = text.matches('*').count();
        let is_right = text == "/"
            || (text.starts_with('/')
                && !text.contains(' ')
                && !text.contains("//")
                && (stars == 0 || (stars == 1 && text.ends_with("/*"))));
        if !is_right {
            e.invalid(
                url,
                "must be a path",
                "use a path that starts with `/`, with `*` only as its last part",
            );
        }
    }
}

/// `ValidatePriorityLevelConfiguration`.
pub(super) fn priority_level(object: Value<'_>, e: &mut Errors) {
    read!(object => metadata, spec);
    read!(spec => kind = "type", limited, exempt);
    let name = metadata.get("name");
    let (Some(name_text), Some(text)) = (name.text(), kind.text()) else {
        return;
    };
    if (name_text == "exempt") != (text == "Exempt") && !text.is_empty() {
        e.invalid(
            kind,
            "can be `Exempt` only for the object `exempt`",
            "use `Limited`",
        );
    }
    mandatory(PRIORITY_LEVELS, object, Some("exempt"), e);
    match &*text {
        "Exempt" => {
            if limited.is_set() {
                e.forbidden(limited, "is allowed only when `type` is `Limited`");
            }
            nonnegative(exempt.get("nominalConcurrencyShares"), e);
            in_range(exempt.get("lendablePercent"), 0, 100, e);
        }
        "Limited" => {
            if exempt.is_set() {
                e.forbidden(exempt, "is allowed only when `type` is `Exempt`");
            }
            if limited.is_absent() {
                e.required(limited, "when `type` is `Limited`");
                return;
            }
            read!(limited => shares = "nominalConcurrencyShares", lendable = "lendablePercent",
                borrowing = "borrowingLimitPercent", response = "limitResponse");
            nonnegative(shares, e);
            // `v1beta3` reads 0 as no value.
            let is_v1 = object
                .get("apiVersion")
                .is("flowcontrol.apiserver.k8s.io/v1");
            if is_v1 && shares.int() == Some(0) {
                e.before(30, |e| {
                    e.invalid(shares, "must be greater than 0", "use 1 or a larger number");
                });
            }
            in_range(lendable, 0, 100, e);
            nonnegative(borrowing, e);
            limit_response(response, e);
        }
        "" => {
            e.required(kind, "").help("add `type: Limited`");
        }
        _ => e.not_supported(kind, &["Exempt", "Limited"]),
    }
}

/// `ValidateLimitResponse`.
fn limit_response(response: Value<'_>, e: &mut Errors) {
    read!(response => kind = "type", queuing);
    match kind.text().as_deref() {
        Some("Reject") if queuing.is_set() => {
            e.forbidden(queuing, "is allowed only when `type` is `Queue`");
        }
        Some("Queue") if queuing.is_absent() => {
            e.required(queuing, "when `type` is `Queue`");
        }
        Some("Queue") => {
            read!(queuing => length = "queueLengthLimit", queues, hand = "handSize");
            // The defaults are 50, 64 and 8.
            in_range(length, 1, i64::MAX, e);
            in_range(queues, 1, 10_000_000, e);
            let count = queues.int().unwrap_or(64);
            match hand.int() {
                Some(..1) => {
                    e.invalid(hand, "must be greater than 0", "use 1 or a larger number");
                }
                Some(size) if size > count => {
                    e.invalid(
                        hand,
                        "cannot be above `queues`",
                        format!("use {count} or less"),
                    );
                }
                Some(size) if entropy(count, size) > 60.0 => {
                    e.invalid(
                        hand,
                        "is too large for the number of queues",
                        "use a smaller number",
                    );
                }
                _ => {}
            }
        }
        Some("") => {
            e.required(kind, "")
                .help("add `type: Queue` or `type: Reject`");
        }
        Some("Reject") | None => {}
        Some(_) => e.not_supported(kind, &["Queue", "Reject"]),
    }
}

/// `shufflesharding.RequiredEntropyBits`.
fn entropy(queues: i64, hand: i64) -> f64 {
    let factors = (0..hand.min(100)).map(|drawn| {
        #[expect(clippy::cast_precision_loss, reason = "below 2^24")]
        let left = (queues - drawn) as f64;
        left.log2()
    });
    factors.sum::<f64>().ceil()
}

//! Policies in CEL and their bindings.

use std::borrow::Cow;
use std::sync::Arc;

use podwright_cel::{Environment, Type, is_identifier};
use podwright_model::name::{dns_subdomain, qualified_name};
use rustc_hash::FxHashSet;

use super::super::cel::{self, Wanted};
use super::super::errors::Errors;
use super::super::meta::label_selector;
use super::super::names::{QUALIFIED_HELP, check, dns_1035_label, one_of, path_segment, subdomain};
use super::super::value::{Value, read};
use super::{match_conditions, rule};

/// `ValidateValidatingAdmissionPolicy`.
pub(in super::super) fn validating_policy(object: Value<'_>, e: &mut Errors) {
    read!(object => metadata, spec);
    let environments = policy(spec, false, e);
    read!(spec => validations, annotations = "auditAnnotations");
    if validations.is_empty() && annotations.is_empty() {
        e.required(validations, "unless `auditAnnotations` is set")
            .help("add `validations`");
    }
    for validation in validations.items() {
        read!(validation => expression, message, message_expression = "messageExpression", reason);
        cel::expression(expression, &environments.own, Wanted::Bool, e);
        if message_expression.is_set() {
            if blank(message_expression) {
                if !message_expression.is_empty() {
                    e.invalid(
                        message_expression,
                        "cannot consist of spaces only",
                        "remove `messageExpression`",
                    );
                }
            } else {
                cel::expression(message_expression, &environments.message, Wanted::Text, e);
            }
        }
        if let Some(text) = message.content().filter(|text| !text.is_empty()) {
            if text.trim().is_empty() {
                e.invalid(message, "cannot consist of spaces only", "remove `message`");
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
        const MAX_BYTES: usize = 5 * 1024;
        if value
            .content()
            .is_some_and(|text| text.trim().len() > MAX_BYTES)
        {
            e.too_long(value.certain(), MAX_BYTES);
        } else {
            cel::expression(value, &environments.own, Wanted::TextOrNull, e);
        }
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
pub(in super::super) fn mutating_policy(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    let environments = policy(spec, true, e);
    read!(spec => mutations, reinvocation = "reinvocationPolicy", constraints = "matchConstraints");
    mutating_operations(constraints, e);
    if mutations.is_empty() {
        e.required(mutations, "");
    }
    for mutation in mutations.items() {
        read!(mutation => kind = "patchType", json = "jsonPatch", apply = "applyConfiguration");
        let (own, other, own_name, wanted) = match kind.text().as_deref() {
            Some("JSONPatch") => (json, apply, "JSONPatch", Wanted::Patches),
            Some("ApplyConfiguration") => (apply, json, "ApplyConfiguration", Wanted::Object),
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
            cel::expression(own.get("expression"), &environments.own, wanted, e);
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

/// What the expressions of a policy can use.
struct Environments {
    own: Environment,
    /// That of `messageExpression`.
    message: Environment,
}

/// What validating and mutating policies share.
fn policy(spec: Value<'_>, has_patches: bool, e: &mut Errors) -> Environments {
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
    let has_params = !param.is_absent();
    match_conditions(conditions, has_params, e);
    let mut fields: Vec<(Arc<str>, Type)> = Vec::new();
    let environment = |fields: &[(Arc<str>, Type)], has_authorizer| {
        let mut environment = cel::admission(has_params, has_authorizer);
        if has_patches {
            environment = environment.with_patches();
        }
        if !variables.is_empty() {
            // Each variable sees those before it, so the type grows.
            let name = format!("kubernetes.variables{}", fields.len());
            environment.declare("variables", Type::object(name, fields.iter().cloned()));
        }
        environment
    };
    for variable in variables.items() {
        read!(variable => name, expression);
        if blank(name) {
            e.required(name, "");
        } else if name.text().is_some_and(|text| !is_identifier(&text)) {
            e.invalid(
                name,
                "must be a CEL identifier",
                "use letters, digits and `_`, and start with a letter",
            );
        }
        let own = cel::expression(expression, &environment(&fields, true), Wanted::Any, e);
        if let Some(name) = name.content() {
            fields.push((name.into(), own));
        }
    }
    Environments {
        own: environment(&fields, true),
        message: environment(&fields, false),
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
pub(in super::super) fn policy_binding(object: Value<'_>, is_validating: bool, e: &mut Errors) {
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

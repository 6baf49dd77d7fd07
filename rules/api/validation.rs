use std::borrow::Cow;

use podwright_rule::{Applicability, Meant, RuleContext, Severity, declare_rules, use_name};
use podwright_schema::{ErrorType, Invalid, Releases};
use podwright_syntax::{PathSegment, Scalar, notation};

use crate::admission::admission_policy::is_policy;
use crate::admission::{admission_policy_invalid, cel_not_evaluated};

declare_rules! {
    hooks: { invalid: check },
    API_DEPRECATED {
        name: "api-deprecated",
        summary: "field, value or annotation that the API server warns about because it is deprecated",
        severity: Info,
        since: "0.1.0",
    }
    API_DUPLICATE {
        name: "api-duplicate",
        summary: "list items have the same value where the API server requires different ones",
        severity: Error,
        since: "0.1.0",
    }
    API_FORBIDDEN {
        name: "api-forbidden",
        summary: "field or value that the API server forbids here",
        severity: Error,
        since: "0.1.0",
    }
    API_INVALID {
        name: "api-invalid",
        summary: "value that the API server rejects",
        severity: Error,
        since: "0.1.0",
    }
    API_NOT_SUPPORTED {
        name: "api-not-supported",
        summary: "value is not one of those that the API server supports",
        severity: Error,
        since: "0.1.0",
    }
    API_REQUIRED {
        name: "api-required",
        summary: "field that the API server requires is not set",
        severity: Error,
        since: "0.1.0",
    }
    API_TOO_LONG {
        name: "api-too-long",
        summary: "value is too long for the API server",
        severity: Error,
        since: "0.1.0",
    }
    API_TOO_MANY {
        name: "api-too-many",
        summary: "list has more items than the API server accepts",
        severity: Error,
        since: "0.1.0",
    }
    CRD_INVALID {
        name: "crd-invalid",
        summary: "CustomResourceDefinition has a CEL rule that the API server rejects",
        severity: Error,
        since: "0.1.0",
    }
    API_WARNING {
        name: "api-warning",
        summary: "value that the API server warns about, such as one without effect",
        severity: Warning,
        since: "0.1.0",
    }
}

fn check(invalid: &Invalid, cx: &mut RuleContext<'_>) {
    let is_policy = cx.object.is_some_and(|(_, object)| is_policy(object));
    let rule = match invalid.error {
        ErrorType::Required
        | ErrorType::Invalid
        | ErrorType::NotSupported
        | ErrorType::Forbidden
        | ErrorType::Duplicate
        | ErrorType::TooLong
        | ErrorType::TooMany
            if is_policy =>
        {
            &admission_policy_invalid::RULE
        }
        ErrorType::Required => &API_REQUIRED,
        ErrorType::Invalid => &API_INVALID,
        ErrorType::NotSupported => &API_NOT_SUPPORTED,
        ErrorType::Forbidden => &API_FORBIDDEN,
        ErrorType::Duplicate => &API_DUPLICATE,
        ErrorType::TooLong => &API_TOO_LONG,
        ErrorType::TooMany => &API_TOO_MANY,
        ErrorType::Warning | ErrorType::Dropped => &API_WARNING,
        ErrorType::Deprecated => &API_DEPRECATED,
        ErrorType::NotEvaluated => &cel_not_evaluated::RULE,
    };
    let path = path(invalid, cx);
    let rule = match invalid.error.is_rejected() && is_of_rule(&path, cx) {
        true => &CRD_INVALID,
        false => rule,
    };
    let subject = subject(&path);
    let message = match invalid.error {
        ErrorType::Required if invalid.message.is_empty() => format!("{subject} is required"),
        ErrorType::Required => format!("{subject} is required {}", invalid.message),
        ErrorType::Deprecated if invalid.message.is_empty() => format!("{subject} is deprecated"),
        ErrorType::Deprecated => format!("{subject} is deprecated {}", invalid.message),
        ErrorType::NotSupported => not_supported(invalid, &subject, cx),
        ErrorType::Duplicate => format!("{subject} has the same value as an earlier item"),
        _ => format!("{subject} {}", invalid.message),
    };
    let message = format!("{message}{}", releases(invalid));
    let meant = meant(invalid, cx);
    let help = help(invalid, &path);
    let field = one_version(notation(path), invalid, cx);
    let related = invalid.first.map(|first| cx.key_place(first));
    let tree = cx.tree();
    let is_absent = !invalid.rest[0].is_empty();
    let is_collection = !tree.kind(tree.resolve(invalid.node)).is_scalar();
    let level = level(invalid, cx);
    let (answer, differing) = answers(invalid, Releases::of(cx.versions));
    let place = invalid.at.unwrap_or(invalid.node);
    let is_absent = is_absent && invalid.at.is_none();
    let is_collection = is_collection && !tree.kind(tree.resolve(place)).is_scalar();
    let cx = cx.as_rule(rule);
    let finding = match &invalid.within {
        Some(within) => cx.report_within(place, within.clone(), message),
        None if is_absent || is_collection => cx.report_missing(place, message),
        None => cx.report(place, message),
    };
    finding.field = Some(field.clone());
    finding
        .at_most(level)
        .note(match invalid.error {
            ErrorType::Warning | ErrorType::Deprecated => {
                "the API server accepts the object, and answers with a warning".to_owned()
            }
            ErrorType::NotEvaluated => {
                "whether the API server accepts the objects of this kind is not known".to_owned()
            }
            ErrorType::Dropped => {
                "the API server accepts the object without the field, and does not say so"
                    .to_owned()
            }
            error => format!("{answer} (422, `{field}: {}`)", error.words()),
        })
        .meant(meant, use_name, help)
        .notes
        .extend(differing);
    if let Some(first) = related {
        finding.related(first, "earlier item");
    }
}

/// Whether the field belongs to a CEL rule of a CustomResourceDefinition.
fn is_of_rule(path: &[PathSegment], cx: &RuleContext<'_>) -> bool {
    let is_rules = |segment: &PathSegment| matches!(segment, PathSegment::Key(key) if key == "x-kubernetes-validations");
    let is_definition = || {
        let object = cx.object.map(|(_, object)| object);
        object.is_some_and(podwright_schema::custom::is_definition)
    };
    path.iter().any(is_rules) && is_definition()
}

/// Path of the field in its object. The field itself may be absent.
fn path(invalid: &Invalid, cx: &RuleContext<'_>) -> Vec<PathSegment> {
    let tree = cx.tree();
    let outer = cx
        .object
        .map_or(0, |(_, object)| tree.path(object.node).len());
    let absent = invalid.rest.iter().filter(|name| !name.is_empty());
    let absent = absent.map(|&name| PathSegment::Key(name.to_owned()));
    tree.path(invalid.node)
        .into_iter()
        .skip(outer)
        .chain(absent)
        .collect()
}

/// The field as the API server names it in a CustomResourceDefinition with one version: its conversion moves the fields
/// of the version up.
fn one_version(field: String, invalid: &Invalid, cx: &RuleContext<'_>) -> String {
    let Some(rest) = field.strip_prefix("spec.versions[0].") else {
        return field;
    };
    let is_alone = || {
        let (_, object) = cx.object?;
        let tree = cx.tree();
        let spec = tree.get(object.node, "spec")?;
        let versions = tree.get(tree.resolve(spec.value), "versions")?;
        Some(tree.items(tree.resolve(versions.value)).count() == 1)
    };
    let moved = match rest.strip_prefix("schema.") {
        Some(rest) => format!("spec.validation.{rest}"),
        None if rest.starts_with("subresources")
            || rest.starts_with("additionalPrinterColumns")
            || rest.starts_with("selectableFields") =>
        {
            format!("spec.{rest}")
        }
        None => return field,
    };
    let is_required =
        invalid.error == ErrorType::Required && moved == "spec.validation.openAPIV3Schema";
    if is_alone() == Some(true) && !is_required {
        moved
    } else {
        field
    }
}

/// The field in words: "`image`", "an item of `args`".
fn subject(path: &[PathSegment]) -> String {
    match path {
        [.., PathSegment::Key(key)] => format!("`{key}`"),
        [.., PathSegment::Key(key), PathSegment::Index(_)] => format!("an item of `{key}`"),
        _ => "the object".to_owned(),
    }
}

fn not_supported(invalid: &Invalid, subject: &str, cx: &RuleContext<'_>) -> String {
    match cx.tree().scalar(invalid.node) {
        Scalar::Str(value) if invalid.rest[0].is_empty() => {
            format!("invalid value `{value}` for {subject}")
        }
        _ => format!("{subject} has a value that is not supported"),
    }
}

/// What to do.
fn help(invalid: &Invalid, path: &[PathSegment]) -> Cow<'static, str> {
    if invalid.error == ErrorType::NotSupported {
        return supported(invalid);
    }
    if !invalid.help.is_empty() {
        return invalid.help.clone();
    }
    let name = match path.last() {
        Some(PathSegment::Key(key)) => format!("`{key}`"),
        _ => "the item".to_owned(),
    };
    let help = match invalid.error {
        ErrorType::Required if invalid.rest[0].is_empty() => format!("set a value for {name}"),
        ErrorType::Required => format!("add {name}"),
        ErrorType::Forbidden => format!("remove {name}"),
        _ => format!("change {name}"),
    };
    help.into()
}

/// The value that was probably meant.
fn meant(invalid: &Invalid, cx: &RuleContext<'_>) -> Option<Meant> {
    if let Some(near) = &invalid.near {
        return Some(cx.suggest(invalid.node, near, Applicability::Unsafe));
    }
    let Scalar::Str(value) = cx.tree().scalar(invalid.node) else {
        return None;
    };
    let supported: Vec<&str> = invalid.supported.iter().map(|word| &**word).collect();
    let is_value = invalid.error == ErrorType::NotSupported && invalid.rest[0].is_empty();
    cx.nearest_value(invalid.node, &value, &supported)
        .filter(|_| is_value)
}

fn supported(invalid: &Invalid) -> Cow<'static, str> {
    let names = invalid.supported.iter();
    let names: Vec<String> = names.map(|word| format!("`{word}`")).collect();
    let help = match names.as_slice() {
        [one] => format!("use {one}"),
        names => format!("use one of {}", names.join(", ")),
    };
    help.into()
}

/// Releases that reject the object or what its controller makes of it, if it is not all target releases: " since
/// Kubernetes 1.34".
fn releases(invalid: &Invalid) -> String {
    if invalid.accepted.0 == 0 {
        return String::new();
    }
    let rejecting = invalid.releases.and(invalid.later);
    match (rejecting.began_in(), rejecting.ended_in()) {
        (_, Some(end)) => format!(" before Kubernetes {end}"),
        (Some(first), None) => format!(" since Kubernetes {first}"),
        (None, None) => String::new(),
    }
}

/// What the API server does with the object, and where the `asked` releases differ.
fn answers(invalid: &Invalid, asked: Releases) -> (&'static str, Vec<String>) {
    let of = |releases: Releases| Releases(releases.0 & asked.0);
    let (rejecting, later) = (of(invalid.releases), of(invalid.later));
    if rejecting.0 == 0 {
        return (
            "the API server accepts the object, and rejects what the controller makes of it",
            Vec::new(),
        );
    }
    let mut differing = Vec::new();
    if later.0 != 0 {
        let earlier = later.listed();
        differing.push(format!(
            "in Kubernetes {earlier}, it rejects what the controller makes of the object instead"
        ));
    }
    let is_error = !matches!(
        invalid.error,
        ErrorType::Warning | ErrorType::Deprecated | ErrorType::Dropped | ErrorType::NotEvaluated
    );
    if invalid.accepted.0 != 0 && is_error {
        differing.push(format!(
            "rejected in Kubernetes {}; accepted in {}",
            rejecting.listed(),
            invalid.accepted.listed()
        ));
    }
    ("the API server rejects the object", differing)
}

/// Error if every target release rejects the object as it is written.
fn level(invalid: &Invalid, cx: &RuleContext<'_>) -> Severity {
    let is_certain = invalid.accepted.0 == 0;
    if !is_certain || cx.workspace.is_built_by_kustomize(cx.file_id) {
        Severity::Warning
    } else {
        Severity::Error
    }
}

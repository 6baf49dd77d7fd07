//! Names and other strings with a fixed form: `k8s.io/apimachinery/pkg/util/validation`.

use podwright_model::name::{NameError, NameErrorKind, dns_label, dns_subdomain, label_value};

use super::errors::Errors;
use super::value::Value;

pub(super) const LABEL_HELP: &str =
    "use lowercase letters, digits and inner `-`, at most 63 characters";
pub(super) const SUBDOMAIN_HELP: &str =
    "use lowercase letters, digits, and inner `-` and `.`, at most 253 characters";
pub(super) const QUALIFIED_HELP: &str = "use letters, digits, and inner `-`, `_` and `.`, at most 63 characters, with an \
                                         optional prefix of a DNS subdomain and `/`";

/// `IsDNS1123Label`.
pub(super) fn label(at: Value<'_>, e: &mut Errors) {
    check(at, dns_label, "a DNS label", LABEL_HELP, e);
}

/// `IsDNS1123Subdomain`.
pub(super) fn subdomain(at: Value<'_>, e: &mut Errors) {
    check(at, dns_subdomain, "a DNS subdomain", SUBDOMAIN_HELP, e);
}

/// `IsDNS1123SubdomainWithUnderscore`.
pub(super) fn subdomain_with_underscore(at: Value<'_>, e: &mut Errors) {
    check(
        at,
        |text| {
            let masked: String = text
                .split('.')
                .map(|part| part.strip_prefix('_').unwrap_or(part).replace('_', "-"))
                .collect::<Vec<_>>()
                .join(".");
            dns_subdomain(&masked)
        },
        "a DNS subdomain that may contain `_`",
        "use lowercase letters, digits, and inner `-`, `_` and `.`, at most 253 characters",
        e,
    );
}

/// `IsDNS1035Label`.
pub(super) fn dns_1035_label(text: &str) -> Result<(), NameError> {
    dns_label(text)?;
    match text.chars().next() {
        Some(first) if !first.is_ascii_lowercase() => Err(NameError {
            at: 0..1,
            kind: NameErrorKind::Edge(first),
        }),
        _ => Ok(()),
    }
}

/// `IsValidLabelValue`.
pub(super) fn label_text(at: Value<'_>, e: &mut Errors) {
    check(
        at,
        label_value,
        "a label value",
        "use letters, digits, and inner `-`, `_` and `.`, at most 63 characters",
        e,
    );
}

/// `IsConfigMapKey`.
pub(super) fn is_config_key(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        && text != "."
        && !text.starts_with("..")
}

/// `IsPathSegmentName`.
pub(super) fn path_segment(text: &str) -> Result<(), NameError> {
    match text.find(['/', '%']) {
        Some(at) => Err(NameError {
            at: at..at + 1,
            kind: NameErrorKind::Character(char::from(text.as_bytes()[at])),
        }),
        None if text == "." || text == ".." => Err(NameError {
            at: 0..text.len(),
            kind: NameErrorKind::Edge('.'),
        }),
        None => Ok(()),
    }
}

/// Checks the string at `at`, if it is known.
pub(super) fn check(
    at: Value<'_>,
    is_valid: impl FnOnce(&str) -> Result<(), NameError>,
    what: &'static str,
    help: &'static str,
    e: &mut Errors,
) {
    if let Some(text) = at.text()
        && let Err(error) = is_valid(&text)
    {
        e.name(at, what, error, help);
    }
}

/// `ValidateNonnegativeField`, for a field that may be absent.
pub(super) fn nonnegative(at: Value<'_>, e: &mut Errors) {
    if at.int().is_some_and(|number| number < 0) {
        e.invalid(at, "must be at least 0", "use 0 or a larger number");
    }
}

/// `ValidatePositiveField`, for a field that may be absent.
pub(super) fn positive(at: Value<'_>, e: &mut Errors) {
    if at.int().is_some_and(|number| number <= 0) {
        e.invalid(at, "must be greater than 0", "use 1 or a larger number");
    }
}

/// `IsInRange`, for a field that may be absent.
pub(super) fn in_range(at: Value<'_>, low: i64, high: i64, e: &mut Errors) {
    if at
        .int()
        .is_some_and(|number| !(low..=high).contains(&number))
    {
        e.invalid(
            at,
            format!("must be between {low} and {high}"),
            format!("use a number from {low} to {high}"),
        );
    }
}

/// A string that must be one of `supported`. An absent or empty one is accepted.
pub(super) fn one_of(at: Value<'_>, supported: &[&'static str], e: &mut Errors) {
    if !at.is_empty() && at.is_none_of(supported) {
        e.not_supported(at, supported);
    }
}

/// `ValidateSignerName`.
pub(super) fn is_signer_name(at: Value<'_>, e: &mut Errors) {
    let Some(text) = at.text() else { return };
    if text.is_empty() {
        e.required(at, "");
        return;
    }
    let is_right = match text.split_once('/') {
        Some((domain, path)) => {
            !path.contains('/')
                && domain.contains('.')
                && domain.len() <= 253
                && domain.split('.').all(|label| dns_label(label).is_ok())
                && path.split('.').all(|label| dns_subdomain(label).is_ok())
                && text.len() <= 571
        }
        None => false,
    };
    if !is_right {
        e.invalid(
            at,
            "must be a domain and a path",
            "use a name as in `example.com/signer-name`",
        );
    }
}

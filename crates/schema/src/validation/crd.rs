//! CustomResourceDefinitions: `pkg/apis/apiextensions/validation` of apiextensions-apiserver.
//!
//! The conversion moves what all versions have in common to the fields of `v1beta1`, so the API server names
//! `spec.validation` where the schema is in `spec.versions[0].schema`. The errors here are at the fields of `v1`.

use podwright_model::name::{NameError, dns_subdomain};
use rustc_hash::FxHashSet;

use super::admission::{client_config, known_versions};
use super::errors::Errors;
use super::names::{SUBDOMAIN_HELP, check, dns_1035_label};
use super::value::{Value, read};

mod expressions;
mod path;
mod schema;

/// Largest number of `selectableFields` of a version: `MaxSelectableFields`.
const MAX_SELECTABLE_FIELDS: usize = 8;

const LABEL_HELP: &str = "use lowercase letters, digits and inner `-`, starting with a letter";

const PROTECTED: &str = "api-approved.kubernetes.io";

/// `ValidateCustomResourceDefinition`.
pub(super) fn definition(object: Value<'_>, e: &mut Errors) {
    read!(object => metadata, spec);
    read!(spec => group, names, versions, conversion, preserve = "preserveUnknownFields");
    group_name(group, e);
    object_name(metadata, names.get("plural"), group, e);
    approval(metadata, group, e);
    self::names(names, e);
    self::versions(versions, e);
    self::conversion(conversion, e);
    if preserve.is_true() {
        e.invalid(
            preserve,
            "cannot be true",
            "remove it, and set `x-kubernetes-preserve-unknown-fields: true` in the schema",
        );
    }
}

fn group_name(group: Value<'_>, e: &mut Errors) {
    let Some(text) = group.text().filter(|text| !text.is_empty()) else {
        return;
    };
    if let Err(error) = dns_subdomain(&text) {
        e.name(group, "a DNS subdomain", error, SUBDOMAIN_HELP);
    } else if !text.contains('.') {
        e.invalid(
            group,
            "must be a domain with at least one dot",
            "use a group as in `example.com`",
        );
    }
}

/// The name that `nameValidationFn` requires. It also rejects every `generateName`.
fn object_name(metadata: Value<'_>, plural: Value<'_>, group: Value<'_>, e: &mut Errors) {
    let (Some(plural), Some(group)) = (plural.text(), group.text()) else {
        return;
    };
    if plural.is_empty() || group.is_empty() {
        return;
    }
    read!(metadata => name, generated = "generateName");
    for field in [name, generated] {
        let is_other = |text: &str| text != format!("{plural}.{group}");
        if !field.is_empty() && field.text().is_some_and(|text| is_other(&text)) {
            e.invalid(
                field,
                format!("must be `{plural}.{group}`: `spec.names.plural`, a dot, and `spec.group`"),
                format!("set `name: {plural}.{group}`"),
            );
        }
    }
}

/// `validateAPIApproval`.
fn approval(metadata: Value<'_>, group: Value<'_>, e: &mut Errors) {
    let is_protected = group.text().is_some_and(|group| {
        ["k8s.io", "kubernetes.io"].iter().any(|&domain| {
            group
                .strip_suffix(domain)
                .is_some_and(|start| start.is_empty() || start.ends_with('.'))
        })
    });
    if !is_protected {
        return;
    }
    let annotation = metadata.get("annotations").get(PROTECTED);
    let Some(text) = annotation.text() else {
        return;
    };
    const HELP: &str = "use the URL of the approval, or a reason that starts with `unapproved`; or another group, as \
                        the groups `*.k8s.io` and `*.kubernetes.io` belong to Kubernetes";
    if text.is_empty() {
        e.required(annotation, "in a group of Kubernetes")
            .help(HELP);
    } else if !text.starts_with("unapproved") && !is_url(&text) {
        e.invalid(
            annotation,
            "must be a URL, or start with `unapproved`",
            HELP,
        );
    }
}

/// `url.ParseRequestURI` with a scheme and a host.
fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| {
        !scheme.is_empty() && !rest.is_empty() && !rest.starts_with('/')
    })
}

/// `ValidateCustomResourceDefinitionNames`, after defaulting.
fn names(names: Value<'_>, e: &mut Errors) {
    read!(names => plural, singular, kind, list_kind = "listKind", short_names = "shortNames", categories);
    for name in [plural, singular]
        .into_iter()
        .filter(|name| !name.is_empty())
        .chain(short_names.items())
        .chain(categories.items())
    {
        label_1035(name, e);
    }
    for name in [kind, list_kind] {
        if !name.is_empty() {
            let is_valid = |text: &str| dns_1035_label(&text.to_ascii_lowercase());
            let help = "use letters and digits, starting with a letter";
            check(name, is_valid, "a DNS label in mixed case", help, e);
        }
    }
    if let (Some(kind), Some(list)) = (kind.text(), list_kind.text())
        && kind == list
        && !kind.is_empty()
    {
        e.invalid(
            list_kind,
            "cannot be the same as `kind`",
            format!("use `{kind}List`"),
        );
    }
}

fn label_1035(at: Value<'_>, e: &mut Errors) {
    let is_valid: fn(&str) -> Result<(), NameError> = dns_1035_label;
    check(
        at,
        is_valid,
        "a DNS label that starts with a letter",
        LABEL_HELP,
        e,
    );
}

fn versions(versions: Value<'_>, e: &mut Errors) {
    let mut seen: FxHashSet<String> = FxHashSet::default();
    let mut stored = 0;
    let mut is_certain = versions.is_set();
    for version in versions.items() {
        read!(version => name, storage);
        is_certain &= !version.is_unknown() && !storage.is_unknown();
        stored += usize::from(storage.is_true());
        label_1035(name, e);
        if let Some(text) = name.text()
            && !seen.insert(text.into_owned())
        {
            e.invalid(
                versions,
                "must have different names of versions",
                "rename or remove the version",
            )
            .at(name);
        }
        self::version(version, e);
    }
    if is_certain && stored != 1 && !versions.is_empty() {
        e.invalid(
            versions,
            format!("must have exactly one version with `storage: true`, but {stored} have it"),
            "set `storage: true` in one version, and `storage: false` in the others",
        );
    }
}

/// `validateCustomResourceDefinitionVersion`.
fn version(version: Value<'_>, e: &mut Errors) {
    read!(version => schema, deprecated, warning = "deprecationWarning", subresources, columns = "additionalPrinterColumns",
        selectable = "selectableFields");
    deprecation_warning(deprecated, warning, e);
    let open_api = schema.get("openAPIV3Schema");
    if open_api.is_absent() {
        e.required(open_api, "")
            .help("add a schema; `type: object` with `x-kubernetes-preserve-unknown-fields: true` accepts everything");
    } else {
        schema::root(open_api, subresources.get("status").is_set(), e);
    }
    if subresources.get("scale").is_set() {
        scale(subresources.get("scale"), e);
    }
    for column in columns.items() {
        printer_column(column, e);
    }
    e.since(31, |e| selectable_fields(selectable, open_api, e));
}

/// `validateDeprecationWarning`.
fn deprecation_warning(deprecated: Value<'_>, warning: Value<'_>, e: &mut Errors) {
    if !warning.is_set() || deprecated.is_unknown() {
        return;
    }
    if !deprecated.is_true() {
        e.invalid(
            warning,
            "is allowed only in a deprecated version",
            "set `deprecated: true`, or remove `deprecationWarning`",
        );
        return;
    }
    let Some(text) = warning.content() else {
        return;
    };
    if text.is_empty() {
        e.invalid(
            warning,
            "cannot be empty",
            "add a text, or remove `deprecationWarning`",
        );
    } else if text.len() > 256 {
        e.invalid(warning, "is longer than 256 bytes", "use at most 256 bytes");
    } else if text.chars().any(char::is_control) {
        e.invalid(
            warning,
            "has a control character or line break",
            "use one line of text",
        );
    }
}

/// `ValidateCustomResourceDefinitionSubresources`.
fn scale(scale: Value<'_>, e: &mut Errors) {
    read!(scale => spec = "specReplicasPath", status = "statusReplicasPath", selector = "labelSelectorPath");
    const SPEC: &str = "use a path as in `.spec.replicas`";
    const STATUS: &str = "use a path as in `.status.replicas`";
    for (path, help) in [(spec, SPEC), (status, STATUS)] {
        if path.is_empty() {
            e.required(path, "").help(help);
        }
    }
    replicas_path(spec, &[".spec."], SPEC, e);
    replicas_path(status, &[".status."], STATUS, e);
    let starts = [".status.", ".spec."];
    replicas_path(selector, &starts, "use a path as in `.status.selector`", e);
}

fn replicas_path(at: Value<'_>, starts: &[&str], help: &'static str, e: &mut Errors) {
    let Some(text) = at.text().filter(|text| !text.is_empty()) else {
        return;
    };
    if !starts.iter().any(|start| text.starts_with(start)) {
        let start = starts.join("` or `");
        e.invalid(at, format!("must start with `{start}`"), help);
    }
}

/// `ValidateCustomResourceColumnDefinition`.
fn printer_column(column: Value<'_>, e: &mut Errors) {
    const TYPES: [&str; 5] = ["boolean", "date", "integer", "number", "string"];
    const FORMATS: [&str; 8] = [
        "byte",
        "date",
        "date-time",
        "double",
        "float",
        "int32",
        "int64",
        "password",
    ];
    read!(column => name, kind = "type", format, path = "jsonPath");
    for field in [name, kind, path] {
        if field.is_empty() {
            e.required(field, "");
        }
    }
    for (field, known) in [(kind, &TYPES[..]), (format, &FORMATS[..])] {
        if !field.is_empty() && field.is_none_of(known) {
            let known = known.join("`, `");
            e.invalid(
                field,
                "has a value that is not known",
                format!("use one of `{known}`"),
            );
        }
    }
    let is_path = |text: &str| text.is_empty() || text.starts_with('.');
    if path.text().is_some_and(|text| !is_path(&text)) {
        e.invalid(
            path,
            "must start with `.`",
            "use a path as in `.spec.replicas`",
        );
    }
}

/// `ValidateCustomResourceSelectableFields`.
fn selectable_fields(fields: Value<'_>, open_api: Value<'_>, e: &mut Errors) {
    if !open_api.is_set() {
        return;
    }
    let mut seen: FxHashSet<String> = FxHashSet::default();
    for field in fields.items() {
        let path = field.get("jsonPath");
        let Some(text) = path.text() else { continue };
        if text.is_empty() {
            e.required(path, "");
            continue;
        }
        let found = match path::field(&text, open_api, false) {
            Ok(Some(found)) => found,
            Ok(None) => continue,
            Err(message) => {
                e.invalid(path, message, "use the path of a field of the schema");
                continue;
            }
        };
        if text == ".metadata" || text.starts_with(".metadata.") {
            e.invalid(path, "cannot be in `metadata`", "use a field of the schema");
        }
        if found
            .get("type")
            .is_none_of(&["string", "boolean", "integer"])
        {
            e.invalid(
                path,
                "must be a field of type `string`, `boolean` or `integer`",
                "use the path of a scalar field",
            );
        }
        if !seen.insert(text.into_owned()) {
            e.duplicate(path, None);
        }
    }
    if seen.len() > MAX_SELECTABLE_FIELDS {
        e.too_many(fields, MAX_SELECTABLE_FIELDS);
    }
}

/// `validateCustomResourceConversion`. `None` is the default strategy.
fn conversion(conversion: Value<'_>, e: &mut Errors) {
    read!(conversion => strategy, webhook);
    read!(webhook => client = "clientConfig", versions = "conversionReviewVersions");
    if strategy.is("Webhook") {
        if client.is_absent() {
            e.required(client, "when `strategy` is `Webhook`")
                .help("add `webhook.clientConfig`, or set `strategy: None`");
        } else {
            client_config(client, e);
        }
        review_versions(versions, e);
    } else if strategy.is("None") {
        for (field, is_used) in [(client, client.is_set()), (versions, !versions.is_empty())] {
            if is_used {
                e.forbidden(field, "is allowed only when `strategy` is `Webhook`")
                    .help("remove `webhook`, or set `strategy: Webhook`");
            }
        }
    }
}

/// `validateConversionReviewVersions`.
fn review_versions(versions: Value<'_>, e: &mut Errors) {
    if versions.is_empty() {
        e.required(versions, "when `strategy` is `Webhook`")
            .help("use `[v1]`");
        return;
    }
    known_versions(versions, e);
}

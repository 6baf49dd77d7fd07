use crate::finding::Level;
use crate::model::name::{NameError, NameErrorKind, dns_label, dns_subdomain};
use crate::model::{Body, Object};
use crate::rule::{Check, Cx, Meta, Rule};
use crate::schema::Api;

/// Options of `object-name-invalid`: none.
#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ObjectNameInvalid {}

impl Rule for ObjectNameInvalid {
    const META: Meta = Meta {
        name: "object-name-invalid",
        chapter: "object",
        summary: "the API server refuses the name of the object",
        page: include_str!("../../../rules/object/object-name-invalid.md"),
        level: Level::Error,
        since: "0.1.0",
    };
}

impl Check for ObjectNameInvalid {
    fn object(&self, object: &Object, cx: &mut Cx<'_>) {
        let Some((name, node)) = object.metadata.name.known() else {
            return;
        };
        // Another rule says more of the names of RuntimeClasses; no name at all is no whole object, and the name of a
        // patch need not be one.
        if name.is_empty() || cx.is_partial() || matches!(object.body, Body::RuntimeClass(_)) {
            return;
        }
        // The configuration of a function is read by kustomize alone.
        let mut annotations = object.metadata.annotations.value().into_iter().flatten();
        if annotations.any(|(key, ..)| key == "config.kubernetes.io/function") {
            return;
        }
        // Bytes that are no text, and what the reader guessed, are told of already.
        let is_whole =
            cx.file().problems.is_empty() && !cx.tree().documents()[object.document].broken;
        let Some((wrong, what)) = judge(object, name, cx).filter(|_| is_whole) else {
            return;
        };
        let kind = object.kind.text().unwrap_or_default();
        let help = match what {
            "a label of a domain" => {
                "write small letters, digits and `-` between them, 63 characters at most"
            }
            "a part of a path" => "write it without `/` and `%`",
            _ => {
                "write small letters, digits, and `-` and `.` between them, 253 characters at most"
            }
        };
        let message = format!(
            "the name of a {kind} is {what}, and `{name}` {}",
            wrong.kind
        );
        cx.report_within(node, wrong.at, message)
            .note("the API server refuses the object with 422 `metadata.name: Invalid value`")
            .help(help);
    }
}

/// What is wrong with the name of an object that the API server is known to store, and what it should be.
fn judge(object: &Object, name: &str, cx: &Cx<'_>) -> Option<(NameError, &'static str)> {
    let (api_version, kind) = (object.api_version.text()?, object.kind.text()?);
    let is_stored = Api::find(api_version, kind, cx.versions).is_some()
        || cx
            .workspace
            .custom_kinds()
            .find(api_version, kind)
            .is_some();
    if !is_stored {
        return None;
    }
    let (result, what) = match (object.group()?, kind) {
        ("", "Namespace" | "Service") => (dns_label(name), "a label of a domain"),
        ("rbac.authorization.k8s.io", _) => (path_segment(name), "a part of a path"),
        // Anything goes, or a form of their own.
        ("certificates.k8s.io", _) | ("", "ComponentStatus" | "Event") | ("events.k8s.io", _) => {
            return None;
        }
        _ => (dns_subdomain(name), "a domain"),
    };
    result.err().map(|error| (error, what))
}

/// `path.ValidatePathSegmentName`
fn path_segment(name: &str) -> Result<(), NameError> {
    match name.find(['/', '%']) {
        Some(at) => Err(NameError {
            at: at..at + 1,
            kind: NameErrorKind::Character(char::from(name.as_bytes()[at])),
        }),
        None if name == "." || name == ".." => Err(NameError {
            at: 0..name.len(),
            kind: NameErrorKind::Edge('.'),
        }),
        None => Ok(()),
    }
}

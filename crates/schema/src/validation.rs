//! The API server's verdict on a create request, beyond what [`problems`](crate::problems) finds.
//!
//! The API table knows the type of each field, and what `enforced.txt` says about single fields: whether it is required,
//! its values, its range, the kind of name. Everything else that validation does is here, function by function as in
//! `pkg/apis/*/validation` of Kubernetes 1.36: a file for each Go package or group of functions, and a doc comment that
//! names the Go function. Defaults are part of it where validation depends on them.
//!
//! Nothing is reported where a value is a placeholder: [`Errors`](errors::Errors) drops an error at such a value, and
//! [`Value`](value::Value) does not read it.

mod apps;
mod errors;
mod ip;
mod meta;
mod names;
mod path;
mod pod;
mod pvc;
mod resource_name;
mod value;
mod volume_source;

pub use errors::{ErrorType, Invalid};
pub use value::Rest;

use errors::Errors;
use value::Value;

use crate::api::Api;
use crate::releases::Releases;
use crate::walk::Subject;

/// Returns the errors with which the API server rejects the object, in the order of its validation. Empty for a patch, a
/// document with syntax errors, a custom resource, and an API version that no target release serves.
#[must_use]
pub fn invalid(subject: &Subject<'_>) -> Vec<Invalid> {
    let Subject { tree, object, .. } = *subject;
    if subject.is_partial || object.is_live || tree.documents()[object.document].broken {
        return Vec::new();
    }
    let (Some(api_version), Some(kind)) = (object.api_version.text(), object.kind.text()) else {
        return Vec::new();
    };
    if subject.custom.find(api_version, kind).is_some() {
        return Vec::new();
    }
    let Some(own) = Api::find(api_version, kind, subject.range).and_then(|api| api.own) else {
        return Vec::new();
    };
    let asked = Releases::of(subject.range);
    let releases = Releases(asked.0 & own.releases().0);
    if releases.0 == 0 {
        return Vec::new();
    }
    let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
    let mut errors = Errors::new(releases);
    kind_of(
        group,
        version,
        kind,
        Value::new(tree, object.node),
        &mut errors,
    );
    errors.list
}

/// Validates an object of a kind of Kubernetes: the strategies of `pkg/registry`.
fn kind_of(group: &str, _version: &str, kind: &str, object: Value<'_>, e: &mut Errors) {
    meta::object_meta(group, kind, object, e);
    match (group, kind) {
        ("", "Pod") => pod::pod(object, e),
        ("", "PodTemplate") => pod::template(object.get("template"), pod::Template::default(), e),
        ("", "PersistentVolumeClaim") => pvc::claim(object, e),
        ("apps", "Deployment") => apps::deployment(object, e),
        ("apps", "ReplicaSet") => apps::replica_set(object, e),
        ("apps", "DaemonSet") => apps::daemon_set(object, e),
        ("apps", "StatefulSet") => apps::stateful_set(object, e),
        ("apps", "ControllerRevision") => apps::controller_revision(object, e),
        _ => {}
    }
}

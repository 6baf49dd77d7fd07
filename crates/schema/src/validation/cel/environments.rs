//! The variables that Kubernetes declares for the expressions of a field.

use std::sync::Arc;

use podwright_cel::{Environment, Type};

/// Variables of admission: `createEnvForOpts` of `k8s.io/apiserver/pkg/admission/plugin/cel`.
pub(in super::super) fn admission(has_params: bool, has_authorizer: bool) -> Environment {
    let mut environment = Environment::new()
        .with("object", Type::Dyn)
        .with("oldObject", Type::Dyn)
        .with("request", request())
        .with("namespaceObject", namespace());
    if has_params {
        environment.declare("params", Type::Dyn);
    }
    if has_authorizer {
        environment.declare(
            "authorizer",
            Type::Opaque("kubernetes.authorization.Authorizer"),
        );
        environment.declare(
            "authorizer.requestResource",
            Type::Opaque("kubernetes.authorization.ResourceCheck"),
        );
    }
    environment
}

/// The variable `device` of the selectors of dynamic resource allocation: `newCompiler` of
/// `k8s.io/dynamic-resource-allocation/cel`.
pub(in super::super) fn device() -> Environment {
    let map = |value| Type::map(Type::Text, value);
    let device = object(
        "kubernetes.DRADevice",
        [
            ("driver", Type::Text),
            ("attributes", map(map(Type::Dyn))),
            ("capacity", map(map(Type::Opaque("kubernetes.Quantity")))),
            ("allowMultipleAllocations", Type::Bool),
        ],
    );
    Environment::new().with("device", device)
}

fn object<const N: usize>(name: &str, fields: [(&str, Type); N]) -> Type {
    Type::object(name, fields.map(|(name, own)| (Arc::from(name), own)))
}

/// `BuildRequestType` of `k8s.io/apiserver/pkg/admission/plugin/cel`.
fn request() -> Type {
    let kind = |name, last| {
        object(
            name,
            [
                ("group", Type::Text),
                ("version", Type::Text),
                (last, Type::Text),
            ],
        )
    };
    let gvk = kind("kubernetes.GroupVersionKind", "kind");
    let gvr = kind("kubernetes.GroupVersionResource", "resource");
    let user = object(
        "kubernetes.UserInfo",
        [
            ("username", Type::Text),
            ("uid", Type::Text),
            ("groups", Type::list(Type::Text)),
            ("extra", Type::map(Type::Text, Type::list(Type::Text))),
        ],
    );
    object(
        "kubernetes.AdmissionRequest",
        [
            ("kind", gvk.clone()),
            ("resource", gvr.clone()),
            ("subResource", Type::Text),
            ("requestKind", gvk),
            ("requestResource", gvr),
            ("requestSubResource", Type::Text),
            ("name", Type::Text),
            ("namespace", Type::Text),
            ("operation", Type::Text),
            ("userInfo", user),
            ("dryRun", Type::Bool),
            ("options", Type::Dyn),
        ],
    )
}

/// `BuildNamespaceType` of the same package.
fn namespace() -> Type {
    let texts = || Type::map(Type::Text, Type::Text);
    let condition = object(
        "kubernetes.NamespaceCondition",
        [
            ("status", Type::Text),
            ("type", Type::Text),
            ("lastTransitionTime", Type::Timestamp),
            ("message", Type::Text),
            ("reason", Type::Text),
        ],
    );
    let metadata = object(
        "kubernetes.NamespaceMetadata",
        [
            ("name", Type::Text),
            ("generateName", Type::Text),
            ("namespace", Type::Text),
            ("labels", texts()),
            ("annotations", texts()),
            ("UID", Type::Text),
            ("creationTimestamp", Type::Timestamp),
            ("deletionGracePeriodSeconds", Type::Int),
            ("deletionTimestamp", Type::Timestamp),
            ("generation", Type::Int),
            ("resourceVersion", Type::Text),
            ("finalizers", Type::list(Type::Text)),
        ],
    );
    let spec = object(
        "kubernetes.NamespaceSpec",
        [("finalizers", Type::list(Type::Text))],
    );
    let status = object(
        "kubernetes.NamespaceStatus",
        [("conditions", Type::list(condition)), ("phase", Type::Text)],
    );
    object(
        "kubernetes.Namespace",
        [("metadata", metadata), ("spec", spec), ("status", status)],
    )
}

use podwright_model::name::{NameError, NameErrorKind, dns_label, dns_subdomain};
use podwright_model::{Body, KubernetesVersion, Object};
use podwright_rule::{RuleContext, declare_rule};
use podwright_schema::Api;
use podwright_syntax::PathSegment;

declare_rule! {
    name: "object-name-invalid",
    summary: "invalid object name",
    severity: Error,
    since: "0.1.0",
    hooks: { object: check },
}

/// First release whose API server rejects a StatefulSet with a name that is not a DNS label:
/// `ValidateStatefulSetName`. Older ones reject its Pods.
pub(crate) const STATEFULSET_LABEL_SINCE: KubernetesVersion = KubernetesVersion(27);

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Some((name, node)) = object.metadata.name.known() else {
        return;
    };
    // Another rule checks the names of RuntimeClasses in more detail. An object without a name is incomplete, and
    // the name of a patch need not be valid.
    if name.is_empty() || cx.is_partial() || matches!(object.body, Body::RuntimeClass(_)) {
        return;
    }
    // Only kustomize reads the configuration of a function.
    let mut annotations = object.metadata.annotations.value().into_iter().flatten();
    if annotations.any(|(key, ..)| key == "config.kubernetes.io/function") {
        return;
    }
    // `namespace:` of a kustomization replaces the name of a Namespace.
    let path = ["metadata", "name"].map(|key| PathSegment::Key(key.to_owned()));
    if matches!(object.body, Body::Namespace)
        && let Some((id, _)) = cx.object
        && cx.workspace.is_namespace_set_by_kustomize(id, &path)
    {
        return;
    }
    // Invalid bytes and values guessed by the parser are reported elsewhere.
    let is_whole = cx.file().problems.is_empty() && !cx.tree().documents()[object.document].broken;
    let Some((wrong, what)) = judge(object, name, cx).filter(|_| is_whole) else {
        return;
    };
    let kind = object.kind.text().unwrap_or_default();
    let help = match what {
        "a DNS label" => "use lowercase letters, digits and inner `-`, at most 63 characters",
        "a path segment" => "use a name without `/` and `%`",
        _ => "use lowercase letters, digits, and inner `-` and `.`, at most 253 characters",
    };
    let article = if kind.starts_with(['A', 'E', 'I', 'O']) {
        "an"
    } else {
        "a"
    };
    let message = format!(
        "the name of {article} {kind} must be {what}, but `{name}` {}",
        wrong.kind
    );
    cx.report_within(node, wrong.at, message)
        .note("the API server rejects the object (422, `metadata.name: Invalid value`)")
        .help(help);
}

/// Returns what is wrong with the name and what it must be. `None` if it is valid or the API server does not store the
/// kind.
fn judge(object: &Object, name: &str, cx: &RuleContext<'_>) -> Option<(NameError, &'static str)> {
    let (api_version, kind) = (object.api_version.text()?, object.kind.text()?);
    let is_stored = Api::find(api_version, kind, cx.versions).is_some()
        || cx
            .workspace
            .custom_kinds(cx.file_id)
            .find(api_version, kind)
            .is_some()
        || is_custom(object);
    if !is_stored {
        return None;
    }
    let (result, what) = match (object.group()?, kind) {
        ("", "Namespace" | "Service") => (dns_label(name), "a DNS label"),
        ("apps", "StatefulSet") if cx.versions.all_since(STATEFULSET_LABEL_SINCE) => {
            (dns_label(name), "a DNS label")
        }
        // The validation of the kind does not check the name, or checks something else: an APIService has the name
        // `version.group`, which is `v1.` for the core group. `rest.BeforeCreate` checks every stored object.
        ("rbac.authorization.k8s.io", _)
        | ("policy", "PodDisruptionBudget")
        | ("apiregistration.k8s.io", _)
        | ("certificates.k8s.io", "CertificateSigningRequest" | "ClusterTrustBundle")
        | ("", "Event") => (path_segment(name), "a path segment"),
        // Not stored, or a special format: an IPAddress is named after its address.
        ("", "ComponentStatus") | ("networking.k8s.io", "IPAddress") => return None,
        // The API server answers these and stores nothing, so it does not check the name.
        ("authentication.k8s.io" | "authorization.k8s.io", _)
        | ("", "Binding")
        | ("policy", "Eviction") => return None,
        _ => (dns_subdomain(name), "a DNS subdomain"),
    };
    result.err().map(|error| (error, what))
}

/// Whether the object is a custom resource whose definition is not among the files: only a group with a dot can be that
/// of one, and the configuration of a program is in no namespace.
fn is_custom(object: &Object) -> bool {
    let has_dot = object.group().is_some_and(|group| group.contains('.'));
    has_dot && object.unknown_kind().is_some() && object.metadata.namespace.text().is_some()
}

/// Checks a name as `path.ValidatePathSegmentName` does.
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

//! `ObjectMeta`: `k8s.io/apimachinery/pkg/api/validation/objectmeta.go` and `pkg/apis/meta/v1/validation`.
//!
//! The API table checks the keys and values of labels, and the keys of annotations (`walk/name.rs`). The rule
//! `object-name-invalid` checks names.

use podwright_model::name::{NameError, dns_label, dns_subdomain, qualified_name};

use super::errors::Errors;
use super::names::{
    LABEL_HELP, QUALIFIED_HELP, SUBDOMAIN_HELP, check, dns_1035_label, label_text, nonnegative,
    path_segment,
};
use super::value::{Value, read};

/// Maximum size of all annotations of an object: `TotalAnnotationSizeLimitB`.
const MAX_ANNOTATIONS: usize = 256 * 1024;

/// Kinds whose strategy sets the generation to 1 before validation: `PrepareForCreate` in `pkg/registry`.
const RESETS_GENERATION: [&str; 26] = [
    "CronJob",
    "CustomResourceDefinition",
    "DaemonSet",
    "Deployment",
    "DeviceClass",
    "EndpointSlice",
    "FlowSchema",
    "Ingress",
    "IngressClass",
    "Job",
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "NetworkPolicy",
    "Pod",
    "PodDisruptionBudget",
    "PodTemplate",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "ReplicaSet",
    "ReplicationController",
    "ResourceSlice",
    "StatefulSet",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
];

/// Form of the name of a kind: a `ValidateNameFunc`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NameForm {
    /// `NameIsDNSSubdomain`
    Subdomain,
    /// `NameIsDNSLabel`
    Label,
    /// `NameIsDNS1035Label`
    Label1035,
    /// `path.ValidatePathSegmentName`
    PathSegment,
}

impl NameForm {
    /// Form of the names of a kind.
    fn of(group: &str, kind: &str) -> Self {
        match (group, kind) {
            ("", "Namespace" | "Service") => Self::Label,
            ("rbac.authorization.k8s.io" | "apiregistration.k8s.io", _)
            | ("certificates.k8s.io", "CertificateSigningRequest" | "ClusterTrustBundle")
            | ("policy", "PodDisruptionBudget")
            | ("networking.k8s.io", "IPAddress")
            | ("", "Event") => Self::PathSegment,
            _ => Self::Subdomain,
        }
    }

    fn judge(self, name: &str) -> Result<(), NameError> {
        match self {
            Self::Subdomain => dns_subdomain(name),
            Self::Label => dns_label(name),
            Self::Label1035 => dns_1035_label(name),
            Self::PathSegment => path_segment(name),
        }
    }

    /// Checks a name that is set.
    pub(super) fn check(self, at: Value<'_>, e: &mut Errors) {
        let (what, help) = self.words();
        check(at, |name| self.judge(name), what, help, e);
    }

    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Subdomain => ("a DNS subdomain", SUBDOMAIN_HELP),
            Self::Label => ("a DNS label", LABEL_HELP),
            Self::Label1035 => (
                "a DNS label that starts with a letter",
                "use lowercase letters, digits and inner `-`, at most 63 characters, and start with a letter",
            ),
            Self::PathSegment => ("a path segment", "use a name without `/` and `%`"),
        }
    }
}

/// `ValidateObjectMeta` of an object.
pub(super) fn object_meta(group: &str, kind: &str, object: Value<'_>, e: &mut Errors) {
    let meta = object.get("metadata");
    read!(meta => name, generate_name = "generateName", generation, annotations,
        owner_references = "ownerReferences", finalizers, managed_fields = "managedFields",
        created = "creationTimestamp", deleted = "deletionTimestamp");
    for time in [created, deleted] {
        self::time(time, e);
    }
    if kind == "StatefulSet" {
        let generate = |form, e: &mut Errors| generate_name_of(form, generate_name, e);
        e.before(27, |e| generate(NameForm::Subdomain, e));
        e.since(27, |e| generate(NameForm::Label, e));
    } else if matches!(kind, "ReplicationController" | "DeviceClass") {
        e.before(35, |e| self::generate_name(group, kind, generate_name, e));
        e.since(35, |e| {
            generated_name(name, generate_name, NameForm::of(group, kind), e)
        });
    } else {
        self::generate_name(group, kind, generate_name, e);
    }
    if !RESETS_GENERATION.contains(&kind) {
        nonnegative(generation, e);
    }
    annotation_size(annotations, e);
    self::owner_references(owner_references, e);
    self::finalizers(finalizers, has_core_metadata(group, kind), e);
    self::managed_fields(managed_fields, e);
}

/// The name that is made of `generateName` with a random suffix, as `ValidateObjectMetaWithOpts` looks at it. It has at
/// most 63 characters.
fn generated_name(name: Value<'_>, at: Value<'_>, form: NameForm, e: &mut Errors) {
    let Some(text) = at.text().filter(|text| !text.is_empty()) else {
        return;
    };
    if !name.is_empty() {
        // `ValidateObjectMetaAccessor` of `rest.BeforeCreate`.
        NameForm::PathSegment.check(at, e);
        return;
    }
    let start: String = text.chars().take(58).collect();
    let (what, help) = form.words();
    if let Err(error) = form.judge(&format!("{start}x")) {
        e.name(at, what, error, help);
    }
}

/// `generateName` in `ValidateObjectMeta`.
fn generate_name(group: &str, kind: &str, at: Value<'_>, e: &mut Errors) {
    if (group, kind) == ("networking.k8s.io", "IPAddress") {
        if !at.is_empty() {
            // `ValidateIPAddressName`: with a random suffix, no text is an address.
            let help = "use `name` with the address";
            e.invalid(at, "cannot be the start of an IP address", help);
        }
        return;
    }
    generate_name_of(NameForm::of(group, kind), at, e);
}

/// `generateName` of a kind whose names have this form.
fn generate_name_of(form: NameForm, at: Value<'_>, e: &mut Errors) {
    let Some(text) = at.text().filter(|text| !text.is_empty()) else {
        return;
    };
    // `maskTrailingDash`: a random suffix follows.
    let masked = match text.strip_suffix('-') {
        Some(rest) if !rest.is_empty() && form != NameForm::PathSegment => {
            let cut = rest.char_indices().next_back().map_or(0, |(at, _)| at);
            format!("{}a", &rest[..cut])
        }
        _ => text.into_owned(),
    };
    let (what, help) = form.words();
    if let Err(error) = form.judge(&masked) {
        e.name(at, what, error, help);
    }
}

/// `metav1.Time`: a text that Go cannot parse is not decoded.
fn time(time: Value<'_>, e: &mut Errors) {
    if time.is_set()
        && time
            .text()
            .is_some_and(|text| !text.is_empty() && !is_time(&text, None))
    {
        e.invalid(
            time,
            "must be a time as in RFC 3339",
            "remove it: the API server sets it",
        );
    }
}

/// Times in the metadata of a template.
pub(super) fn template_times(meta: Value<'_>, e: &mut Errors) {
    read!(meta => created = "creationTimestamp", deleted = "deletionTimestamp");
    time(created, e);
    time(deleted, e);
}

/// Whether the kind's validation calls `ValidateObjectMeta` of `pkg/apis/core/validation`, which knows the finalizers of
/// Kubernetes. The others call the function of apimachinery.
fn has_core_metadata(group: &str, kind: &str) -> bool {
    !matches!(
        group,
        "admissionregistration.k8s.io"
            | "apiextensions.k8s.io"
            | "apiregistration.k8s.io"
            | "coordination.k8s.io"
            | "node.k8s.io"
    ) && kind != "PodDisruptionBudget"
}

/// Whether Go parses the text as RFC 3339: `2006-01-02T15:04:05Z07:00`. `digits` is the exact number of digits of the
/// fraction of a second, if it is fixed.
pub(super) fn is_time(text: &str, digits: Option<usize>) -> bool {
    let bytes = text.as_bytes();
    let is_form = |form: &[u8], bytes: &[u8]| {
        form.len() == bytes.len()
            && form.iter().zip(bytes).all(|(form, byte)| match form {
                b'0' => byte.is_ascii_digit(),
                other => other == byte,
            })
    };
    let Some((head, rest)) = bytes.split_at_checked(19) else {
        return false;
    };
    let fraction = rest.strip_prefix(b".").map_or(0, |rest| {
        rest.iter().take_while(|b| b.is_ascii_digit()).count()
    });
    let zone = &rest[if fraction > 0 { fraction + 1 } else { 0 }..];
    is_form(b"0000-00-00T00:00:00", head)
        && digits.is_none_or(|digits| digits == fraction)
        && (zone == b"Z" || is_form(b"+00:00", zone) || is_form(b"-00:00", zone))
}

/// `ValidateAnnotationsSize`.
pub(super) fn annotation_size(annotations: Value<'_>, e: &mut Errors) {
    if !annotations.is_mapping() {
        return;
    }
    // The source text is at most a little shorter than the values: an escape only shortens, except for `\L` and `\P`.
    let tree = annotations.tree;
    if tree.source_text(annotations.node).len() * 3 / 2 <= MAX_ANNOTATIONS {
        return;
    }
    let mut size = 0;
    for (key, _, value) in annotations.entries() {
        let Some(text) = value.content() else {
            return;
        };
        size += key.len() + text.len();
    }
    if size > MAX_ANNOTATIONS {
        let help = "store large data in a ConfigMap, or remove annotations; `kubectl apply --server-side` does not add the annotation `kubectl.kubernetes.io/last-applied-configuration`";
        e.too_large(
            annotations,
            format!("are {size} bytes in total; at most {MAX_ANNOTATIONS} bytes are allowed"),
            help,
        );
    }
}

/// `ValidateOwnerReferences`.
fn owner_references(references: Value<'_>, e: &mut Errors) {
    let mut controller: Option<Value<'_>> = None;
    for reference in references.items() {
        read!(reference => api_version = "apiVersion", kind, is_controller = "controller");
        if let (Some(version), Some(kind)) = (api_version.text(), kind.text()) {
            if version.matches('/').count() > 1 {
                let help = "use a group and a version as in `apps/v1`";
                e.invalid(api_version, "must be a group and a version", help);
            } else if version.ends_with('/') {
                e.invalid(api_version, "has no version", "add the version after `/`");
            }
            if version == "v1" && kind == "Event" {
                e.invalid(
                    references,
                    "cannot name an Event as owner",
                    "remove the reference to the Event",
                );
            }
        }
        // The API server removes equal references before.
        let is_other = |first: Value<'_>| !is_same_owner(first, reference);
        if is_controller.is_true() && controller.replace(reference).is_some_and(is_other) {
            e.invalid(
                references,
                "has more than one item with `controller: true`",
                "set `controller: true` in one item only",
            );
        }
    }
}

/// Whether `dedupOwnerReferencesAndAddWarning` removes one of two references, as far as that is known.
fn is_same_owner(a: Value<'_>, b: Value<'_>) -> bool {
    ["apiVersion", "kind", "name", "uid"]
        .into_iter()
        .all(|name| a.get(name).text() == b.get(name).text())
        && ["controller", "blockOwnerDeletion"]
            .into_iter()
            .all(|name| a.get(name).is_true() == b.get(name).is_true())
}

/// `ValidateFinalizers`, and `validateKubeFinalizerName` of `pkg/apis/core/validation`.
pub(super) fn finalizers(finalizers: Value<'_>, is_core: bool, e: &mut Errors) {
    let (mut orphans, mut deletes) = (false, false);
    for finalizer in finalizers.items() {
        let count = e.count();
        check(
            finalizer,
            qualified_name,
            "a qualified name",
            QUALIFIED_HELP,
            e,
        );
        for error in &mut e.list[count..] {
            // The API server names the list.
            error.node = finalizers.node;
            error.at(finalizer);
        }
        if is_core {
            kube_finalizer(finalizer, e);
        }
        orphans |= finalizer.is("orphan");
        deletes |= finalizer.is("foregroundDeletion");
    }
    if orphans && deletes {
        e.invalid(
            finalizers,
            "contains both `orphan` and `foregroundDeletion`",
            "remove one of the two finalizers",
        );
    }
}

/// `validateKubeFinalizerName`: a finalizer without a domain must be one that Kubernetes defines.
pub(super) fn kube_finalizer(finalizer: Value<'_>, e: &mut Errors) {
    const STANDARD: [&str; 3] = ["kubernetes", "orphan", "foregroundDeletion"];
    if let Some(text) = finalizer.text()
        && !text.contains('/')
        && !STANDARD.contains(&&*text)
    {
        e.invalid(
            finalizer,
            "is neither a finalizer of Kubernetes nor one with a domain",
            "add a domain and `/` before the name, as in `example.com/name`",
        );
    }
}

/// `ValidateManagedFields`.
fn managed_fields(list: Value<'_>, e: &mut Errors) {
    for entry in list.items() {
        read!(entry => subresource, written = "time");
        time(written, e);
        if subresource.text().is_some_and(|text| text.len() > 256) {
            e.too_long(subresource, 256);
        }
    }
}

/// `ValidateLabelSelector`: what the API table does not check. Kubernetes 1.25 does not validate the values.
pub(super) fn label_selector(selector: Value<'_>, e: &mut Errors) {
    e.since(26, |e| workload_selector(selector, e));
}

/// The selector of a workload, which every release compares with its template.
pub(super) fn workload_selector(selector: Value<'_>, e: &mut Errors) {
    for requirement in selector.get("matchExpressions").items() {
        for value in requirement.get("values").items() {
            label_text(value, e);
        }
    }
}

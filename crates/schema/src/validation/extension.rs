//! APIServices and CertificateSigningRequests: `pkg/apis/apiregistration/validation` of kube-aggregator, and
//! `pkg/apis/certificates/validation`.

use std::borrow::Cow;

use podwright_model::name::dns_subdomain;
use podwright_syntax::text::{Padding, decode_base64};
use rustc_hash::FxHashSet;

use super::errors::Errors;
use super::names::{SUBDOMAIN_HELP, check, dns_1035_label, in_range, is_signer_name};
use super::value::{Value, read};

const LEGACY_SIGNER: &str = "kubernetes.io/legacy-unknown";

const USAGES: [&str; 23] = [
    "any",
    "cert sign",
    "client auth",
    "code signing",
    "content commitment",
    "crl sign",
    "data encipherment",
    "decipher only",
    "digital signature",
    "email protection",
    "encipher only",
    "ipsec end system",
    "ipsec tunnel",
    "ipsec user",
    "key agreement",
    "key encipherment",
    "microsoft sgc",
    "netscape sgc",
    "ocsp signing",
    "s/mime",
    "server auth",
    "signing",
    "timestamping",
];

/// `ValidateAPIService`.
pub(super) fn api_service(object: Value<'_>, e: &mut Errors) {
    read!(object => metadata, spec);
    read!(spec => group, version, group_priority = "groupPriorityMinimum", version_priority = "versionPriority", service,
        bundle = "caBundle", insecure = "insecureSkipTLSVerify");
    if version.is_empty() {
        // One error is enough for an object that is not complete yet.
        e.required(version, "");
        return;
    }
    if let (Some(group_text), Some(version_text)) = (group.text(), version.text()) {
        read!(metadata => name, generated = "generateName");
        let needed = format!("{version_text}.{group_text}");
        for field in [name, generated] {
            if !field.is_empty() && field.text().is_some_and(|text| text != needed) {
                e.invalid(
                    field,
                    format!("must be `{needed}`: `spec.version`, a dot, and `spec.group`"),
                    format!("set `name: {needed}`"),
                );
            }
        }
        if group_text.is_empty() && version_text != "v1" {
            e.required(group, "when `version` is not `v1`");
        }
    }
    if !group.is_empty() {
        check(group, dns_subdomain, "a DNS subdomain", SUBDOMAIN_HELP, e);
    }
    check(
        version,
        dns_1035_label,
        "a version",
        "use a version as in `v1`",
        e,
    );
    for (field, high) in [(group_priority, 20_000), (version_priority, 1000)] {
        if field.is_absent() {
            e.required(field, "")
                .help(format!("use a number from 1 to {high}"));
        }
        in_range(field, 1, high, e);
    }
    if service.is_absent() {
        for (field, is_used) in [(bundle, !bundle.is_empty()), (insecure, insecure.is_true())] {
            if is_used {
                e.invalid(
                    field,
                    "is allowed only with `service`",
                    "remove it, or add `service`",
                );
            }
        }
        return;
    }
    read!(service => namespace, name, port);
    for field in [namespace, name] {
        if field.is_empty() {
            e.required(field, "");
        }
    }
    in_range(port, 1, 65_535, e);
    if insecure.is_true() && !bundle.is_empty() {
        e.invalid(
            insecure,
            "cannot be true when `caBundle` is set",
            "remove `insecureSkipTLSVerify`",
        );
    }
}

/// `ValidateCertificateSigningRequestCreate`, apart from the signature of the request.
pub(super) fn signing_request(object: Value<'_>, e: &mut Errors) {
    let spec = object.get("spec");
    read!(spec => request, usages, signer = "signerName", expiration = "expirationSeconds");
    if let Some(text) = request.content()
        && let Ok(bytes) = decode_base64(&text, Padding::Required)
        && !contains(&bytes, b"-----BEGIN CERTIFICATE REQUEST-----")
    {
        e.invalid(
            request,
            "must be a certificate request in PEM",
            "use the base64 of a file that starts with `-----BEGIN CERTIFICATE REQUEST-----`",
        );
    }
    if usages.is_empty() {
        e.required(usages, "");
    }
    let mut seen: FxHashSet<Cow<'_, str>> = FxHashSet::default();
    for usage in usages.items() {
        if usage.is_none_of(&USAGES) {
            e.not_supported(usage, &USAGES);
        }
        if usage.text().is_some_and(|text| !seen.insert(text)) {
            e.duplicate(usage, None);
        }
    }
    if signer.is(LEGACY_SIGNER) {
        e.invalid(
            signer,
            "is no longer accepted",
            "use the name of the signer as in `kubernetes.io/kube-apiserver-client`",
        );
    } else {
        is_signer_name(signer, e);
    }
    if expiration.int().is_some_and(|seconds| seconds < 600) {
        e.invalid(
            expiration,
            "must be at least 600",
            "use 600 or a larger number",
        );
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

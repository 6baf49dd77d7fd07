//! Projected volumes: `validateProjectionSources`.

use std::borrow::Cow;

use podwright_model::name::{dns_subdomain, qualified_name};
use rustc_hash::FxHashSet;

use super::super::errors::Errors;
use super::super::meta::label_selector;
use super::super::names::{SUBDOMAIN_HELP, is_signer_name};
use super::super::path::non_reserved;
use super::super::value::{Value, read};

/// Paths of the files of a volume.
struct Paths<'a> {
    volume: Value<'a>,
    seen: FxHashSet<Cow<'a, str>>,
}

impl<'a> Paths<'a> {
    fn add(&mut self, path: Value<'a>, e: &mut Errors) {
        if let Some(text) = path.text().filter(|text| !text.is_empty())
            && !self.seen.insert(text)
        {
            e.invalid(
                self.volume,
                "has two files with the same path",
                "use a different path for each file",
            )
            .at(path);
        }
    }
}

/// `validateDownwardAPIVolumeFile`. The rule `downward-volume-fieldpath-unsupported` checks the field path.
pub(super) fn downward_file(file: Value<'_>, e: &mut Errors) {
    super::env::field_version(file.get("fieldRef"), e);
    read!(file => path, field_ref = "fieldRef", resource = "resourceFieldRef");
    non_reserved(path, e);
    match (field_ref.is_set(), resource.is_set()) {
        (true, true) => {
            e.invalid(
                file,
                "cannot have both `fieldRef` and `resourceFieldRef`",
                "remove one of the two",
            );
        }
        (false, false) if !field_ref.is_unknown() && !resource.is_unknown() => {
            e.required(field_ref, "unless `resourceFieldRef` is set")
                .help("add `fieldRef` or `resourceFieldRef`");
        }
        (false, true) => super::env::resource_field(resource, true, e),
        _ => {}
    }
}

/// `validateProjectionSources`.
pub(super) fn sources<'a>(projected: Value<'a>, e: &mut Errors) {
    let mut paths = Paths {
        volume: projected,
        seen: FxHashSet::default(),
    };
    for source in projected.get("sources").items() {
        read!(source => secret, config_map = "configMap", downward = "downwardAPI",
            token = "serviceAccountToken", bundle = "clusterTrustBundle", certificate = "podCertificate");
        let all = [secret, config_map, downward, token, bundle, certificate];
        let count = all.iter().filter(|source| source.is_set()).count();
        for named in [secret, config_map] {
            if !named.is_set() {
                continue;
            }
            let name = named.get("name");
            if name.is_empty() {
                e.required(name, "");
            }
            for item in named.get("items").items() {
                let path = item.get("path");
                non_reserved(path, e);
                paths.add(path, e);
            }
        }
        if downward.is_set() {
            for item in downward.get("items").items() {
                downward_file(item, e);
                paths.add(item.get("path"), e);
            }
        }
        if token.is_set() {
            read!(token => seconds = "expirationSeconds", path);
            match seconds.int() {
                Some(..600) => {
                    e.invalid(
                        seconds,
                        "must be at least 600",
                        "use 600 or a larger number",
                    );
                }
                Some(number) if number > 1 << 32 => {
                    e.invalid(
                        seconds,
                        "must be at most 4294967296",
                        "use a smaller number",
                    );
                }
                _ => {}
            }
            if path.is_empty() {
                e.required(path, "");
            } else {
                non_reserved(path, e);
            }
        }
        // Earlier releases drop these two.
        e.since(37, |e| {
            trust_bundle(bundle, &mut paths, e);
            pod_certificate(certificate, &mut paths, e);
        });
        let kept = all[..4].iter().filter(|source| source.is_set()).count();
        let first = if kept > 1 { 25 } else { 37 };
        if count > 1 {
            e.since(first, |e| {
                e.forbidden(source, "cannot have more than one type of source")
                    .help("use a separate item for each source");
            });
        }
    }
}

/// The source `clusterTrustBundle`.
fn trust_bundle<'a>(bundle: Value<'a>, paths: &mut Paths<'a>, e: &mut Errors) {
    if !bundle.is_set() {
        return;
    }
    read!(bundle => name, signer = "signerName", selector = "labelSelector", path);
    match (name.is_set(), signer.is_set()) {
        (true, true) => {
            e.invalid(
                bundle,
                "cannot have both `name` and `signerName`",
                "remove one of the two",
            );
        }
        (true, false) => {
            bundle_name(name, e);
            if selector.is_set() {
                e.invalid(
                    selector,
                    "cannot be set when `name` is set",
                    "remove it, or use `signerName` instead of `name`",
                );
            }
        }
        (false, true) => {
            is_signer_name(signer, e);
            label_selector(selector, e);
        }
        (false, false) if !name.is_unknown() && !signer.is_unknown() => {
            e.required(bundle, "to have `name` or `signerName`")
                .help("add `name` or `signerName`");
        }
        (false, false) => {}
    }
    if path.is_empty() {
        e.required(path, "");
    } else {
        non_reserved(path, e);
        paths.add(path, e);
    }
}

/// `ValidateClusterTrustBundleName`, with the signer that is in the name.
fn bundle_name(at: Value<'_>, e: &mut Errors) {
    let Some(name) = at.text() else { return };
    if name.is_empty() {
        e.required(at, "");
        return;
    }
    let own = name.rsplit_once(':').map_or(&*name, |(_, own)| own);
    if dns_subdomain(own).is_err() {
        e.invalid(
            at,
            "must be the name of a ClusterTrustBundle",
            SUBDOMAIN_HELP,
        );
    }
}

const KEY_TYPES: [&str; 6] = [
    "RSA3072",
    "RSA4096",
    "ECDSAP256",
    "ECDSAP384",
    "ECDSAP521",
    "ED25519",
];

/// The source `podCertificate`.
fn pod_certificate<'a>(source: Value<'a>, paths: &mut Paths<'a>, e: &mut Errors) {
    if !source.is_set() {
        return;
    }
    read!(source => signer = "signerName", annotations = "userAnnotations", key_type = "keyType",
        seconds = "maxExpirationSeconds", bundle = "credentialBundlePath", key = "keyPath",
        chain = "certificateChainPath");
    is_signer_name(signer, e);
    user_annotations(annotations, e);
    if key_type.is_empty() || key_type.is_none_of(&KEY_TYPES) {
        e.not_supported(key_type, &KEY_TYPES);
    }
    let host = signer.text();
    let host = host.as_deref().and_then(|name| name.split('/').next());
    let is_of_kubernetes =
        host.is_some_and(|host| host == "kubernetes.io" || host.ends_with(".kubernetes.io"));
    let most = if is_of_kubernetes { 86_400 } else { 7_862_400 };
    match seconds.int() {
        Some(..3600) => {
            e.invalid(
                seconds,
                "must be at least 3600",
                "use 3600 or a larger number",
            );
        }
        Some(number) if number > most => {
            e.invalid(
                seconds,
                format!("must be at most {most}"),
                "use a smaller number",
            );
        }
        _ => {}
    }
    let files = [bundle, key, chain];
    for path in files.into_iter().filter(|path| !path.is_empty()) {
        non_reserved(path, e);
        paths.add(path, e);
    }
    if files.iter().all(|path| path.is_empty()) {
        e.required(
            source,
            "to have `credentialBundlePath`, `keyPath` or `certificateChainPath`",
        )
        .help("add `credentialBundlePath`, the path of a file with key and certificates");
    }
}

/// `ValidateUserAnnotations`.
fn user_annotations(annotations: Value<'_>, e: &mut Errors) {
    for (key, at, _) in annotations.entries() {
        let lower = key.to_lowercase();
        if !lower.contains('/') || qualified_name(&lower).is_err() {
            e.invalid(
                annotations,
                "must have keys with a domain",
                "use keys as in `example.com/name`",
            )
            .at(at);
        }
    }
    super::super::meta::annotation_size(annotations, e);
}

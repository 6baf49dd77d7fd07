//! Keys of registry entries: keys that never match, keys that match more or less than they seem to, and images that a
//! key misses or matches because of that.

use super::{each_lookup, entries};
use podwright_cluster::keyring::{
    Fit, MatchFailure, MatchScope, NormalKey, PathMismatch, RegistryKeyError,
};
use podwright_model::{DockerDocument, KubernetesVersion, Pod, docker_config::Entry};
use podwright_rule::{Applicability, Edit, Fix, RuleContext, Severity, declare_rules};
use podwright_syntax::text::{Location, Span};

declare_rules! {
    hooks: { docker_config: keys, pod: images },
    CREDENTIAL_OVER_HTTP {
        name: "credential-over-http",
        summary: "registry key starts with `http://`",
        severity: Warning,
        since: "0.1.0",
    }
    DOCKERHUB_CREDS_LEAK_TO_BARE_HOST {
        name: "dockerhub-creds-leak-to-bare-host",
        summary: "Docker Hub credential is sent to another host",
        severity: Warning,
        since: "0.1.0",
    }
    DOCKERHUB_KEY_NEVER_MATCHES {
        name: "dockerhub-key-never-matches",
        summary: "registry key never matches Docker Hub images",
        severity: Error,
        since: "0.1.0",
    }
    REGISTRY_KEY_EXPLICIT_PORT {
        name: "registry-key-explicit-port",
        summary: "registry key contains a default port",
        severity: Warning,
        since: "0.1.0",
    }
    REGISTRY_KEY_GLOB_BRACKET {
        name: "registry-key-glob-bracket",
        summary: "`[...]` in a registry key is not a pattern",
        severity: Error,
        since: "0.1.0",
    }
    REGISTRY_KEY_GLOB_IN_PATH_OR_PORT {
        name: "registry-key-glob-in-path-or-port",
        summary: "`*` in the path or port of a registry key is not a wildcard",
        severity: Error,
        since: "0.1.0",
    }
    REGISTRY_KEY_GLOB_LABEL_COUNT {
        name: "registry-key-glob-label-count",
        summary: "`*` in a registry key does not match a `.`",
        severity: Warning,
        since: "0.1.0",
    }
    REGISTRY_KEY_GLOB_QUESTION_MARK {
        name: "registry-key-glob-question-mark",
        summary: "`?` truncates a registry key instead of matching a character",
        severity: Error,
        since: "0.1.0",
    }
    REGISTRY_KEY_GLOB_TOO_BROAD {
        name: "registry-key-glob-too-broad",
        summary: "registry key matches unrelated registries",
        severity: Warning,
        since: "0.1.0",
    }
    REGISTRY_KEY_HAS_TAG {
        name: "registry-key-has-tag",
        summary: "registry key contains a tag or digest",
        severity: Error,
        since: "0.1.0",
    }
    REGISTRY_KEY_PATH_NOT_ON_BOUNDARY {
        name: "registry-key-path-not-on-boundary",
        summary: "registry key also matches paths that extend its last segment",
        severity: Warning,
        since: "0.1.0",
    }
    REGISTRY_KEY_SCHEME_TYPO {
        name: "registry-key-scheme-typo",
        summary: "registry key starts with a scheme that the kubelet does not recognize",
        severity: Error,
        since: "0.1.0",
    }
    REGISTRY_KEY_TRAILING_SLASH_NEVER_EXACT {
        name: "registry-key-trailing-slash-never-exact",
        summary: "registry key with a trailing `/` does not match the image itself",
        severity: Warning,
        since: "0.1.0",
    }
    REGISTRY_KEY_UNPARSABLE {
        name: "registry-key-unparsable",
        summary: "registry key cannot be parsed",
        severity: Error,
        since: "0.1.0",
    }
    REGISTRY_KEY_UPPERCASE {
        name: "registry-key-uppercase",
        summary: "registry key contains uppercase letters",
        severity: Error,
        since: "0.1.0",
    }
    REGISTRY_KEY_VERSION_PATH {
        name: "registry-key-version-path",
        summary: "registry key ends with `/v1` or `/v2` without a trailing `/`",
        severity: Warning,
        since: "0.1.0",
    }
}

fn keys(document: &DockerDocument, cx: &mut RuleContext<'_>) {
    for entry in entries(document) {
        let key = NormalKey::new(&entry.registry).ok();
        match (RegistryKeyError::of(&entry.registry), &key) {
            (Some(error), key) => faulty(document, entry, &error, key.as_ref(), cx),
            (None, Some(key)) => working(document, entry, key, cx),
            (None, None) => {}
        }
        if let Some(reach) = key.and_then(|key| key.match_scope()) {
            wildcard(document, entry, reach, cx);
        }
    }
}

/// Reports a key that does not work. The fix replaces it with the one that was probably intended.
fn faulty(
    document: &DockerDocument,
    entry: &Entry,
    error: &RegistryKeyError,
    normal: Option<&NormalKey>,
    cx: &mut RuleContext<'_>,
) {
    use RegistryKeyError as E;
    let key = &entry.registry;
    let shown = normal.map(ToString::to_string).unwrap_or_default();
    let truncated = format!(
        "the kubelet reads the key as a URL, where `?` starts the query: `{shown}` remains, and the kubelet sends the \
         credential to every registry that this matches"
    );
    // Every 1.35 release includes the Go security fixes of October 2025; older minor releases have them in some patch
    // release.
    let is_certain = |never_worked| never_worked || cx.versions.all_since(KubernetesVersion(35));
    let mut level = Severity::Error;
    let (rule, safety, message, note, help) = match error {
        E::DockerHubName if is_spelled_out(normal, cx) => return,
        E::DockerHubName => (
            &DOCKERHUB_KEY_NEVER_MATCHES,
            // A path was probably meant to exclude other Docker Hub images.
            match normal.map(NormalKey::path).unwrap_or_default().as_str() {
                "" | "/v1" | "/v2" | "/*" => Applicability::Safe,
                _ => Applicability::Unsafe,
            },
            format!("`{key}` never matches a Docker Hub image"),
            "Docker Hub images have the host `docker.io`. If no key matches, the kubelet uses the key that becomes \
             `index.docker.io` when it strips `/v1/` or `/v2/`; it strips these only with the trailing `/`",
            "use `https://index.docker.io/v1/`, or `docker.io/` and a path",
        ),
        E::Bracket { never_worked } => (
            &REGISTRY_KEY_GLOB_BRACKET,
            Applicability::Manual,
            format!("`[…]` in registry key `{key}` is not a pattern"),
            if is_certain(*never_worked) {
                "`[` starts an IPv6 address: the kubelet skips the entry, and reports this only in its log"
            } else {
                level = Severity::Warning;
                "kubelets built with Go 1.24.8, 1.25.2 or later (since October 2025) skip the entry, and report this \
                 only in their log"
            },
            "add one entry per host, or use `*`, which matches any part of one label",
        ),
        E::StarInPath => (
            &REGISTRY_KEY_GLOB_IN_PATH_OR_PORT,
            Applicability::Safe,
            format!("`*` in the path of registry key `{key}` is not a wildcard"),
            "paths are compared literally, and no image path contains `*`, so the entry never matches",
            "remove the `*`: a path matches everything that starts with it",
        ),
        E::StarInPort => (
            &REGISTRY_KEY_GLOB_IN_PATH_OR_PORT,
            Applicability::Safe,
            format!("`*` in registry key `{key}` is not a valid port"),
            "the key is not a valid URL: the kubelet skips the entry, and reports this only in its log",
            "add one entry per port",
        ),
        E::QuestionMark { in_host } => {
            if !in_host {
                level = Severity::Warning;
            }
            (
                &REGISTRY_KEY_GLOB_QUESTION_MARK,
                Applicability::Manual,
                format!(
                    "`?` in registry key `{key}` is not a wildcard: the kubelet truncates the key there"
                ),
                &*truncated,
                "add one entry per host, or use `*`, which matches any part of one label",
            )
        }
        E::Tag => (
            &REGISTRY_KEY_HAS_TAG,
            Applicability::Safe,
            format!("registry key `{key}` never matches: it contains a tag or digest"),
            "the kubelet looks up credentials by image host and path, without tag and digest",
            "remove the tag or digest",
        ),
        E::Scheme => (
            &REGISTRY_KEY_SCHEME_TYPO,
            Applicability::Safe,
            format!("the kubelet reads the scheme of `{key}` as the host"),
            "the kubelet strips one lowercase `https://` or `http://` and nothing else, so the entry never matches",
            "remove the scheme",
        ),
        E::NotAUrl(error) => (
            &REGISTRY_KEY_UNPARSABLE,
            Applicability::Manual,
            format!("invalid registry key `{key}`: {error}"),
            "the kubelet skips the entry, reports this only in its log, and pulls without this credential",
            HOST_AND_PATH,
        ),
        E::Empty => (
            &REGISTRY_KEY_UNPARSABLE,
            Applicability::Manual,
            "registry key is empty".to_owned(),
            "the kubelet keeps the entry, but no image has an empty host",
            HOST_AND_PATH,
        ),
        E::PathCharacter => (
            &REGISTRY_KEY_UNPARSABLE,
            Applicability::Manual,
            format!("registry key `{key}` never matches: its path contains an invalid character"),
            "the kubelet compares the path of the key with the image path character by character",
            HOST_AND_PATH,
        ),
        E::Uppercase { .. } if is_variable_name(key.expose()) => return,
        E::Uppercase { in_path: true } => (
            &REGISTRY_KEY_UPPERCASE,
            Applicability::Safe,
            format!("registry key `{key}` never matches: its path contains uppercase letters"),
            "paths are case-sensitive, and image paths are always lowercase",
            "use lowercase",
        ),
        E::Uppercase { in_path: false } => {
            level = Severity::Warning;
            (
                &REGISTRY_KEY_UPPERCASE,
                Applicability::Unsafe,
                format!(
                    "registry key `{key}` matches only image hosts with the same capitalization"
                ),
                "the kubelet compares hosts case-sensitively, although a registry does not distinguish them",
                "use lowercase",
            )
        }
        E::VersionPath => (
            &REGISTRY_KEY_VERSION_PATH,
            Applicability::Unsafe,
            format!("registry key `{key}` matches only image paths with that prefix"),
            "the kubelet strips `/v1/` and `/v2/` from a key, but only with the trailing `/`",
            "use only the host",
        ),
    };
    let meant = error.repaired(key);
    let fix = meant.and_then(|meant| cx.rewrite_registry(document, entry, &meant, safety));
    cx.as_rule(rule)
        .report_registry(document, entry, message)
        .at_most(level)
        .note(note)
        .help(help)
        .fix(fix);
}

const HOST_AND_PATH: &str =
    "use the registry host, optionally with port and path: `registry.example:5000/team`";

/// Returns whether an image in the input uses exactly this host, so that the key matches it.
fn is_spelled_out(key: Option<&NormalKey>, cx: &RuleContext<'_>) -> bool {
    let files = cx.workspace.files.iter();
    let mut images = files.flat_map(|file| file.images_at_other_hub_names());
    images.any(|image| {
        let name = image.split(['@', ':']).next().unwrap_or(image);
        key.is_some_and(|key| key.check(name).is_ok())
    })
}

/// Returns whether the key is a placeholder such as `REGISTRY`, which is later replaced with a host.
fn is_variable_name(key: &str) -> bool {
    !key.contains('.') && !key.contains(|c: char| c.is_lowercase())
}

/// Reports a key that works, but not in the way that it suggests.
fn working(document: &DockerDocument, entry: &Entry, normal: &NormalKey, cx: &mut RuleContext<'_>) {
    let key = &entry.registry;
    if let Some(bare) = key.expose().strip_prefix("http://") {
        let fix = cx.rewrite_registry(document, entry, bare, Applicability::Safe);
        let message = format!("`http://` in registry key `{key}` does not select plain HTTP");
        cx.as_rule(&CREDENTIAL_OVER_HTTP)
            .report_registry(document, entry, message)
            .note(
                "the kubelet strips the scheme; the container runtime configuration selects HTTP or HTTPS. Over plain \
                 HTTP, the credential can be read in transit",
            )
            .help("remove the scheme, and configure TLS on the registry")
            .fix(fix);
    }
    if matches!(normal.port().as_deref(), Some("443" | "80")) {
        let message = format!("registry key `{key}` matches only images with the same port");
        cx.as_rule(&REGISTRY_KEY_EXPLICIT_PORT)
            .report_registry(document, entry, message)
            .at_most(Severity::Info)
            .note(PORTS)
            .help("remove the port if the images do not have it");
    }
    let path = normal.path();
    if !path.is_empty() && !path.ends_with('/') {
        let message =
            format!("registry key `{key}` also matches paths that extend its last segment");
        cx.as_rule(&REGISTRY_KEY_PATH_NOT_ON_BOUNDARY)
            .report_registry(document, entry, message)
            .at_most(Severity::Info)
            .note(PREFIXES)
            .help(END_WITH_SLASH);
    }
}

/// Reports a `*` that matches more or fewer hosts than it suggests.
fn wildcard(document: &DockerDocument, entry: &Entry, reach: MatchScope, cx: &mut RuleContext<'_>) {
    let key = &entry.registry;
    let is_anonymous = || {
        let credential = entry.credential.as_ref();
        credential.is_some_and(|credential| credential.is_empty())
    };
    match reach {
        MatchScope::Within => {
            let message = format!("registry key `{key}` does not match subdomains");
            cx.as_rule(&REGISTRY_KEY_GLOB_LABEL_COUNT)
                .report_registry(document, entry, message)
                .note(
                    "hosts are compared label by label, and `*` matches part of one label: `*my-registry.io` matches \
                     `a-my-registry.io` but no subdomain of `my-registry.io`, contrary to the Kubernetes documentation",
                )
                .help(
                    "use `*.` and the domain for hosts with one more label, and add the domain itself as a separate entry",
                );
        }
        MatchScope::TooBroad if !is_anonymous() => {
            let message = format!("credential of `{key}` is sent to unrelated registries");
            cx.as_rule(&REGISTRY_KEY_GLOB_TOO_BROAD)
                .report_registry(document, entry, message)
                .note(
                    "the kubelet sends the user name and password to the registry of any image that the key matches, \
                     no matter who operates it",
                )
                .help("include the domain of the registry: `*.registry.example`");
        }
        MatchScope::TooBroad => {}
    }
}

const PORTS: &str = "ports are compared as strings: an omitted port does not equal 443 or 80";
const PREFIXES: &str = "the kubelet compares paths as plain string prefixes, not by segment: `gcr.io/proj` also matches \
                        `gcr.io/proj-x/app`";
const END_WITH_SLASH: &str = "end the key with `/` to match only what is below the path; the path itself then needs a \
                              separate entry";

/// Reports images for which a key matches unexpectedly, or unexpectedly does not match.
fn images(pod: &Pod, cx: &mut RuleContext<'_>) {
    each_lookup(pod, cx, |image, repository, lookup, cx| {
        let at = repository.find('/').unwrap_or(repository.len());
        let (host, path) = repository.split_at(at);
        for tried in &lookup.tried {
            let (entry, place) = (tried.entry, tried.entry.origin.place);
            let is_sent = || {
                let credential = entry.credential.as_ref();
                credential.is_some_and(|credential| !credential.is_empty())
            };
            if tried.fit == Fit::DockerHub && host != "docker.io" && is_sent() {
                let message = format!("Docker Hub credential is sent to host `{host}`");
                cx.as_rule(&DOCKERHUB_CREDS_LEAK_TO_BARE_HOST)
                    .report_image(image, 0..0, message)
                    .related(place, "credential defined here")
                    .note(
                        "the kubelet treats an image whose host contains neither `.` nor `:` as a Docker Hub image, but \
                         the container runtime pulls it from that host",
                    )
                    .help(format!(
                        "add a port to the host (`{host}:5000`), or use the full name of the Docker Hub image"
                    ));
            }
            let own = entry.key.as_ref().map(NormalKey::path).unwrap_or_default();
            let rest = path.strip_prefix(own.as_str()).unwrap_or("");
            let extends_segment = !own.is_empty()
                && !own.ends_with('/')
                && !rest.is_empty()
                && !rest.starts_with('/');
            if tried.fit == Fit::Key && extends_segment {
                let key = &entry.registry;
                let message = format!(
                    "credential of `{key}` is sent for this image, which is not below that path"
                );
                cx.as_rule(&REGISTRY_KEY_PATH_NOT_ON_BOUNDARY)
                    .report_image(image, 0..0, message)
                    .related(place, "registry key of the credential")
                    .note(PREFIXES)
                    .help(END_WITH_SLASH);
            }
        }
        if !lookup.tried.is_empty() {
            return;
        }
        for passed in &lookup.not_tried {
            let (key, place) = (&passed.entry.registry, passed.entry.origin.place);
            let shown = key.to_string();
            let is_default =
                |port: &Option<String>| matches!(port.as_deref(), None | Some("443" | "80"));
            let mut fix = None;
            let (rule, note, help) = match &passed.why {
                MatchFailure::Port { key, image } if is_default(key) && is_default(image) => (
                    &REGISTRY_KEY_EXPLICIT_PORT,
                    Some(PORTS),
                    "use the same form in the image and in the key",
                ),
                MatchFailure::LabelCount { .. } if shown.contains('*') => (
                    &REGISTRY_KEY_GLOB_LABEL_COUNT,
                    None,
                    "add an entry whose host has as many labels as the host of the image",
                ),
                MatchFailure::Path(PathMismatch::TrailingSlash) => {
                    fix = without_slash(place, key.expose(), cx);
                    (
                        &REGISTRY_KEY_TRAILING_SLASH_NEVER_EXACT,
                        None,
                        "remove the trailing `/` from the registry key",
                    )
                }
                _ => continue,
            };
            let message = passed.why.describe(&shown, repository);
            let finding = cx.as_rule(rule).report_image(image, 0..0, message);
            finding.related(place, "registry key of the credential");
            finding.notes.extend(note.map(str::to_owned));
            finding
                .note("the kubelet tries no credential for this image")
                .help(help)
                .fix(fix);
        }
    });
}

/// Returns a fix that removes the trailing `/` if the file contains the key verbatim. The new key also matches other
/// paths with the same prefix.
fn without_slash(key: Location, registry: &str, cx: &RuleContext<'_>) -> Option<Fix> {
    let written = cx.workspace.file(key.file).tree.slice(key.span);
    let quotes = ['"', '\\'];
    if written.trim_matches(quotes) != registry {
        return None;
    }
    let behind = written.len() - written.trim_end_matches(quotes).len();
    let end = key.span.end - u32::try_from(behind).ok()?;
    Some(Fix {
        title: "Remove the trailing `/`".to_owned(),
        safety: Applicability::Unsafe,
        edits: vec![Edit {
            place: Location {
                file: key.file,
                span: Span::new(end - 1, end),
            },
            content: String::new(),
        }],
    })
}

use podwright_cluster::pod_security::{Mode, PREFIX, policies};
use podwright_model::{
    Field, KubernetesVersion, Object, PodSecurityLevel, PodSecurityVersion, StringMap,
};
use podwright_rule::{Applicability, RuleContext, Severity, declare_rule, use_name};
use podwright_syntax::{NodeId, text::nearest};

declare_rule! {
    name: "pod-security-label-invalid",
    summary: "label for Pod Security that is invalid or has no effect",
    severity: Error,
    since: "0.1.0",
    hooks: { object: check },
}

/// Other prefixes that people write.
const NEAR_PREFIXES: [&str; 5] = [
    "pod-security.k8s.io/",
    "podsecurity.kubernetes.io/",
    "podsecurity.k8s.io/",
    "pod-security.admission.kubernetes.io/",
    "pod-security-admission.kubernetes.io/",
];

/// Ends of the labels.
const NAMES: [&str; 6] = [
    "enforce",
    "enforce-version",
    "warn",
    "warn-version",
    "audit",
    "audit-version",
];

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    if !object.is("", "Namespace") || cx.is_partial() {
        return;
    }
    let Some(labels) = object.metadata.labels.value() else {
        return;
    };
    for (key, node, value) in labels {
        if let Some(name) = key.strip_prefix(PREFIX) {
            match NAMES.contains(&name) {
                true => known(name, *node, value, labels, cx),
                false => unknown(key, name, *node, cx),
            }
        } else if let Some(prefix) = NEAR_PREFIXES
            .iter()
            .find(|prefix| key.starts_with(**prefix))
        {
            unknown(key, &key[prefix.len()..], *node, cx);
        }
    }
}

/// A label that the admission reads.
fn known(
    name: &str,
    key: NodeId,
    value: &Field<String>,
    labels: &StringMap,
    cx: &mut RuleContext<'_>,
) {
    let (text, node) = match value {
        Field::Missing => ("", key),
        value => match value.known() {
            Some((text, node)) => (text.as_str(), node),
            None => return,
        },
    };
    let Some(mode) = name.strip_suffix("-version") else {
        if text.parse::<PodSecurityLevel>().is_err() {
            let names = PodSecurityLevel::ALL.map(PodSecurityLevel::name);
            let meant = cx.nearest(node, &text.to_ascii_lowercase(), names);
            let effect = match name {
                "enforce" => "in one that exists, `restricted` applies",
                _ => "in one that exists, the mode is off",
            };
            cx.report(node, format!("`{text}` is not a Pod Security level"))
                .note(format!(
                    "the API server rejects a new Namespace with it (422); {effect}"
                ))
                .meant(
                    meant.filter(|_| !text.is_empty()),
                    use_name,
                    "use `privileged`, `baseline` or `restricted`",
                );
        }
        return;
    };
    match text.parse::<PodSecurityVersion>() {
        Err(_) => {
            let number = text.strip_prefix('v').unwrap_or(text);
            let minor = number
                .strip_prefix("1.")
                .and_then(|rest| rest.split('.').next());
            let minor = minor.and_then(|minor| minor.parse::<u16>().ok());
            let fix =
                minor.map(|minor| cx.replace(node, &format!("v1.{minor}"), Applicability::Unsafe));
            cx.report(node, format!("`{text}` is not a version of Pod Security"))
                .note("the API server rejects a new Namespace with it (422); in one that exists, `latest` applies")
                .help("use `latest`, or a minor version such as `v1.36`")
                .fix(fix);
        }
        Ok(version) => without_effect(name, mode, version, key, labels, cx),
    }
}

/// A version for which there is no level, or that no cluster has yet.
fn without_effect(
    name: &str,
    mode: &str,
    version: PodSecurityVersion,
    key: NodeId,
    labels: &StringMap,
    cx: &mut RuleContext<'_>,
) {
    let policies = policies(labels);
    let own = Mode::ALL.into_iter().find(|one| one.name() == mode);
    if own.is_some_and(|mode| policies.of(mode).label.is_none()) {
        cx.report(key, format!("`{name}` has no effect without a level"))
            .at_most(Severity::Warning)
            .note("without a label for the level, the mode is off, unless the cluster has another default")
            .help(format!("add `{PREFIX}{mode}`"));
        return;
    }
    let newest = KubernetesVersion::LAST.max(cx.versions.newest);
    if let PodSecurityVersion::Release(minor) = version
        && minor > newest.0
    {
        cx.report(key, format!("Kubernetes 1.{minor} does not exist yet"))
            .at_most(Severity::Warning)
            .note("a cluster applies the newest version that it knows")
            .help("use `latest`, or the version of your clusters");
    }
}

/// A label that looks like one for Pod Security.
fn unknown(key: &str, name: &str, node: NodeId, cx: &mut RuleContext<'_>) {
    let Some(meant) = nearest(name, NAMES) else {
        return;
    };
    let written = format!("{PREFIX}{}", meant.name);
    let meant = cx
        .suggest(node, &written, Applicability::Unsafe)
        .unless(!meant.is_only);
    cx.report(node, format!("`{key}` is not a label for Pod Security"))
        .at_most(Severity::Warning)
        .note("admission does not read it, so that the namespace has no level from it")
        .meant(Some(meant), use_name, "");
}

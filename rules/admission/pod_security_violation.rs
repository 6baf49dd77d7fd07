use podwright_cluster::pod_security::{Mode, namespace_of, policies};
use podwright_cluster::workspace::ObjectId;
use podwright_model::{KubernetesVersion, Pod, PodOrigin, PodSecurity, StringMap, VersionRange};
use podwright_rule::{Applicability, RuleContext, Severity, declare_rules};
use podwright_schema::pod_security::{PodSpec, Violation, violations};
use podwright_syntax::NodeId;
use podwright_syntax::text::Location;

declare_rules! {
    hooks: { pod: check },
    POD_SECURITY_VIOLATION {
        name: "pod-security-violation",
        summary: "Pod violates the Pod Security level of its namespace",
        severity: Error,
        since: "0.1.0",
    }
    POD_SECURITY_SILENT_REJECTION {
        name: "pod-security-silent-rejection",
        summary: "workload is accepted without a warning, but its Pods are rejected",
        severity: Warning,
        since: "0.1.0",
    }
}

/// A policy to judge by, and where it comes from.
struct Applied {
    mode: Mode,
    policy: PodSecurity,
    /// The label of the namespace. `None` if an option asks for the policy.
    label: Option<Location>,
    /// Whether the label is invalid, so that another level applies.
    is_fallback: bool,
}

fn check(pod: &Pod, cx: &mut RuleContext<'_>) {
    let Some((id, _)) = cx.object.filter(|_| !cx.is_custom() && !cx.is_partial()) else {
        return;
    };
    // A violation is reported for the strictest mode that it is one in.
    let mut reported: Vec<(&'static str, NodeId, String)> = Vec::new();
    let judged = applied(id, cx).into_iter().map(|applied| {
        let violations = violations_in(pod, applied.policy, cx);
        (applied, violations)
    });
    let judged: Vec<_> = judged.collect();
    let is_warned = |violation: &Violation| {
        let mut warned = judged.iter().filter(|(one, _)| one.mode == Mode::Warn);
        // The checks of two versions can differ.
        warned.any(|(_, all)| all.iter().any(|(other, _)| other.check == violation.check))
    };
    for (applied, violations) in &judged {
        for (violation, releases) in violations {
            let path = cx.field_path(violation.node, violation.rest);
            let key = (violation.check, violation.node, path);
            if reported.contains(&key) {
                continue;
            }
            reported.push(key);
            let is_workload = pod.origin != PodOrigin::Pod;
            let is_enforced = applied.mode == Mode::Enforce && applied.label.is_some();
            let rule = match is_workload && is_enforced && !is_warned(violation) {
                true => &POD_SECURITY_SILENT_REJECTION,
                false => &POD_SECURITY_VIOLATION,
            };
            report(violation, applied, *releases, pod, cx.as_rule(rule));
        }
    }
}

/// The policies that apply to an object, the strictest mode first.
fn applied(id: ObjectId, cx: &RuleContext<'_>) -> Vec<Applied> {
    if let Some(policy) = cx.file().context.pod_security {
        return vec![Applied {
            mode: Mode::Enforce,
            policy,
            label: None,
            is_fallback: false,
        }];
    }
    let Some(namespace) = namespace_of(cx.workspace, id) else {
        return Vec::new();
    };
    let Some(labels) = cx.workspace.object(namespace).metadata.labels.value() else {
        return Vec::new();
    };
    let policies = policies(labels);
    let applied = Mode::ALL.map(|mode| {
        let policy = policies.of(mode);
        let label = policy.label?;
        Some(Applied {
            mode,
            policy: policy.policy,
            label: Some(cx.workspace.place(namespace.file, label)),
            is_fallback: policy.is_fallback,
        })
    });
    applied.into_iter().flatten().collect()
}

/// What a policy forbids in a Pod on the target releases, and those of them on which it does if that is not all.
fn violations_in(
    pod: &Pod,
    policy: PodSecurity,
    cx: &RuleContext<'_>,
) -> Vec<(Violation, Option<VersionRange>)> {
    let none = StringMap::new();
    let spec = PodSpec {
        tree: cx.tree(),
        spec: pod.node,
        annotations: pod.metadata.annotations.value().unwrap_or(&none),
    };
    let of = |release: u16| {
        let minor = policy.version.on(KubernetesVersion(release));
        violations(spec, policy.level, minor)
    };
    let (oldest, newest) = (cx.versions.oldest.0, cx.versions.newest.0);
    let mut found: Vec<(Violation, u16, u16)> = Vec::new();
    for release in oldest..=newest {
        for violation in of(release) {
            let mut known = found.iter_mut();
            let same = known.find(|(known, ..)| {
                (known.node, known.rest, &known.message)
                    == (violation.node, violation.rest, &violation.message)
            });
            match same {
                Some((_, _, last)) => *last = release,
                None => found.push((violation, release, release)),
            }
        }
    }
    let with_releases = found.into_iter().map(|(violation, first, last)| {
        let some = (first, last) != (oldest, newest);
        let range = VersionRange {
            oldest: KubernetesVersion(first),
            newest: KubernetesVersion(last),
        };
        (violation, some.then_some(range))
    });
    with_releases.collect()
}

fn report(
    violation: &Violation,
    applied: &Applied,
    releases: Option<VersionRange>,
    pod: &Pod,
    cx: &mut RuleContext<'_>,
) {
    let level = applied.policy.level;
    let message = format!("the level `{level}` {}", violation.message);
    let kind = cx
        .object
        .and_then(|(_, object)| object.kind.text())
        .unwrap_or("workload");
    let (severity, note) = outcome(applied, pod.origin, kind);
    let note = match applied.label {
        Some(_) => note,
        None => format!("in a namespace that enforces it, {note}"),
    };
    let severity = match releases {
        Some(_) => severity.min(Severity::Warning),
        None => severity,
    };
    let fix = violation.value.and_then(|value| {
        cx.set_field(violation.node, violation.rest, value, Applicability::Unsafe)
    });
    let path = cx.field_path(violation.node, violation.rest);
    let is_absent = !violation.rest[0].is_empty();
    let finding = match is_absent {
        // This place stays the same while other fields are added.
        true => cx.report_missing(violation.owner, message),
        false => cx.report_field(violation.node, violation.rest, message),
    };
    finding.field = Some(path);
    finding
        .at_most(severity)
        .note(note)
        .help(violation.help.to_string())
        .fix(fix);
    if applied.is_fallback {
        finding.note("the label is invalid, so that `restricted` applies to namespaces that exist");
    }
    if let Some(releases) = releases {
        finding.note(format!("on clusters of Kubernetes {releases}"));
    }
    if let Some(label) = applied.label {
        finding.related(label, format!("the namespace has `{}`", applied.policy));
    }
}

/// How bad a violation is, and what the cluster does.
fn outcome(applied: &Applied, origin: PodOrigin, kind: &str) -> (Severity, String) {
    let policy = applied.policy;
    match (applied.mode, origin) {
        (Mode::Enforce, PodOrigin::Pod) => (
            Severity::Error,
            format!("the API server rejects the Pod (403, `violates PodSecurity \"{policy}\"`)"),
        ),
        (Mode::Enforce, _) => (
            Severity::Warning,
            format!(
                "the API server accepts the {kind}, but rejects its Pods: none is created (event `FailedCreate`, \
                 `violates PodSecurity \"{policy}\"`)"
            ),
        ),
        (Mode::Warn, _) => (
            Severity::Warning,
            format!(
                "the API server accepts it, and answers with the warning `would violate PodSecurity \"{policy}\"`"
            ),
        ),
        (Mode::Audit, _) => (
            Severity::Info,
            "the API server accepts it, and records the violation in the audit log".to_owned(),
        ),
    }
}

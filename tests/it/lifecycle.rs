//! Findings of the lifecycle rules for hooks, grace periods and releases match the API server and the kubelet.

use std::sync::Arc;

use podwright_cluster::workspace::{ClusterContext, File, Workspace};
use podwright_lint::{DefaultRules, lint};
use podwright_rule::finding::Severity;
use podwright_syntax::text::Source;

const SLEEP: &str = "error lifecycle-sleep-out-of-range";
const EXCEEDS: &str = "error prestop-exceeds-grace";
const LITTLE: &str = "warning prestop-leaves-little-time";
const NEGATIVE: &str = "warning termination-grace-negative";
const COUNT: &str = "error lifecycle-handler-count";
const UNKNOWN: &str = "error lifecycle-unknown-handler";
const SHELL: &str = "warning lifecycle-exec-shell-syntax";
const INIT: &str = "error lifecycle-init-container";

/// Sorted levels and rules of the findings, without advice.
fn found(text: &str, versions: &str) -> Vec<String> {
    let context = Arc::new(ClusterContext::default());
    let file = File::read(Source::new("a.yaml", text), &context);
    let rules = DefaultRules::for_clusters(versions.parse().unwrap());
    let outcome = lint(&Workspace::new(vec![file]), &rules);
    let serious = outcome.findings.iter().filter(|f| f.level > Severity::Info);
    let mut found: Vec<String> = serious
        .map(|f| format!("{} {}", f.level.name(), f.rule))
        .collect();
    found.sort_unstable();
    found
}

/// A Pod with further fields of the spec, a container with `lifecycle`, and further fields of the container.
fn pod(spec: &str, lifecycle: &str, more: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n{spec}  containers:\n  - name: c\n    \
         image: registry.example/x:1.0.0\n    lifecycle: {lifecycle}\n{more}"
    )
}

fn grace(seconds: &str) -> String {
    format!("  terminationGracePeriodSeconds: {seconds}\n")
}

fn holds(cases: &[(&str, &str, &str, &[&str])]) {
    for (seconds, lifecycle, versions, expected) in cases {
        let spec = if seconds.is_empty() {
            String::new()
        } else {
            grace(seconds)
        };
        let found = found(&pod(&spec, lifecycle, ""), versions);
        assert_eq!(&found, expected, "{seconds:?} {lifecycle} {versions}");
    }
}

#[test]
fn sleep_is_limited_by_grace_period_and_release() {
    holds(&[
        ("", "{preStop: {sleep: {seconds: 31}}}", "1.36", &[SLEEP]),
        ("", "{postStart: {sleep: {seconds: 31}}}", "1.36", &[SLEEP]),
        ("", "{postStart: {sleep: {seconds: 30}}}", "1.36", &[]),
        ("", "{preStop: {sleep: {seconds: 30}}}", "1.36", &[EXCEEDS]),
        ("", "{preStop: {sleep: {seconds: 1}}}", "1.36", &[]),
        ("", "{preStop: {sleep: {seconds: -1}}}", "1.36", &[SLEEP]),
        ("", "{preStop: {sleep: {}}}", "1.33", &[]),
        ("", "{preStop: {sleep: {seconds: 0}}}", "1.32", &[SLEEP]),
        (
            "",
            "{preStop: {sleep: {seconds: 0}}}",
            "1.32-1.33",
            &["warning lifecycle-sleep-out-of-range"],
        ),
        (
            "",
            "{preStop: {sleep: {seconds: 31}}}",
            "1.29",
            &["error lifecycle-sleep-version"],
        ),
        (
            "",
            "{preStop: {sleep: {seconds: 31}}}",
            "1.29-1.30",
            &[
                "warning lifecycle-sleep-out-of-range",
                "warning lifecycle-sleep-version",
            ],
        ),
        (
            "030",
            "{preStop: {sleep: {seconds: 20}}}",
            "1.36",
            &[LITTLE, "warning yaml-octal-surprise"],
        ),
        ("30.0", "{preStop: {sleep: {seconds: 20}}}", "1.36", &[]),
        (
            "'${GRACE}'",
            "{preStop: {sleep: {seconds: 31}}}",
            "1.36",
            &[],
        ),
        (
            "null",
            "{preStop: {sleep: {seconds: 31}}}",
            "1.36",
            &[SLEEP],
        ),
    ]);
}

#[test]
fn negative_grace_period_is_1_in_a_pod_and_kept_in_a_template() {
    let hook = "{postStart: {sleep: {seconds: 1}}}";
    holds(&[
        ("-5", hook, "1.36", &[NEGATIVE]),
        ("-5", "{}", "1.36", &[NEGATIVE]),
    ]);
    let template = format!(
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {{name: d}}\nspec:\n  selector: {{matchLabels: {{a: b}}}}\n  \
         template:\n    metadata: {{labels: {{a: b}}}}\n    spec:\n      terminationGracePeriodSeconds: -5\n      \
         containers:\n      - name: c\n        image: registry.example/x:1.0.0\n        lifecycle: {hook}\n"
    );
    assert_eq!(found(&template, "1.36"), [SLEEP, NEGATIVE]);
}

#[test]
fn hook_has_one_handler() {
    holds(&[
        ("", "{preStop: {}}", "1.36", &[COUNT]),
        ("", "{preStop: {grpc: {port: 80}}}", "1.36", &[UNKNOWN]),
        ("", "{preStop: null}", "1.36", &[]),
        ("", "{}", "1.36", &[]),
        (
            "",
            "{preStop: {exec: null, sleep: {seconds: 1}}}",
            "1.36",
            &[],
        ),
        (
            "",
            "{preStop: {exec: {command: [a]}, sleep: {seconds: 1}}}",
            "1.36",
            &[COUNT],
        ),
        (
            "",
            "{preStop: {tcpSocket: {port: 80}}}",
            "1.36",
            &["error lifecycle-tcpsocket-unsupported"],
        ),
        ("", "{preStop: {httpGet: {port: 80}}}", "1.36", &[]),
    ]);
}

#[test]
fn only_sidecar_init_containers_have_hooks() {
    let init = |more: &str| {
        let container = "  initContainers:\n  - name: i\n    image: registry.example/i:1.0.0\n";
        pod(&format!("{container}{more}"), "{}", "")
    };
    let hook = "    lifecycle: {preStop: {exec: {command: [a]}}}\n";
    assert_eq!(found(&init(hook), "1.36"), [INIT]);
    assert_eq!(found(&init("    lifecycle: {}\n"), "1.36"), [INIT]);
    assert_eq!(found(&init("    lifecycle:\n"), "1.36"), [] as [&str; 0]);
    let policy = |policy: &str, versions: &str| {
        found(
            &init(&format!("    restartPolicy: {policy}\n{hook}")),
            versions,
        )
    };
    assert_eq!(policy("Always", "1.29"), [] as [&str; 0]);
    // The API server drops `restartPolicy`.
    assert_eq!(policy("Always", "1.28"), [INIT, "warning feature-gate-off"]);
    assert_eq!(policy("Never", "1.36"), [INIT]);
    assert_eq!(policy("'${POLICY}'", "1.36"), [] as [&str; 0]);
    let ephemeral = pod(
        "",
        "{}",
        "  ephemeralContainers:\n  - name: e\n    image: registry.example/e:1.0.0\n    lifecycle: {}\n",
    );
    // A new Pod cannot have ephemeral containers at all.
    assert_eq!(found(&ephemeral, "1.36"), ["error api-forbidden", INIT]);
}

#[test]
fn command_durations_are_lower_bounds() {
    let exec = |command: &str| format!("{{preStop: {{exec: {{command: {command}}}}}}}");
    let cases: &[(&str, &str, &[&str])] = &[
        ("30", "[sleep, '30']", &[EXCEEDS]),
        ("30", "[sleep, infinity]", &[EXCEEDS]),
        ("30", "[sleep, '29.9']", &[LITTLE]),
        (
            "30",
            "[/bin/sh, -c, 'sleep 20; nginx -s quit; sleep 20']",
            &[EXCEEDS],
        ),
        ("30", "[/bin/sh, -c, 'drain && sleep 60']", &[]),
        ("30", "[/bin/sh, -c, 'if busy; then sleep 60; fi']", &[]),
        ("30", "['sleep 60']", &[SHELL]),
        ("3", "[sleep, '0.5']", &[]),
    ];
    for (seconds, command, expected) in cases {
        let found = found(&pod(&grace(seconds), &exec(command), ""), "1.36");
        assert_eq!(&found, expected, "{command}");
    }
    assert_eq!(
        found(&pod(&grace("0"), &exec("[drain]"), ""), "1.36"),
        ["warning prestop-with-zero-grace"],
        "the kubelet gives the hook 1 s, which may be enough"
    );
    assert_eq!(
        found(&pod(&grace("0"), &exec("[sleep, '5']"), ""), "1.36"),
        ["error prestop-with-zero-grace"]
    );
}

#[test]
fn variables_are_used_if_their_value_is_certain() {
    let script = "{preStop: {exec: {command: [sh, -c, 'sleep $WAIT']}}}";
    let env = |items: &str| found(&pod("", script, &format!("    env: [{items}]\n")), "1.36");
    let nothing: [&str; 0] = [];
    assert_eq!(env("{name: WAIT, value: '45'}"), [EXCEEDS]);
    assert_eq!(env("{name: OTHER, value: '45'}"), nothing);
    let twice = "warning env-duplicate-name";
    assert_eq!(
        env("{name: WAIT, value: '45'}, {name: WAIT, value: '5'}"),
        [twice]
    );
    assert_eq!(
        env("{name: WAIT, value: '5'}, {name: WAIT, value: '45'}"),
        [EXCEEDS, twice]
    );
    assert_eq!(
        env(
            "{name: WAIT, value: '45'}, {name: WAIT, valueFrom: {fieldRef: {fieldPath: metadata.name}}}"
        ),
        [twice]
    );
    assert_eq!(
        env("{name: X, value: '45'}, {name: WAIT, value: $(X)}"),
        nothing
    );
}

//! Output of `podwright explain` in `fixtures/workspaces`, as snapshots next to the files that it explains.

use std::path::Path;

use rayon::prelude::*;

use crate::files::podwright_in;
use crate::snapshot;

/// Directory, name of the snapshot, and command.
const EXPLANATIONS: &[(&str, &str, &str)] = &[
    ("environment", "explain", "explain ."),
    (
        "failures",
        "explain-event-orders",
        "explain event events/orders.txt deploy",
    ),
    (
        "failures",
        "explain-event-api",
        "explain event events/api.txt deploy",
    ),
    (
        "failures",
        "explain-event-frontend",
        "explain event events/frontend.txt deploy",
    ),
    (
        "failures",
        "explain-event-reports",
        "explain event events/reports.txt deploy",
    ),
    (
        "failures",
        "explain-event-proxy",
        "explain event events/proxy.txt deploy",
    ),
    (
        "failures",
        "explain-event-wide",
        "explain event events/wide.txt deploy",
    ),
    (
        "failures",
        "explain-event-pods",
        "explain event events/pods.txt deploy",
    ),
    (
        "failures",
        "explain-event-pod",
        "explain event events/pod.yaml deploy",
    ),
    (
        "failures",
        "explain-event-line",
        "explain event events/line.txt deploy",
    ),
    ("generated-environment", "explain", "explain ."),
    ("kustomize", "explain", "explain"),
    (
        "pod-templates",
        "explain",
        "explain --kubernetes-version 1.28-1.36",
    ),
    ("pulling", "explain", "explain deploy"),
    (
        "pulling",
        "explain-node",
        "explain deploy --node node --pod shop/Deployment/web --kubernetes-version 1.32-1.36",
    ),
    (
        "pulling",
        "explain-event-describe",
        "explain event events/describe.txt deploy",
    ),
    (
        "pulling",
        "explain-event-events",
        "explain event events/events.yaml deploy",
    ),
    (
        "pulling",
        "explain-event-stream",
        "explain event events/stream.json deploy",
    ),
    (
        "pulling",
        "explain-event-table",
        "explain event events/table.txt deploy",
    ),
    (
        "runtimes",
        "explain",
        "explain deploy --pod shop/Deployment/web --kubernetes-version 1.36",
    ),
    (
        "runtimes",
        "explain-batch",
        "explain deploy --pod shop/Pod/batch --kubernetes-version 1.36",
    ),
    (
        "runtimes",
        "explain-report",
        "explain deploy --pod shop/Pod/report --kubernetes-version 1.36",
    ),
    ("registries", "explain", "explain deploy"),
    ("shutdown", "explain", "explain pod.yaml"),
    (
        "threads",
        "explain-event-tabs",
        "explain event events/tabs.txt deploy",
    ),
    (
        "threads",
        "explain-event-first-seen",
        "explain event events/first-seen.txt deploy",
    ),
    (
        "threads",
        "explain-event-rows",
        "explain event events/rows.txt deploy",
    ),
    (
        "threads",
        "explain-event-local-volume",
        "explain event events/local-volume.txt deploy",
    ),
    (
        "threads",
        "explain-event-nfs",
        "explain event events/nfs.txt deploy",
    ),
    (
        "threads",
        "explain-event-quota",
        "explain event events/quota.txt deploy",
    ),
    (
        "threads",
        "explain-event-probe",
        "explain event events/probe.txt deploy",
    ),
    (
        "threads",
        "explain-event-empty-command",
        "explain event events/empty-command.txt deploy",
    ),
    (
        "threads",
        "explain-event-evicted",
        "explain event events/evicted.txt deploy",
    ),
    (
        "threads",
        "explain-event-expired",
        "explain event events/expired.txt deploy",
    ),
    (
        "threads",
        "explain-event-healthy",
        "explain event events/healthy.txt deploy",
    ),
    ("variants", "explain", "explain --complete"),
];

/// The password in all fixtures, which no output may contain.
const SECRET: &str = "hunter2";

#[test]
fn explain_prints_what_is_expected() {
    EXPLANATIONS
        .par_iter()
        .for_each(|&(workspace, name, command)| {
            let directory = Path::new("fixtures/workspaces").join(workspace);
            let run = |command: &str| {
                let output = podwright_in(&directory, command).unwrap();
                for printed in [&output.stdout, &output.stderr] {
                    assert!(!printed.contains(SECRET), "{command} shows a credential");
                }
                output.stdout
            };
            let json = run(&format!("{command} --format json"));
            let json: serde_json::Value = serde_json::from_str(&json).unwrap();
            assert_eq!(json["version"], 1);
            snapshot::assert(&directory, name, command, &run(command));
        });
}

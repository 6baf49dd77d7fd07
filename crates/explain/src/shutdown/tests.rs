use super::*;
use podwright_cluster::termination::Cause;
use podwright_model::{KubernetesVersion, decode};

fn drawn(spec: &str) -> String {
    let text = format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n{spec}");
    let tree = podwright_syntax::parse(text.into());
    let objects = decode(&tree, &[]);
    let pod = &objects[0].pods[0];
    let timeline = Timeline::new(pod, Cause::Deletion, KubernetesVersion(36), false).unwrap();
    timeline_lines(&timeline).join("\n")
}

#[test]
fn bars_are_to_scale() {
    let drawn = drawn(
        "  terminationGracePeriodSeconds: 40
  initContainers:
    - {name: proxy, restartPolicy: Always, lifecycle: {preStop: {sleep: {seconds: 5}}}}
  containers:
    - {name: web, lifecycle: {preStop: {sleep: {seconds: 10}}}}
    - {name: worker, lifecycle: {preStop: {exec: {command: [drain]}}}}
",
    );
    let expected = "\
proxy   ▓▓▓▓▓·····░░░░░░░░░░░░░░░░░░░░░░░░░░░░──  preStop takes 5 s (sleep); SIGTERM between 10 s and 40 s, after web and worker have stopped; SIGKILL at most 30 s later, within 42 s
web     ▓▓▓▓▓▓▓▓▓▓────────────────────────────    preStop takes 10 s (sleep); SIGTERM at 10 s; SIGKILL 30 s later, at 40 s
worker  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░──  preStop takes an unknown time (exec); SIGTERM within 40 s; SIGKILL at most 40 s later, within 42 s
        0                                   42 s
        ▓ preStop   · waits   ░ SIGTERM during this time   ─ SIGTERM to SIGKILL";
    similar_asserts::assert_eq!(expected, drawn);
}

#[test]
fn what_is_short_is_still_seen() {
    let drawn = drawn(
        "  terminationGracePeriodSeconds: 3600
  containers:
    - {name: web, lifecycle: {preStop: {sleep: {seconds: 1}}}}
",
    );
    assert!(drawn.starts_with("web  ▓─"), "{drawn}");
    let bar: String = drawn
        .lines()
        .next()
        .unwrap()
        .chars()
        .skip(5)
        .take(40)
        .collect();
    assert!(!bar.contains(' '), "{bar}");
}

use std::sync::Arc;

use super::origin::origins;
use super::*;
use podwright_cluster::workspace::File;
use podwright_syntax::text::Source;

fn workspace(kind: &str, name: &str) -> Workspace {
    let api = match kind {
        "Pod" | "ReplicationController" => "v1",
        "Job" | "CronJob" => "batch/v1",
        _ => "apps/v1",
    };
    let pod = "spec: {containers: [{name: a, image: a}]}";
    let template = format!("template: {{metadata: {{labels: {{a: b}}}}, {pod}}}");
    let spec = match kind {
        "Pod" => pod.to_owned(),
        "CronJob" => {
            format!("spec: {{schedule: '* * * * *', jobTemplate: {{spec: {{{template}}}}}}}")
        }
        _ => format!("spec: {{selector: {{matchLabels: {{a: b}}}}, {template}}}"),
    };
    let text = format!(
        "apiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop}}\n{spec}\n"
    );
    Workspace::new(vec![File::read(
        Source::new("a.yaml", text),
        &Arc::default(),
    )])
}

fn is_made_by(kind: &str, name: &str, pod: &str) -> bool {
    let regarding = Regarding {
        kind: "Pod".to_owned(),
        namespace: Some("shop".to_owned()),
        name: pod.to_owned(),
        controller: None,
    };
    !origins(&workspace(kind, name), &regarding).is_empty()
}

#[test]
fn pods_are_named_after_what_makes_them() {
    for (kind, name, pod) in [
        ("Pod", "web", "web"),
        ("Deployment", "web", "web-7d9f8c-abcde"),
        ("Deployment", "web-front", "web-front-5d4f8c7b9-x2lkq"),
        ("ReplicaSet", "web", "web-abcde"),
        ("DaemonSet", "agent", "agent-zz9kx"),
        ("StatefulSet", "web", "web-0"),
        ("StatefulSet", "web", "web-12"),
        ("Job", "job", "job-xyz12"),
        ("Job", "job", "job-3-xyz12"),
        ("CronJob", "report", "report-29012345-xyz12"),
    ] {
        assert!(is_made_by(kind, name, pod), "{kind} {name} makes {pod}");
    }
    for (kind, name, pod) in [
        ("Pod", "web", "web-0"),
        ("Deployment", "web", "web-0"),
        ("Deployment", "web", "web-front-5d4f8c7b9-x2lkq"),
        ("Deployment", "web", "website-7d9f8c-abcde"),
        ("StatefulSet", "web", "web-a"),
        ("Job", "job", "job-xyz"),
        ("CronJob", "report", "report-xyz12"),
    ] {
        assert!(
            !is_made_by(kind, name, pod),
            "{kind} {name} does not create {pod}"
        );
    }
}

#[test]
fn long_names_are_cut() {
    let name = "a".repeat(60);
    let pod = format!("{}-abcde", &name[..57]);
    assert_eq!(pod.len(), 63);
    assert!(!is_made_by("Deployment", "b", &pod));
    let pod = format!("{}abcde", &name[..58]);
    assert!(is_made_by("Deployment", &name, &pod));
}

#[test]
fn a_controller_that_is_named_decides() {
    let regarding = |kind: &str, name: &str| Regarding {
        kind: "Pod".to_owned(),
        namespace: Some("shop".to_owned()),
        name: "web-7d9f8c-abcde".to_owned(),
        controller: Some((kind.to_owned(), name.to_owned())),
    };
    let found = |regarding: &Regarding| origins(&workspace("Deployment", "web"), regarding).len();
    assert_eq!(found(&regarding("ReplicaSet", "web-7d9f8c")), 1);
    assert_eq!(found(&regarding("ReplicaSet", "other-7d9f8c")), 0);
    assert_eq!(found(&regarding("StatefulSet", "web")), 0);
    let elsewhere = Regarding {
        namespace: Some("other".to_owned()),
        ..regarding("ReplicaSet", "web-7d9f8c")
    };
    assert_eq!(found(&elsewhere), 0);
}

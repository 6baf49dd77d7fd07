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

#[test]
fn topics_follow_from_reason_and_message() {
    let topic = |reason: &str, message: &str| EventKind::of(reason, message);
    let pull = |message: &str| {
        topic(
            "Failed",
            &format!("Failed to pull image \"a\": rpc error: code = Unknown desc = {message}"),
        )
    };
    assert_eq!(
        pull("failed to authorize: failed to fetch oauth token: 401 Unauthorized"),
        Some(EventKind::Pull(Cause::Refused))
    );
    assert_eq!(
        pull(
            "pull access denied, repository does not exist or may require authorization: server message: \
             insufficient_scope: authorization failed"
        ),
        Some(EventKind::Pull(Cause::RefusedOrNotFound))
    );
    assert_eq!(
        pull("failed to resolve reference \"r.example/a:1\": r.example/a:1: not found"),
        Some(EventKind::Pull(Cause::NotFound))
    );
    assert_eq!(
        pull("dial tcp: lookup r.example: no such host"),
        Some(EventKind::Pull(Cause::Unreachable))
    );
    assert_eq!(pull("oh"), Some(EventKind::Pull(Cause::Unknown)));
    assert_eq!(
        topic("Failed", "Error: ErrImageNeverPull"),
        Some(EventKind::NeverPull)
    );
    assert_eq!(topic("Failed", "Error: secret \"a\" not found"), None);
    assert_eq!(
        topic("Failed", "Error: Failed"),
        None,
        "an event cannot be its own reason"
    );
    assert_eq!(
        topic(
            "BackOff",
            "Back-off restarting failed container web in pod web-0_shop(1)"
        ),
        None
    );
    assert_eq!(
        topic(
            "FailedToRetrieveImagePullSecret",
            "Unable to retrieve some image pull secrets (a, b); attempting to pull the image may not succeed."
        ),
        Some(EventKind::PullSecrets(vec!["a".to_owned(), "b".to_owned()]))
    );
    assert_eq!(
        topic(
            "FailedCreatePodSandBox",
            "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox runtime: no \
             runtime for \"gvisor\" is configured"
        ),
        Some(EventKind::RuntimeClass(Some("gvisor".to_owned())))
    );
    assert_eq!(
        topic(
            "FailedCreate",
            "Error creating: pods \"db-0\" is forbidden: error looking up service account shop/app: \
             serviceaccount \"app\" not found"
        ),
        Some(EventKind::NoServiceAccount(Some("app".to_owned())))
    );
    assert_eq!(
        topic("illegal base64 data at input byte 5", ""),
        Some(EventKind::Keyring)
    );
    assert_eq!(
        topic("Scheduled", "Successfully assigned shop/web-0 to a"),
        None
    );
}

//! `podwright explain`: selection, output formats and errors.

use serde_json::{Value, json};

use crate::cli::run::{Directory, GOOD, Run};

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      imagePullSecrets: [{name: registry}]
      containers:
        - name: web
          image: registry.example:5000/team/web:1.4
";

/// Credentials of user `me` with password `hunter2` in three encodings.
const SECRET: &str = r#"apiVersion: v1
kind: Secret
metadata: {name: registry, namespace: shop}
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: '{"auths": {"https://me:hunter2@registry.example:5000": {"auth": "bWU6aHVudGVyMg=="}, "registry.example": {"username": "me", "password": "hunter2"}}}'
"#;

fn shop() -> Directory {
    Directory::new(&[
        ("web.yaml", WEB),
        ("secret.yaml", SECRET),
        ("pod.yaml", GOOD),
    ])
}

fn explain(directory: &Directory, arguments: &[&str]) -> Run {
    directory.run(&[&["explain"], arguments].concat(), &[], "")
}

fn json(directory: &Directory, arguments: &[&str]) -> Value {
    let run = explain(directory, &[&["--format", "json"], arguments].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn explains_one_object_or_all() {
    let directory = shop();
    let all = explain(&directory, &[]);
    assert_eq!((all.code, all.stderr.as_str()), (0, ""));
    assert!(
        all.stdout.starts_with("Pod/web  (pod.yaml:4:9)\n"),
        "{}",
        all.stdout
    );
    assert!(
        all.stdout.contains("\nshop/Deployment/web  ("),
        "{}",
        all.stdout
    );
    for name in [
        "shop/Deployment/web",
        "deployment/web",
        "deploy/web",
        "Deployments/web",
    ] {
        let one = explain(&directory, &["--pod", name]);
        assert_eq!(one.code, 0, "{name}");
        assert!(one.stdout.starts_with("shop/Deployment/web"), "{name}");
        assert!(!one.stdout.contains("Pod/web"), "{name}");
    }
}

#[test]
fn unknown_object_exits_with_2_and_lists_alternatives() {
    let directory = shop();
    let run = explain(&directory, &["--pod", "shop/Deployment/wbe"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_eq!(
        run.stderr,
        "error: no workload shop/Deployment/wbe found; did you mean \
         shop/Deployment/web?\navailable: Pod/web, shop/Deployment/web\n"
    );
    let run = explain(&directory, &["--pod", "other/Deployment/web"]);
    assert_eq!(
        run.code, 2,
        "the same name in another namespace is a different object"
    );
    for name in ["web", "a/b/c/d", "/web", "Pod/", "/Pod/web"] {
        let run = explain(&directory, &["--pod", name]);
        assert_eq!(run.code, 2, "{name}");
        assert!(run.stderr.contains("shop/Deployment/web"), "{}", run.stderr);
    }
    let empty = Directory::new(&[("secret.yaml", SECRET)]);
    let run = explain(&empty, &["--pod", "Pod/web"]);
    assert!(
        run.stderr.contains("the input contains no workloads"),
        "{}",
        run.stderr
    );
    let run = explain(&empty, &[]);
    assert_eq!(run.code, 0);
    assert_eq!(run.stderr, "note: no objects with containers found\n");
}

#[test]
fn object_with_generated_name_is_found() {
    let job = "apiVersion: v1\nkind: Pod\nmetadata: {generateName: job-}\nspec: {containers: [{name: a, image: a}]}\n";
    let directory = Directory::new(&[("job.yaml", job)]);
    let run = explain(&directory, &["--pod", "Pod/job-*"]);
    assert!(
        run.stdout.starts_with("Pod/job-*  (job.yaml:1:1)"),
        "{run:?}"
    );
}

#[test]
fn json_keys_are_stable() {
    let found = json(&shop(), &["--pod", "deploy/web"]);
    let pod = &found["pods"][0];
    assert_eq!(found["version"], 1);
    assert_eq!(pod["object"]["kind"], "Deployment");
    assert_eq!(
        (&pod["path"], &pod["start"]["line"]),
        (&json!("web.yaml"), &json!(3))
    );
    assert_eq!(pod["pullSecrets"]["from"], "pod");
    assert_eq!(pod["pullSecrets"]["secrets"][0]["fate"], "used");
    let image = &pod["images"][0];
    assert_eq!(
        (&image["user"], &image["name"]),
        (&json!("container"), &json!("web"))
    );
    let reference = &image["reference"][0];
    assert_eq!(
        reference["kubernetes"],
        json!({"oldest": "1.36", "newest": "1.36"})
    );
    assert_eq!(reference["repository"], "registry.example:5000/team/web");
    assert_eq!(reference["tag"], "1.4");
    assert_eq!(image["policy"][0]["policy"], "IfNotPresent");
    assert_eq!(image["policy"][0]["reason"], "other-tag");
    assert_eq!(image["ifAbsent"][0]["does"], "pull");
    let node = &image["nodes"][0];
    assert_eq!(node["ifPresent"][0]["does"], "use-or-pull");
    let credentials = &node["credentials"][0];
    assert_eq!(credentials["attempt"], "credentials");
    assert_eq!(credentials["mayHaveMore"], true, "no node files are known");
    let tried = &credentials["tried"][0];
    assert_eq!(
        (&tried["secret"], &tried["secretKey"]),
        (&json!("registry"), &json!(".dockerconfigjson"))
    );
    assert_eq!(
        (&tried["path"], &tried["start"]["line"]),
        (&json!("secret.yaml"), &json!(6))
    );
    assert_eq!(tried["anonymous"], false);
    let passed = &credentials["notTried"][0];
    assert_eq!(
        (&passed["registry"], &passed["reason"]),
        (&json!("registry.example"), &json!("port"))
    );
    let failures = &node["failures"][0]["failures"];
    assert_eq!(failures[0]["waitingReason"], "ErrImagePull");
    assert_eq!(
        failures[0]["event"],
        json!({"reason": "Failed", "type": "Warning"})
    );
    assert_eq!(failures[1]["backOff"], json!({"first": 10, "longest": 300}));
}

#[test]
fn credentials_are_not_shown() {
    let directory = shop();
    for format in ["text", "json"] {
        let run = explain(&directory, &["--format", format]);
        assert!(run.stdout.contains("registry.example:5000"), "{format}");
        for secret in ["hunter2", "aHVudGVyMg", "bWU6aHVudGVyMg", "me:"] {
            assert!(
                !run.stdout.contains(secret),
                "{format} shows {secret}: {}",
                run.stdout
            );
        }
    }
}

#[test]
fn answers_are_split_by_release() {
    let directory = Directory::new(&[(
        "pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: MyOrg/app}]}\n",
    )]);
    let range = ["--kubernetes-version", "1.28-1.30"];
    let found = json(&directory, &range);
    let image = &found["pods"][0]["images"][0];
    assert_eq!(
        image["reference"][0]["kubernetes"],
        json!({"oldest": "1.28", "newest": "1.28"})
    );
    assert_eq!(
        image["reference"][0]["error"],
        "uppercase letters in the repository"
    );
    assert_eq!(image["reference"][1]["repository"], "MyOrg/app");
    assert_eq!(image["policy"][0]["policy"], "IfNotPresent");
    assert_eq!(image["policy"][1]["policy"], "Always");
    let text = explain(&directory, &range).stdout;
    assert!(text.contains("resolves to   1.28: invalid image"), "{text}");
    assert!(
        text.contains("              1.29 to 1.30: MyOrg/app:latest"),
        "{text}"
    );
}

#[test]
fn broken_pull_secret_fails_for_a_present_image() {
    let broken = SECRET.replace("bWU6aHVudGVyMg==", "hunter2");
    let directory = Directory::new(&[("web.yaml", WEB), ("secret.yaml", &broken)]);
    let present = |version: &str| {
        let found = json(&directory, &["--kubernetes-version", version]);
        let node = found["pods"][0]["images"][0]["nodes"][0].clone();
        let failure = &node["failures"][0]["failures"][0];
        (
            node["ifPresent"][0]["does"].clone(),
            failure["when"].clone(),
            failure["waitingReason"].clone(),
        )
    };
    assert_eq!(
        present("1.32"),
        (json!("use"), json!("absent"), json!("ErrImagePull"))
    );
    assert_eq!(
        present("1.33"),
        (json!("fail"), json!("always"), Value::Null)
    );
}

#[test]
fn terminal_control_characters_are_escaped() {
    let directory = Directory::new(&[(
        "pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: \"x\\e[31m\"}]}\n",
    )]);
    for format in ["text", "json"] {
        let run = explain(&directory, &["--format", format]);
        assert_eq!(run.code, 0);
        assert!(!run.stdout.contains('\u{1b}'), "{}", run.stdout);
    }
}

#[test]
fn explains_standard_input() {
    let directory = Directory::new(&[]);
    let run = directory.run(&["explain", "-"], &[], GOOD);
    assert!(
        run.stdout.starts_with("Pod/web  (<stdin>:4:9)\n"),
        "{}",
        run.stdout
    );
}

const EVENT: &str = r#"{"kind": "Event", "involvedObject": {"kind": "Pod", "namespace": "shop", "name": "web-7d9f8c6b5-x2lkq",
"fieldPath": "spec.containers{web}"}, "reason": "Failed", "message": "Failed to pull image \"registry.example:5000/team/web:1.4\": Get \"https://me:hunter2@registry.example:5000/v2/\": \u001b[31munauthorized", "count": 3}
"#;

fn explain_event(directory: &Directory, arguments: &[&str], stdin: &str) -> Run {
    directory.run(&[&["explain", "event"], arguments].concat(), &[], stdin)
}

#[test]
fn event_leads_to_the_manifest() {
    let run = explain_event(&shop(), &["-", "--format", "json"], EVENT);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let found: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&found["version"], &found["others"]),
        (&json!(1), &json!(0))
    );
    let event = &found["events"][0];
    assert_eq!(event["names"], json!(["web-7d9f8c6b5-x2lkq"]));
    assert_eq!(
        (&event["container"], &event["count"]),
        (&json!("web"), &json!(3))
    );
    assert_eq!(event["topic"], "pull");
    assert_eq!(event["madeFrom"][0]["object"]["kind"], "Deployment");
    let lead = &event["leads"][0];
    assert_eq!(
        (&lead["path"], &lead["start"]["line"]),
        (&json!("web.yaml"), &json!(12))
    );
}

#[test]
fn event_messages_are_escaped_and_redacted() {
    for format in ["text", "json"] {
        let run = explain_event(&shop(), &["-", "--format", format], EVENT);
        assert!(run.stdout.contains("unauthorized"), "{}", run.stdout);
        assert!(!run.stdout.contains('\u{1b}'), "{}", run.stdout);
        assert!(!run.stdout.contains("hunter2"), "{}", run.stdout);
    }
}

#[test]
fn event_of_an_unknown_object_is_reported_as_such() {
    let event = EVENT.replace("web-7d9f8c6b5-x2lkq", "api-7d9f8c6b5-x2lkq");
    let run = explain_event(&shop(), &["-"], &event);
    assert!(
        run.stdout.contains("no object in the files"),
        "{}",
        run.stdout
    );
    let event = EVENT.replace("\"shop\"", "\"other\"");
    let run = explain_event(&shop(), &["-"], &event);
    assert!(
        run.stdout.contains("no object in the files"),
        "{}",
        run.stdout
    );
}

#[test]
fn invalid_events_exit_with_2() {
    for (arguments, stdin, reason) in [
        (&["-"][..], WEB, "no events found in standard input"),
        (&["-"], "", "no events found in standard input"),
        (&["gone.yaml"], "", "cannot read gone.yaml"),
        (&["-", "-"], EVENT, "cannot be both"),
        (&[], "", "<FILE>"),
    ] {
        let run = explain_event(&shop(), arguments, stdin);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains(reason), "{}", run.stderr);
    }
}

#[test]
fn truncated_events_do_not_panic() {
    let directory = shop();
    for text in [
        EVENT,
        include_str!("../../../fixtures/workspaces/pulling/events/describe.txt"),
        include_str!("../../../fixtures/workspaces/pulling/events/events.yaml"),
        include_str!("../../../fixtures/workspaces/pulling/events/table.txt"),
    ] {
        let ends = text.char_indices().map(|(at, _)| at).step_by(97);
        for end in ends {
            let run = explain_event(&directory, &["-"], &text[..end]);
            assert!(!run.stderr.contains("panic"), "{}", run.stderr);
            assert!([0, 2].contains(&run.code), "{} {}", run.code, run.stderr);
        }
    }
}

#[test]
fn formats_have_a_short_option_and_a_file() {
    let directory = shop();
    let text = explain(&directory, &["web.yaml"]).stdout;
    let run = explain(&directory, &["web.yaml", "-o", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        serde_json::from_str::<Value>(&run.stdout).is_ok(),
        "{}",
        run.stdout
    );
    for (arguments, file) in [
        (&["-o", "text=out.txt"][..], "out.txt"),
        (&["--format", "text", "--output", "other.txt"], "other.txt"),
        (&["--output", "more.txt"], "more.txt"),
    ] {
        let run = explain(&directory, &[&["web.yaml"], arguments].concat());
        assert_eq!((run.code, &*run.stdout), (0, ""), "{}", run.stderr);
        assert_eq!(directory.read(file), text);
    }
    for (arguments, why) in [
        (
            ["-o", "jsn"],
            "expected one of text, json, svg; did you mean json?",
        ),
        (["-o", "json="], "expected a file name after `=`"),
        (["--output", "json"], "use `--format json`"),
    ] {
        let run = explain(&directory, &[&["web.yaml"][..], &arguments].concat());
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains(why), "{}", run.stderr);
    }
}

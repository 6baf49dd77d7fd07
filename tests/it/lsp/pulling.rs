//! Editor features for image pulls.

use serde_json::{Value, json};

use crate::lsp::editor::{Editor, capabilities};

const WEB: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
spec:
  imagePullSecrets:
    - name: registry
    - name: hub
    - name: broken
  containers:
    - name: web
      image: registry.example:5000/team/web:1.4
      imagePullPolicy: IfNotPresent
    - name: proxy
      image: nginx
";

/// The password is `hunter2`.
const SECRETS: &str = r#"apiVersion: v1
kind: Secret
metadata:
  name: registry
  namespace: shop
type: kubernetes.io/dockerconfigjson
stringData:
  .dockerconfigjson: |
    {"auths": {
      "registry.example:5000/team": {"auth": "bWU6aHVudGVyMg=="},
      "registry.example": {"auth": "bWU6aHVudGVyMg=="},
      "HTTPS://quay.io": {"auth": "bWU6aHVudGVyMg=="},
      "https://gcr.io/v1/": {"auth": "bWU6aHVudGVyMg=="}
    }}
---
apiVersion: v1
kind: Secret
metadata:
  name: hub
  namespace: shop
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: eyJhdXRocyI6IHsiaHR0cHM6Ly9pbmRleC5kb2NrZXIuaW8vdjEvIjogeyJhdXRoIjogImJXVTZhSFZ1ZEdWeU1nPT0ifX19
"#;

const BROKEN: (&str, &str) = (
    "broken.yaml",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: broken, namespace: shop}\ntype: \
     kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '[]'}\n",
);

/// Includes the broken Secret only if requested.
fn shop(with_broken: bool) -> Editor {
    let web = match with_broken {
        true => WEB.to_owned(),
        false => WEB.replace("    - name: broken\n", ""),
    };
    Editor::new(&[("web.yaml", &web), ("secrets.yaml", SECRETS), BROKEN])
}

fn hover(editor: &mut Editor, file: &str, at: &str) -> String {
    let hover = editor.ask("textDocument/hover", file, at);
    let said = hover["contents"]["value"].as_str().unwrap_or("").to_owned();
    assert!(
        !said.contains("hunter2") && !said.contains("aHVudGVyMg"),
        "{said}"
    );
    said
}

#[test]
fn hover_on_an_image_shows_policy_and_credentials() {
    let mut editor = shop(false);
    let said = hover(&mut editor, "web.yaml", "registry.example:5000");
    assert!(
        said.starts_with("`registry.example:5000/team/web:1.4`\n\nPull policy: `IfNotPresent`"),
        "{said}"
    );
    assert!(
        said.contains(
            "1. `registry.example:5000/team` in Secret `registry`: the host matches the image"
        ),
        "{said}"
    );
    assert!(
        said.contains(
            "- not tried: `registry.example` in Secret `registry`: the image has port 5000"
        ),
        "{said}"
    );
    let said = hover(&mut editor, "web.yaml", "nginx");
    assert!(said.contains("`docker.io/library/nginx:latest`"), "{said}");
    assert!(
        said.contains("1. `https://index.docker.io/v1/` in Secret `hub`"),
        "{said}"
    );
}

#[test]
fn hover_on_a_policy_shows_its_effects() {
    let mut editor = shop(false);
    let said = hover(&mut editor, "web.yaml", "IfNotPresent");
    assert!(
        said.starts_with("Pull policy: `IfNotPresent`, set explicitly\n\n"),
        "{said}"
    );
    assert!(
        said.contains("- If the image is not on the node: the kubelet pulls it"),
        "{said}"
    );
    assert!(
        said.contains("- If it is: the kubelet uses it, unless it pulled"),
        "{said}"
    );
    assert!(
        said.contains("`ErrImagePull`, then `ImagePullBackOff`"),
        "{said}"
    );
}

#[test]
fn hover_on_a_pull_secret_shows_matching_images() {
    let mut editor = shop(true);
    let said = hover(&mut editor, "web.yaml", "registry\n");
    assert!(said.starts_with("Secret `registry`, in "), "{said}");
    assert!(said.contains("secrets.yaml: used"), "{said}");
    assert!(
        said.contains("- for `registry.example:5000/team/web:1.4`: `registry.example:5000/team`"),
        "{said}"
    );
    assert!(said.contains("- not for `nginx`"), "{said}");
    let said = hover(&mut editor, "web.yaml", "broken");
    assert!(
        said.contains("the API server rejects this Secret (422): the value must be a JSON object"),
        "{said}"
    );
    assert!(said.contains("is not a JSON object"), "{said}");
}

#[test]
fn hover_on_a_registry_key_shows_matching_images() {
    let mut editor = shop(false);
    let said = hover(&mut editor, "secrets.yaml", "registry.example:5000/team");
    assert!(
        said.starts_with("Credentials for `registry.example:5000/team`\n\n"),
        "{said}"
    );
    assert!(
        said.contains("- for `registry.example:5000/team/web:1.4` of Pod/web: the host matches"),
        "{said}"
    );
    let said = hover(&mut editor, "secrets.yaml", "registry.example\"");
    assert!(
        said.contains(
            "- not for `registry.example:5000/team/web:1.4` of Pod/web: the image has port"
        ),
        "{said}"
    );
    let said = hover(&mut editor, "secrets.yaml", "https://gcr.io");
    assert!(
        said.starts_with("Credentials for `gcr.io`, as normalized by the kubelet"),
        "{said}"
    );
    assert!(
        said.contains("- not tried for any image in the files"),
        "{said}"
    );
    let said = hover(&mut editor, "secrets.yaml", "eyJhdXRo");
    assert!(
        said.contains("- for `nginx` of Pod/web: no key matches `docker.io`"),
        "{said}"
    );
}

#[test]
fn hover_on_a_node_file_key_shows_matching_pods() {
    let mut editor = Editor::with(
        &[
            (".podwright.yaml", "nodes: [node]\n"),
            ("web.yaml", WEB),
            (
                "node/var/lib/kubelet/config.json",
                "{\"auths\": {\"registry.example:5000\": {}}}",
            ),
        ],
        json!({ "capabilities": capabilities() }),
    );
    let said = hover(
        &mut editor,
        "node/var/lib/kubelet/config.json",
        "registry.example",
    );
    assert!(
        said.contains("- for `registry.example:5000/team/web:1.4` of Pod/web"),
        "{said}"
    );
}

#[test]
fn definition_of_a_pull_secret_includes_matching_keys() {
    let mut editor = shop(false);
    let found = editor.ask("textDocument/definition", "web.yaml", "registry\n");
    let lines: Vec<&Value> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|place| &place["range"]["start"]["line"])
        .collect();
    assert_eq!(
        lines,
        [&json!(3), &json!(9)],
        "the name of the Secret, and the key"
    );
}

#[test]
fn hint_explains_the_reason() {
    let mut editor = shop(false);
    let params = json!({
        "textDocument": { "uri": editor.uri("web.yaml") },
        "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 99, "character": 0 } },
    });
    let found = editor.request("textDocument/inlayHint", params).unwrap();
    let found = found.as_array().unwrap();
    assert_eq!(found.len(), 1, "only for containers without a policy");
    assert_eq!(found[0]["label"], "imagePullPolicy: Always");
    let why = found[0]["tooltip"].as_str().unwrap();
    assert!(
        why.contains("because the image has neither a tag nor a digest"),
        "{why}"
    );
}

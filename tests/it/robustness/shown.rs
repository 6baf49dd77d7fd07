//! Untrusted text is printed without terminal control characters or misleading characters.

use crate::cli::run::Directory;
use crate::robustness::bounded::bounded_with;

/// Sets the terminal color to red, changes its title, clears it with an 8-bit control sequence, and reverses the text
/// direction.
const EVIL: &str = "e\\e[31m\\e]0;t\\a\\x9b2J\\u202evil";

/// Returns a character that no output may contain, except those that may end a line.
fn treacherous(text: &str) -> Option<char> {
    text.chars().find(|&c| {
        c.is_control() && c != '\n' && c != '\t'
            || ('\u{202a}'..='\u{202e}').contains(&c)
            || ('\u{2066}'..='\u{2069}').contains(&c)
    })
}

/// The same text as raw bytes, for a file name or an argument.
fn raw() -> String {
    "e\u{1b}[31m\u{1b}]0;t\u{7}\u{9b}2J\u{202e}vil".to_owned()
}

fn directory() -> Directory {
    let pod = format!(
        "apiVersion: \"v1\"\nkind: Pod\nmetadata:\n  name: \"{EVIL}\"\n  namespace: \"{EVIL}\"\n  labels: {{\"{EVIL}\": \"{EVIL}\"}}\nspec:\n  \
         \"{EVIL}\": 1\n  runtimeClassName: \"{EVIL}\"\n  serviceAccountName: \"{EVIL}\"\n  imagePullSecrets: [{{name: \"{EVIL}\"}}, {{name: \"{EVIL}\"}}]\n  \
         containers:\n    - name: \"{EVIL}\"\n      image: \"{EVIL}\"\n      imagePullPolicy: \"{EVIL}\"\n      env:\n        - {{name: \"{EVIL}\", value: \
         \"$({EVIL})\"}}\n        - {{name: A, valueFrom: {{configMapKeyRef: {{name: \"{EVIL}\", key: \"{EVIL}\"}}}}}}\n      lifecycle: {{preStop: {{exec: \
         {{command: [\"{EVIL}\"]}}}}}}\n      volumeMounts: [{{name: \"{EVIL}\", mountPath: /a}}] # podwright: ignore[{raw}]\n",
        raw = raw().replace(['\u{1b}', '\u{7}', '\u{9b}'], "")
    );
    let name = raw();
    Directory::new(&[
        (&format!("{name}/{name}.yaml"), &pod),
        (
            &format!("{name}/broken.yaml"),
            &format!("apiVersion: v1\nkind: Pod\n{}: b: c\n", raw()),
        ),
        (
            &format!("{name}/config.toml"),
            &format!(
                "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\"]\n{} = 1\n",
                raw()
            ),
        ),
        (
            &format!("{name}/.dockerconfigjson"),
            &format!("{{\"auths\":{{\"{}\":{{\"auth\":\"%\"}}}}}}", raw()),
        ),
        (
            &format!("{name}/fix.yaml"),
            &format!(
                "# {}\n{}",
                raw().replace(['\u{1b}', '\u{7}', '\u{9b}'], ""),
                crate::cli::run::BAD
            ),
        ),
        (
            "list.yaml",
            &format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: c, image: \"{EVIL}\"}}]}}\n"
            ),
        ),
    ])
}

#[test]
fn formats_print_no_control_characters() {
    let directory = directory();
    for format in [
        "text",
        "concise",
        "json",
        "jsonl",
        "sarif",
        "github",
        "gitlab",
        "junit",
        "checkstyle",
        "rdjson",
        "markdown",
    ] {
        let run = bounded_with(
            &directory,
            1024,
            &["check", "--level", "info", "--format", format],
            "",
        );
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.stdout.contains("vil"), "{format}");
        assert_eq!(treacherous(&run.stdout), None, "{format}");
        assert_eq!(treacherous(&run.stderr), None, "{format}");
    }
}

#[test]
fn other_commands_print_no_control_characters() {
    let directory = directory();
    let events = format!(
        "apiVersion: v1\nkind: List\nitems:\n- {{apiVersion: v1, kind: Event, type: Warning, reason: Failed, message: 'Failed to pull image \"{0}\": {0}', \
         involvedObject: {{kind: Pod, name: a}}, metadata: {{name: a}}}}\n- {{apiVersion: v1, kind: Event, type: Warning, reason: \"{EVIL}\", message: \"{EVIL}\", \
         involvedObject: {{kind: Pod, name: \"{EVIL}\", namespace: \"{EVIL}\"}}, metadata: {{name: \"{EVIL}\"}}}}\n",
        "vil"
    );
    directory.write(
        ".kube-linter.yaml",
        &format!("checks:\n  exclude: [\"{EVIL}\"]\n  \"{EVIL}\": 1\n"),
    );
    let name = raw();
    let path = format!("{name}/{name}.yaml");
    let config = format!("{name}.yaml");
    directory.write(&config, &format!("rules: {{\"{EVIL}\": error}}\n"));
    directory.write(
        "baseline.json",
        &format!("{{\"version\": \"{}\"}}", "\\u001b[31m\\u202e"),
    );
    for (arguments, stdin) in [
        (&["explain"][..], ""),
        (&["explain", "--format", "json"], ""),
        (&["explain", "--format", "svg"], ""),
        (&["explain", "--pod", &name], ""),
        (&["explain", "--pod", &format!("{name}/Pod/{name}")], ""),
        (&["explain", "event", "-", "."], events.as_str()),
        (
            &["explain", "event", "-", ".", "--format", "json"],
            events.as_str(),
        ),
        (&["explain", "event", &path], ""),
        (&["check", "--unsafe-fixes", "--diff"], ""),
        (&["check", &format!("{name}.txt")], ""),
        (&["check", "--config", &config], ""),
        (&["check", "--baseline", "baseline.json"], ""),
        (&["check", "--baseline", &name], ""),
        (&["check", "--baseline-dir", &name, "list.yaml"], ""),
        (&["check", "--since", &name], ""),
        (&["check", "--select", &name], ""),
        (&["check", "--node", &name], ""),
        (&["check", "--output", &format!("{name}/no/such")], ""),
        (&["check", &format!("--{name}")], ""),
        (&[&name], ""),
        (&["rule", &name], ""),
        (&["migrate"], ""),
        (&["migrate", &path], ""),
        (&["man", &name], ""),
    ] {
        let run = bounded_with(&directory, 1024, arguments, stdin);
        assert!((0..=2).contains(&run.code), "{run:?}");
        assert_eq!(
            treacherous(&run.stdout),
            None,
            "{arguments:?}: {}",
            run.stdout
        );
        assert_eq!(
            treacherous(&run.stderr),
            None,
            "{arguments:?}: {}",
            run.stderr
        );
    }
}

//! All outputs of podwright, one per line.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use podwright_cluster::workspace::{ClusterContext, File, Workspace};
use podwright_lint::{RuleSet, lint};
use podwright_model::VersionRange;
use podwright_rule::finding::{Applicability, Finding, Severity};
use podwright_rule::{ActiveRule, ActiveRules, Check, RuleContext};
use podwright_syntax::text::{FileId, Location, Source};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::lsp::editor::{Editor, position};
use crate::redaction::plants::Planted;
use crate::redaction::reports::reports;

/// Produces an output for the plants.
type Output = fn(&[Planted]) -> String;

/// Names and outputs.
pub(crate) const OUTPUTS: &[(&str, Output)] = &[
    ("check --format text", |s| check(s, &["--format", "text"])),
    ("check --format text --color always", |s| {
        check(s, &["--color", "always"])
    }),
    ("check --format concise", |s| {
        check(s, &["--format", "concise"])
    }),
    ("check --format json", |s| check(s, &["--format", "json"])),
    ("check --format jsonl", |s| check(s, &["--format", "jsonl"])),
    ("check --format sarif", |s| check(s, &["--format", "sarif"])),
    ("check --format github", |s| {
        check(s, &["--format", "github"])
    }),
    ("check --format gitlab", |s| {
        check(s, &["--format", "gitlab"])
    }),
    ("check --format junit", |s| check(s, &["--format", "junit"])),
    ("check --format checkstyle", |s| {
        check(s, &["--format", "checkstyle"])
    }),
    ("check --format rdjson", |s| {
        check(s, &["--format", "rdjson"])
    }),
    ("check --format markdown", |s| {
        check(s, &["--format", "markdown"])
    }),
    ("check --format html", |s| check(s, &["--format", "html"])),
    ("check --strict --complete", |s| {
        check(s, &["--strict", "--complete"])
    }),
    ("check --kubernetes-version", |s| {
        check(s, &["--kubernetes-version", "1.25-1.37"])
    }),
    ("check --diff", |s| check(s, &["--diff"])),
    ("check --diff --unsafe-fixes", |s| {
        check(s, &["--diff", "--unsafe-fixes"])
    }),
    ("check --fix", |s| check(s, &["--fix", "--format", "json"])),
    ("check --unsafe-fixes", |s| check(s, &["--unsafe-fixes"])),
    ("check --write-baseline", baseline),
    ("check --since", since),
    ("explain", |s| explain(s, "text")),
    ("explain --format json", |s| explain(s, "json")),
    ("explain --format svg", |s| explain(s, "svg")),
    ("explain event", event),
    ("migrate", migrate),
    ("report merge", merged),
    ("config and init", configured),
    ("broken configurations and baselines", configurations),
    ("environment variables", environment),
    ("every line of every file, in every format", every_line),
    ("a rule that quotes all it sees", |plants| {
        judged(plants, &QUOTES)
    }),
    ("a rule that panics", |plants| judged(plants, &PANICS)),
    ("debug", debug),
    ("editor", editor),
];

/// A directory that contains all plants.
pub(crate) fn directory(plants: &[Planted]) -> TempDir {
    let directory = TempDir::new().unwrap();
    for plant in plants {
        write(directory.path(), &plant.path, &plant.text);
    }
    directory
}

/// Findings in the directory, as JSON.
pub(crate) fn check_json(directory: &Path) -> Value {
    let out = run(
        directory,
        &["check", "--level", "info", "--format", "json"],
        "",
    );
    serde_json::from_str(out.split("\n--- stderr").next().unwrap()).unwrap()
}

fn check(plants: &[Planted], options: &[&str]) -> String {
    let directory = directory(plants);
    let arguments = [&["check", "--level", "info", "--no-config"], options].concat();
    run(directory.path(), &arguments, "")
}

fn explain(plants: &[Planted], format: &str) -> String {
    // A diagram shows one Pod.
    let every = plants.iter().filter(|plant| {
        let directories = [
            "env/",
            "command/",
            "probe/",
            "hook/",
            "image/",
            "places/pods/",
        ];
        directories
            .iter()
            .any(|directory| plant.path.starts_with(directory))
    });
    let mut out = String::new();
    for plant in every {
        let directory = TempDir::new().unwrap();
        write(directory.path(), &plant.path, &plant.text);
        out += &run(directory.path(), &["explain", "--format", format], "");
    }
    out + &run(
        directory(plants).path(),
        &["explain", "--format", format],
        "",
    )
}

/// Events that quote the manifests.
fn event(plants: &[Planted]) -> String {
    let of_image = plants.iter().find(|plant| plant.path.starts_with("image/"));
    let secret = &of_image.unwrap_or(&plants[0]).secrets[0];
    let event = |reason: &str, message: &str| {
        json!({
            "apiVersion": "v1", "kind": "Event", "metadata": {"name": "a", "namespace": "default"}, "type": "Warning",
            "involvedObject": {"apiVersion": "v1", "kind": "Pod", "name": "web", "namespace": "default",
                "fieldPath": "spec.containers{a}"},
            "reason": reason, "message": message,
        })
    };
    let image = format!("https://me:{secret}@r.example/a:latest");
    let items = [
        event(
            "Failed",
            &format!("Failed to pull image \"{image}\": unauthorized"),
        ),
        event(
            "InspectFailed",
            &format!("Failed to apply default image tag \"{image}\": couldn't parse image name"),
        ),
        event(
            "FailedPostStartHook",
            &format!(
                "PostStartHook failed: curl --password {secret}: Authorization: Bearer {secret}"
            ),
        ),
        event("Odd", &format!("password={secret}")),
    ];
    let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
    let directory = directory(plants);
    let mut out = String::new();
    for format in ["text", "json"] {
        out += &run(
            directory.path(),
            &["explain", "event", "--format", format, "-", "image", "hook"],
            &list.to_string(),
        );
    }
    out
}

fn baseline(plants: &[Planted]) -> String {
    let directory = directory(plants);
    let arguments = [
        "check",
        "--level",
        "info",
        "--no-config",
        "--baseline",
        "baseline.json",
        "--write-baseline",
    ];
    let out = run(directory.path(), &arguments, "");
    out + &fs::read_to_string(directory.path().join("baseline.json")).unwrap()
}

/// Secrets added or removed since a commit.
fn since(plants: &[Planted]) -> String {
    let directory = TempDir::new().unwrap();
    let write_all = |is_there: bool| {
        for plant in plants {
            let text = match is_there {
                true => plant.text.clone(),
                false => {
                    let secrets = plant.secrets.iter();
                    secrets.fold(plant.text.clone(), |text, one| text.replace(one, "nothing"))
                }
            };
            write(directory.path(), &plant.path, &text);
        }
    };
    let git = |arguments: &[&str]| {
        let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
        let mut command = Command::new("git");
        command.args(identity).args(arguments).stdout(Stdio::null());
        assert!(command.current_dir(&directory).status().unwrap().success());
    };
    git(&["init", "--quiet"]);
    let mut out = String::new();
    for is_there in [false, true] {
        write_all(is_there);
        git(&["add", "--all", "--force"]);
        git(&["commit", "--quiet", "--message", "one"]);
        write_all(!is_there);
        for format in ["text", "json"] {
            let arguments = [
                "check",
                "--level",
                "info",
                "--no-config",
                "--since",
                "HEAD",
                "--format",
                format,
            ];
            let said = run(directory.path(), &arguments, "");
            assert!(said.contains("error"), "{format}: {}", said.len());
            out += &said;
        }
    }
    out
}

/// Configurations of other tools with secrets in unknown settings.
/// The report of the plants, merged.
fn merged(plants: &[Planted]) -> String {
    let directory = directory(plants);
    let run = |arguments: &[&str]| run(directory.path(), arguments, "");
    let checked = run(&[
        "check",
        "--level",
        "info",
        "--no-config",
        "--format",
        "json=r.json",
    ]);
    let merged = run(&[
        "report", "merge", "r.json", "--html", "r.html", "--json", "m.json",
    ]);
    let read = |name: &str| fs::read_to_string(directory.path().join(name)).unwrap();
    checked + &merged + &read("r.html") + &read("m.json")
}

/// A configuration with credentials, as it is shown, and a new one for the plants.
fn configured(plants: &[Planted]) -> String {
    let secret = &plants[0].secrets[0];
    let directory = directory(plants);
    write(
        directory.path(),
        ".podwright.yaml",
        &format!(
            "schemas: ['https://me:{secret}@git.example/a/b//c?ref=v1']\nhelm:\n- chart: .\n  set: {{password: {secret}}}\n"
        ),
    );
    let shown = run(directory.path(), &["config"], "");
    assert!(shown.contains("helm:"), "{shown}");
    shown + &run(directory.path(), &["init", "--print"], "") + &run(directory.path(), &[], "")
}

fn migrate(plants: &[Planted]) -> String {
    let secret = &plants[0].secrets[0];
    let directory = TempDir::new().unwrap();
    write(
        directory.path(),
        ".kube-linter.yaml",
        &format!(
            "checks:\n  addAllBuiltIn: true\n  password: {secret}\ncustomChecks:\n- name: a\n  params: {{token: {secret}}}\n# password: {secret}\n"
        ),
    );
    write(
        directory.path(),
        ".checkov.yaml",
        &format!("bc-api-key: {secret}\nskip-check: [CKV_K8S_14]\ntoken: {secret}\n"),
    );
    write(
        directory.path(),
        "polaris.yaml",
        &format!("checks: {{tagNotSpecified: danger}}\npassword: {secret}\n"),
    );
    run(directory.path(), &["migrate"], "")
}

/// Errors in podwright's own configuration files.
fn configurations(plants: &[Planted]) -> String {
    let secret = &plants[0].secrets[0];
    let mut out = String::new();
    for text in [
        format!("password: {secret}\n"),
        format!("level: https://me:{secret}@x\n"),
        format!("rules: {{image-missing-digest: {{token: {secret}}}}}\n"),
        format!("kubernetes: \"password={secret}\"\n"),
        format!("files: [\"https://me:{secret}@[\"]\n"),
        format!("a: [ {secret}\n"),
        format!("schemas: [\"https://me:{secret}@x/y\"]\n"),
    ] {
        let directory = TempDir::new().unwrap();
        write(directory.path(), ".podwright.yaml", &text);
        write(directory.path(), "a.yaml", "apiVersion: v1\nkind: Pod\n");
        out += &run(directory.path(), &["check"], "");
    }
    for text in [
        format!("{{\"password\": \"{secret}\"}}"),
        format!("{{\"version\": \"{secret}\"}}"),
        format!("password={secret}"),
        format!("{{\"version\": 1, \"findings\": [{{\"path\": \"{secret}\"}}]}}"),
    ] {
        let directory = TempDir::new().unwrap();
        write(directory.path(), "baseline.json", &text);
        write(directory.path(), "a.yaml", "apiVersion: v1\nkind: Pod\n");
        out += &run(
            directory.path(),
            &["check", "--no-config", "--baseline", "baseline.json"],
            "",
        );
    }
    out
}

/// Credentials in the environment of the process must not be shown.
fn environment(plants: &[Planted]) -> String {
    let directory = TempDir::new().unwrap();
    write(
        directory.path(),
        "a.yaml",
        "apiVersion: v1\nkind: Pod\nx: 1\n",
    );
    let mut command = command(directory.path(), &["check", "--level", "info"]);
    for name in [
        "GITHUB_TOKEN",
        "CI_JOB_TOKEN",
        "HTTP_PROXY",
        "PODWRIGHT_TOKEN",
        "KUBECONFIG",
        "DOCKER_AUTH_CONFIG",
    ] {
        command.env(name, &plants[0].secrets[0]);
    }
    said(command.output().unwrap())
}

/// A finding for each line of each file.
fn every_line(plants: &[Planted]) -> String {
    let files = files(plants);
    let sources: Vec<Source> = files.iter().map(|file| file.source.clone()).collect();
    let mut findings = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        for line in 0..source.lines().len() {
            let span = source.lines().line_span(line, &source.text);
            let place = Location {
                file: FileId(u32::try_from(index).unwrap()),
                span,
            };
            findings.push(Finding::new("unknown-field", Severity::Info, place, "here"));
        }
    }
    reports(&sources, &findings)
}

/// A rule that quotes every value in every part of a finding.
static QUOTES: Check = Check {
    file: Some(quotes),
    ..Check::NONE
};

fn quotes(file: &File, cx: &mut RuleContext<'_>) {
    let tree = &file.tree;
    let mut waiting: Vec<_> = tree
        .documents()
        .iter()
        .map(|document| document.root)
        .collect();
    while let Some(node) = waiting.pop() {
        waiting.extend(tree.children(node));
        if !tree.kind(node).is_scalar() {
            continue;
        }
        let value = tree.decoded(node).into_owned();
        let fix = cx.replace(node, &value, Applicability::Safe);
        let place = cx.place(node);
        let finding = cx.report(node, format!("it is `{value}`, or {value}"));
        finding
            .note(format!("written {}", tree.source_text(node)))
            .help(&value)
            .label(&value)
            .related(place, &value);
        finding.fixes.push(fix);
    }
}

/// A rule that panics on a file, which causes an internal error.
static PANICS: Check = Check {
    file: Some(|file, _| panic!("{file:?}")),
    ..Check::NONE
};

/// Findings of one rule for all files, in every format.
fn judged(plants: &[Planted], check: &'static Check) -> String {
    let rule = ActiveRule {
        check,
        level: Severity::Info,
        ..podwright_rules::find("unknown-field")
            .unwrap()
            .with_defaults()
    };
    let workspace = Workspace::new(files(plants));
    let findings = lint(&workspace, &One([rule].into_iter().collect())).findings;
    assert!(findings.len() > 20, "{}", findings.len());
    let sources: Vec<Source> = workspace
        .files
        .iter()
        .map(|file| file.source.clone())
        .collect();
    reports(&sources, &findings)
}

/// A rule set with one rule for every file.
struct One(ActiveRules);

impl RuleSet for One {
    fn rules(&self, _: FileId) -> &ActiveRules {
        &self.0
    }

    fn versions(&self, _: FileId) -> VersionRange {
        VersionRange::default()
    }
}

/// Debug output that a panic might print.
fn debug(plants: &[Planted]) -> String {
    let files = files(plants);
    let shown = files
        .iter()
        .map(|file| format!("{file:?} {:?} {:?}\n", file.source, file.shown().redacted()));
    shown.collect()
}

fn files(plants: &[Planted]) -> Vec<File> {
    let context = Arc::new(ClusterContext::default());
    let read = |plant: &Planted| {
        File::from_bytes(
            plant.path.clone(),
            plant.text.clone().into_bytes(),
            &context,
        )
    };
    plants.iter().map(read).collect()
}

/// Everything that an editor receives: diagnostics, hovers, completions, hints, actions, messages.
fn editor(plants: &[Planted]) -> String {
    let files: Vec<(&str, &str)> = plants
        .iter()
        .map(|plant| (plant.path.as_str(), plant.text.as_str()))
        .collect();
    let mut editor = Editor::new(&files);
    let mut out = String::new();
    for &(path, text) in &files {
        editor.open(path, text);
        editor.settle();
        let uri = editor.uri(path);
        let whole = json!({"start": position(text, 0), "end": position(text, text.len())});
        for action in editor_actions(&mut editor, path, &whole) {
            out += &format!("{action}\n");
        }
        let hints = json!({"textDocument": {"uri": uri}, "range": whole});
        out += &format!(
            "{}\n",
            editor.request("textDocument/inlayHint", hints).unwrap()
        );
        let mut at = 0;
        for word in text.split_inclusive(|c: char| c.is_whitespace() || "\"'{,".contains(c)) {
            let params = json!({"textDocument": {"uri": uri}, "position": position(text, at)});
            for method in [
                "textDocument/hover",
                "textDocument/completion",
                "textDocument/definition",
            ] {
                let answer = editor.request(method, params.clone());
                out += &format!("{method} {}\n", without_ranges(answer.unwrap_or_default()));
            }
            at += word.len();
        }
    }
    editor.settle();
    for published in editor.published.values() {
        out += &format!("{}\n", without_ranges(published.clone()));
    }
    for told in &editor.told {
        out += &format!("{} {}\n", told.method, told.params);
    }
    for asked in &editor.asked {
        out += &format!("{} {}\n", asked.method, asked.params);
    }
    out.replace(&editor.uri(""), "file:///")
}

fn editor_actions(editor: &mut Editor, path: &str, whole: &Value) -> Vec<Value> {
    let mut actions = editor.code_actions(path, whole, Value::Null);
    actions.extend(editor.code_actions(path, whole, json!(["source.fixAll"])));
    actions.into_iter().map(without_ranges).collect()
}

/// Removes ranges, because an editor receives positions in its own file.
fn without_ranges(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            fields.remove("range");
            fields
                .values_mut()
                .for_each(|field| *field = without_ranges(field.take()));
        }
        Value::Array(items) => items
            .iter_mut()
            .for_each(|item| *item = without_ranges(item.take())),
        _ => {}
    }
    value
}

fn write(directory: &Path, path: &str, text: &str) {
    let path = directory.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_podwright"));
    command
        .args(arguments)
        .current_dir(directory)
        .env_remove("GITHUB_STEP_SUMMARY")
        .env_remove("NO_COLOR");
    command
}

fn run(directory: &Path, arguments: &[&str], stdin: &str) -> String {
    let mut child = command(directory, arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), stdin.as_bytes()).unwrap();
    said(child.wait_with_output().unwrap())
}

fn said(output: std::process::Output) -> String {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    format!(
        "{}\n--- stderr\n{}",
        text(output.stdout),
        text(output.stderr)
    )
}

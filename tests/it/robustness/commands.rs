//! Nothing that podwright prints is a command of the CI system that runs it.

use std::fs;

use crate::cli::run::{BAD, Directory};
use crate::robustness::bounded::bounded_with;

/// Whether GitHub's runner, Azure Pipelines or TeamCity runs a command in the line.
fn is_command(line: &str) -> bool {
    // .NET reads whitespace as Rust does.
    let start = line.trim_start();
    let is_github = start.starts_with("::") && start[2..].contains("::");
    let anywhere = ["##[", "##vso[", "##teamcity["];
    is_github || anywhere.iter().any(|prefix| line.contains(prefix))
}

const COMMANDS: [&str; 4] = [
    "::error::canary",
    "##[error]canary",
    "##vso[task.setvariable variable=PATH]canary",
    "##teamcity[canary]",
];

fn directory() -> Directory {
    let directory = Directory::new(&[]);
    for (index, command) in COMMANDS.iter().enumerate() {
        let name = command.replace(' ', "");
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: \"{command}\"\n  namespace: \"{command}\"\n  labels: {{\"{command}\": \"{command}\"}}\n\
             spec:\n  \"{command}\": 1\n  runtimeClassName: \"{command}\"\n  imagePullSecrets: [{{name: \"{command}\"}}]\n  \
             containers:\n    - name: \"{command}\"\n      image: \"{command}\"\n      imagePullPolicy: always\n      env:\n        - name: \"{command}\"\n          \
             value: |\n            x\n\n{command}\n      imagePullPolicy: \"{command}\"\n\
             ---\napiVersion: \"{command}\"\nkind: \"{command}\"\nmetadata: {{name: a}}\n"
        );
        directory.write(&format!("{name}.yaml"), &pod);
        directory.write(&format!("d{index}/{name}/{name}.yaml"), &pod);
        // Context lines of a diff.
        let fix = BAD.replace("spec:", &format!("spec:\n  # x\n#x {command}"));
        let fix = fix.replace("      imagePull", &format!("      args:\n      - |\n        {command}\n        \u{a0}{command}\n      imagePull"));
        directory.write(&format!("f{index}/fix{name}.yaml"), &fix);
        directory.write(
            &format!("d{index}/kustomization.yaml"),
            &format!("resources: [\"{command}\"]\nimages: [{{name: \"{command}\"}}]\nhelmCharts: [{{name: \"{command}\", repo: \"https://{command}\"}}]\n"),
        );
        directory.write(
            &format!("d{index}/.dockercfg"),
            &format!("{{\"{command}\": {{\"auth\": \"%\"}}}}"),
        );
    }
    directory
}

#[test]
fn no_line_is_a_command() {
    let directory = directory();
    let events = COMMANDS
        .map(|command| format!("Failed to pull image \"{command}\": {command}\n{command}\n"))
        .concat();
    let mut all: Vec<Vec<String>> = Vec::new();
    for format in [
        "text",
        "concise",
        "json",
        "jsonl",
        "sarif",
        "gitlab",
        "junit",
        "checkstyle",
        "rdjson",
        "markdown",
    ] {
        all.push(
            ["check", "--level", "info", "--format", format]
                .map(str::to_owned)
                .to_vec(),
        );
    }
    for arguments in [
        &["check", "--color", "always"][..],
        &["check", "--diff", "--unsafe-fixes"],
        &["explain"],
        &["explain", "--format", "json"],
        &["explain", "--format", "svg"],
        &["explain", "event", "-", "."],
        &["explain", "event", "-", ".", "--format", "json"],
        &["render", "d0"],
        &["migrate", "::error::canary.yaml"],
    ] {
        all.push(arguments.iter().map(|one| (*one).to_owned()).collect());
    }
    for command in COMMANDS {
        for name in [
            command.to_owned(),
            format!("no\n{command}"),
            format!("no\r{command}"),
        ] {
            for arguments in [
                &["check", "NAME"][..],
                &["check", "--config", "NAME"],
                &["check", "--baseline", "NAME"],
                &["check", "--select", "NAME"],
                &["check", "--node", "NAME"],
                &["check", "--output", "no/NAME"],
                &["check", "--NAME"],
                &["explain", "--pod", "NAME"],
                &["rule", "NAME"],
                &["NAME"],
                &["render", "NAME"],
            ] {
                all.push(
                    arguments
                        .iter()
                        .map(|one| one.replace("NAME", &name))
                        .collect(),
                );
            }
        }
    }
    let mut seen = 0;
    for arguments in all {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let run = bounded_with(&directory, 2048, &arguments, &events);
        let said = format!("{}\n{}", run.stdout, run.stderr);
        for line in said.split(['\n', '\r']) {
            assert!(!is_command(line), "{arguments:?}: {line}");
        }
        seen += usize::from(said.contains("canary"));
        if arguments.contains(&"json") {
            // The escapes mean the same.
            let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
            assert!(report.to_string().contains("##vso["), "{report}");
        }
    }
    assert!(seen > 100, "{seen}");
}

#[test]
fn only_the_own_commands_are_commands_of_github() {
    let directory = directory();
    let run = bounded_with(
        &directory,
        2048,
        &["check", "--level", "info", "--format", "github"],
        "",
    );
    for line in run.stdout.split(['\n', '\r']) {
        let own = ["::error ", "::warning ", "::notice "];
        assert!(
            !is_command(line) || own.iter().any(|own| line.starts_with(own)),
            "{line}"
        );
        assert!(
            !COMMANDS[1..]
                .iter()
                .any(|command| line.contains(&command[..6])),
            "{line}"
        );
    }
    let summary = directory.path().join("summary.md");
    let mut command = directory.command();
    let output = command
        .args(["check", "--format", "github"])
        .env("GITHUB_STEP_SUMMARY", &summary)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(fs::read_to_string(summary).unwrap().contains("canary"));
}

/// Kinds, names and paths are text in Markdown, not markup.
#[test]
fn markdown_has_only_own_markup() {
    // podwright takes `[x]` for a placeholder.
    let evil = "<img src=x *b*|https://e.example";
    let directory = Directory::new(&[(
        "a[x](y)@team.yaml",
        &format!(
            "apiVersion: v1\nkind: \"{evil}\"\nmetadata: {{name: a}}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: \"a`{evil}`\"}}\n\
             spec: {{\"b`{evil}`c\": 1, containers: [{{name: a, image: \"`{evil}\"}}]}}\n"
        ),
    )]);
    let run = bounded_with(
        &directory,
        512,
        &["check", "--level", "info", "--format", "markdown"],
        "",
    );
    assert!(run.stdout.contains("e.example"), "{run:?}");
    for line in run
        .stdout
        .lines()
        .filter(|line| line.contains("e.example") || line.contains("team"))
    {
        // Without code spans and links to rules, which are the last cell.
        let text = line.rsplit_once(" | [").map_or(line, |(text, _)| text);
        let mut plain = String::new();
        let mut is_code = false;
        let mut before = ' ';
        for c in text.chars() {
            match c {
                '`' if before != '\\' => is_code = !is_code,
                _ if !is_code => plain.push(c),
                _ => {}
            }
            before = c;
        }
        assert!(!is_code, "{line}");
        for markup in ["[x](", "<img", "![y", "@team", "*b*"] {
            let escaped = plain
                .replace("\\[", "")
                .replace("\\]", "")
                .replace("\\*", "")
                .replace("\\!", "");
            assert!(!escaped.contains(markup), "{markup}: {line}");
        }
        assert!(!text.contains("<img"), "{line}");
    }
}

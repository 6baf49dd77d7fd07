//! Aliases: short to write, expensive to expand.

use crate::cli::run::{BAD, Directory};
use crate::robustness::bounded::{bounded, each, pod};

/// An alias bomb that expands to 9 to the power of 30 items.
fn bomb() -> String {
    "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned()
        + &each(29, |n| {
            let before = [format!("*a{n}").as_str(); 9].join(", ");
            format!("a{next}: &a{next} [{before}]\n", next = n + 1)
        })
}

#[test]
fn alias_bomb_is_contained_for_every_command_and_file_type() {
    let manifest = format!("apiVersion: v1\nkind: ConfigMap\n{}", bomb());
    let kustomization = format!("{}resources: *a29\npatches: *a29\nimages: *a29\n", bomb());
    let definition = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n{}spec: {{versions: *a29}}\n",
        bomb()
    );
    let directory = Directory::new(&[
        ("bomb.yaml", &manifest),
        ("kustomization.yaml", &kustomization),
        ("crds/bomb.yaml", &definition),
        ("node/var/lib/kubelet/config.yaml", &manifest),
        ("pod.yaml", BAD),
        (".podwright.yaml", "schemas: [crds]\n"),
    ]);
    for arguments in [
        &["check", "--format", "concise"][..],
        &["check", "--format", "concise", "--node", "node"],
        &["check", "--format", "concise", "--unsafe-fixes", "--diff"],
    ] {
        let arguments: Vec<&str> = match arguments.contains(&"--diff") {
            true => vec!["check", "--unsafe-fixes", "--diff"],
            false => arguments.to_vec(),
        };
        let run = bounded(&directory, 512, &arguments);
        assert_eq!(run.code, 1, "{run:?}");
        assert!(
            run.stdout.contains("pod.yaml"),
            "the other files are checked: {run:?}"
        );
    }
    let run = bounded(&directory, 512, &["explain"]);
    assert_eq!(run.code, 0, "{run:?}");
    let run = bounded(&directory, 512, &["explain", "event", "bomb.yaml"]);
    assert_eq!(run.code, 2, "{run:?}");
}

#[test]
fn alias_bomb_in_a_configuration_is_an_error_with_a_position() {
    let directory = Directory::new(&[
        (".podwright.yaml", &bomb()),
        (".kube-linter.yaml", &bomb()),
        ("pod.yaml", BAD),
    ]);
    let run = bounded(&directory, 512, &["check"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.starts_with("error: .podwright.yaml:"), "{run:?}");
    let run = bounded(&directory, 512, &["migrate"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.stderr.starts_with("error: .kube-linter.yaml:"),
        "{run:?}"
    );
}

/// Each document is within the limits of go-yaml, but a hundred kilobytes of them would expand to gigabytes.
#[test]
fn total_alias_expansion_is_limited_with_a_finding() {
    let document = |n: usize| {
        let variables = "    - {name: A, value: b}\n".repeat(30);
        let copies = "  - *c\n".repeat(30);
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: a{n}}}\nspec:\n  initContainers:\n  - &c\n    name: c\n    \
             image: x:1\n    env:\n{variables}  containers:\n{copies}"
        )
    };
    let directory = Directory::new(&[("many.yaml", &each(2_000, document)), ("pod.yaml", BAD)]);
    let run = bounded(
        &directory,
        1536,
        &[
            "check",
            "--format",
            "concise",
            "--select",
            "yaml-syntax,pull-policy-invalid",
        ],
    );
    assert_eq!(run.code, 1, "{}", run.stderr);
    let limit =
        "error[yaml-syntax] aliases in this file expand to more content than podwright reads";
    assert!(run.stdout.contains(limit), "{}", run.stderr);
    assert!(
        run.stdout.contains("pod.yaml:9:24: error"),
        "{}",
        run.stderr
    );
}

#[test]
fn secret_after_the_alias_limit_is_not_shown() {
    let document = |n: usize| {
        let variables = "    - {name: A, value: b}\n".repeat(90);
        let copies = "  - *c\n".repeat(30);
        format!(
            "---\napiVersion: v1\nkind: Secret\nmetadata: {{name: a{n}}}\nx:\n  b:\n  - &c\n    env:\n{variables}  \
             c:\n{copies}stringData: {{password: hunter2-hunter2}}\n"
        )
    };
    let directory = Directory::new(&[("many.yaml", &each(40, document))]);
    for format in ["text", "json", "sarif", "markdown"] {
        let run = bounded(
            &directory,
            1024,
            &["check", "--level", "info", "--format", format],
        );
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(run.stdout.contains("podwright reads"), "{}", run.stdout);
        assert!(!run.stdout.contains("hunter2"), "{format}");
    }
}

#[test]
fn variable_expansion_is_limited_to_the_maximum_program_size() {
    let long = "v".repeat(100_000);
    let references = each(900, |n| format!("    - {{name: E{n}, value: $(LONG)}}\n"));
    let text = pod(&format!(
        "  containers:\n  - name: c\n    image: x:1\n    env:\n    - {{name: LONG, value: {long}}}\n{references}"
    ));
    let directory = Directory::new(&[("pod.yaml", &text)]);
    for command in [
        &["check", "--level", "info"][..],
        &["explain", "--format", "json"],
    ] {
        let run = bounded(&directory, 512, command);
        assert!(run.code < 2, "{}", run.stderr);
        assert!(run.stdout.len() < 10_000_000);
    }
}

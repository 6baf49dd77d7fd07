//! Large inputs. With the sizes used here, quadratic algorithms would take hours.

use crate::cli::run::{BAD, Directory};
use crate::robustness::bounded::{bounded, bounded_with, each, pod};

const DEEP: usize = 100_000;

fn check(name: &str, text: &str, mebibytes: u64) -> String {
    let directory = Directory::new(&[(name, text), ("z/pod.yaml", BAD)]);
    let run = bounded(
        &directory,
        mebibytes,
        &["check", "--format", "concise", "."],
    );
    assert_eq!(run.code, 1, "{name}: {}", run.stderr);
    assert_eq!(run.stderr, "", "{name}");
    assert!(
        run.stdout.contains("z/pod.yaml:9:24: error"),
        "{name}: the other files are checked"
    );
    run.stdout
}

fn finds(name: &str, text: &str, finding: &str) {
    let stdout = check(name, text, 1024);
    let found = stdout
        .lines()
        .find(|line| line.starts_with(name) && line.contains(finding));
    assert!(
        found.is_some(),
        "{name}: {}",
        &stdout[..stdout.len().min(2000)]
    );
}

#[test]
fn too_deep_nesting_is_a_finding_without_stack_overflow() {
    let head = "apiVersion: v1\nkind: Pod\nspec: ";
    for text in [
        format!("{head}{}", "[".repeat(DEEP)),
        format!("{head}{}{}", "[".repeat(DEEP), "]".repeat(DEEP)),
        format!("{head}{}{}", "{a: ".repeat(DEEP), "}".repeat(DEEP)),
        format!("{head}\n{}", "- ".repeat(DEEP)),
        format!(
            "{head}\n{}",
            each(5_000, |n| format!("{}a:\n", " ".repeat(n + 1)))
        ),
    ] {
        finds("a.yaml", &text, "error[yaml-syntax]");
    }
    let json = format!(
        "{{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{}1{}}}",
        "{\"a\":".repeat(DEEP),
        "}".repeat(DEEP)
    );
    finds("a.json", &json, "error[yaml-syntax] nesting is deeper");
    let auths = format!(
        "{{\"auths\":{}1{}}}",
        "{\"a\":".repeat(DEEP),
        "}".repeat(DEEP)
    );
    finds(
        ".dockerconfigjson",
        &auths,
        "error[dockerconfig-invalid-json]",
    );
    let head = "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\"]\n";
    for toml in [
        format!("{head}a = {}{}\n", "[".repeat(DEEP), "]".repeat(DEEP)),
        format!("{head}a = {}1{}\n", "{a = ".repeat(DEEP), "}".repeat(DEEP)),
        format!("{head}[{}]\n", vec!["a"; DEEP].join(".")),
    ] {
        finds("config.toml", &toml, "error[containerd-toml-syntax]");
    }
}

/// Just below the limit, every recursion reaches the full depth on the stack of a worker thread.
#[test]
fn nesting_at_the_limit_is_walked() {
    let nested = format!("{}1{}", "{a: [".repeat(240), "]}".repeat(240));
    for text in [
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {nested}\n"),
        pod(&format!(
            "  containers: [{{name: c, image: x, env: {nested}}}]\n"
        )),
        format!("apiVersion: x.io/v1\nkind: Thing\nmetadata: {{name: a}}\nspec: {nested}\n"),
        format!("apiVersion: v1\nkind: List\nitems: {nested}\n"),
        each(240, |_| "{kind: List, apiVersion: v1, items: [".to_owned()) + &"]}".repeat(240),
        format!("apiVersion: v1\nkind: Secret\nstringData: {nested}\nx: a: b\n"),
    ] {
        let directory = Directory::new(&[
            ("a.yaml", &text),
            ("kustomization.yaml", &format!("patches: {nested}\n")),
        ]);
        for arguments in [
            &["check", "--level", "info", "--format", "json"][..],
            &["check", "--unsafe-fixes", "--diff"],
            &["explain", "--format", "json"],
        ] {
            let run = bounded(&directory, 512, arguments);
            assert!((0..2).contains(&run.code), "{arguments:?}: {}", run.stderr);
            assert!(!run.stdout.contains("internal-error"), "{arguments:?}");
        }
    }
    let directory = Directory::new(&[
        (".podwright.yaml", &format!("rules: {nested}\n")),
        ("pod.yaml", BAD),
    ]);
    assert_eq!(bounded(&directory, 512, &["check"]).code, 2);
}

#[test]
fn key_and_value_of_50_megabytes_are_read_but_not_printed() {
    let long = "k".repeat(50_000_000);
    for text in [
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\n{long}: v\n"),
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: {long}}}\n"),
        format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: a}} # podwright: ignore[{long}]\n"),
    ] {
        let stdout = check("a.yaml", &text, 2048);
        assert!(
            stdout.starts_with("a.yaml:"),
            "{}",
            &stdout[..stdout.len().min(300)]
        );
        assert!(stdout.len() < 100_000, "{}", stdout.len());
    }
}

#[test]
fn line_of_many_megabytes_is_read() {
    let entries = each(1_000_000, |n| format!("\"k{n}\":\"v\","));
    let text = format!(
        "{{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{{\"name\":\"a\"}},\"data\":{{{entries}\"z\":1}}}}"
    );
    check("a.json", &text, 2048);
}

#[test]
fn million_documents_are_read() {
    let directory =
        Directory::new(&[("a.yaml", &("---\na: 1\n".repeat(1_000_000) + "---\n" + BAD))]);
    let run = bounded(&directory, 1024, &["check", "--format", "concise"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stdout
            .contains("a.yaml:2000010:24: error[pull-policy-invalid]"),
        "{}",
        run.stdout
    );
    assert_eq!(run.stdout.matches("object-type-missing").count(), 10);
    let stdin = bounded_with(
        &directory,
        1024,
        &["check", "--allow-empty", "-"],
        &"---\n".repeat(1_000_000),
    );
    assert_eq!(stdin.code, 0, "{}", stdin.stderr);
}

#[test]
fn million_resources_of_a_kustomization_are_resolved() {
    let list = each(1_000_000, |n| format!("- f{n}.yaml\n"));
    let directory = Directory::new(&[
        (
            "kustomization.yaml",
            &format!("resources:\n{list}- pod.yaml\n"),
        ),
        ("pod.yaml", BAD),
    ]);
    let run = bounded(&directory, 1024, &["check", "--format", "concise"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stdout.contains("pod.yaml:9:24: error"),
        "{}",
        run.stdout
    );
}

#[test]
fn mutually_including_kustomizations_terminate() {
    let directory = Directory::new(&[("pod.yaml", BAD)]);
    for n in 0..40 {
        let all = each(40, |other| format!("- ../k{other}\n"));
        directory.write(
            &format!("k{n}/kustomization.yaml"),
            &format!("resources:\n{all}- ../pod.yaml\n"),
        );
    }
    let run = bounded(&directory, 512, &["check", "--format", "concise"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stdout.contains("pod.yaml:9:24: error"),
        "{}",
        run.stdout
    );
}

#[test]
fn oversized_pod_is_a_finding_and_not_checked() {
    let many = 100_000;
    let in_container = |list: String| format!("  containers:\n  - name: c\n    image: x:1\n{list}");
    for spec in [
        "  containers:\n".to_owned() + &each(many, |n| format!("  - {{name: c{n}, image: x:1}}\n")),
        in_container(
            "    env:\n".to_owned()
                + &each(many, |n| format!("    - {{name: E{n}, value: $(E{n})}}\n")),
        ),
        in_container(
            "    envFrom:\n".to_owned()
                + &each(many, |n| {
                    format!("    - {{configMapRef: {{name: m{n}}}}}\n")
                }),
        ),
        in_container(
            "    volumeMounts:\n".to_owned()
                + &each(many, |n| {
                    format!("    - {{name: v{n}, mountPath: /v{n}}}\n")
                }),
        ),
        in_container(String::new())
            + "  volumes:\n"
            + &each(many, |n| format!("  - {{name: v{n}, emptyDir: {{}}}}\n")),
        in_container(String::new())
            + "  imagePullSecrets:\n"
            + &each(many, |n| format!("  - {{name: s{n}}}\n")),
        in_container(String::new())
            + "  nodeSelector:\n"
            + &each(many, |n| format!("    l{n}: v\n")),
    ] {
        finds(
            "a.yaml",
            &pod(&spec),
            "error[pod-too-large] Pod has a list or mapping of 100000 items",
        );
    }
    let directory = Directory::new(&[(
        "a.yaml",
        &pod(&("  containers:\n".to_owned() + &each(2_000, |n| format!("  - {{name: c{n}}}\n")))),
    )]);
    let run = bounded(&directory, 512, &["explain"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.stderr
            .contains("a.yaml: Pod `web` is not explained: a list has 2000 items"),
        "{run:?}"
    );
}

#[test]
fn runtime_class_with_too_many_tolerations_is_not_merged() {
    let class = |count| {
        "apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: gvisor}\nhandler: runsc\n\
         scheduling:\n  tolerations:\n"
            .to_owned()
            + &each(count, |n| format!("  - {{key: k{n}, operator: Exists}}\n"))
    };
    let pods = each(2_000, |n| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{n}}}\nspec:\n  runtimeClassName: gvisor\n  \
             tolerations: [{{key: k1, operator: Equal, value: x}}]\n  containers: [{{name: a, image: 'nginx:1.27'}}]\n"
        )
    });
    finds(
        "a.yaml",
        &(class(20_000) + &pods),
        "error[pod-too-large] `scheduling` has a list or mapping of 20000 items",
    );
    let directory = Directory::new(&[("a.yaml", &(class(1_000) + &pods))]);
    let run = bounded(
        &directory,
        1024,
        &["check", "--level", "info", "--format", "concise"],
    );
    assert!(
        run.stdout.contains("[runtimeclass-toleration-redundant]"),
        "{run:?}"
    );
}

#[test]
fn shared_objects_are_not_read_for_each_pod() {
    let many = 400;
    let keys = each(20_000, |n| format!("  k{n}: v\n"));
    let shared = format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: s}}\ndata:\n{keys}");
    let pods = each(many, |n| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{n}}}\nspec:\n  containers: [{{name: c, image: x:1, envFrom: \
             [{{configMapRef: {{name: s}}}}], env: [{{name: A, valueFrom: {{configMapKeyRef: {{name: s, key: k{n}}}}}}}]}}]\n"
        )
    });
    finds(
        "a.yaml",
        &(shared + &pods),
        "error[pod-too-large] ConfigMap has 20000 keys",
    );
}

#[test]
fn many_registries_are_read() {
    let auths = each(50_000, |n| {
        format!("\"r{n}.example\":{{\"auth\":\"dTpw\"}},")
    });
    let text = format!("{{\"auths\":{{{auths}\"z.example\":{{\"auth\":\"dTpw\"}}}}}}");
    let stdout = check(".dockerconfigjson", &text, 2048);
    assert!(
        stdout.contains("error[pod-too-large] docker config has 50001 registries"),
        "{}",
        &stdout[..stdout.len().min(600)]
    );
}

#[test]
fn many_equal_keys_are_many_findings_and_one_fix() {
    let text = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n{}",
        "  k: v\n".repeat(20_000)
    );
    finds("a.yaml", &text, "error[yaml-duplicate-key]");
    let directory = Directory::new(&[("a.yaml", &text)]);
    let run = bounded(&directory, 1024, &["check", "--unsafe-fixes"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(directory.read("a.yaml").matches("k: v").count(), 1);
}

#[test]
fn lists_outside_of_pods_are_compared_in_linear_time() {
    let many = 20_000;
    let secrets = each(many, |n| format!("- {{name: s{}}}\n", n % 18_000));
    let account = format!(
        "apiVersion: v1\nkind: ServiceAccount\nmetadata: {{name: a}}\nimagePullSecrets:\n{secrets}"
    );
    finds("a.yaml", &account, "warning[image-pull-secret-duplicate]");
    let ports = each(many, |n| {
        format!("  - {{port: {}, name: p{n}}}\n", n % 18_000 + 1)
    });
    let service =
        format!("apiVersion: v1\nkind: Service\nmetadata: {{name: a}}\nspec:\n  ports:\n{ports}");
    finds("a.yaml", &service, "list-map-key-duplicate");
    let labels = each(many, |n| format!("      l{n}: v\n"));
    let workload = format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: a}}\nspec:\n  selector:\n    matchLabels:\n{labels}  template: \
         {{metadata: {{labels: {{l1: w}}}}, spec: {{containers: [{{name: c, image: x}}]}}}}\n"
    );
    finds("a.yaml", &workload, "error[selector-template-mismatch]");
    let list = each(20_000, |n| {
        format!("- {{apiVersion: v1, kind: Secret, metadata: {{name: s{n}}}}}\n")
    });
    finds(
        "a.yaml",
        &format!("apiVersion: v1\nkind: List\nitems:\n{list} a: b: c\n"),
        "error[yaml-syntax]",
    );
}

#[test]
fn unclosed_references_take_linear_time() {
    let text = "$(".repeat(1_000_000);
    check(
        "a.yaml",
        &pod(&format!(
            "  containers: [{{name: c, image: x:1, args: ['{text}']}}]\n"
        )),
        1024,
    );
}

#[test]
fn too_large_file_is_a_finding_if_it_may_be_a_manifest() {
    let padding = "# nothing\n".repeat(7_000_000);
    let stdout = check(
        "a.yaml",
        &format!("apiVersion: v1\nkind: Pod\n{padding}"),
        2048,
    );
    assert!(
        stdout.starts_with("a.yaml:1:1: error[yaml-syntax] file is too large"),
        "{stdout}"
    );
    let data = format!("[{}1]", "1,".repeat(35_000_000));
    let directory = Directory::new(&[("data.json", &data)]);
    let run = bounded(&directory, 1024, &["check"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.stdout.contains("1 not a manifest"), "{run:?}");
}

#[test]
fn nested_braces_in_a_glob_do_not_overflow() {
    let braces = "{a,".repeat(DEEP) + &"}".repeat(DEEP);
    let directory = Directory::new(&[
        ("ignoring/.gitignore", &format!("{braces}\n")),
        ("ignoring/a.yaml", BAD),
        ("pod.yaml", BAD),
    ]);
    let run = bounded(&directory, 512, &["check", "--format", "concise"]);
    assert_eq!(run.code, 1, "{run:?}");
    let refused = "ignoring/.gitignore:1:1: error[unreadable-file] cannot read file: a line is longer than 4,096";
    assert!(run.stdout.starts_with(refused), "{run:?}");
    assert!(run.stdout.contains("pod.yaml:9:24: error"), "{run:?}");
    for asked in ["ignoring", "ignoring/deeper"] {
        directory.write("ignoring/deeper/a.yaml", BAD);
        let run = bounded(&directory, 512, &["check", "--format", "concise", asked]);
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.stdout.starts_with(refused), "{run:?}");
    }
    directory.write(".podwright.yaml", &format!("exclude: [\"{braces}\"]\n"));
    let run = bounded(&directory, 512, &["check", "--format", "concise"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(
        run.stderr
            .starts_with("error: .podwright.yaml:1:11: glob is 400000 bytes"),
        "{run:?}"
    );
}

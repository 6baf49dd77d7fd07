//! `.podwright.yaml`: where it is found, and its effects.

use crate::cli::run::{BAD, Directory, GOOD};

const OFF: &str = "rules:\n  pull-policy-invalid: off\n";

/// Runs all rules that the configuration leaves enabled; `--select` would enable others.
fn check(directory: &Directory, arguments: &[&str]) -> crate::cli::run::Run {
    directory.run(
        &[&["check", "--format", "concise"], arguments].concat(),
        &[],
        "",
    )
}

fn found_in(run: &crate::cli::run::Run) -> Vec<&str> {
    let lines = run.stdout.lines();
    lines
        .filter(|line| line.contains("[pull-policy-invalid]"))
        .filter_map(|line| line.split(':').next())
        .collect()
}

#[test]
fn nearest_configuration_applies() {
    let directory = Directory::new(&[
        (".podwright.yaml", OFF),
        ("a/pod.yaml", BAD),
        ("b/.podwright.yml", "namespace: shop\n"),
        ("b/c/pod.yaml", BAD),
    ]);
    assert_eq!(found_in(&check(&directory, &[])), ["b/c/pod.yaml"]);
    assert_eq!(
        found_in(&check(&directory, &["--no-config"])),
        ["a/pod.yaml", "b/c/pod.yaml"]
    );
    assert!(found_in(&check(&directory, &["--config", ".podwright.yaml"])).is_empty());
}

#[test]
fn configuration_is_found_above_the_working_directory() {
    let directory = Directory::new(&[
        (
            ".podwright.yaml",
            "overrides:\n  - paths: [a/old]\n    rules: {pull-policy-invalid: off}\n",
        ),
        ("a/pod.yaml", BAD),
        ("a/old/pod.yaml", BAD),
    ]);
    let mut command = directory.command();
    command.current_dir(directory.path().join("a"));
    let output = command
        .args(["check", "--format", "concise"])
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.contains("pod.yaml:9:24"), "{stdout}");
    assert!(!stdout.contains("old/pod.yaml"), "{stdout}");
}

#[test]
fn excluded_files_are_counted() {
    let directory = Directory::new(&[
        (".podwright.yaml", "exclude:\n  - vendor/\n"),
        ("vendor/x/pod.yaml", BAD),
        ("pod.yaml", GOOD),
    ]);
    for arguments in [&[][..], &["pod.yaml", "vendor/x/pod.yaml"]] {
        let run = directory.check(arguments);
        assert_eq!(run.code, 0);
        assert!(
            run.stdout.ends_with("; skipped 1: 1 excluded\n"),
            "{}",
            run.stdout
        );
    }
}

#[test]
fn errors_have_a_position_and_a_suggestion() {
    let directory = Directory::new(&[("pod.yaml", GOOD)]);
    for (config, expected) in [
        (
            "# ours\nrules:\n  pull-policy-invald: off\n",
            ".podwright.yaml:3:3: unknown rule `pull-policy-invald`: did you mean `pull-policy-invalid`?",
        ),
        (
            "kubernetes: 1.36\nnamspace: shop\n",
            ".podwright.yaml:2:1: unknown key `namspace`: did you mean `namespace`?",
        ),
        (
            "rules:\n  pull-policy-invalid: wraning\n",
            ".podwright.yaml:2:24: unknown value `wraning`: did you mean `warning`?",
        ),
    ] {
        directory.write(".podwright.yaml", config);
        let run = directory.check(&[]);
        assert_eq!(run.code, 2, "{config}");
        assert_eq!(run.stderr, format!("error: {expected}\n"));
        assert_eq!(run.stdout, "");
    }
    directory.write(".podwright.yaml", "rules: [\n");
    let run = directory.check(&[]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.starts_with("error: .podwright.yaml:"),
        "{}",
        run.stderr
    );
}

#[test]
fn missing_configuration_exits_with_2() {
    let directory = Directory::new(&[("pod.yaml", GOOD)]);
    let run = directory.check(&["--config", "no.yaml"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no.yaml"), "{}", run.stderr);
}

#[test]
fn unquoted_version_keeps_its_zero() {
    let directory = Directory::new(&[
        ("pod.yaml", GOOD),
        (".podwright.yaml", "kubernetes: 1.30\n"),
    ]);
    assert_eq!(directory.check(&[]).code, 0);
    directory.write(".podwright.yaml", "kubernetes: 1.3\n");
    let run = directory.check(&[]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("1:13: Kubernetes 1.3 is not supported"),
        "{}",
        run.stderr
    );
}

#[test]
fn declared_pod_templates_of_custom_resources_are_checked() {
    let custom = "\
apiVersion: example.org/v1
kind: Farm
metadata:
  name: farm
spec:
  worker:
    pod:
      containers:
        - name: web
          image: registry.example/web:1.4.2
          imagePullPolicy: always
";
    let directory = Directory::new(&[("farm.yaml", custom)]);
    assert_eq!(directory.check(&[]).code, 0);
    directory.write(
        ".podwright.yaml",
        "pod-templates:\n  - kind: Farm\n    group: example.org\n    path: spec.worker.pod\n",
    );
    assert_eq!(directory.check(&[]).code, 1);
}

#[test]
fn strict_and_today_control_suppressions() {
    let ignored =
        "imagePullPolicy: always # podwright: ignore[pull-policy-invalid] until=2026-11-30 x";
    let text = BAD.replace("imagePullPolicy: always", ignored);
    let directory = Directory::new(&[("pod.yaml", &text)]);
    assert_eq!(directory.check(&["--today", "2026-11-30"]).code, 0);
    let late = check(&directory, &["--today", "2026-12-01"]);
    assert_eq!(late.code, 1);
    assert!(late.stdout.contains("[expired-ignore]"), "{}", late.stdout);
    let strict = directory.check(&["--today", "2026-11-30", "--strict", "--format", "concise"]);
    assert_eq!(strict.code, 1);
    assert_eq!(
        strict.stdout.matches("pod.yaml:").count(),
        1,
        "{}",
        strict.stdout
    );
}

#[test]
fn migrated_configuration_is_valid() {
    let directory = Directory::new(&[
        (
            ".kube-linter.yaml",
            "checks:\n  doNotAutoAddDefaults: true\n  exclude: [latest-tag]\n",
        ),
        ("pod.yaml", &GOOD.replace(":1.4.2", ":latest")),
    ]);
    assert_eq!(check(&directory, &[]).code, 1);
    let printed = directory.run(&["migrate"], &[], "");
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    assert!(printed.stdout.contains("  image-tag-latest: off\n"));
    let written = directory.run(&["migrate", "--write"], &[], "");
    assert_eq!(
        (
            written.code,
            written.stdout.as_str(),
            written.stderr.as_str()
        ),
        (0, "", "note: wrote .podwright.yaml\n")
    );
    assert_eq!(directory.read(".podwright.yaml"), printed.stdout);
    assert_eq!(check(&directory, &[]).code, 0);
    let again = directory.run(&["migrate", "--write"], &[], "");
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("already exists"), "{}", again.stderr);
    let nothing = Directory::new(&[]).run(&["migrate"], &[], "");
    assert_eq!(nothing.code, 2);
    assert!(
        nothing.stderr.contains(".kube-linter.yaml"),
        "{}",
        nothing.stderr
    );
}

#[test]
fn annotations_of_other_tools_are_opt_in() {
    let annotations =
        "  name: web\n  annotations: {ignore-check.kube-linter.io/latest-tag: moving}\nspec";
    let text = GOOD
        .replace(":1.4.2", ":latest")
        .replace("  name: web\nspec", annotations);
    let directory = Directory::new(&[("pod.yaml", &text)]);
    assert_eq!(check(&directory, &[]).code, 1);
    assert_eq!(
        check(&directory, &["--compat", "kube-linter,polaris"]).code,
        0
    );
    let wrong = check(&directory, &["--compat", "kubelinter"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.stderr.contains("did you mean kube-linter?"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn custom_kinds_are_read_from_schema_directories() {
    const DEFINITION: &str = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
        metadata: {name: gadgets.example.com}\nspec:\n  group: example.com\n  scope: Namespaced\n  \
        names: {kind: Gadget, plural: gadgets}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    \
        schema: {openAPIV3Schema: {type: object, properties: {size: {type: integer}}}}\n";
    let gadget = "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: g}\nsize: big\n";
    let directory = Directory::new(&[
        ("shop/.podwright.yaml", "schemas: [../crds]\n"),
        ("crds/deep/gadget.yaml", DEFINITION),
        ("crds/README.md", "kind: CustomResourceDefinition"),
        ("shop/gadget.yaml", gadget),
        ("other/gadget.yaml", gadget),
        ("bad/.podwright.yaml", "schemas: [nowhere]\n"),
        ("bad/gadget.yaml", gadget),
    ]);
    let run = check(&directory, &["shop", "--level", "info"]);
    assert!(
        run.stdout
            .contains("shop/gadget.yaml:4:7: error[wrong-type]"),
        "{}",
        run.stdout
    );
    let run = check(&directory, &["other", "--level", "info"]);
    assert!(run.stdout.contains("info[unknown-kind]"), "{}", run.stdout);
    assert!(!run.stdout.contains("[wrong-type]"), "{}", run.stdout);
    let run = check(&directory, &["bad"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("bad/nowhere"), "{}", run.stderr);
}

#[test]
fn profiles_switch_rules_on() {
    let directory = Directory::new(&[
        ("strict/.podwright.yaml", "profile: strict\n"),
        ("strict/pod.yaml", PROFILED),
        (
            "off/.podwright.yaml",
            "profile: [strict]\nrules: {image-short-name: off}\n",
        ),
        ("off/pod.yaml", PROFILED),
        ("plain/pod.yaml", PROFILED),
        ("bad/.podwright.yaml", "profile: [strickt]\n"),
        ("bad/pod.yaml", PROFILED),
    ]);
    let has = |arguments: &[&str]| {
        let run = check(&directory, &[arguments, &["--level", "info"]].concat());
        run.stdout.contains("image-short-name")
    };
    assert!(!has(&["plain"]));
    assert!(has(&["strict"]));
    assert!(!has(&["off"]));
    assert!(has(&["plain", "--profile", "strict"]));
    assert!(has(&["plain", "--profile", "security,all"]));
    assert!(!has(&["plain", "--profile", "security"]));
    let run = check(&directory, &["bad"]);
    assert_eq!(run.code, 2);
    let expected = "bad/.podwright.yaml:1:11: unknown profile `strickt`: did you mean `strict`?";
    assert!(run.stderr.contains(expected), "{}", run.stderr);
    let run = check(&directory, &["plain", "--profile", "strickt"]);
    assert!(
        run.stderr.contains("did you mean strict?"),
        "{}",
        run.stderr
    );
}

const PROFILED: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: web\n    \
    image: nginx:1.27.4\n";

/// A Pod that leaves the user to the image is advice, unless somebody asks for more.
#[test]
fn a_configured_level_applies_to_what_is_advice_by_default() {
    let level = |configuration: &str| {
        let files = [(".podwright.yaml", configuration), ("pod.yaml", GOOD)];
        let arguments = ["check", "--level", "info", "--format", "concise"];
        let run = Directory::new(&files).run(&arguments, &[], "");
        let mut lines = run.stdout.lines();
        let line = lines.find(|line| line.contains("[run-as-root]"));
        let line = line.unwrap_or_else(|| panic!("{}", run.stdout));
        let (_, rest) = line.split_once(": ").unwrap();
        rest.split_once('[').unwrap().0.to_owned()
    };
    assert_eq!(level("profile: [security]\n"), "info");
    assert_eq!(
        level("profile: [security]\nrules: {run-as-root: warning}\n"),
        "warning"
    );
    assert_eq!(level("rules: {run-as-root: error}\n"), "error");
}

/// The claims of a StatefulSet are not among the files, and exist.
#[test]
fn claims_of_a_stateful_set_are_not_missing() {
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, namespace: shop}\nspec:\n  serviceName: db\n  selector: {matchLabels: {app: db}}\n  template:\n    metadata: {labels: {app: db}}\n    spec: {containers: [{name: db, image: 'db:1.0.0'}]}\n  volumeClaimTemplates:\n    - metadata: {name: data}\n      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n";
    let missing = |claim: &str| {
        let pod = format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: backup, namespace: shop}}\nspec:\n  containers: [{{name: a, image: 'a:1.0.0'}}]\n  volumes: [{{name: data, persistentVolumeClaim: {{claimName: {claim}}}}}]\n"
        );
        let directory = Directory::new(&[("db.yaml", set), ("backup.yaml", &pod)]);
        let run = check(&directory, &["--complete"]);
        run.stdout.contains("[config-ref-missing]")
    };
    assert!(!missing("data-db-0"));
    assert!(missing("data-other-0"));
    assert!(missing("data-db"));
}

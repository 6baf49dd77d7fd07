//! Output formats for other programs contain what these programs require.

use serde_json::Value;

use crate::cli::run::{BAD, Directory};

/// A directory with many findings, and a file name with characters that XML and workflow commands escape.
fn directory() -> Directory {
    let latest = BAD.replace("web:1.4.2", "web:latest");
    Directory::new(&[("a,b & 100%.yaml", BAD), ("é/pod.yaml", &latest)])
}

fn report(format: &str) -> String {
    let run = directory().run(&["check", "--format", format], &[], "");
    assert_eq!(run.code, 1, "{}", run.stderr);
    run.stdout
}

fn json(format: &str) -> Value {
    serde_json::from_str(&report(format)).unwrap()
}

#[test]
fn sarif_contains_what_code_scanning_requires() {
    let log = json("sarif");
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["automationDetails"]["id"], "podwright/");
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        let rule = &run["tool"]["driver"]["rules"][index];
        assert_eq!(rule["id"], result["ruleId"]);
        for text in ["shortDescription", "fullDescription", "help"] {
            assert!(
                rule[text]["text"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty())
            );
        }
        let hash = result["partialFingerprints"]["primaryLocationLineHash"].as_str();
        assert!(hash.is_some_and(|hash| hash.ends_with(":1")), "{result}");
    }
    let location = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(
        location["artifactLocation"]["uri"],
        "a%2Cb%20%26%20100%25.yaml"
    );
    let region =
        serde_json::json!({ "startLine": 9, "startColumn": 24, "endLine": 9, "endColumn": 30 });
    assert_eq!(location["region"], region);
    let change = &results[0]["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(change["deletedRegion"], region);
    assert_eq!(change["insertedContent"]["text"], "Always");
}

#[test]
fn github_commands_are_escaped_and_sorted_by_severity() {
    let directory = directory();
    let summary = directory.path().join("summary.md");
    let run = directory.run(
        &["check", "--format", "github"],
        &[("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())],
        "",
    );
    let lines: Vec<&str> = run.stdout.lines().collect();
    let first = "::error file=a%2Cb & 100%25.yaml,line=9,endLine=9,col=24,endColumn=30,\
                 title=pull-policy-invalid::";
    assert!(lines[0].starts_with(first), "{}", lines[0]);
    assert!(lines[2].starts_with("::warning "), "{}", lines[2]);
    let summary = std::fs::read_to_string(summary).unwrap();
    assert!(summary.starts_with("### podwright"), "{summary}");
    assert_eq!(summary.matches("| error |").count(), 2);
}

#[test]
fn github_reports_the_number_of_omitted_findings() {
    let pods: String = (0..13).map(|_| format!("{BAD}---\n")).collect();
    let run = Directory::new(&[("pods.yaml", &pods)]).check(&["--format", "github"]);
    let errors = run.stdout.matches("::error file=").count();
    assert_eq!(errors, 10);
    assert!(
        run.stdout.contains("::3 more of this level"),
        "{}",
        run.stdout
    );
}

#[test]
fn fingerprints_are_unique_where_consumers_need_it() {
    let twice = format!("{BAD}---\n{BAD}");
    let directory = Directory::new(&[("pod.yaml", &twice)]);
    let log: Value = serde_json::from_str(&directory.check(&["--format", "sarif"]).stdout).unwrap();
    let own = |index: usize| {
        log["runs"][0]["results"][index]["partialFingerprints"]["podwright/v2"].as_str()
    };
    let (first, second) = (own(0).unwrap(), own(1).unwrap());
    assert_eq!(first.strip_suffix(":1"), second.strip_suffix(":2"));
    let run = directory.check(&["--format", "gitlab"]);
    let issues: Vec<Value> = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(issues.len(), 2);
    assert_ne!(issues[0]["fingerprint"], issues[1]["fingerprint"]);
    assert_eq!(issues[0]["severity"], "major");
    assert_eq!(issues[0]["location"]["lines"]["begin"], 9);
    for key in ["description", "check_name"] {
        assert!(issues[0][key].is_string());
    }
}

#[test]
fn rdjson_columns_count_bytes() {
    let flow = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: é, image: a:1.2.3, \
                imagePullPolicy: always}]}\n";
    let run = Directory::new(&[("pod.yaml", flow)]).check(&["--format", "rdjson"]);
    let value: Value = serde_json::from_str(&run.stdout).unwrap();
    let range = &value["diagnostics"][0]["location"]["range"];
    let line = flow.lines().nth(3).unwrap();
    assert_eq!(range["start"]["column"], line.find("always").unwrap() + 1);
    assert_eq!(value["diagnostics"][0]["severity"], "ERROR");
    let suggestion = &value["diagnostics"][0]["suggestions"][0];
    assert_eq!(suggestion["text"], "Always");
    assert_eq!(&suggestion["range"], range);
}

#[test]
fn xml_is_well_formed() {
    for format in ["junit", "checkstyle"] {
        let text = report(format);
        let document = roxmltree::Document::parse(&text).unwrap();
        let names: Vec<&str> = document
            .descendants()
            .filter_map(|node| node.attribute("name"))
            .collect();
        assert!(names.contains(&"a,b & 100%.yaml"), "{names:?}");
        let of = |tag: &str| {
            document
                .descendants()
                .filter(|node| node.has_tag_name(tag))
                .count()
        };
        assert_eq!(of("failure") + of("error"), 3, "{text}");
    }
    let clean =
        Directory::new(&[("pod.yaml", crate::cli::run::GOOD)]).check(&["--format", "junit"]);
    assert!(
        clean.stdout.contains("tests=\"1\" failures=\"0\""),
        "{}",
        clean.stdout
    );
}

/// Test names stay the same if lines are added, and only what makes the run fail is a failure.
#[test]
fn junit_fails_as_the_run_does() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - {name: web, image: 'nginx:1.27.0', imagePullPolicy: always}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: pull}\ntype: kubernetes.io/dockerconfigjson\nstringData: {.dockerconfigjson: '{\"auths\": {}}'}\n";
    let directory = Directory::new(&[("pod.yaml", pod)]);
    let run = directory.check(&[
        "--select",
        "dockerconfig-no-auths",
        "--format",
        "junit",
        "--level",
        "info",
    ]);
    let document = roxmltree::Document::parse(&run.stdout).unwrap();
    let tests = document.descendants();
    let tests: Vec<(&str, bool)> = tests
        .filter(|node| node.has_tag_name("testcase"))
        .map(|node| {
            let mut children = node.children();
            let is_failed = children.any(|child| child.has_tag_name("failure"));
            (node.attribute("name").unwrap(), is_failed)
        })
        .collect();
    assert_eq!(
        tests,
        [
            (
                "pull-policy-invalid Pod/web spec.containers[0].imagePullPolicy",
                true
            ),
            (
                "dockerconfig-no-auths Secret/pull stringData[\".dockerconfigjson\"]",
                false
            ),
        ]
    );
    let suites = document.root_element();
    assert_eq!(suites.attribute("tests"), Some("2"));
    assert_eq!(suites.attribute("failures"), Some("1"));
    let run = directory.check(&["--format", "junit", "--fail-on", "never"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("failures=\"0\""), "{}", run.stdout);
}

#[test]
fn reports_contain_the_help() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - {name: web, image: 'nginx:1.27.0', imagePullPolicy: always}\n";
    let directory = Directory::new(&[("pod.yaml", pod)]);
    for format in ["junit", "checkstyle", "gitlab", "markdown"] {
        let run = directory.check(&["--format", format]);
        assert!(run.stdout.contains("Always"), "{format}: {}", run.stdout);
    }
}

#[test]
fn jsonl_writes_findings_and_a_summary() {
    let text = report("jsonl");
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0]["rule"], "pull-policy-invalid");
    assert_eq!(lines[3]["version"], 1);
    assert_eq!(lines[3]["summary"]["findings"]["error"], 2);
}

#[test]
fn markdown_table() {
    let text = report("markdown");
    assert_eq!(
        text.lines().filter(|line| line.starts_with("| ")).count(),
        4
    );
    assert!(text.contains("a,b & 100%.yaml:9:24"), "{text}");
    assert!(
        text.contains(
            "\n- note: assuming Kubernetes 1.36; set `kubernetes:` in .podwright.yaml\n\n| level"
        ),
        "{text}"
    );
}

#[test]
fn several_reports_are_written() {
    let directory = directory();
    let run = directory.check(&[
        "--format",
        "sarif=out.sarif",
        "--format",
        "concise",
        "--format=junit=out.xml",
    ]);
    assert!(
        run.stdout.contains("error[pull-policy-invalid]"),
        "{}",
        run.stdout
    );
    let written = |name: &str| std::fs::read_to_string(directory.path().join(name)).unwrap();
    assert!(written("out.sarif").starts_with('{'));
    assert!(written("out.xml").starts_with("<?xml"));
    let clash = directory.check(&["--format", "sarif", "--format", "json"]);
    assert_eq!(clash.code, 2);
    assert!(
        clash.stderr.contains("add an output file"),
        "{}",
        clash.stderr
    );
    let unknown = directory.check(&["--format", "sarff"]);
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.stderr.contains("did you mean sarif?"),
        "{}",
        unknown.stderr
    );
}

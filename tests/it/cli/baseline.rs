//! With a baseline, only new findings are shown and fail.

use crate::cli::run::{BAD, Directory, Run};

const FILE: &[&str] = &["--baseline", "baseline.json"];

fn adopted() -> Directory {
    let directory = Directory::new(&[("a.yaml", BAD), ("b.yaml", BAD)]);
    let run = check(&directory, &["--write-baseline"]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (0, "note: wrote 2 findings to baseline.json\n")
    );
    directory
}

fn check(directory: &Directory, more: &[&str]) -> Run {
    directory.check(&[FILE, more, &["--format", "concise", "."]].concat())
}

#[test]
fn known_findings_do_not_fail() {
    let directory = adopted();
    let run = check(&directory, &[]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(run.stdout.contains("2 in the baseline"), "{}", run.stdout);
    assert!(!run.stdout.contains("fixable"), "{}", run.stdout);
    assert!(
        !run.stdout.contains("pull-policy-invalid"),
        "{}",
        run.stdout
    );
}

#[test]
fn new_findings_fail() {
    let directory = adopted();
    directory.write("c.yaml", &BAD.replace("name: web\nspec", "name: new\nspec"));
    let run = check(&directory, &[]);
    assert_eq!(run.code, 1);
    assert_eq!(run.stdout.matches("[pull-policy-invalid]").count(), 1);
    assert!(run.stdout.starts_with("c.yaml:9:24"), "{}", run.stdout);
    // Another occurrence in a known file is also new.
    directory.write("a.yaml", &format!("{BAD}---\n{BAD}"));
    let run = check(&directory, &[]);
    assert_eq!(run.stdout.matches("[pull-policy-invalid]").count(), 2);
}

#[test]
fn moved_lines_and_renamed_files_are_recognized() {
    let directory = adopted();
    directory.write("a.yaml", &format!("# a line\n# and another\n{BAD}"));
    std::fs::rename(
        directory.path().join("b.yaml"),
        directory.path().join("z.yaml"),
    )
    .unwrap();
    let run = check(&directory, &[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
}

#[test]
fn fixed_findings_are_reported_and_dropped_on_write() {
    let directory = adopted();
    directory.write("a.yaml", crate::cli::run::GOOD);
    let run = check(&directory, &[]);
    assert_eq!(run.code, 0);
    assert!(
        run.stderr
            .contains("1 finding of the baseline no longer occurs"),
        "{}",
        run.stderr
    );
    check(&directory, &["--write-baseline"]);
    assert!(!directory.read("baseline.json").contains("a.yaml"));
    let run = check(&directory, &[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn prune_removes_fixed_findings_and_keeps_new_ones_new() {
    let directory = adopted();
    directory.write("a.yaml", crate::cli::run::GOOD);
    directory.write("c.yaml", &BAD.replace("name: web\nspec", "name: new\nspec"));
    let run = check(&directory, &["--prune-baseline"]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (1, "note: removed 1 fixed finding from baseline.json\n")
    );
    assert!(run.stdout.starts_with("c.yaml:9:24"), "{}", run.stdout);
    let text = directory.read("baseline.json");
    assert!(
        text.contains("b.yaml") && !text.contains("a.yaml") && !text.contains("c.yaml"),
        "{text}"
    );
    assert_eq!(check(&directory, &[]).stderr, "");
}

#[test]
fn partial_run_ignores_entries_of_other_files() {
    let directory = adopted();
    let run = directory.check(&[FILE, &["--format", "concise", "b.yaml"]].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
}

#[test]
fn file_is_sorted_with_one_entry_per_line_and_no_source_text() {
    let directory = adopted();
    let text = directory.read("baseline.json");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4);
    assert!(
        lines[1].starts_with("{\"path\":\"a.yaml\",\"rule\":\"pull-policy-invalid\""),
        "{text}"
    );
    assert!(!text.contains("always"));
    serde_json::from_str::<serde_json::Value>(&text).unwrap();
}

#[test]
fn an_outdated_baseline_names_the_command_that_updates_it() {
    let directory = adopted();
    let text = directory.read("baseline.json");
    assert!(text.starts_with("{\"version\": 2,"), "{text}");
    let outdated = text.replace("\"version\": 2", "\"version\": 1");
    directory.write("baseline.json", &outdated);
    for more in [&[][..], &["--prune-baseline"]] {
        let run = check(&directory, more);
        assert_eq!(run.code, 1);
        assert!(
            run.stderr
                .contains("`--baseline baseline.json --write-baseline`"),
            "{}",
            run.stderr
        );
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
        assert_eq!(directory.read("baseline.json"), outdated);
    }
    check(&directory, &["--write-baseline"]);
    assert_eq!(directory.read("baseline.json"), text);
}

#[test]
fn invalid_baseline_exits_with_2() {
    let directory = Directory::new(&[("a.yaml", BAD)]);
    let run = check(&directory, &[]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("create one with `--write-baseline`"),
        "{}",
        run.stderr
    );
    for (text, said) in [
        ("{\"version\": 1,\n \"findings\": [{}]}", "line 2"),
        ("{\"version\": 7, \"findings\": []}", "version 7"),
        ("", "not a baseline file"),
    ] {
        directory.write("baseline.json", text);
        let run = check(&directory, &[]);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    let run = directory.check(&["--write-baseline"]);
    assert_eq!(run.code, 2);
}

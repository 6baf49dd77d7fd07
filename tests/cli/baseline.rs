//! Only what is new is shown and fails.

use crate::run::{BAD, Folder, Run};

const FILE: &[&str] = &["--baseline", "baseline.json"];

fn adopted() -> Folder {
    let folder = Folder::new(&[("a.yaml", BAD), ("b.yaml", BAD)]);
    let run = check(&folder, &["--write-baseline"]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (0, "note: 2 findings in baseline.json\n")
    );
    folder
}

fn check(folder: &Folder, more: &[&str]) -> Run {
    folder.check(&[FILE, more, &["--format", "concise", "."]].concat())
}

#[test]
fn what_was_there_does_not_fail() {
    let folder = adopted();
    let run = check(&folder, &[]);
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
fn what_is_new_fails_alone() {
    let folder = adopted();
    folder.write("c.yaml", &BAD.replace("name: web\nspec", "name: new\nspec"));
    let run = check(&folder, &[]);
    assert_eq!(run.code, 1);
    assert_eq!(run.stdout.matches("[pull-policy-invalid]").count(), 1);
    assert!(run.stdout.starts_with("c.yaml:9:24"), "{}", run.stdout);
    // The same once more in a file that is known is new too.
    folder.write("a.yaml", &format!("{BAD}---\n{BAD}"));
    let run = check(&folder, &[]);
    assert_eq!(run.stdout.matches("[pull-policy-invalid]").count(), 2);
}

#[test]
fn moved_lines_and_renamed_files_are_known() {
    let folder = adopted();
    folder.write("a.yaml", &format!("# a line\n# and another\n{BAD}"));
    std::fs::rename(folder.path().join("b.yaml"), folder.path().join("z.yaml")).unwrap();
    let run = check(&folder, &[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
}

#[test]
fn what_is_found_no_more_is_told_and_dropped_on_request() {
    let folder = adopted();
    folder.write("a.yaml", crate::run::GOOD);
    let run = check(&folder, &[]);
    assert_eq!(run.code, 0);
    assert!(
        run.stderr.contains("1 of the baseline are found no more"),
        "{}",
        run.stderr
    );
    check(&folder, &["--write-baseline"]);
    assert!(!folder.read("baseline.json").contains("a.yaml"));
    let run = check(&folder, &[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn what_is_found_no_more_is_taken_out_and_what_is_new_stays_new() {
    let folder = adopted();
    folder.write("a.yaml", crate::run::GOOD);
    folder.write("c.yaml", &BAD.replace("name: web\nspec", "name: new\nspec"));
    let run = check(&folder, &["--prune-baseline"]);
    assert_eq!(
        (run.code, run.stderr.as_str()),
        (1, "note: 1 taken out of baseline.json\n")
    );
    assert!(run.stdout.starts_with("c.yaml:9:24"), "{}", run.stdout);
    let text = folder.read("baseline.json");
    assert!(
        text.contains("b.yaml") && !text.contains("a.yaml") && !text.contains("c.yaml"),
        "{text}"
    );
    assert_eq!(check(&folder, &[]).stderr, "");
}

#[test]
fn a_run_over_one_file_says_nothing_of_the_others() {
    let folder = adopted();
    let run = folder.check(&[FILE, &["--format", "concise", "b.yaml"]].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
}

#[test]
fn the_file_is_sorted_a_line_an_entry_and_shows_no_text() {
    let folder = adopted();
    let text = folder.read("baseline.json");
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
fn a_baseline_that_is_none_is_exit_code_2() {
    let folder = Folder::new(&[("a.yaml", BAD)]);
    let run = check(&folder, &[]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("--write-baseline writes one"),
        "{}",
        run.stderr
    );
    for (text, said) in [
        ("{\"version\": 1,\n \"findings\": [{}]}", "line 2"),
        ("{\"version\": 7, \"findings\": []}", "version 7"),
        ("", "no baseline"),
    ] {
        folder.write("baseline.json", text);
        let run = check(&folder, &[]);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
    let run = folder.check(&["--write-baseline"]);
    assert_eq!(run.code, 2);
}

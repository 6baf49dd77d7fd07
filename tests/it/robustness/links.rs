//! Symbolic links that lead out of what is checked.

use std::fs;
use std::os::unix::fs::symlink;

use crate::cli::run::{BAD, Directory, GOOD};
use crate::robustness::bounded::bounded;

fn directory() -> Directory {
    let directory = Directory::new(&[
        ("repo/own.yaml", BAD),
        ("out/a.yaml", BAD),
        ("out/deep/b.yaml", BAD),
    ]);
    let at = |name: &str| directory.path().join("repo").join(name);
    fs::create_dir(at("sub")).unwrap();
    for (to, name) in [
        ("../out/a.yaml", "file.yaml"),
        ("../../out/a.yaml", "sub/file.yaml"),
        ("../out", "directory"),
        ("file.yaml", "twice.yaml"),
        ("own.yaml", "within.yaml"),
        ("../out/a.yaml", "unrelated.txt"),
    ] {
        symlink(to, at(name)).unwrap();
    }
    directory
}

const SUMMARY: &str = "4 links that lead out of the checked paths";

#[test]
fn links_that_lead_out_are_not_followed_and_are_counted() {
    let directory = directory();
    for arguments in [
        &["check", "repo"][..],
        &["check", "repo/"],
        &["check", "./repo/sub/.."],
    ] {
        let run = bounded(&directory, 512, arguments);
        assert!(run.stdout.contains("repo/own.yaml:9:24"), "{run:?}");
        assert!(run.stdout.contains("checked 1 file,"), "{run:?}");
        assert!(run.stdout.contains(SUMMARY), "{run:?}");
        assert!(!run.stdout.contains("out/"), "{run:?}");
    }
    let run = bounded(&directory, 512, &["check", "repo", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let skipped = report["summary"]["skipped"].as_array().unwrap();
    let skipped: Vec<(&str, &str)> = skipped
        .iter()
        .map(|one| {
            (
                one["path"].as_str().unwrap(),
                one["reason"].as_str().unwrap(),
            )
        })
        .collect();
    let out = "link-outside";
    assert_eq!(
        skipped,
        [
            ("repo/directory", out),
            ("repo/file.yaml", out),
            ("repo/sub/file.yaml", out),
            ("repo/twice.yaml", out)
        ]
    );
    // Where the link leads is named as well.
    let run = bounded(&directory, 512, &["check", "repo", "out"]);
    assert!(run.stdout.contains("checked 3 files,"), "{run:?}");
    assert!(!run.stdout.contains("lead out"), "{run:?}");
}

#[test]
fn only_links_that_lead_out_are_an_error() {
    let directory = Directory::new(&[("out/a.yaml", BAD), ("repo/README.md", "")]);
    symlink("../out/a.yaml", directory.path().join("repo/a.yaml")).unwrap();
    let run = bounded(&directory, 512, &["check", "repo"]);
    assert_eq!(run.code, 2, "{run:?}");
    let expected = "no manifests found in repo: links that lead out of it, such as repo/a.yaml, are not followed";
    assert!(run.stderr.contains(expected), "{run:?}");
}

#[test]
fn fixes_are_not_written_through_links_that_lead_out() {
    let directory = directory();
    for arguments in [
        &["check", "--fix", "repo"][..],
        &["check", "--unsafe-fixes", "repo"],
        &["check", "--diff", "repo"],
    ] {
        let run = bounded(&directory, 512, arguments);
        assert!(!run.stdout.contains("file.yaml"), "{run:?}");
        assert_eq!(directory.read("out/a.yaml"), BAD);
        assert_eq!(directory.read("out/deep/b.yaml"), BAD);
    }
    assert_eq!(directory.read("repo/own.yaml"), GOOD);
    // A link that is named itself is followed.
    let run = bounded(&directory, 512, &["check", "--fix", "repo/file.yaml"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(directory.read("out/a.yaml"), GOOD);
    assert!(directory.path().join("repo/file.yaml").is_symlink());
}

//! Ignore files that never end, block, or need much memory.

use std::fs;
use std::os::unix::fs::symlink;

use crate::cli::run::{BAD, Directory};
use crate::robustness::bounded::{bounded, each};
use crate::robustness::paths::pipe;

/// Directory `top` with a good file next to a directory with an ignore file that is made by `make`.
fn with(name: &str, make: impl FnOnce(&std::path::Path)) -> Directory {
    let directory = Directory::new(&[("top/a.yaml", BAD), ("top/sub/deep/b.yaml", BAD)]);
    let path = directory.path().join("top/sub").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    make(&path);
    directory
}

const NAMES: [&str; 3] = [".gitignore", ".ignore", ".git/info/exclude"];

#[test]
fn a_special_ignore_file_is_a_finding_and_the_rest_is_checked() {
    for name in NAMES {
        for special in ["pipe", "/dev/zero", "/dev/random"] {
            let directory = with(name, |path| match special {
                "pipe" => assert!(pipe(path)),
                device => symlink(device, path).unwrap(),
            });
            let run = bounded(&directory, 512, &["check", "--format", "concise", "top"]);
            assert_eq!(run.code, 1, "{name} {special}: {run:?}");
            assert!(run.stdout.contains("top/a.yaml:9:24: error"), "{run:?}");
            assert!(!run.stdout.contains("b.yaml"), "{run:?}");
            let what = match special {
                "pipe" => "a named pipe",
                _ => "a device",
            };
            let finding = format!(
                "top/sub/{name}:1:1: error[unreadable-file] cannot read file: {what}, not a regular file, so nothing in its \
                 directory is checked"
            );
            assert!(run.stdout.contains(&finding), "{run:?}");
            // Also if it is above what is checked.
            let run = bounded(
                &directory,
                512,
                &["check", "--format", "concise", "top/sub/deep"],
            );
            assert_eq!(run.code, 1, "{name} {special}: {run:?}");
            assert!(run.stdout.contains(&finding), "{run:?}");
        }
    }
}

#[test]
fn git_files_of_a_repository_do_not_block() {
    for name in [
        ".git",
        ".git/index",
        ".git/config",
        ".git/commondir",
        ".git/HEAD",
    ] {
        let directory = with(name, |path| assert!(pipe(path)));
        let run = bounded(&directory, 512, &["check", "--format", "concise", "top"]);
        assert!(
            run.stdout.contains("top/a.yaml:9:24: error"),
            "{name}: {run:?}"
        );
        assert!(
            run.stdout.contains("top/sub/deep/b.yaml:9:24: error"),
            "{name}: {run:?}"
        );
    }
    // A work tree whose repository is elsewhere.
    let directory = with(".git", |path| {
        fs::write(path, "gitdir: ../../repository\n").unwrap()
    });
    let repository = directory.path().join("repository");
    fs::create_dir_all(repository.join("info")).unwrap();
    fs::write(repository.join("info/exclude"), "b.yaml\n").unwrap();
    let run = bounded(&directory, 512, &["check", "--format", "concise", "top"]);
    assert!(!run.stdout.contains("b.yaml"), "{run:?}");
    assert!(pipe(&repository.join("commondir")));
    let run = bounded(&directory, 512, &["check", "--format", "concise", "top"]);
    assert!(run.stdout.contains("top/a.yaml:9:24: error"), "{run:?}");
}

#[test]
fn each_limit_of_an_ignore_file_is_a_finding() {
    let many = each(400_000, |n| format!("*a{n}?b*\n"));
    let some = each(10_001, |n| format!("x{n}\n"));
    let long = format!("{}\n", "{".repeat(5_000));
    let classes = format!("{}\n", "[a-z]?*".repeat(500)).repeat(250);
    for (text, why) in [
        (many.as_str(), "larger than 1 MiB"),
        (&some, "it has more than 10,000 patterns"),
        (&long, "a line is longer than 4,096 characters"),
        (&classes, ""),
    ] {
        for name in NAMES {
            let directory = with(name, |path| fs::write(path, text).unwrap());
            let run = bounded(&directory, 1024, &["check", "--format", "concise", "top"]);
            assert_eq!(run.code, 1, "{name} {why}: {run:?}");
            assert!(run.stdout.contains("top/a.yaml:9:24: error"), "{run:?}");
            assert!(run.stdout.contains(why), "{name}: {run:?}");
        }
    }
    // Many ignore files, each below the limit.
    let part = each(2_000, |n| format!("*a{n}?b*\n"));
    let directory = Directory::new(&[("a.yaml", BAD)]);
    let mut path = String::new();
    for _ in 0..40 {
        path.push_str("d/");
        directory.write(&format!("{path}.gitignore"), &part);
    }
    directory.write(&format!("{path}b.yaml"), BAD);
    let run = bounded(&directory, 1024, &["check", "--format", "concise"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains("a.yaml:9:24: error"), "{run:?}");
    let finding = "d/d/d/d/d/d/.gitignore:1:1: error[unreadable-file]";
    assert!(run.stdout.contains(finding), "{run:?}");
}

/// Without the index, podwright does not know which ignored files git tracks.
#[test]
fn index_of_git_that_is_not_read_is_a_finding() {
    type Make = fn(&std::path::Path);
    let cases: [(Make, &str); 3] = [
        (
            |path| fs::File::create(path).unwrap().set_len(257 << 20).unwrap(),
            "larger than 256 MiB",
        ),
        (
            |path| fs::write(path, b"DIRC\0\0\0\x09\0\0\0\0").unwrap(),
            "not an index of git in version 2, 3, or 4",
        ),
        (
            |path| assert!(pipe(path)),
            "a named pipe, not a regular file",
        ),
    ];
    for (make, why) in cases {
        let directory = with(".git/index", make);
        let run = bounded(&directory, 512, &["check", "--format", "concise", "top"]);
        assert_eq!(run.code, 1, "{why}: {run:?}");
        let finding = format!(
            "top/sub/.git/index:1:1: error[unreadable-file] cannot read file: {why}, so files that an ignore file matches are \
             not checked, even if git tracks them"
        );
        assert!(run.stdout.contains(&finding), "{run:?}");
        assert!(
            run.stdout.contains("top/sub/deep/b.yaml:9:24: error"),
            "{run:?}"
        );
    }
    let directory = with(".git", |path| fs::create_dir(path).unwrap());
    let run = bounded(&directory, 512, &["check", "--format", "concise", "top"]);
    assert!(!run.stdout.contains("unreadable"), "{run:?}");
}

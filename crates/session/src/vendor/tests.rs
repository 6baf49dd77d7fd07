use std::fs;
use std::path::Path;

use podwright_render::vendor::{Ask, ChartAsk, GitAsk, Revision};

use super::{DIRECTORY, LOCK_FILE, Lock, LockedChart, LockedTree, VendorSearch, of_file, of_tree};

const HASH: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

fn lock() -> Lock {
    Lock {
        charts: vec![LockedChart {
            ask: ChartAsk::new("oci://ghcr.io:5000/org/charts", "web", ">=1.0 <2"),
            resolved: "1.4.0".to_owned(),
            digest: HASH.to_owned(),
            position: None,
        }],
        trees: vec![LockedTree {
            url: "https://github.com/org/repo".to_owned(),
            revision: Revision::branch("main"),
            commit: COMMIT.to_owned(),
            paths: vec!["base".to_owned(), "odd \"\\\u{7}".to_owned()],
            digest: HASH.to_owned(),
            position: None,
        }],
    }
}

#[test]
fn locks_are_read_as_they_were_written() {
    let mut read = Lock::parse(&lock().to_yaml(), "lock.yaml").unwrap();
    let positions = (
        read.charts[0].position.take(),
        read.trees[0].position.take(),
    );
    assert_eq!(positions.0.map(|at| (at.line, at.column)), Some((4, 3)));
    assert_eq!(positions.1.map(|at| (at.line, at.column)), Some((10, 3)));
    assert_eq!(read, lock());
}

#[test]
fn invalid_locks_are_errors_at_their_places() {
    let entry = format!("{{url: a, revision: HEAD, commit: x, paths: [a], digest: '{HASH}'}}");
    for (text, message) in [
        ("", "lock.yaml:1:1: the lock file is not a mapping"),
        ("[]", "lock.yaml:1:1: the lock file is not a mapping"),
        (
            "version: 2",
            "lock.yaml:1:10: unknown version of the lock file",
        ),
        (
            "version: 1\ncharts: {}",
            "lock.yaml:2:9: `charts` is not a list",
        ),
        (
            "version: 1\ncharts: [a]",
            "lock.yaml:2:10: an item of `charts` is not a mapping",
        ),
        (
            "version: 1\ncharts:\n- name: a",
            "lock.yaml:3:3: `repository` is missing",
        ),
        (
            "version: 1\ncharts:\n- repository: 1",
            "lock.yaml:3:15: `repository` is not a string",
        ),
        ("version: 1\n\t- a: [", "lock.yaml:2:1: malformed YAML"),
        (
            &format!("version: 1\ngit:\n- {entry}"),
            "lock.yaml:3:3: `commit` is not a full commit hash",
        ),
        (
            &format!(
                "version: 1\ngit:\n- {}",
                entry
                    .replace("commit: x", &format!("commit: {COMMIT}"))
                    .replace("sha256", "md5")
            ),
            "lock.yaml:3:3: `digest` is not a SHA-256 digest",
        ),
    ] {
        let error = Lock::parse(text, "lock.yaml").unwrap_err().to_string();
        assert_eq!(
            error,
            format!("{message}; restore it, or delete it and run `podwright vendor`"),
            "{text}"
        );
    }
}

#[test]
fn paths_stay_in_the_directory() {
    let mut chart = lock().charts.remove(0);
    assert_eq!(
        chart.path(),
        Path::new("charts/ghcr.io_5000-5fb3a48a/org/charts/web-1.4.0.tgz")
    );
    chart.ask = ChartAsk::new("https://../../x", "../../etc", "1");
    chart.resolved = "/../..".to_owned();
    let names = chart.path();
    let mut parts = names.components();
    assert!(
        parts.all(|part| matches!(part, std::path::Component::Normal(_))),
        "{names:?}"
    );
    let tree = lock().trees.remove(0);
    let path = tree.path();
    assert!(path.starts_with("git/github.com/org/repo"), "{path:?}");
    assert!(tree.has("base") && tree.has("base/a") && !tree.has("based") && !tree.has(""));
}

#[test]
fn the_nearest_lock_above_a_file_counts() {
    let root = tempfile::TempDir::new().unwrap();
    let top = root.path().canonicalize().unwrap();
    let vendor = top.join("a").join(DIRECTORY);
    let lock = lock();
    let chart = vendor.join(lock.charts[0].path());
    fs::create_dir_all(chart.parent().unwrap()).unwrap();
    fs::create_dir_all(vendor.join(lock.trees[0].path()).join("base/inner")).unwrap();
    fs::create_dir_all(top.join("a/b/c")).unwrap();
    fs::write(vendor.join(LOCK_FILE), lock.to_yaml()).unwrap();
    let search = VendorSearch::default();
    let with_password = "oci://me:hunter2@ghcr.io:5000/org/charts/";
    let ask = Ask::from(ChartAsk::new(with_password, "web", ">=1.0 <2"));
    // Locked, but the file is gone.
    assert_eq!(search.get(&top.join("a/b/c"), &ask), None);
    fs::write(&chart, "packed").unwrap();
    let found = search.get(&top.join("a/b/c"), &ask).unwrap();
    assert_eq!((found.path, found.root), (chart.clone(), chart.clone()));
    assert_eq!(search.get(&top, &ask), None);
    let git = |path: &str| {
        let ask = GitAsk::new(
            "https://github.com/org/repo.git",
            Revision::branch("main"),
            path,
        );
        search.get(&top.join("a"), &Ask::from(ask))
    };
    let found = git("./base/inner/").unwrap();
    assert_eq!(found.path, found.root.join("base/inner"));
    assert_eq!(git("other"), None);
    assert_eq!(git("base/../../../x"), None);
    #[cfg(unix)]
    {
        fs::remove_file(&chart).unwrap();
        fs::write(top.join("secret"), "").unwrap();
        std::os::unix::fs::symlink(top.join("secret"), &chart).unwrap();
        assert_eq!(search.get(&top.join("a"), &ask), None);
    }
}

#[test]
fn an_invalid_lock_is_kept_for_a_report() {
    let root = tempfile::TempDir::new().unwrap();
    fs::create_dir_all(root.path().join(DIRECTORY)).unwrap();
    fs::write(root.path().join(DIRECTORY).join(LOCK_FILE), "version: 9").unwrap();
    let search = VendorSearch::default();
    let ask = Ask::from(ChartAsk::new("https://example.org", "web", ""));
    assert_eq!(search.get(root.path(), &ask), None);
    assert_eq!(search.get(&root.path().join("a"), &ask), None);
    assert_eq!(search.errors().len(), 1);
}

#[test]
fn digests_are_of_names_and_contents() {
    let root = tempfile::TempDir::new().unwrap();
    let path = |name: &str| root.path().join(name);
    fs::create_dir(path("a")).unwrap();
    fs::write(path("a/x"), "1").unwrap();
    let first = of_tree(root.path()).unwrap();
    fs::write(path("a/x"), "2").unwrap();
    let second = of_tree(root.path()).unwrap();
    fs::rename(path("a/x"), path("a/y")).unwrap();
    let third = of_tree(root.path()).unwrap();
    assert!(first != second && second != third && first.len() == HASH.len());
    assert_eq!(
        of_file(&path("a/y")).unwrap(),
        "sha256:d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35"
    );
    assert!(of_file(root.path()).is_err());
}

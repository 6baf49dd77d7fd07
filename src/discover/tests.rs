use tempfile::TempDir;

use super::*;

fn folder(files: &[&str]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
    folder
}

fn discover(folder: &TempDir, paths: &[&str]) -> Discovery {
    let paths: Vec<PathBuf> = paths.iter().map(|path| folder.path().join(path)).collect();
    files_from(folder.path(), &paths).unwrap()
}

fn shown(discovery: &Discovery) -> Vec<&str> {
    discovery
        .found
        .iter()
        .map(|found| found.path.as_str())
        .collect()
}

#[test]
fn takes_manifests_and_credentials_and_leaves_the_rest() {
    let folder = folder(&[
        "b.yml",
        "a.YAML",
        "deep/er/c.json",
        "kustomize/Kustomization",
        "README.md",
        "main.go",
        ".hidden.yaml",
        ".github/workflows/ci.yml",
        ".git/config.json",
        ".docker/config.json",
        ".docker/daemon.json",
        "home/.dockercfg",
        "home/.dockerconfigjson",
        "dockerconfig.json",
    ]);
    assert_eq!(
        shown(&discover(&folder, &["."])),
        [
            ".docker/config.json",
            "a.YAML",
            "b.yml",
            "deep/er/c.json",
            "dockerconfig.json",
            "home/.dockercfg",
            "home/.dockerconfigjson",
            "kustomize/Kustomization",
        ]
    );
}

#[test]
fn obeys_gitignore_outside_of_a_repository_too() {
    let folder = folder(&["a.yaml", "out/b.yaml", "c/d.yaml", "c/e.yaml"]);
    fs::write(folder.path().join(".gitignore"), "/out\n").unwrap();
    fs::write(folder.path().join("c/.gitignore"), "d.yaml\n").unwrap();
    assert_eq!(shown(&discover(&folder, &["."])), ["a.yaml", "c/e.yaml"]);
    let named = discover(&folder, &["out/b.yaml", "c"]);
    assert_eq!(shown(&named), ["c/e.yaml", "out/b.yaml"]);
}

#[test]
fn takes_a_named_file_whatever_its_name_and_each_file_once() {
    let folder = folder(&["notes.txt", "k/a.yaml"]);
    let discovery = discover(
        &folder,
        &["notes.txt", "k", "k/a.yaml", "./k/../notes.txt", "k/"],
    );
    assert_eq!(shown(&discovery), ["k/a.yaml", "notes.txt"]);
    assert_eq!(read(&discovery.found[0]).unwrap(), b"k/a.yaml");
}

#[test]
fn names_a_path_that_is_not_there() {
    let folder = folder(&[]);
    let missing = folder.path().join("no.yaml");
    let error = files_from(folder.path(), std::slice::from_ref(&missing)).unwrap_err();
    assert_eq!(error.path, missing);
    assert!(error.to_string().contains("no.yaml"));
}

#[test]
fn a_dash_is_standard_input() {
    let found = files(&["-".into(), "-".into()]).unwrap().found;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].path, "<stdin>");
    assert_eq!(found[0].location(), None);
}

#[test]
fn a_file_that_vanishes_is_an_error_when_read() {
    let folder = folder(&["a.yaml"]);
    let discovery = discover(&folder, &["."]);
    fs::remove_file(folder.path().join("a.yaml")).unwrap();
    assert_eq!(
        read(&discovery.found[0]).unwrap_err().kind(),
        io::ErrorKind::NotFound
    );
}

#[test]
fn refuses_what_is_too_large_before_reading_it() {
    let folder = folder(&["a.yaml"]);
    let file = File::create(folder.path().join("a.yaml")).unwrap();
    file.set_len(TOO_LARGE).unwrap();
    let discovery = discover(&folder, &["."]);
    let error = read(&discovery.found[0]).unwrap_err();
    assert_eq!(error.to_string(), "larger than 512 MiB");
}

#[cfg(unix)]
mod unix {
    use std::{
        ffi::OsStr,
        os::unix::{ffi::OsStrExt, fs::symlink, net::UnixListener},
    };

    use super::*;

    #[test]
    fn follows_links_and_finds_each_file_once_by_its_own_path() {
        let folder = folder(&["real/z.yaml", "elsewhere/y.yaml"]);
        symlink(
            folder.path().join("real/z.yaml"),
            folder.path().join("a.yaml"),
        )
        .unwrap();
        symlink(
            folder.path().join("elsewhere"),
            folder.path().join("real/linked"),
        )
        .unwrap();
        assert_eq!(
            shown(&discover(&folder, &["real"])),
            ["real/linked/y.yaml", "real/z.yaml"]
        );
        assert_eq!(
            shown(&discover(&folder, &["."])),
            ["elsewhere/y.yaml", "real/z.yaml"]
        );
    }

    #[test]
    fn a_loop_of_links_is_named_and_ends() {
        let folder = folder(&["a/x.yaml"]);
        symlink(folder.path(), folder.path().join("a/up")).unwrap();
        let discovery = discover(&folder, &["."]);
        assert_eq!(shown(&discovery), ["a/x.yaml"]);
        assert_eq!(discovery.unreadable.len(), 1);
        assert_eq!(discovery.unreadable[0].path, "a/up");
        assert!(
            discovery.unreadable[0]
                .why
                .starts_with("symbolic link to its ancestor ")
        );
    }

    #[test]
    fn folders_that_link_to_one_another_are_not_walked_in_every_order() {
        let folder = folder(&[]);
        let names: Vec<String> = (0..12).map(|n| format!("d{n}")).collect();
        for name in &names {
            fs::create_dir(folder.path().join(name)).unwrap();
            fs::write(folder.path().join(name).join("x.yaml"), "").unwrap();
        }
        for from in &names {
            for to in names.iter().filter(|to| *to != from) {
                symlink(folder.path().join(to), folder.path().join(from).join(to)).unwrap();
            }
        }
        assert_eq!(discover(&folder, &["."]).found.len(), 12);
    }

    #[test]
    fn never_opens_pipes_and_sockets_and_says_so() {
        let folder = folder(&["a.yaml"]);
        let pipe = folder.path().join("pipe.yaml");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        let _socket = UnixListener::bind(folder.path().join("socket.json")).unwrap();
        let _other = UnixListener::bind(folder.path().join("other.sock")).unwrap();
        let discovery = discover(&folder, &["."]);
        assert_eq!(shown(&discovery), ["a.yaml"]);
        let unreadable = |path: &str| {
            let found = discovery.unreadable.iter().find(|u| u.path == path);
            found.map(|unreadable| unreadable.why.as_str())
        };
        assert_eq!(
            unreadable("socket.json"),
            Some("a socket, not a regular file")
        );
        assert_eq!(unreadable("other.sock"), None);
        if made.is_ok_and(|status| status.success()) {
            assert_eq!(
                unreadable("pipe.yaml"),
                Some("a named pipe, not a regular file")
            );
        }
    }

    #[test]
    fn a_dangling_link_counts_if_it_is_named_like_a_manifest() {
        let folder = folder(&["a.yaml"]);
        for name in ["gone.yaml", "gone", ".#a.yaml"] {
            symlink("nowhere", folder.path().join(name)).unwrap();
        }
        let discovery = discover(&folder, &["."]);
        assert_eq!(shown(&discovery), ["a.yaml"]);
        assert_eq!(
            discovery.unreadable,
            [Unreadable {
                path: "gone.yaml".into(),
                why: "dangling symbolic link".into()
            }]
        );
    }

    #[test]
    fn names_that_are_no_utf8_are_shown_and_read() {
        let folder = folder(&[]);
        for name in [&b"a\xff.yaml"[..], b"a\xfe.yaml"] {
            let path = folder.path().join(OsStr::from_bytes(name));
            fs::write(&path, name).unwrap();
        }
        let discovery = discover(&folder, &[".", "."]);
        assert_eq!(shown(&discovery), ["a\u{fffd}.yaml", "a\u{fffd}.yaml"]);
        assert_eq!(read(&discovery.found[1]).unwrap(), b"a\xff.yaml");
    }
}

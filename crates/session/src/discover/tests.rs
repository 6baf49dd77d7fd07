use tempfile::TempDir;

use super::*;
use crate::disk::OnDisk;
use podwright_render::Files;

fn directory(files: &[&str]) -> TempDir {
    let directory = TempDir::new().unwrap();
    for file in files {
        let path = directory.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
    directory
}

fn discover(directory: &TempDir, paths: &[&str]) -> Discovery {
    let paths: Vec<PathBuf> = paths
        .iter()
        .map(|path| directory.path().join(path))
        .collect();
    files_from(directory.path(), &paths).unwrap()
}

/// Paths of the files that are not hidden.
fn shown(discovery: &Discovery) -> Vec<&str> {
    discovery
        .found
        .iter()
        .filter(|found| found.place != workspace::Origin::Hidden)
        .map(|found| found.path.as_str())
        .collect()
}

#[test]
fn takes_manifests_and_credentials_and_leaves_the_rest() {
    let directory = directory(&[
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
        shown(&discover(&directory, &["."])),
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
    let directory = directory(&["a.yaml", "out/b.yaml", "c/d.yaml", "c/e.yaml"]);
    fs::write(directory.path().join(".gitignore"), "/out\n").unwrap();
    fs::write(directory.path().join("c/.gitignore"), "d.yaml\n").unwrap();
    assert_eq!(shown(&discover(&directory, &["."])), ["a.yaml", "c/e.yaml"]);
    let named = discover(&directory, &["out/b.yaml", "c"]);
    assert_eq!(shown(&named), ["c/e.yaml", "out/b.yaml"]);
}

#[test]
fn the_nearest_ignore_file_decides_and_ignore_comes_before_gitignore() {
    let directory = directory(&[
        "a.yaml",
        "b.yaml",
        "c.yaml",
        "sub/a.yaml",
        "sub/b.yaml",
        "sub/deep/c.yaml",
        "sub/deep/d/e.yaml",
    ]);
    let write = |path: &str, text: &str| {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(".gitignore", "\u{feff}a.yaml\n/b.yaml\nsub/deep/d/\n");
    write(".ignore", "!/a.yaml\n");
    write(".git/info/exclude", "/sub/deep/c.yaml\n/b.yaml\n[\n");
    write("sub/.gitignore", "!a.yaml\nb.yaml\n");
    assert_eq!(
        shown(&discover(&directory, &["."])),
        ["a.yaml", "c.yaml", "sub/a.yaml"]
    );
    // Those above what was asked for apply, except to itself.
    assert_eq!(shown(&discover(&directory, &["sub"])), ["sub/a.yaml"]);
    assert_eq!(
        shown(&discover(&directory, &["sub/deep/d"])),
        ["sub/deep/d/e.yaml"]
    );
}

#[test]
fn hidden_files_and_those_of_others_say_so() {
    use workspace::Origin::{Asked, Dependency, Hidden, Sample};

    let directory = directory(&[
        ".chainsaw.yaml",
        ".github/workflows/ci.yml",
        ".git/config.json",
        "a/.terraform/x.json",
        "a/testdata/b/c.yaml",
        "a/vendor/d.yaml",
        "e.yaml",
    ]);
    let places = |paths: &[&str]| -> Vec<(String, workspace::Origin)> {
        let found = discover(&directory, paths).found.into_iter();
        found.map(|found| (found.path, found.place)).collect()
    };
    let sample = |directory: &str| Sample(directory.into());
    let expected = |list: &[(&str, workspace::Origin)]| -> Vec<(String, workspace::Origin)> {
        let list = list.iter();
        list.map(|(path, place)| ((*path).to_owned(), place.clone()))
            .collect()
    };
    assert_eq!(
        places(&["."]),
        expected(&[
            (".chainsaw.yaml", Hidden),
            (".github/workflows/ci.yml", Hidden),
            ("a/testdata/b/c.yaml", sample("a/testdata")),
            ("a/vendor/d.yaml", Dependency),
            ("e.yaml", Asked),
        ])
    );
    for path in ["a/testdata", "a/testdata/b", "a/testdata/b/c.yaml"] {
        let found = expected(&[("a/testdata/b/c.yaml", Asked)]);
        assert_eq!(places(&[path]), found, "{path}");
    }
    // Named once is named.
    let both = places(&["a", "a/vendor", ".github"]);
    assert_eq!(
        both,
        expected(&[
            (".github/workflows/ci.yml", Asked),
            ("a/testdata/b/c.yaml", sample("a/testdata")),
            ("a/vendor/d.yaml", Asked),
        ])
    );
}

#[test]
fn takes_what_git_tracks_although_gitignore_matches_it() {
    let directory = directory(&[
        "a.yaml",
        "out/kept/b.yaml",
        "out/c.yaml",
        "sub/d.yaml",
        "sub/e.yaml",
        "other/f.yaml",
        "other/g.yaml",
    ]);
    let git = |arguments: &[&str]| {
        let mut git = std::process::Command::new("git");
        let status = git.arg("-C").arg(directory.path()).args(arguments).status();
        assert!(status.unwrap().success());
    };
    git(&["init", "-q"]);
    git(&["init", "-q", "other"]);
    fs::write(directory.path().join(".gitignore"), "/out\nsub/*\n").unwrap();
    fs::write(directory.path().join("other/.gitignore"), "*\n").unwrap();
    fs::write(directory.path().join(".ignore"), "sub/e.yaml\n").unwrap();
    git(&[
        "add",
        "-f",
        "a.yaml",
        "out/kept/b.yaml",
        "sub/d.yaml",
        "sub/e.yaml",
    ]);
    git(&["-C", "other", "add", "-f", "g.yaml"]);
    assert_eq!(
        shown(&discover(&directory, &["."])),
        ["a.yaml", "other/g.yaml", "out/kept/b.yaml", "sub/d.yaml"]
    );
    // The directory itself is named.
    assert_eq!(
        shown(&discover(&directory, &["out", "sub"])),
        ["out/c.yaml", "out/kept/b.yaml", "sub/d.yaml"]
    );
    assert_eq!(
        shown(&discover(&directory, &["out/kept"])),
        ["out/kept/b.yaml"]
    );
}

#[test]
fn takes_a_named_file_whatever_its_name_and_each_file_once() {
    let directory = directory(&["notes.txt", "k/a.yaml"]);
    let discovery = discover(
        &directory,
        &["notes.txt", "k", "k/a.yaml", "./k/../notes.txt", "k/"],
    );
    assert_eq!(shown(&discovery), ["k/a.yaml", "notes.txt"]);
    assert_eq!(read(&discovery.found[0]).unwrap(), b"k/a.yaml");
}

#[test]
fn names_a_path_that_is_not_there() {
    let directory = directory(&[]);
    let missing = directory.path().join("no.yaml");
    let error = files_from(directory.path(), std::slice::from_ref(&missing)).unwrap_err();
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
    let directory = directory(&["a.yaml"]);
    let discovery = discover(&directory, &["."]);
    fs::remove_file(directory.path().join("a.yaml")).unwrap();
    assert_eq!(
        read(&discovery.found[0]).unwrap_err().kind(),
        io::ErrorKind::NotFound
    );
}

#[test]
fn refuses_what_is_too_large_before_reading_it() {
    let directory = directory(&["a.yaml"]);
    let file = fs::File::create(directory.path().join("a.yaml")).unwrap();
    file.set_len(TOO_LARGE).unwrap();
    let discovery = discover(&directory, &["."]);
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
        let directory = directory(&["real/z.yaml", "elsewhere/y.yaml"]);
        symlink(
            directory.path().join("real/z.yaml"),
            directory.path().join("a.yaml"),
        )
        .unwrap();
        symlink(
            directory.path().join("elsewhere"),
            directory.path().join("real/linked"),
        )
        .unwrap();
        assert_eq!(
            shown(&discover(&directory, &["."])),
            ["elsewhere/y.yaml", "real/z.yaml"]
        );
    }

    #[test]
    fn a_link_that_leads_out_of_what_was_asked_for_is_not_followed() {
        let directory = directory(&["real/z.yaml", "out/y.yaml", "out/x.txt", "out/.h.yaml"]);
        let at = |path: &str| directory.path().join(path);
        for (to, name) in [
            ("../out", "real/directory"),
            ("../out/y.yaml", "real/file.yaml"),
            ("../out/x.txt", "real/other.txt"),
            ("../out/y.yaml", "real/.hidden.yaml"),
            ("z.yaml", "real/within.yaml"),
        ] {
            symlink(to, at(name)).unwrap();
        }
        let found = discover(&directory, &["real"]);
        assert_eq!(shown(&found), ["real/z.yaml"]);
        assert_eq!(found.leading_out, ["real/directory", "real/file.yaml"]);
        // Asked for as well.
        let found = discover(&directory, &["real", "out/y.yaml"]);
        assert_eq!(shown(&found), ["out/y.yaml", "real/z.yaml"]);
        assert_eq!(found.leading_out, ["real/directory"]);
        // The link itself is named.
        let found = discover(&directory, &["real/directory"]);
        assert_eq!(shown(&found), ["real/directory/y.yaml"]);
        assert_eq!(found.leading_out, [""; 0]);
        // The link changes after the file was found.
        let found = discover(&directory, &["real"]).found;
        assert!(found.iter().all(|one| !one.leads_out()));
        fs::remove_file(at("real/z.yaml")).unwrap();
        symlink("../out/y.yaml", at("real/z.yaml")).unwrap();
        let z = found.iter().find(|one| one.path == "real/z.yaml");
        assert!(z.unwrap().leads_out());
    }

    #[test]
    fn a_loop_of_links_is_named_and_ends() {
        let directory = directory(&["a/x.yaml"]);
        symlink(directory.path(), directory.path().join("a/up")).unwrap();
        let discovery = discover(&directory, &["."]);
        assert_eq!(shown(&discovery), ["a/x.yaml"]);
        assert_eq!(discovery.unreadable, []);
        assert_eq!(discovery.looping, ["a/up"]);
    }

    #[test]
    fn a_ring_of_links_is_an_error_only_if_it_is_named_like_a_manifest() {
        let directory = directory(&["a.yaml"]);
        for (to, name) in [
            ("two", "one"),
            ("one", "two"),
            ("ring.yaml", "ring.yaml"),
            (".", "self"),
        ] {
            symlink(to, directory.path().join(name)).unwrap();
        }
        let discovery = discover(&directory, &["."]);
        assert_eq!(shown(&discovery), ["a.yaml"]);
        assert_eq!(discovery.looping, ["one", "self", "two"]);
        assert_eq!(discovery.unreadable.len(), 1);
        assert_eq!(discovery.unreadable[0].path, "ring.yaml");
    }

    #[test]
    fn directories_that_link_to_one_another_are_not_walked_in_every_order() {
        let directory = directory(&[]);
        let names: Vec<String> = (0..12).map(|n| format!("d{n}")).collect();
        for name in &names {
            fs::create_dir(directory.path().join(name)).unwrap();
            fs::write(directory.path().join(name).join("x.yaml"), "").unwrap();
        }
        for from in &names {
            for to in names.iter().filter(|to| *to != from) {
                symlink(
                    directory.path().join(to),
                    directory.path().join(from).join(to),
                )
                .unwrap();
            }
        }
        assert_eq!(discover(&directory, &["."]).found.len(), 12);
    }

    #[test]
    fn never_opens_pipes_and_sockets_and_says_so() {
        let directory = directory(&["a.yaml"]);
        let pipe = directory.path().join("pipe.yaml");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        let _socket = UnixListener::bind(directory.path().join("socket.json")).unwrap();
        let _other = UnixListener::bind(directory.path().join("other.sock")).unwrap();
        let discovery = discover(&directory, &["."]);
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
        let directory = directory(&["a.yaml"]);
        for name in ["gone.yaml", "gone", ".#a.yaml"] {
            symlink("nowhere", directory.path().join(name)).unwrap();
        }
        let discovery = discover(&directory, &["."]);
        assert_eq!(shown(&discovery), ["a.yaml"]);
        assert_eq!(
            discovery.unreadable,
            [Unreadable {
                path: "gone.yaml".into(),
                why: "it is a symbolic link to a file that does not exist".into()
            }]
        );
    }

    #[test]
    fn names_that_are_no_utf8_are_shown_and_read() {
        let directory = directory(&[]);
        for name in [&b"a\xff.yaml"[..], b"a\xfe.yaml"] {
            let path = directory.path().join(OsStr::from_bytes(name));
            fs::write(&path, name).unwrap();
        }
        let discovery = discover(&directory, &[".", "."]);
        assert_eq!(shown(&discovery), ["a\u{fffd}.yaml", "a\u{fffd}.yaml"]);
        assert_eq!(read(&discovery.found[1]).unwrap(), b"a\xff.yaml");
    }
}

#[test]
fn what_a_listing_lacks_is_not_looked_for() {
    let directory = directory(&["a/Pod.yaml", "a/.gitignore", "b/é.yaml"]);
    let found = discover(&directory, &["a", "b"]);
    let real = directory.path().canonicalize().unwrap();
    let may_have = |name: &str| {
        let (directory, name) = name.split_once('/').unwrap();
        let listing = found.directories[&real.join(directory)].as_ref().unwrap();
        listing.may_have(name.as_ref())
    };
    // The file system may ignore the case, or the encoding of `é`.
    for name in [
        "a/Pod.yaml",
        "a/pod.YAML",
        "a/.gitignore",
        "b/é.yaml",
        "b/e\u{301}.yaml",
    ] {
        assert!(may_have(name), "{name}");
    }
    assert!(!may_have("a/kustomization.yaml") && !may_have("a/.git"));

    let disk = OnDisk::from(real.clone()).unchanging(found.directories.clone());
    let is_found = |path: &str| disk.find(&real.join(path)).is_some();
    fs::write(real.join("a/later.yaml"), "").unwrap();
    assert!(is_found("a/Pod.yaml") && is_found("b/../a/Pod.yaml") && is_found("b/é.yaml"));
    assert!(!is_found("a/later.yaml") && !is_found("a/b/later.yaml"));
}

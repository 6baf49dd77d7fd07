//! What the server knows of the disk equals what a fresh server reads.

use std::fs;

use serde_json::{Value, json};

use crate::lsp::editor::{Editor, capabilities};
use crate::lsp::{NOT_FOUND, OTHER, POD, SECRET};

const CREATED: u32 = 1;
const CHANGED: u32 = 2;
const DELETED: u32 = 3;

/// Sends these events in one notification.
fn watched(editor: &mut Editor, events: &[(&str, u32)]) {
    let uris = events.iter().map(|&(name, kind)| (editor.uri(name), kind));
    let changes: Vec<Value> = uris
        .map(|(uri, kind)| json!({ "uri": uri, "type": kind }))
        .collect();
    editor.notify(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": changes }),
    );
    editor.settle();
}

fn misses_secret(editor: &Editor) -> bool {
    editor.rules("pod.yaml").contains(&NOT_FOUND.to_owned())
}

/// A file counts while it is open although a search does not find it, and not afterwards.
#[test]
fn file_that_is_not_found_on_disk_counts_while_it_is_open() {
    for place in [
        "ignored/secret.yaml",
        ".hidden/secret.yaml",
        "vendor/secret.yaml",
        "secret.txt",
    ] {
        let files = [
            ("pod.yaml", POD),
            (place, SECRET),
            (".gitignore", "/ignored/\n"),
            OTHER,
        ];
        let mut editor = Editor::new(&files);
        assert!(misses_secret(&editor), "{place}");
        let invalid = SECRET.replace("\ndata:", "\ndta:");
        editor.open(place, &invalid);
        editor.until(|editor| !misses_secret(editor));
        assert!(!editor.rules(place).is_empty(), "{place}");
        editor.close(place);
        editor.until(misses_secret);
        assert_eq!(editor.rules(place), Vec::<String>::new(), "{place}");
    }
}

#[test]
fn file_outside_of_the_directories_counts_while_it_is_open() {
    let elsewhere = tempfile::TempDir::new().unwrap();
    let secret = elsewhere.path().canonicalize().unwrap().join("secret.yaml");
    fs::write(&secret, SECRET).unwrap();
    let mut editor = Editor::new(&[("pod.yaml", POD), OTHER]);
    assert!(misses_secret(&editor));
    let secret = secret.to_str().unwrap();
    editor.open(secret, SECRET);
    editor.until(|editor| !misses_secret(editor));
    editor.close(secret);
    editor.until(misses_secret);
}

#[test]
fn ignore_files_are_watched() {
    let mut editor = Editor::new(&[("pod.yaml", POD), ("secret.yaml", SECRET), OTHER]);
    let watch = editor
        .asked
        .iter()
        .find(|one| one.method == "client/registerCapability");
    let globs = watch.unwrap().params.to_string();
    for name in [".gitignore", ".ignore"] {
        assert!(globs.contains(name), "{globs}");
        fs::write(editor.path(name), "secret.yaml\n").unwrap();
        watched(&mut editor, &[(name, CREATED)]);
        assert!(misses_secret(&editor), "{name}");
        fs::write(editor.path(name), "secret.yml\n").unwrap();
        watched(&mut editor, &[(name, CHANGED)]);
        assert!(!misses_secret(&editor), "{name}");
    }
}

/// Some clients have the ignore file open as a document.
#[test]
fn ignore_file_that_is_open_counts_when_it_is_saved() {
    let mut editor = Editor::new(&[
        ("pod.yaml", POD),
        ("secret.yaml", SECRET),
        (".gitignore", ""),
        OTHER,
    ]);
    editor.open(".gitignore", "");
    editor.change(".gitignore", "secret.yaml\n");
    editor.settle();
    assert!(!misses_secret(&editor));
    fs::write(editor.path(".gitignore"), "secret.yaml\n").unwrap();
    let saved = json!({ "textDocument": { "uri": editor.uri(".gitignore") } });
    editor.notify("textDocument/didSave", saved);
    editor.settle();
    assert!(misses_secret(&editor));
    fs::write(editor.path(".gitignore"), "").unwrap();
    watched(&mut editor, &[(".gitignore", CHANGED)]);
    assert!(!misses_secret(&editor));
}

/// Clients that cannot watch files, and those that report only the directory.
#[test]
fn disk_is_searched_again_without_notification() {
    let mut can = capabilities();
    can["workspace"]["didChangeWatchedFiles"] = json!({ "dynamicRegistration": false });
    let files = [("a/pod.yaml", POD), ("b/secret.yaml", SECRET), OTHER];
    let mut editor = Editor::with(&files, json!({ "capabilities": can }));
    let misses = |editor: &Editor| editor.rules("a/pod.yaml").contains(&NOT_FOUND.to_owned());
    assert!(!misses(&editor));
    fs::write(editor.path(".gitignore"), "b\n").unwrap();
    editor.until(misses);
    fs::remove_file(editor.path(".gitignore")).unwrap();
    editor.until(|editor| !misses(editor));
    fs::remove_dir_all(editor.path("b")).unwrap();
    editor.until(misses);
    fs::write(editor.path("a/secret.yaml"), SECRET).unwrap();
    editor.until(|editor| !misses(editor));
}

/// Files written within the same tick of the clock have the same time.
#[test]
fn file_of_the_same_length_and_time_is_read_again() {
    let same = SECRET.replace("regcred", "regcrad");
    let batches: [&[(&str, u32)]; 3] = [
        &[("secret.yaml", CHANGED)],
        &[("secret.yaml", CHANGED), ("new.yaml", CREATED)],
        &[("gone.yaml", DELETED), ("secret.yaml", CREATED)],
    ];
    for batch in batches {
        let files = [
            ("pod.yaml", POD),
            ("secret.yaml", SECRET),
            ("gone.yaml", "a: b\n"),
            OTHER,
        ];
        let mut editor = Editor::new(&files);
        let secret = editor.path("secret.yaml");
        let time = fs::metadata(&secret).unwrap().modified().unwrap();
        fs::write(&secret, &same).unwrap();
        let file = fs::File::options().write(true).open(&secret).unwrap();
        file.set_modified(time).unwrap();
        if batch.len() > 1 {
            fs::write(editor.path("new.yaml"), "a: b\n").unwrap();
            fs::remove_file(editor.path("gone.yaml")).unwrap();
        }
        watched(&mut editor, batch);
        editor.until(misses_secret);
    }
}

/// A directory is renamed, and another one takes its place: the client reports the directories.
#[test]
fn files_in_a_directory_that_is_reported_are_read_again() {
    let files = [("pod.yaml", POD), ("a/secret.yaml", SECRET), OTHER];
    let mut editor = Editor::new(&files);
    assert!(!misses_secret(&editor));
    fs::rename(editor.path("a"), editor.path("b")).unwrap();
    fs::create_dir(editor.path("a")).unwrap();
    let renamed = SECRET.replace("regcred", "regcrad");
    fs::write(editor.path("a/secret.yaml"), renamed).unwrap();
    fs::remove_dir_all(editor.path("b")).unwrap();
    watched(&mut editor, &[("a", CHANGED), ("b", DELETED)]);
    editor.until(misses_secret);
}

/// The configuration excludes a file that a kustomization builds: its text comes from the disk, even if it is open.
#[test]
fn excluded_file_that_is_open_is_read_again_for_builds() {
    let pod = |policy: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec: {{containers: [{{name: web, image: web, \
             imagePullPolicy: {policy}}}]}}\n"
        )
    };
    let overlay = "overlay/kustomization.yaml";
    let text = "resources: [../base]\nimages: [{name: web, newName: registry.example/web, newTag: \"1\"}]\n";
    let mut editor = Editor::new(&[
        (".podwright.yaml", "exclude: [base/]\n"),
        ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
        ("base/pod.yaml", &pod("Always")),
        (overlay, text),
    ]);
    editor.open("base/pod.yaml", &pod("Always"));
    editor.settle();
    assert_eq!(editor.rules(overlay), ["image-mutable-tag"]);
    // An image that is never pulled cannot change.
    fs::write(editor.path("base/pod.yaml"), pod("Never")).unwrap();
    watched(&mut editor, &[("base/pod.yaml", CHANGED)]);
    assert_eq!(editor.rules(overlay), Vec::<String>::new());
}

/// An open template is not on disk, and its directory comes and goes.
#[test]
fn directory_of_an_open_file_counts_without_the_file() {
    let template = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: \"nginx:latest\"}]}\n";
    let mut editor = Editor::new(&[
        (
            "chart/Chart.yaml",
            "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
        ),
        ("chart/values.yaml", "a: 1\n"),
    ]);
    let helpers = "chart/templates/_helpers.tpl";
    editor.open("chart/templates/pod.yaml", template);
    editor.open(helpers, "{{ define \"a\" }}{{ end }}\n");
    editor.settle();
    fs::create_dir(editor.path("chart/templates")).unwrap();
    watched(&mut editor, &[(helpers, DELETED)]);
    let mut fresh = Editor::at(
        editor.directory.clone(),
        json!({ "capabilities": capabilities() }),
    );
    fresh.open("chart/templates/pod.yaml", template);
    fresh.open(helpers, "{{ define \"a\" }}{{ end }}\n");
    fresh.settle();
    let found = |editor: &Editor| {
        let names = ["chart/templates/pod.yaml", "chart/values.yaml", helpers];
        names.map(|name| editor.rules(name))
    };
    assert!(found(&fresh).iter().flatten().count() > 0);
    assert_eq!(found(&editor), found(&fresh));
}

/// A file that becomes a link to another file of the workspace has no findings: they are in that file.
#[cfg(unix)]
#[test]
fn file_that_becomes_a_link_is_read_once() {
    let mut editor = Editor::new(&[("a.yaml", POD), ("b.yaml", POD), ("secret.yaml", SECRET)]);
    assert!(!editor.rules("b.yaml").is_empty());
    fs::remove_file(editor.path("b.yaml")).unwrap();
    std::os::unix::fs::symlink("a.yaml", editor.path("b.yaml")).unwrap();
    watched(&mut editor, &[("b.yaml", CHANGED)]);
    assert_eq!(editor.rules("b.yaml"), [""; 0]);
    assert!(!editor.rules("a.yaml").is_empty());
}

/// A configuration that is a link changes with the file that it leads to.
#[cfg(unix)]
#[test]
fn configuration_behind_a_link_is_read_again() {
    let mut editor = Editor::new(&[
        ("pod.yaml", POD),
        ("shared/podwright.yaml", "level: error\n"),
    ]);
    let link = editor.path(".podwright.yaml");
    std::os::unix::fs::symlink("shared/podwright.yaml", link).unwrap();
    watched(&mut editor, &[(".podwright.yaml", 1)]);
    assert!(editor.diagnostics(".podwright.yaml").is_empty());
    fs::write(editor.path("shared/podwright.yaml"), "level: terror\n").unwrap();
    watched(&mut editor, &[("shared/podwright.yaml", CHANGED)]);
    assert_eq!(editor.diagnostics(".podwright.yaml").len(), 1);
}

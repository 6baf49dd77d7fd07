//! Configurations in git repositories, which others extend.

use super::{Directory, Server, stdout, vendor};
use crate::cli::run::BAD;

#[test]
fn a_configuration_in_a_repository_is_stored_and_extended() {
    let server = Server::start();
    server.commit(
        "org/policies.git",
        &[
            (
                "podwright/.podwright.yaml",
                "extends: strict.yaml\nfail-on: error\n",
            ),
            ("podwright/strict.yaml", "rules: {pull: warning}\n"),
            ("unrelated/x.yaml", "a: b\n"),
        ],
        "v1.0.0",
    );
    let address = server.url("/git/org/policies.git//podwright?ref=v1.0.0");
    let directory = Directory::new(&[
        (".podwright.yaml", &format!("extends: {address}\n")),
        ("pod.yaml", BAD),
    ]);
    let before = directory.run(&["check"], &[], "");
    assert_eq!(before.code, 2);
    assert!(
        before.stderr.contains("run `podwright vendor`"),
        "{before:?}"
    );
    let stored = vendor(&directory, &[]);
    assert_eq!(stored.code, 0, "{stored:?}");
    assert_eq!(vendor(&directory, &["--check"]).code, 0);
    let after = directory.run(&["check", "--format", "concise"], &[], "");
    assert_eq!(after.code, 0, "{after:?}");
    assert!(
        stdout(&after).contains("pod.yaml:9:24: warning[pull-policy-invalid]"),
        "{after:?}"
    );
    let shown = directory.run(&["config"], &[], "");
    assert!(
        shown.stdout.contains("strict.yaml:1 (group pull)"),
        "{shown:?}"
    );
}

//! Catalogs of CustomResourceDefinitions in git repositories.

use super::{Directory, Server, files, stdout, vendor, without_host};

const DEFINITION: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Gadget, plural: gadgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {size: {type: integer}}}}
";

fn catalog(server: &Server, query: &str) -> Directory {
    server.commit(
        "org/catalog.git",
        &[("crds/gadget.yaml", DEFINITION), ("docs/x.yaml", "a: b\n")],
        "v1.0.0",
    );
    let address = server.url(&format!("/git/org/catalog.git//crds{query}"));
    let gadget = "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: g}\nsize: big\n";
    Directory::new(&[
        (".podwright.yaml", &format!("schemas:\n- {address}\n")),
        ("apps/gadget.yaml", gadget),
    ])
}

#[test]
fn a_catalog_is_stored_and_used() {
    let server = Server::start();
    let directory = catalog(&server, "?ref=v1.0.0");
    let shown = format!("{} at v1.0.0, path crds", server.url("/git/org/catalog"));
    let check = || directory.run(&["check", "--format", "concise", "apps"], &[], "");
    let without = check();
    assert_eq!(
        without.stderr,
        format!(
            "note: .podwright.yaml: {shown} is not stored, so its definitions are not used; run `podwright vendor`\n"
        )
    );
    assert!(
        !without.stdout.contains("[wrong-type]"),
        "{}",
        without.stdout
    );

    let missing = vendor(&directory, &["--check"]);
    assert_eq!(missing.code, 1);
    assert_eq!(
        missing.stderr,
        format!(
            "error: .podwright.yaml: {shown} is not in the lock file; run `podwright vendor`\n"
        )
    );
    let run = vendor(&directory, &[]);
    assert!(
        stdout(&run).starts_with(&format!("fetched {shown}")),
        "{}",
        run.stdout
    );
    let stored = files(&directory);
    let stored: Vec<String> = stored.iter().map(|path| without_host(path)).collect();
    assert_eq!(
        stored,
        [
            "vendor/.gitattributes",
            "vendor/git/HOST/git/org/catalog/v1.0.0/crds/gadget.yaml",
            "vendor/lock.yaml",
        ]
    );
    assert_eq!(vendor(&directory, &["--check"]).code, 0);
    let found = check();
    assert!(
        stdout(&found).contains("apps/gadget.yaml:4:7: error[wrong-type]"),
        "{}",
        found.stdout
    );
    // What nothing asks for anymore is removed.
    directory.write(".podwright.yaml", "");
    let removed = vendor(&directory, &[]);
    assert_eq!(
        stdout(&removed),
        format!("removed {shown}\nnothing to vendor\n")
    );
}

/// A public catalog is a repository with the schemas of kubeconform.
#[test]
fn a_whole_repository_of_json_schemas_is_stored_and_used() {
    let server = Server::start();
    let schema = r#"{"type": "object", "properties": {"size": {"type": "integer"}}}"#;
    let commit = server.commit(
        "org/schemas.git",
        &[("example.com/gadget_v1.json", schema), ("README.md", "x\n")],
        "main",
    );
    let address = server.url("/git/org/schemas.git?ref=main");
    let gadget = "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: g}\nsize: big\n";
    let directory = Directory::new(&[
        (".podwright.yaml", &format!("schemas:\n- {address}\n")),
        ("apps/gadget.yaml", gadget),
    ]);
    let run = vendor(&directory, &[]);
    let shown = server.url("/git/org/schemas");
    assert!(
        stdout(&run).starts_with(&format!("fetched {shown} at main ({}", &commit[..12])),
        "{}",
        run.stdout
    );
    let lock = directory.read(".podwright/vendor/lock.yaml");
    assert!(lock.contains(&commit), "{lock}");
    let found = directory.run(&["check", "--format", "json", "apps"], &[], "");
    let found = stdout(&found);
    assert!(found.contains("wrong-type"), "{found}");
    assert!(found.contains("example.com/gadget_v1.json"), "{found}");
}

#[test]
fn an_address_that_is_not_one_is_an_error() {
    let directory = Directory::new(&[
        (
            ".podwright.yaml",
            "schemas: ['ftp://me:hunter2@example.org']\n",
        ),
        ("pod.yaml", ""),
    ]);
    let run = directory.run(&["check"], &[], "");
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains(".podwright.yaml: `ftp://***@example.org` in `schemas` is not the address of a git repository"),
        "{}",
        run.stderr
    );
}

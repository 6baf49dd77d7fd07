//! What kustomizations ask for that is on other machines.

use std::path::Path;
use std::sync::Arc;

use super::super::tests::Memory;
use super::super::{Options, build};
use crate::files::{Files, Found, SourceFile, Sources};
use crate::node::Node;
use crate::vendor::{Ask, Asked, Stored};

/// Files, and what is stored of repositories: by URL, revision and path, where it is and the root of its repository.
struct WithVendored(Memory, Vec<(&'static str, &'static str, &'static str)>);

impl Files for WithVendored {
    fn find(&self, path: &Path) -> Option<Found> {
        self.0.find(path)
    }

    fn read(&self, path: &Path) -> Result<Arc<SourceFile>, String> {
        self.0.read(path)
    }

    fn vendored(&self, _: &Path, ask: &Ask) -> Option<Stored> {
        let shown = ask.to_string();
        let mut all = self.1.iter();
        let (_, path, root) = all.find(|(wanted, ..)| *wanted == shown)?;
        Some(Stored {
            path: path.into(),
            root: root.into(),
        })
    }
}

fn named(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n")
}

#[test]
fn a_stored_repository_is_built() {
    let files = Memory(vec![
        (
            "/k/kustomization.yaml",
            "resources:\n- https://github.com/org/repo//deploy?ref=v1\n\
             - https://raw.githubusercontent.com/org/repo/v1/extra.yaml\n\
             - github.com/org/other\n"
                .to_owned(),
        ),
        (
            "/v/repo/deploy/kustomization.yaml",
            "namePrefix: x-\nresources: [../base, own.yaml]\n".to_owned(),
        ),
        ("/v/repo/deploy/own.yaml", named("own")),
        (
            "/v/repo/base/kustomization.yaml",
            "resources: [b.yaml]\n".to_owned(),
        ),
        ("/v/repo/base/b.yaml", named("base")),
        ("/v/repo/extra.yaml", named("extra")),
    ]);
    let stored = vec![
        (
            "https://github.com/org/repo at v1, path deploy",
            "/v/repo/deploy",
            "/v/repo",
        ),
        (
            "https://github.com/org/repo at v1, path extra.yaml",
            "/v/repo/extra.yaml",
            "/v/repo",
        ),
    ];
    let files = WithVendored(files, stored);
    let mut sources = Sources::new(&files);
    let built = build(&mut sources, Path::new("/k"), &Options::default()).expect("a build");
    let name = |node: &Node| {
        node.at(&["metadata", "name"])
            .and_then(Node::str)
            .map(str::to_owned)
    };
    let names: Vec<String> = built.resources.iter().filter_map(name).collect();
    assert_eq!(names, ["x-base", "x-own", "extra"]);
    let unknown: Vec<&str> = built
        .unknown
        .iter()
        .map(|unknown| unknown.name.as_str())
        .collect();
    assert_eq!(unknown, ["github.com/org/other"]);
    let asked: Vec<String> = sources
        .asked()
        .iter()
        .map(|asked| asked.ask.to_string())
        .collect();
    assert_eq!(
        asked,
        [
            "https://github.com/org/repo at v1, path deploy",
            "https://github.com/org/repo at v1, path extra.yaml",
            "https://github.com/org/other at HEAD",
        ]
    );
}

#[test]
fn a_stored_repository_reads_nothing_outside() {
    let cases = [
        (
            "resources: [../../other]",
            "`../../other` is outside of its repository",
        ),
        (
            "resources: [../base.yaml]",
            "`../base.yaml` is outside of the directory of the kustomization",
        ),
        (
            "resources: ['github.com/org/repo//a']",
            "cycle: `github.com/org/repo//a` is used by `github.com/org/repo//a`",
        ),
    ];
    for (kustomization, message) in cases {
        let files = Memory(vec![
            (
                "/k/kustomization.yaml",
                "resources: ['github.com/org/repo//a']\n".to_owned(),
            ),
            ("/v/repo/a/kustomization.yaml", format!("{kustomization}\n")),
            ("/v/repo/base.yaml", named("base")),
            ("/v/other/kustomization.yaml", "namePrefix: x\n".to_owned()),
        ]);
        let stored = vec![(
            "https://github.com/org/repo at HEAD, path a",
            "/v/repo/a",
            "/v/repo",
        )];
        let files = WithVendored(files, stored);
        let mut sources = Sources::new(&files);
        for restricts_files in [true, false] {
            let options = Options {
                restricts_files,
                ..Options::default()
            };
            let error = build(&mut sources, Path::new("/k"), &options).expect_err("an error");
            assert_eq!(error.message, message);
        }
    }
}

#[test]
fn charts_are_asked_for_unless_they_are_here() {
    let kustomization = "helmGlobals: {chartHome: my}\nhelmCharts:\n\
        - {name: here, repo: https://example.org, version: 1.0.0}\n\
        - {name: away, repo: https://example.org, version: 1.0.0}\n\
        - {name: newest, repo: 'oci://example.org/charts'}\n";
    let files = Memory(vec![
        ("/k/kustomization.yaml", kustomization.to_owned()),
        (
            "/k/my/here-1.0.0/here/Chart.yaml",
            "{apiVersion: v2, name: here, version: 1.0.0}".to_owned(),
        ),
        ("/k/my/here-1.0.0/here/values.yaml", String::new()),
    ]);
    let mut sources = Sources::new(&files);
    _ = build(&mut sources, Path::new("/k"), &Options::default()).expect("a build");
    let asked = |asked: &Asked| {
        let at = asked.place.expect("a place").span;
        (kustomization[at.range()].to_owned(), asked.ask.to_string())
    };
    let asked: Vec<(String, String)> = sources.asked().iter().map(asked).collect();
    assert_eq!(
        asked,
        [
            ("away", "chart away 1.0.0 of https://example.org"),
            ("newest", "chart newest of oci://example.org/charts"),
        ]
        .map(|(place, ask)| (place.to_owned(), ask.to_owned()))
    );
}

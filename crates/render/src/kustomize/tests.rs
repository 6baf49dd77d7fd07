//! Builds of small kustomizations, each for one feature or trap. What is expected is what kustomize (api 0.21.2) prints.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use podwright_syntax::text::{LineIndex, Location, Span};

use super::finish::printed;
use super::object::objects;
use super::{Options, build};
use crate::Text;
use crate::files::{Files, Found, SourceFile, Sources};
use crate::node::Node;

/// The files on the disk.
pub(crate) struct Disk;

impl Files for Disk {
    fn find(&self, path: &Path) -> Option<Found> {
        let real = fs::canonicalize(path).ok()?;
        Some(match real.is_dir() {
            true => Found::Directory(real),
            false => Found::File(real),
        })
    }

    fn read(&self, path: &Path) -> Result<Arc<SourceFile>, String> {
        let bytes = fs::read(path).map_err(|error| error.to_string())?;
        Ok(Arc::new(SourceFile::new(path.to_owned(), bytes)))
    }

    fn entries(&self, directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).into_iter().flatten().flatten();
        let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }
}

fn cases() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/kustomize/tests");
    let entries = fs::read_dir(directory).expect("the cases exist");
    let mut cases: Vec<PathBuf> = entries
        .map(|entry| entry.expect("readable").path())
        .collect();
    cases.sort();
    cases
}

/// The value of a `# key: value` line at the start.
fn header<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let mut lines = text.lines().take_while(|line| line.starts_with('#'));
    lines.find_map(|line| line.strip_prefix(&format!("# {key}: ")))
}

/// `file:line` of a place, relative to a case.
fn shown(sources: &Sources<'_>, case: &Path, at: Location) -> String {
    let file = sources.get(at.file);
    let text = file.text().expect("text");
    let position = LineIndex::new(text).position(at.span.start, text);
    let path = file.path.strip_prefix(case).expect("in the case");
    format!("{}:{}", path.display(), position.line)
}

#[test]
fn builds_are_those_of_kustomize() {
    let options = Options {
        allows_unknown: false,
        ..Options::default()
    };
    for case in cases() {
        let expected = fs::read_to_string(case.join("expected.yaml")).expect("an expectation");
        let directory = header(&expected, "directory").expect("a directory");
        let mut sources = Sources::new(&Disk);
        let result = build(&mut sources, &case.join(directory), &options);
        let name = case.file_name().unwrap_or_default();
        match (result, header(&expected, "error")) {
            (Err(error), Some(place)) => {
                let case = fs::canonicalize(&case).expect("real");
                let at = error.place.map(|at| shown(&sources, &case, at));
                let line = place.rsplit_once(':').map(|(line, _)| line);
                assert_eq!(at.as_deref(), line, "{name:?}: {error}");
            }
            (Ok(build), None) => {
                let mut wanted = objects(&Text::constant(&*expected)).expect("valid");
                let wanted = wanted.iter_mut().map(|resource| {
                    printed(&mut resource.node).expect("printable");
                    &resource.node
                });
                let have = values(&build.resources);
                assert_eq!(have, values(wanted), "{name:?}");
            }
            (Ok(_), Some(place)) => panic!("{name:?}: no error at {place}"),
            (Err(error), None) => panic!("{name:?}: {error}"),
        }
    }
}

/// Path, type and text of every scalar.
fn values<'n>(nodes: impl IntoIterator<Item = &'n Node>) -> Vec<String> {
    let mut out = Vec::new();
    for node in nodes {
        values_of(node, "", &mut out);
    }
    out
}

fn values_of(node: &Node, path: &str, out: &mut Vec<String>) {
    match &node.value {
        crate::Value::Map(map) => {
            for entry in &map.entries {
                values_of(&entry.value, &format!("{path}/{}", entry.key.as_str()), out);
            }
            if map.is_empty() {
                out.push(format!("{path} = {{}}"));
            }
        }
        crate::Value::List(items) => {
            for (at, item) in items.iter().enumerate() {
                values_of(item, &format!("{path}/{at}"), out);
            }
            if items.is_empty() {
                out.push(format!("{path} = []"));
            }
        }
        crate::Value::Scalar(scalar) => {
            out.push(format!("{path} = {:?} {:?}", scalar.kind, scalar.as_str()));
        }
    }
}

/// Files that exist only here.
pub(super) struct Memory(pub(super) Vec<(&'static str, String)>);

impl Files for Memory {
    fn find(&self, path: &Path) -> Option<Found> {
        let is_file = |(name, _): &(&str, String)| Path::new(name) == path;
        if self.0.iter().any(is_file) {
            return Some(Found::File(path.to_owned()));
        }
        let is_below = |(name, _): &(&str, String)| Path::new(name).starts_with(path);
        self.0
            .iter()
            .any(is_below)
            .then(|| Found::Directory(path.to_owned()))
    }

    fn read(&self, path: &Path) -> Result<Arc<SourceFile>, String> {
        let file = self.0.iter().find(|(name, _)| Path::new(name) == path);
        let (_, text) = file.ok_or("no such file")?;
        Ok(Arc::new(SourceFile::with_text(
            path.to_owned(),
            text.as_str().into(),
        )))
    }

    fn entries(&self, directory: &Path) -> Vec<String> {
        let below = self.0.iter().filter_map(|(name, _)| {
            let rest = Path::new(name).strip_prefix(directory).ok()?;
            Some(rest.iter().next()?.to_string_lossy().into_owned())
        });
        let mut names: Vec<String> = below.collect();
        names.sort();
        names.dedup();
        names
    }
}

#[test]
fn what_is_remote_is_unknown_and_named() {
    let kustomization = "resources:\n- https://example.org/x.yaml\n- github.com/org/repo//base?ref=v1\n- own.yaml\nhelmCharts:\n- {name: chart, repo: https://example.org}\n";
    let object = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own}\n";
    let files = Memory(vec![
        ("/k/kustomization.yaml", kustomization.to_owned()),
        ("/k/own.yaml", object.to_owned()),
    ]);
    let mut sources = Sources::new(&files);
    let built = build(&mut sources, Path::new("/k"), &Options::default()).expect("a build");
    assert_eq!(built.resources.len(), 1);
    let text = kustomization;
    let unknown: Vec<(&str, super::Why)> = built
        .unknown
        .iter()
        .map(|unknown| {
            let Span { start, end } = unknown.place.expect("a place").span;
            (&text[start as usize..end as usize], unknown.why)
        })
        .collect();
    assert_eq!(
        unknown,
        [
            ("https://example.org/x.yaml", super::Why::RemoteFile),
            (
                "github.com/org/repo//base?ref=v1",
                super::Why::RemoteDirectory
            ),
            ("chart", super::Why::HelmChart),
        ]
    );
}

#[test]
fn values_of_generators_keep_their_places() {
    let kustomization =
        "configMapGenerator:\n- name: c\n  literals: ['a=b c', \"q='x'\"]\n  files: [key=f.txt]\n";
    let files = Memory(vec![
        ("/k/kustomization.yaml", kustomization.to_owned()),
        ("/k/f.txt", "line\n".to_owned()),
    ]);
    let mut sources = Sources::new(&files);
    let built = build(&mut sources, Path::new("/k"), &Options::default()).expect("a build");
    let data = built.resources[0].get("data").expect("data");
    let part = |key: &str| {
        let text = data.get(key).and_then(Node::text).expect("a value");
        let at = text.location().expect("a place");
        let file = sources.get(at.file).text().expect("text");
        (text.as_str().to_owned(), file[at.span.range()].to_owned())
    };
    assert_eq!(part("a"), ("b c".to_owned(), "b c".to_owned()));
    assert_eq!(part("q"), ("x".to_owned(), "x".to_owned()));
    assert_eq!(part("key"), ("line\n".to_owned(), "line\n".to_owned()));
}

#[test]
fn a_base_that_many_use_is_built_once() {
    let mut files = Vec::new();
    for level in 0..30 {
        for side in ["a", "b"] {
            let below = match level {
                29 => "commonLabels: {a: b}\n".to_owned(),
                _ => format!("resources: [../{0}a, ../{0}b]\n", level + 1),
            };
            let path: &'static str =
                Box::leak(format!("/k/{level}{side}/kustomization.yaml").into_boxed_str());
            files.push((path, below));
        }
    }
    let files = Memory(files);
    let mut sources = Sources::new(&files);
    let built = build(&mut sources, Path::new("/k/0a"), &Options::default()).expect("a build");
    assert_eq!(built.uses.len(), 59);
}

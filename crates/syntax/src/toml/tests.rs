use super::*;
use crate::PathSegment;
use crate::Scalar;

const CONTAINERD: &str = r#"version = 3 # the newest
root = '/var/lib/containerd'

[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2" # a "quoted" word
  pod_annotations = ["a#b", "c"]
[plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
  SystemdCgroup = true
[grpc]
  address = "/run/\u0063ontainerd"
[plugins.'io.containerd.cri.v1.images']
  snapshotter = "overlayfs"
  a.b = { c = 0x10 }
[[hosts]]
  name = "one"
[[hosts]]
  name = "two"
"#;

fn at(tree: &SyntaxTree, path: &[&str]) -> NodeId {
    let mut here = tree.documents()[0].root;
    for step in path {
        here = match step.parse::<usize>() {
            Ok(index) => tree.items(here).nth(index).unwrap(),
            Err(_) => {
                tree.get(here, step)
                    .unwrap_or_else(|| panic!("{step}"))
                    .value
            }
        };
    }
    here
}

fn tree(text: &str) -> SyntaxTree {
    read(text.into())
}

#[test]
fn tables_become_mappings() {
    let tree = tree(CONTAINERD);
    assert_eq!(tree.errors(), []);
    let plugins = [
        "plugins",
        "io.containerd.cri.v1.runtime",
        "containerd",
        "runtimes",
        "runc",
    ];
    let of = |more: &[&str]| at(&tree, &[&plugins[..], more].concat());
    assert_eq!(
        tree.scalar(of(&["runtime_type"])),
        Scalar::Str("io.containerd.runc.v2".into())
    );
    assert_eq!(
        tree.scalar(of(&["options", "SystemdCgroup"])),
        Scalar::Bool(true)
    );
    assert_eq!(tree.source_text(of(&["pod_annotations", "1"])), "\"c\"");
    assert_eq!(tree.scalar(at(&tree, &["version"])), Scalar::Int(3));
    let address = tree.scalar(at(&tree, &["grpc", "address"]));
    assert_eq!(address, Scalar::Str("/run/containerd".into()));
    let images = ["plugins", "io.containerd.cri.v1.images", "a", "b", "c"];
    assert_eq!(tree.scalar(at(&tree, &images)), Scalar::Int(16));
    assert_eq!(tree.kind(at(&tree, &images[..4])), NodeKind::FlowMapping);
    assert_eq!(tree.kind(at(&tree, &["hosts"])), NodeKind::Sequence);
    assert_eq!(
        tree.source_text(at(&tree, &["hosts", "1", "name"])),
        "\"two\""
    );
}

#[test]
fn spans_cover_their_children() {
    let tree = tree(CONTAINERD);
    let mut waiting = vec![tree.documents()[0].root];
    let mut seen = 0;
    while let Some(id) = waiting.pop() {
        seen += 1;
        for child in tree.children(id) {
            assert!(
                tree.span(id).contains(tree.span(child)),
                "{}",
                tree.source_text(child)
            );
            waiting.push(child);
        }
    }
    assert_eq!(seen, tree.ids().count());
}

#[test]
fn paths_are_right_in_interleaved_tables() {
    let tree = tree(CONTAINERD);
    let address = at(&tree, &["grpc", "address"]);
    let steps = [
        PathSegment::Key("grpc".into()),
        PathSegment::Key("address".into()),
    ];
    assert_eq!(tree.path(address), steps);
    let two = at(&tree, &["hosts", "1", "name"]);
    let steps = [
        PathSegment::Key("hosts".into()),
        PathSegment::Index(1),
        PathSegment::Key("name".into()),
    ];
    assert_eq!(tree.path(two), steps);
}

#[test]
fn comments_are_outside_of_strings() {
    let tree = tree(CONTAINERD);
    let comments: Vec<&str> = tree
        .comments()
        .iter()
        .map(|&span| tree.slice(span))
        .collect();
    assert_eq!(comments, ["# the newest", "# a \"quoted\" word"]);
}

#[test]
fn errors_have_positions_and_the_rest_is_kept() {
    let tree = tree("a = 1\nb = \nc = 3\na = 2\n");
    let errors: Vec<(SyntaxErrorKind, &str)> = tree
        .errors()
        .iter()
        .map(|error| (error.kind, tree.slice(error.span)))
        .collect();
    assert_eq!(errors.len(), 2, "{errors:?}");
    assert_eq!(errors[1], (SyntaxErrorKind::Toml, "a"));
    assert_eq!(tree.errors()[1].span.start, 17);
    assert!(tree.documents()[0].broken);
    assert_eq!(tree.scalar(at(&tree, &["c"])), Scalar::Int(3));
}

#[test]
fn strings_are_decoded() {
    for (raw, text) in [
        (r#""a\tb\"\\\u00e9\U0001F600""#, "a\tb\"\\é😀"),
        (r"'a\tb'", r"a\tb"),
        ("\"\"\"\na\n  b\"\"\"", "a\n  b"),
        ("\"\"\"a \\\n   b\"\"\"", "a b"),
        ("'''\r\na\\\n'b''''", "a\\\n'b'"),
        (r#""\q\ud800""#, r"\q\ud800"),
        ("bare-key_1", "bare-key_1"),
        ("\"", ""),
    ] {
        assert_eq!(unescape(raw), text, "{raw}");
    }
}

#[test]
fn endless_keys_do_not_overflow_the_stack() {
    for text in [
        format!("{}a = 1", "a.".repeat(100_000)),
        format!("[{}a]", "a .".repeat(100_000)),
        format!("a = {{{}a = 1}}", "\"x\".".repeat(100_000)),
    ] {
        let tree = tree(&text);
        assert_eq!(tree.errors()[0].kind, SyntaxErrorKind::Depth);
        assert_eq!(tree.entries(tree.documents()[0].root).count(), 0);
    }
    let level = format!("{{{}a = ", "a.".repeat(MAX_DOTS));
    let nested = tree(&format!("a = {}1{}", level.repeat(79), "}".repeat(79)));
    assert!(!nested.errors().is_empty());
}

use podwright_syntax::text::{FileId, Span};

use super::emit;
use crate::Origin;
use crate::read::documents;

fn round_trip(text: &str) -> (String, crate::SourceMap) {
    let tree = podwright_syntax::parse(text.into());
    let nodes = documents(&tree, FileId(0)).expect("valid");
    emit(&nodes)
}

#[test]
fn values_survive() {
    let source = r##"a: 'it''s'
b: "tab\there"
c: |
  one
   two

  three
d: >-
  folded
  text
e: [1, {f: "yes", g: maybe}]
"y": 'on'
h: ""
i:
j: "# no comment"
k: "multi\nline\n"
l: '{{ x }}'
m: "- a"
"n": 日本
o: "\u0007"
p: |2
    indented
q: {}
r: []
s: "a: b"
---
z: 1
"##;
    let (out, _) = round_trip(source);
    let before = podwright_syntax::parse(source.into());
    let after = podwright_syntax::parse(out.as_str().into());
    assert!(after.errors().is_empty(), "{out}");
    assert_eq!(before.documents().len(), after.documents().len(), "{out}");
    for (one, two) in before.documents().iter().zip(after.documents()) {
        let (one, two) = (before.to_json(one.root), after.to_json(two.root));
        assert_eq!(one.expect("JSON"), two.expect("JSON"), "{out}");
    }
}

#[test]
fn copied_bytes_are_the_same_in_the_source() {
    let source = "a: 'it''s'\nb: plain\nc: |\n    one\n     two\nd: \"x\\ty\"\n";
    let (out, map) = round_trip(source);
    let mut copied = 0;
    for (span, origin) in map.runs(Span::new(0, u32::try_from(out.len()).expect("short"))) {
        if let Origin::Copied(at) = origin {
            assert_eq!(out[span.range()], source[at.span.range()], "{out}");
            copied += span.len();
        }
    }
    assert!(copied > 20, "{copied} of {}", out.len());
}

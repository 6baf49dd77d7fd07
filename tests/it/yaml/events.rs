//! Converts a tree to the event stream of the yaml-test-suite.

use std::collections::HashMap;
use std::fmt::Write;

use podwright_syntax::{NodeId, NodeKind, SyntaxTree};

/// Events of the documents of a tree. Anchors have the names used in the text.
pub(crate) fn of_tree(tree: &SyntaxTree) -> String {
    let mut out = String::new();
    for document in tree.documents() {
        let implicit = document.span.start == 0 && is_bare(tree, document.root);
        if !implicit {
            out.push_str("+DOC\n");
            write_node(tree, document.root, &mut out);
            out.push_str("-DOC\n");
        }
    }
    out
}

/// Events of one node.
pub(crate) fn of_node(tree: &SyntaxTree, id: NodeId) -> String {
    let mut out = String::new();
    write_node(tree, id, &mut out);
    out
}

fn is_bare(tree: &SyntaxTree, id: NodeId) -> bool {
    tree.kind(id) == NodeKind::Empty && tree.anchor(id).is_none() && tree.tag(id).is_none()
}

fn write_node(tree: &SyntaxTree, id: NodeId, out: &mut String) {
    let (start, end) = match tree.kind(id) {
        NodeKind::Alias => {
            writeln!(out, "=ALI {}", tree.source_text(id)).unwrap();
            return;
        }
        NodeKind::Mapping => ("+MAP", "-MAP"),
        NodeKind::FlowMapping => ("+MAP {}", "-MAP"),
        NodeKind::Sequence => ("+SEQ", "-SEQ"),
        NodeKind::FlowSequence => ("+SEQ []", "-SEQ"),
        _ => ("=VAL", ""),
    };
    out.push_str(start);
    if let Some(anchor) = tree.anchor(id) {
        write!(out, " {}", tree.slice(anchor)).unwrap();
    }
    if let Some(tag) = tree.tag(id) {
        write!(out, " <{}>", resolve_tag(tree.slice(tag))).unwrap();
    }
    if end.is_empty() {
        out.push_str(indicator(tree.kind(id)));
        push_escaped(&tree.decoded(id), out);
        out.push('\n');
        return;
    }
    out.push('\n');
    for child in tree.children(id) {
        write_node(tree, child, out);
    }
    out.push_str(end);
    out.push('\n');
}

fn indicator(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::SingleQuoted => " '",
        NodeKind::DoubleQuoted => " \"",
        NodeKind::Literal => " |",
        NodeKind::Folded => " >",
        _ => " :",
    }
}

/// The complete tag, with the two handles that need no directive.
pub(crate) fn resolve_tag(tag: &str) -> String {
    let full = if let Some(uri) = tag.strip_prefix("!<") {
        uri.trim_end_matches('>').to_owned()
    } else if let Some(suffix) = tag.strip_prefix("!!") {
        format!("tag:yaml.org,2002:{suffix}")
    } else {
        tag.to_owned()
    };
    unescape_uri(&full)
}

fn unescape_uri(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = (*first == b'%')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.push(hex.unwrap_or(*first));
        rest = if hex.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

pub(crate) fn push_escaped(value: &str, out: &mut String) {
    for character in value.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\0' => out.push_str("\\0"),
            '\x08' => out.push_str("\\b"),
            '\x07' => out.push_str("\\a"),
            other => out.push(other),
        }
    }
}

/// Replaces the names of anchors in event lines with numbers in order of definition; aliases use the number of their
/// target.
pub(crate) fn with_numbered_anchors(events: &str) -> String {
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut count = 0;
    let mut out = String::new();
    for line in events.lines() {
        if let Some(name) = line.strip_prefix("=ALI *") {
            writeln!(out, "=ALI *{}", numbers.get(name).copied().unwrap_or(0)).unwrap();
            continue;
        }
        let anchor = line
            .find(" &")
            .filter(|&at| at == 4 || matches!(&line[..at], "+MAP {}" | "+SEQ []"));
        let Some(at) = anchor else {
            out.push_str(line);
            out.push('\n');
            continue;
        };
        let name = &line[at + 2..];
        let name = &name[..name.find(' ').unwrap_or(name.len())];
        count += 1;
        numbers.insert(name, count);
        writeln!(
            out,
            "{} &{count}{}",
            &line[..at],
            &line[at + 2 + name.len()..]
        )
        .unwrap();
    }
    out
}

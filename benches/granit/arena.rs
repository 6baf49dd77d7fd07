//! Alternative tree construction: granit-parser's events in an arena with nodes of the same size.

use std::borrow::Cow;

use granit_parser::{Event, Parser};

const NONE: u32 = u32::MAX;

/// A node of the same size as podwright's; the decoded text of a scalar is stored separately if it had to be created.
#[allow(dead_code)]
struct Node {
    start: u32,
    end: u32,
    first: u32,
    next: u32,
    kind: u8,
}

/// Builds the arena and counts its nodes and texts. Stops at the first error.
pub(crate) fn build(text: &str) -> usize {
    let mut nodes: Vec<Node> = Vec::with_capacity(text.len() / 11 + 4);
    let mut texts: Vec<String> = Vec::new();
    // Open collections: node and last child.
    let mut open: Vec<(u32, u32)> = Vec::new();
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { break };
        let range = span.byte_range().unwrap_or_default();
        let (kind, opens) = match event {
            Event::Scalar(value, style, ..) => {
                if let Cow::Owned(value) = value {
                    texts.push(value);
                }
                (style as u8, false)
            }
            Event::SequenceStart(..) => (10, true),
            Event::MappingStart(..) => (11, true),
            Event::Alias(_) => (12, false),
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some((node, _)) = open.pop() {
                    nodes[node as usize].end = range.end as u32;
                }
                continue;
            }
            _ => continue,
        };
        let id = nodes.len() as u32;
        let (start, end) = (range.start as u32, range.end as u32);
        nodes.push(Node {
            start,
            end,
            first: NONE,
            next: NONE,
            kind,
        });
        if let Some((parent, last)) = open.last_mut() {
            if *last == NONE {
                nodes[*parent as usize].first = id;
            } else {
                nodes[*last as usize].next = id;
            }
            *last = id;
        }
        if opens {
            open.push((id, NONE));
        }
    }
    nodes.len() + texts.len()
}

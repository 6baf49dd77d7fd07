//! Finds out whether a text has a document that is larger than a limit, without parsing it.

use memchr::{memchr, memchr2, memmem};

/// Whether a document of `text` has more than `limit` bytes. Of a `List`, each item counts as a document of its own, and
/// so does what is around the items.
///
/// This is an estimate for a limit: in a malformed text, documents may end elsewhere for a parser.
#[must_use]
pub fn has_larger_document(text: &str, limit: usize) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() <= limit {
        return false;
    }
    let start = text.trim_start_matches('\u{feff}').trim_ascii_start();
    if start.starts_with(['{', '[']) {
        return Json::new(bytes, limit).is_larger();
    }
    let separators = memmem::Finder::new(b"\n---");
    let mut start = 0;
    loop {
        let next = separators.find(&bytes[start..]).map(|at| start + at + 1);
        let document = &bytes[start..next.unwrap_or(bytes.len())];
        if document.len() > limit && is_larger(document, limit) {
            return true;
        }
        match next {
            Some(next) => start = next,
            None => return false,
        }
    }
}

/// Whether a document with more than `limit` bytes is not a List, or has an item with more.
fn is_larger(document: &[u8], limit: usize) -> bool {
    let content = document.strip_prefix(b"---").unwrap_or(document);
    match content.trim_ascii_start().first() {
        Some(b'{' | b'[') => Json::new(content, limit).is_larger(),
        _ => is_larger_block(document, limit),
    }
}

/// The same for a document in block style.
fn is_larger_block(document: &[u8], limit: usize) -> bool {
    let mut is_list = false;
    // In the items, the column of their dashes once it is known.
    let mut items: Option<Option<usize>> = None;
    let mut start = 0;
    let mut at = 0;
    while at < document.len() {
        let end = memchr(b'\n', &document[at..]).map_or(document.len(), |n| at + n + 1);
        let line = &document[at..end];
        let column = line.iter().take_while(|byte| **byte == b' ').count();
        let is_item = matches!(&line[column..], [b'-', b' ' | b'\r' | b'\n', ..]);
        let is_key = column == 0 && line[0].is_ascii_alphabetic();
        let starts_item = match items {
            Some(None) if is_item => {
                items = Some(Some(column));
                true
            }
            Some(Some(dashes)) => is_item && column == dashes,
            _ => false,
        };
        if starts_item || is_key {
            if at - start > limit {
                return true;
            }
            start = at;
        }
        if is_key {
            items = line.starts_with(b"items:").then_some(None);
            is_list |= line.strip_prefix(b"kind:").is_some_and(names_list);
        }
        at = end;
    }
    !is_list || document.len() - start > limit
}

/// Whether the value of `kind` is that of a list.
fn names_list(value: &[u8]) -> bool {
    let value = value.split(|byte| *byte == b'#').next().unwrap_or_default();
    let is_around = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'');
    let last = value.iter().rposition(|byte| !is_around(byte));
    last.is_some_and(|last| value[..=last].ends_with(b"List"))
}

/// Reads a stream of JSON values.
struct Json<'t> {
    bytes: &'t [u8],
    at: usize,
    limit: usize,
    depth: usize,
    /// Start of the current value of the stream.
    value: usize,
    /// In a value that is a mapping: its last key, and whether the next string is a key.
    key: &'t [u8],
    awaits_key: bool,
    is_list: bool,
    /// Start of the current item, in `items`.
    item: Option<usize>,
    /// Start of `items`, and their length after their end.
    items: usize,
    has_larger_item: bool,
}

impl<'t> Json<'t> {
    fn new(bytes: &'t [u8], limit: usize) -> Self {
        Self {
            bytes,
            at: 0,
            limit,
            depth: 0,
            value: 0,
            key: &[],
            awaits_key: false,
            is_list: false,
            item: None,
            items: 0,
            has_larger_item: false,
        }
    }

    fn is_larger(mut self) -> bool {
        while let Some(&byte) = self.bytes.get(self.at) {
            let at = self.at;
            self.at += 1;
            match byte {
                b'"' => self.string(),
                b'{' | b'[' => self.open(at, byte),
                b'}' | b']' => {
                    if self.close(at) {
                        return true;
                    }
                }
                b',' if self.depth == 2 => self.end_of_item(at),
                b',' if self.depth == 1 => self.awaits_key = true,
                b':' if self.depth == 1 => self.awaits_key = false,
                _ => {}
            }
        }
        self.depth > 0 && self.bytes.len() - self.value > self.limit
    }

    fn open(&mut self, at: usize, byte: u8) {
        if self.depth == 0 {
            (self.value, self.key) = (at, &[]);
            self.awaits_key = byte == b'{';
            (self.is_list, self.item, self.items) = (false, None, 0);
            self.has_larger_item = false;
        } else if self.depth == 1 && byte == b'[' && !self.awaits_key && self.key == b"items" {
            (self.item, self.items) = (Some(at + 1), at);
        }
        self.depth += 1;
    }

    /// Returns whether a value of the stream ends that is too large.
    fn close(&mut self, at: usize) -> bool {
        self.depth = self.depth.saturating_sub(1);
        if self.depth == 1 && self.item.is_some() {
            self.end_of_item(at);
            self.item = None;
            self.items = at - self.items;
        }
        let size = at + 1 - self.value;
        let is_larger = match self.is_list {
            true => self.has_larger_item || size - self.items > self.limit,
            false => size > self.limit,
        };
        self.depth == 0 && is_larger
    }

    fn end_of_item(&mut self, at: usize) {
        if let Some(start) = self.item {
            self.has_larger_item |= at - start > self.limit;
            self.item = Some(at + 1);
        }
    }

    /// Reads the rest of a string.
    fn string(&mut self) {
        let start = self.at;
        while let Some(n) = memchr2(b'"', b'\\', &self.bytes[self.at..]) {
            self.at += n;
            if self.bytes[self.at] == b'"' {
                break;
            }
            self.at = (self.at + 2).min(self.bytes.len());
        }
        let string = &self.bytes[start..self.at];
        self.at = (self.at + 1).min(self.bytes.len());
        if self.depth == 1 {
            match self.awaits_key {
                true => self.key = string,
                false if self.key == b"kind" => self.is_list = string.ends_with(b"List"),
                false => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::has_larger_document;

    const SMALL: &[&str] = &[
        "",
        "kind: Pod\nmetadata: {name: a}\n---\nkind: Pod\nmetadata: {name: b}\n",
        "kind: List\nitems:\n- kind: A\n  name: a\n- kind: B\n  name: bbbbbb\n",
        "items:\n  - kind: A\n    name: a\n  - kind: B\n    name: bb\nkind: \"PodList\" # x\n",
        r#"{"kind": "List", "items": [{"a": "]}\"[,"}, {"a": {"b": [1, 2]}}, {}, {}]}"#,
        r#"{"items": [{"a": 1}, {"b": 2}, {"a": 1}, {"b": 2}], "kind": "PodList"}"#,
        "{\"kind\": \"Pod\", \"a\": 1}\n{\"kind\": \"Pod\", \"b\": [{\"c\": 2}]}",
        "kind: A\n---\n{\"kind\": \"List\", \"items\": [{\"a\": 1, \"b\": 2}, {\"c\": 3}]}\n",
    ];

    const LARGE: &[&str] = &[
        "kind: Pod\nmetadata: {name: a-long-name-of-a-pod}\n",
        "kind: A\n---\nkind: Pod\nmetadata: {name: a-long-name-of-b}\n",
        "items:\n- kind: A\n- kind: B\n  name: bbbbbbbbbbbbbbbbbbbbbbbbbb\nkind: List\n",
        "kind: Some\nitems:\n- kind: A\n  name: a\n- kind: B\n  name: bbbbbb\n",
        "kind: List\nmetadata:\n  name: bbbbbbbbbbbbbbbbbbbbbbbbbb\nitems:\n- kind: B\n",
        r#"{"items": [{"a": 1}, {"b": [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}], "kind": "List"}"#,
        r#"{"items": [{"a": 1}, {"b": 2}, {"a": 1}, {"b": 2}], "kind": "Some"}"#,
        r#"{"items": [], "kind": "List", "x": "aaaaaaaaaaaaaaaaaaaaaaaaaa"}"#,
        r#"{"spec": {"items": [{"a": 1}, {"b": 2}]}, "kind": "List"}"#,
        "{\"kind\": \"Pod\"}\n{\"kind\": \"Pod\", \"b\": [{\"c\": 2, \"d\": 3}, 4, 5, 6]",
    ];

    #[test]
    fn items_of_lists_count_as_documents() {
        for text in SMALL {
            assert!(!has_larger_document(text, 40), "{text}");
        }
        for text in LARGE {
            assert!(has_larger_document(text, 40), "{text}");
        }
    }
}

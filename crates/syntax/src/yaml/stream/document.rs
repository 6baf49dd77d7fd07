//! Reads one document like go-yaml without the stream splitter: directives apply, content may follow `---` on the same
//! line, and everything after the document is ignored.

use super::{Stream, readable};
use crate::SyntaxErrorKind;
use crate::tree::{Document, NodeId};
use crate::yaml::chars::{self, BLANK};
use crate::yaml::frame::Expect;
use crate::yaml::reader::{Reader, span};

impl<'t> Stream<'t> {
    /// Reads the first document of `text`.
    pub(in crate::yaml) fn read_first(&mut self, text: &'t str) {
        let bytes = readable(text);
        self.reader.breaks = self.check_characters(bytes);
        let reader = &mut self.reader;
        reader.begin(bytes, 0);
        if !chars::is_bom(bytes, 0) {
            // A byte order mark after a line break is content, because there was no separator before it.
            (reader.at, reader.line) = (0, 0);
        }
        reader.ends_with_root = true;
        let directives = reader.accepted_directives();
        if reader.column() == 0 && reader.is_marker(reader.at) && reader.byte(reader.at) == b'-' {
            reader.at = reader.after_blanks(reader.at + 3);
            // A key is not allowed on the line of `---`.
            reader.key_allowed = false;
        } else if directives {
            reader.error(
                reader.at,
                reader.end_of_line(reader.at),
                SyntaxErrorKind::Directive,
            );
        }
        let start = reader.at;
        reader.block_after_marker();
        let (end, root) = (reader.at, reader.root);
        if reader.is_empty() && end == start && reader.byte(end) == b'.' {
            // go-yaml requires a document before the first `...`.
            reader.error(end, end + 3, SyntaxErrorKind::UnexpectedCharacter);
        }
        reader.check_decoding(root);
        // Control characters after the document were also recorded.
        reader.errors.retain(|error| {
            error.kind != SyntaxErrorKind::ControlCharacter || error.span.start as usize <= end
        });
        let broken = !reader.errors.is_empty();
        self.documents.push(Document {
            root: NodeId(root),
            span: span(start, end),
            broken,
            is_empty: reader.is_empty_node(root),
        });
    }
}

impl<'t> Reader<'t> {
    /// Returns whether the root node of the document is complete before a token in `column`.
    pub(in crate::yaml) fn is_over(&self, column: i64) -> bool {
        if self.key_allowed && column == 0 && self.byte(self.at) == b'%' {
            return true;
        }
        match self.stack.get(1) {
            Some(root) => self.key_allowed && !self.tabbed && column < root.column,
            None => self
                .stack
                .iter()
                .all(|document| document.expect == Expect::Nothing),
        }
    }

    /// Checks the token after a document, which go-yaml also scans.
    ///
    /// go-yaml does not check whether the token is allowed there, because it ignores the rest. But on the line of the
    /// document itself, a `:` turns everything before it into a key.
    pub(in crate::yaml) fn check_next_token(&mut self, byte: u8) {
        let start = self.at;
        if !self.key_allowed {
            self.check_rest_of_line();
        } else if byte == b'%' && self.column() == 0 {
            let line = &self.bytes[start..self.end_of_line(start)];
            if !is_directive(line) {
                self.error(start, start + 1, SyntaxErrorKind::Directive);
            }
        } else {
            self.check_token(byte);
        }
        self.at = start;
    }

    /// Scans the token at `at`, if go-yaml may fail to scan it.
    fn check_token(&mut self, byte: u8) {
        match byte {
            b'@' | b'`' | b'%' => {
                self.error(self.at, self.at + 1, SyntaxErrorKind::UnexpectedCharacter);
            }
            b'"' | b'\'' => drop(self.quoted::<false>()),
            b'|' | b'>' => drop(self.block_scalar(-1)),
            _ => {}
        }
    }

    /// Scans the tokens after a document on its line, until a `:` can no longer turn it into a key.
    fn check_rest_of_line(&mut self) {
        let end = self.end_of_line(self.at);
        while self.at < end && !self.broken {
            let byte = self.byte(self.at);
            let indicator = self.blank_or_end(self.at + 1);
            match byte {
                b' ' | b'\t' => self.at += 1,
                b'#' if self.blank_or_end(self.at - 1) => return,
                b':' | b'-' | b'?' if indicator => {
                    self.error(self.at, self.at + 1, SyntaxErrorKind::NestedMapping);
                }
                b',' | b']' | b'}' => return,
                b'[' | b'{' => self.at = self.after_brackets(end),
                b'@' | b'`' | b'%' | b'"' | b'\'' => self.check_token(byte),
                b'|' | b'>' => return self.check_token(byte),
                _ => self.at = self.after_plain(end),
            }
        }
    }

    /// End of the flow collection at `at`, or of the line.
    fn after_brackets(&self, end: usize) -> usize {
        let mut open = 0_usize;
        let mut quote = None;
        for at in self.at..end {
            match (quote, self.byte(at)) {
                (Some(opened), byte) if opened == byte => quote = None,
                (None, byte @ (b'"' | b'\'')) => quote = Some(byte),
                (None, b'[' | b'{') => open += 1,
                (None, b']' | b'}') if open == 1 => return at + 1,
                (None, b']' | b'}') => open -= 1,
                _ => {}
            }
        }
        end
    }

    /// End of the plain scalar at `at` on its line.
    fn after_plain(&self, end: usize) -> usize {
        let ends = |&at: &usize| match self.byte(at) {
            b':' => self.blank_or_end(at + 1),
            b'#' => self.blank_or_end(at - 1),
            _ => false,
        };
        (self.at + 1..end).find(ends).unwrap_or(end)
    }

    /// Reads the `%` lines before a document, and moves to the token after them. Returns true if there are any.
    fn accepted_directives(&mut self) -> bool {
        self.handles.clear();
        let mut found = false;
        let mut version = false;
        loop {
            self.seek_token::<false>();
            if self.byte(self.at) != b'%' || self.column() != 0 {
                return found;
            }
            found = true;
            let (start, end) = (self.at, self.end_of_line(self.at));
            let line = &self.bytes[start..end];
            let mut words = line
                .split(|&byte| chars::is(byte, BLANK))
                .filter(|word| !word.is_empty());
            let good = match (words.next(), words.next()) {
                (Some(b"%YAML"), Some(b"1.1")) => {
                    !std::mem::replace(&mut version, true) && is_end(words.next())
                }
                (Some(b"%TAG"), Some(handle)) => {
                    let known = self.handles.contains(&handle);
                    self.handles.push(handle);
                    !known && is_handle(handle) && words.next().is_some() && is_end(words.next())
                }
                _ => false,
            };
            if !good {
                self.error(start, self.trim(start, end), SyntaxErrorKind::Directive);
            }
            self.at = end;
        }
    }
}

/// Returns whether go-yaml can scan the line as a directive. It may still reject the directive.
fn is_directive(line: &[u8]) -> bool {
    let mut words = line
        .split(|&byte| chars::is(byte, BLANK))
        .filter(|word| !word.is_empty());
    let number = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    match (words.next(), words.next()) {
        (Some(b"%YAML"), Some(version)) => {
            let mut parts = version.split(|&byte| byte == b'.');
            let two = parts.next().is_some_and(number) && parts.next().is_some_and(number);
            two && parts.next().is_none() && is_end(words.next())
        }
        (Some(b"%TAG"), Some(handle)) => {
            is_handle(handle) && words.next().is_some() && is_end(words.next())
        }
        _ => false,
    }
}

/// Returns whether a directive is complete, with only a comment left.
fn is_end(word: Option<&[u8]>) -> bool {
    word.is_none_or(|word| word.starts_with(b"#"))
}

/// Returns whether the text is a tag handle: `!`, `!!` or `!name!`.
fn is_handle(handle: &[u8]) -> bool {
    match handle {
        b"!" => true,
        [b'!', name @ .., b'!'] => {
            let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            name.iter().all(word)
        }
        _ => false,
    }
}

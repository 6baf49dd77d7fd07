//! JSON tokens, including common mistakes.

use crate::scalar::json_word_end;
use crate::text::Span;
use crate::{Node, NodeKind, SyntaxError, SyntaxErrorKind};

/// Maximum number of errors kept per text. Further errors in a text that is not JSON are not useful.
const MAX_ERRORS: usize = 100;

/// A token and its span.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) span: Span,
    pub(super) kind: TokenKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// `{` or `[`, with the kind of node that it opens.
    Open(NodeKind),
    /// `}` or `]`, with the kind of node that it closes.
    Close(NodeKind),
    Comma,
    Colon,
    /// A quoted string (with double quotes, or single quotes by mistake), and its node flags.
    Quoted(NodeKind, u8),
    /// Any other sequence without whitespace: a literal, a number, or a mistake.
    Word,
}

pub(super) struct Lexer<'t> {
    text: &'t str,
    end: u32,
    at: u32,
    /// Offset of the last line feed before `at`.
    last_line_feed: Option<u32>,
    errors: Vec<SyntaxError>,
    /// Number of errors, including those that were not kept.
    found: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut lexer = Self {
            text,
            end: end_of(text),
            at: 0,
            last_line_feed: None,
            errors: Vec::new(),
            found: 0,
        };
        if text.starts_with('\u{feff}') {
            lexer.at = 3;
            lexer.error(Span::new(0, 3), SyntaxErrorKind::ByteOrderMark);
        }
        lexer
    }

    /// Number of errors found so far.
    pub(super) fn errors_found(&self) -> usize {
        self.found
    }

    pub(super) fn into_errors(mut self) -> Vec<SyntaxError> {
        // Unclosed brackets are detected only at the end of the text.
        self.errors.sort_by_key(|error| error.span);
        self.errors
    }

    pub(super) fn error(&mut self, span: Span, kind: SyntaxErrorKind) {
        self.found += 1;
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(SyntaxError { span, kind });
        }
    }

    /// Remaining text without surrounding whitespace; empty at the end of the text.
    pub(super) fn rest(&mut self) -> Span {
        self.skip_blanks();
        let rest = self.slice(Span::new(self.at, self.end));
        let length = rest.trim_end_matches([' ', '\t', '\r', '\n']).len();
        Span::new(self.at, self.at + size(length))
    }

    /// Returns whether there is a line ending between `start` and the current position.
    pub(super) fn line_ended_since(&self, start: u32) -> bool {
        self.last_line_feed.is_some_and(|at| at >= start)
    }

    pub(super) fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Reads the next token; `None` at the end of the text.
    pub(super) fn token(&mut self) -> Option<Token> {
        self.skip_blanks();
        let start = self.at;
        let kind = match self.peek()? {
            b'{' => self.single(TokenKind::Open(NodeKind::FlowMapping)),
            b'[' => self.single(TokenKind::Open(NodeKind::FlowSequence)),
            b'}' => self.single(TokenKind::Close(NodeKind::FlowMapping)),
            b']' => self.single(TokenKind::Close(NodeKind::FlowSequence)),
            b',' => self.single(TokenKind::Comma),
            b':' => self.single(TokenKind::Colon),
            b'"' => self.string(),
            b'\'' => self.single_quoted(),
            _ => self.word(),
        };
        Some(Token {
            span: Span::new(start, self.at),
            kind,
        })
    }

    /// Reads the next token of a stream. Between two values, Go ends a literal or number as soon as it is complete:
    /// `1true` are two values.
    pub(super) fn stream_token(&mut self) -> Option<Token> {
        let mut token = self.token()?;
        if token.kind == TokenKind::Word {
            let length = json_word_end(self.slice(token.span));
            if length > 0 {
                token.span.end = token.span.start + size(length);
                self.at = token.span.end;
            }
        }
        Some(token)
    }

    /// Skips a collection that is nested too deeply, from after its opening bracket to after its closing one.
    pub(super) fn skip_collection(&mut self) {
        let mut open = 1_u32;
        while open > 0 {
            match self.token().map(|token| token.kind) {
                Some(TokenKind::Open(_)) => open += 1,
                Some(TokenKind::Close(_)) => open -= 1,
                Some(_) => {}
                None => break,
            }
        }
    }

    pub(super) fn at(&self) -> u32 {
        self.at
    }

    fn peek(&self) -> Option<u8> {
        self.byte(self.at)
    }

    fn byte(&self, at: u32) -> Option<u8> {
        self.text
            .as_bytes()
            .get(at as usize)
            .copied()
            .filter(|_| at < self.end)
    }

    fn single(&mut self, kind: TokenKind) -> TokenKind {
        self.at += 1;
        kind
    }

    fn skip_blanks(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\n' => {
                    self.last_line_feed = Some(self.at);
                    self.at += 1;
                }
                b'#' => self.comment(self.line_end()),
                b'/' if self.byte(self.at + 1) == Some(b'/') => self.comment(self.line_end()),
                b'/' if self.byte(self.at + 1) == Some(b'*') => self.comment(self.block_end()),
                _ => break,
            }
        }
    }

    fn comment(&mut self, end: u32) {
        let span = Span::new(self.at, end);
        self.error(span, SyntaxErrorKind::JsonComment);
        if let Some(line_feed) = self.slice(span).rfind('\n') {
            self.last_line_feed = Some(self.at + size(line_feed));
        }
        self.at = end;
    }

    /// End of the current line, without its line ending.
    fn line_end(&self) -> u32 {
        let rest = self.slice(Span::new(self.at, self.end));
        let length = memchr::memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
        self.at + size(length)
    }

    fn block_end(&self) -> u32 {
        let rest = self.slice(Span::new(self.at, self.end));
        let length = rest.find("*/").map_or(rest.len(), |at| at + 2);
        self.at + size(length)
    }

    fn string(&mut self) -> TokenKind {
        let start = self.at;
        let mut flags = 0;
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    break;
                }
                Some(b'\\') => {
                    flags |= Node::ESCAPED;
                    self.escape();
                }
                None | Some(b'\n' | b'\r') => {
                    flags |= Node::RECOVERED;
                    self.unclosed(start);
                    break;
                }
                Some(0..0x20) => {
                    let span = Span::new(self.at, self.at + 1);
                    self.error(span, SyntaxErrorKind::ControlCharacter);
                    self.at += 1;
                }
                Some(_) => self.at += 1,
            }
        }
        TokenKind::Quoted(NodeKind::DoubleQuoted, flags)
    }

    /// Reports an unclosed string and ends it with its line. A comma at the end of the line is not part of it.
    fn unclosed(&mut self, start: u32) {
        let quote = Span::new(start, start + 1);
        self.error(quote, SyntaxErrorKind::UnclosedQuote);
        let written = self.slice(Span::new(start, self.at)).trim_end();
        let length = written.strip_suffix(',').unwrap_or(written).len();
        self.at = start + size(length).max(1);
    }

    fn escape(&mut self) {
        let start = self.at;
        let rest = self.slice(Span::new(start + 1, self.end));
        let length = match rest.bytes().next() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                self.at += 2;
                return;
            }
            Some(b'u') => {
                let digits = rest[1..]
                    .bytes()
                    .take(4)
                    .take_while(u8::is_ascii_hexdigit)
                    .count();
                if digits == 4 {
                    self.at += 6;
                    return;
                }
                1 + digits
            }
            None | Some(b'\n' | b'\r') => 0,
            Some(_) => rest.chars().next().map_or(0, char::len_utf8),
        };
        self.at = start + 1 + size(length);
        self.error(Span::new(start, self.at), SyntaxErrorKind::Escape);
    }

    fn single_quoted(&mut self) -> TokenKind {
        let line = self.slice(Span::new(self.at, self.line_end()));
        let closed = line[1..].find('\'').map(|quote| quote + 2);
        let length = closed.unwrap_or_else(|| line.trim_end().trim_end_matches(',').len());
        let span = Span::new(self.at, self.at + size(length).max(1));
        self.error(span, SyntaxErrorKind::SingleQuotes);
        self.at = span.end;
        TokenKind::Quoted(NodeKind::SingleQuoted, Node::RECOVERED)
    }

    fn word(&mut self) -> TokenKind {
        let rest = self.slice(Span::new(self.at, self.end)).as_bytes();
        let ends = |byte: &u8| {
            matches!(
                byte,
                b' ' | b'\t'
                    | b'\r'
                    | b'\n'
                    | b','
                    | b':'
                    | b'{'
                    | b'}'
                    | b'['
                    | b']'
                    | b'"'
                    | b'\''
                    | b'#'
            )
        };
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        self.at += size(length).max(1);
        TokenKind::Word
    }
}

/// Converts a length. Texts are shorter than [`u32::MAX`].
fn size(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Length of the text. Texts of 4 GiB and more are rejected earlier; here they are truncated to the range of spans.
pub(super) fn end_of(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

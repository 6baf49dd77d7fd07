//! Reads the expressions of a text (`parse/scan.go`, `parse/parse.go`).

use std::ops::Range;

use podwright_syntax::text::Location;

use crate::{RenderError, Text};

/// A part of a text.
#[derive(Clone, Debug)]
pub(super) enum Node {
    /// What stays as it is, without escapes.
    Text(Text),
    /// An expression: `${NAME}`, `${NAME:-default}`.
    Function {
        /// Name of the variable.
        parameter: String,
        /// What to do with its value.
        name: String,
        /// What it needs for that.
        arguments: Vec<Self>,
        /// The expression.
        place: Option<Location>,
    },
}

/// Most expressions within each other.
const MAX_DEPTH: usize = 100;

/// What the scanner may find.
#[derive(Clone, Copy, Default)]
struct Mode {
    /// `${`
    opening: bool,
    /// `}`
    closing: bool,
    /// A dollar sign before another one.
    dollar_escape: bool,
    /// A backslash before a slash or a backslash.
    backslash_escape: bool,
    /// Characters that are accepted.
    word: bool,
}

/// A piece of the text.
enum Token {
    End,
    Opening,
    Closing,
    Word(Text),
    Illegal,
}

/// Reads one node after the other.
pub(super) struct Parser<'t> {
    text: &'t Text,
    string: &'t str,
    at: usize,
    depth: usize,
}

/// Whether a character belongs to a word, by its number in the word from 1.
type Accept = fn(char, usize) -> bool;

impl<'t> Parser<'t> {
    pub(super) fn new(text: &'t Text) -> Self {
        Self {
            text,
            string: text.as_str(),
            at: 0,
            depth: 0,
        }
    }

    /// The next node and where it is; `None` at the end (`parseAny`).
    pub(super) fn next(&mut self) -> Result<Option<(Node, Range<usize>)>, RenderError> {
        let start = self.at;
        let mode = Mode {
            opening: true,
            dollar_escape: true,
            word: true,
            ..Mode::default()
        };
        let node = match self.scan(mode, |_, _| true) {
            Token::Word(text) => Node::Text(text),
            Token::End => return Ok(None),
            Token::Opening => self.function(start)?,
            Token::Closing | Token::Illegal => return Err(self.error(start)),
        };
        Ok(Some((node, start..self.at)))
    }

    fn error(&self, start: usize) -> RenderError {
        let line = self.string[start..].find('\n').map(|end| start + end);
        let end = line.unwrap_or(self.string.len());
        let closed = self.string[start..end].find('}').map(|at| start + at + 1);
        let end = closed.unwrap_or(end);
        let shown: String = self.string[start..end].chars().take(40).collect();
        let message = format!("`{shown}` is not a valid substitution");
        RenderError::at(self.text.place(start..end), message)
            .help("write `$${` for a `${` that is not a substitution")
    }

    fn rest(&self) -> &'t str {
        &self.string[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// `scan`
    fn scan(&mut self, mode: Mode, accept: Accept) -> Token {
        let start = self.at;
        let Some(first) = self.peek() else {
            return Token::End;
        };
        if mode.opening && self.rest().starts_with("${") {
            self.at += 2;
            return Token::Opening;
        }
        if mode.closing && first == '}' {
            self.at += 1;
            return Token::Closing;
        }
        if !mode.word {
            return Token::Illegal;
        }
        let mut word = Text::default();
        let mut from = start;
        let mut number = 0;
        while let Some(next) = self.peek() {
            // The first character is looked at for an opening before.
            if mode.opening && self.at > start && self.rest().starts_with("${") {
                break;
            }
            number += 1;
            if self.is_escape(mode) {
                word.push(&self.text.slice(from..self.at));
                from = self.at + 1;
                self.at += 2;
                continue;
            }
            if !accept(next, number) {
                break;
            }
            self.at += next.len_utf8();
        }
        if self.at == start {
            return Token::Illegal;
        }
        word.push(&self.text.slice(from..self.at));
        Token::Word(word)
    }

    fn is_escape(&self, mode: Mode) -> bool {
        let rest = self.rest();
        (mode.dollar_escape && rest.starts_with("$$"))
            || (mode.backslash_escape && (rest.starts_with("\\/") || rest.starts_with("\\\\")))
    }

    /// What follows `${` (`parseFunc`). `start` is where that is.
    fn function(&mut self, start: usize) -> Result<Node, RenderError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error(start));
        }
        let (parameter, name, arguments) = self.call(start)?;
        self.depth -= 1;
        Ok(Node::Function {
            parameter,
            name,
            arguments,
            place: self.text.place(start..self.at),
        })
    }

    fn call(&mut self, start: usize) -> Result<(String, String, Vec<Node>), RenderError> {
        if self.peek() == Some('#') {
            self.at += 1;
            let parameter = self.word(start, is_name)?;
            self.close(start)?;
            return Ok((parameter, "#".to_owned(), Vec::new()));
        }
        let parameter = self.word(start, is_name)?;
        let rest = self.rest();
        let (name, arguments) = match self.peek() {
            Some(':') if !rest[1..].starts_with(['=', '-', '?', '+']) => {
                self.at += 1;
                (":".to_owned(), self.part(start)?)
            }
            Some(':') => (self.word(start, is_default)?, self.default(start)?),
            Some('=') => {
                self.at += 1;
                ("=".to_owned(), self.default(start)?)
            }
            Some(',' | '^') => {
                let name = self.word(start, |c, at| matches!(c, ',' | '^') && at < 3)?;
                (name, Vec::new())
            }
            Some('/') => (self.word(start, is_replace)?, self.replacement(start)?),
            Some('#') => (
                self.word(start, |c, at| c == '#' && at < 3)?,
                vec![self.parameter(start, |c, _| c != '}', false)?],
            ),
            Some('%') => (
                self.word(start, |c, at| c == '%' && at < 3)?,
                vec![self.parameter(start, |c, _| c != '}', false)?],
            ),
            _ => (String::new(), Vec::new()),
        };
        self.close(start)?;
        Ok((parameter, name, arguments))
    }

    /// Position and length (`parseSubstrFunc`).
    fn part(&mut self, start: usize) -> Result<Vec<Node>, RenderError> {
        let mut arguments = vec![self.parameter(start, |c, _| !matches!(c, ':' | '}'), false)?];
        if self.peek() == Some(':') {
            self.word(start, |c, _| c == ':')?;
            arguments.push(self.parameter(start, |c, _| c != '}', false)?);
        }
        Ok(arguments)
    }

    /// `parseReplaceFunc`
    fn replacement(&mut self, start: usize) -> Result<Vec<Node>, RenderError> {
        let mut arguments = vec![self.parameter(start, |c, _| c != '/', true)?];
        self.word(start, |c, _| c == '/')?;
        if self.peek() != Some('}') {
            arguments.push(self.parameter(start, |c, _| c != '}', true)?);
        }
        Ok(arguments)
    }

    /// The parts of a default (`parseDefaultFunc`).
    fn default(&mut self, start: usize) -> Result<Vec<Node>, RenderError> {
        let mut arguments = Vec::new();
        while self.peek() != Some('}') {
            arguments.push(self.parameter(start, |c, _| c != '}', false)?);
        }
        Ok(arguments)
    }

    /// `parseParam`
    fn parameter(
        &mut self,
        start: usize,
        accept: Accept,
        has_escapes: bool,
    ) -> Result<Node, RenderError> {
        let mode = Mode {
            opening: true,
            dollar_escape: has_escapes,
            backslash_escape: has_escapes,
            word: true,
            ..Mode::default()
        };
        let here = self.at;
        match self.scan(mode, accept) {
            Token::Opening => self.function(here),
            Token::Word(text) => Ok(Node::Text(text)),
            _ => Err(self.error(start)),
        }
    }

    /// One or more characters that are accepted.
    fn word(&mut self, start: usize, accept: Accept) -> Result<String, RenderError> {
        let mode = Mode {
            word: true,
            ..Mode::default()
        };
        match self.scan(mode, accept) {
            Token::Word(text) => Ok(text.to_string()),
            _ => Err(self.error(start)),
        }
    }

    /// `consumeRbrack`
    fn close(&mut self, start: usize) -> Result<(), RenderError> {
        let mode = Mode {
            closing: true,
            ..Mode::default()
        };
        match self.scan(mode, |_, _| false) {
            Token::Closing => Ok(()),
            _ => Err(self.error(start)),
        }
    }
}

fn is_name(c: char, _: usize) -> bool {
    c.is_alphabetic() || c.is_numeric() || c == '_'
}

fn is_default(c: char, at: usize) -> bool {
    (at == 1 && c == ':') || (at == 2 && matches!(c, '=' | '-' | '?' | '+'))
}

fn is_replace(c: char, at: usize) -> bool {
    (at == 1 && c == '/') || (at == 2 && matches!(c, '/' | '#' | '%'))
}

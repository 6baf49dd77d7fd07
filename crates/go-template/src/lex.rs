//! Splits a template into tokens (`text/template/parse/lex.go`).

mod token;

use crate::quote::quoted;

pub(crate) use token::{Item, Kind};

/// The scanner.
pub(crate) struct Lexer<'t> {
    input: &'t str,
    pos: usize,
    start: usize,
    at_eof: bool,
    paren_depth: i32,
    line: usize,
    start_line: usize,
    inside_action: bool,
    item: Option<Item>,
    /// Whether `break` and `continue` are keywords: the host has no function of that name.
    pub(crate) break_is_keyword: bool,
    pub(crate) continue_is_keyword: bool,
}

/// What to scan next.
#[derive(Clone, Copy)]
enum State {
    Text,
    LeftDelim,
    Comment,
    RightDelim,
    InsideAction,
    Space,
    Done,
}

const LEFT: &str = "{{";
const RIGHT: &str = "}}";
const TRIM_MARKER_LENGTH: usize = 2;
const SPACES: [char; 4] = [' ', '\t', '\r', '\n'];

impl<'t> Lexer<'t> {
    pub(crate) fn new(input: &'t str) -> Self {
        Self {
            input,
            pos: 0,
            start: 0,
            at_eof: false,
            paren_depth: 0,
            line: 1,
            start_line: 1,
            inside_action: false,
            item: None,
            break_is_keyword: true,
            continue_is_keyword: true,
        }
    }

    fn rest(&self) -> &'t str {
        &self.input[self.pos..]
    }

    fn next(&mut self) -> Option<char> {
        let Some(next) = self.rest().chars().next() else {
            self.at_eof = true;
            return None;
        };
        self.pos += next.len_utf8();
        if next == '\n' {
            self.line += 1;
        }
        Some(next)
    }

    fn peek(&mut self) -> Option<char> {
        let next = self.next();
        self.backup();
        next
    }

    fn backup(&mut self) {
        if self.at_eof {
            return;
        }
        if let Some(last) = self.input[..self.pos].chars().next_back() {
            self.pos -= last.len_utf8();
            if last == '\n' {
                self.line -= 1;
            }
        }
    }

    fn this_item(&mut self, kind: Kind) -> Item {
        let item = Item {
            kind,
            start: self.start,
            end: self.pos,
            line: self.start_line,
            error: String::new(),
        };
        self.start = self.pos;
        self.start_line = self.line;
        item
    }

    fn emit(&mut self, kind: Kind) -> State {
        self.item = Some(self.this_item(kind));
        State::Done
    }

    /// Skips the text before this point.
    fn ignore(&mut self) {
        self.count_lines();
        self.start = self.pos;
        self.start_line = self.line;
    }

    fn count_lines(&mut self) {
        self.line += newlines(&self.input[self.start..self.pos]);
    }

    fn accept(&mut self, valid: &str) -> bool {
        match self.next() {
            Some(next) if valid.contains(next) => true,
            _ => {
                self.backup();
                false
            }
        }
    }

    fn accept_run(&mut self, valid: &str) {
        while self.accept(valid) {}
    }

    fn error(&mut self, message: impl Into<String>) -> State {
        self.item = Some(Item {
            kind: Kind::Error,
            start: self.start,
            end: self.start,
            line: self.start_line,
            error: message.into(),
        });
        self.input = "";
        self.start = 0;
        self.pos = 0;
        State::Done
    }

    /// The next token.
    pub(crate) fn next_item(&mut self) -> Item {
        self.item = None;
        let mut state = match self.inside_action {
            true => State::InsideAction,
            false => State::Text,
        };
        loop {
            state = match state {
                State::Text => self.text(),
                State::LeftDelim => self.left_delim(),
                State::Comment => self.comment(),
                State::RightDelim => self.right_delim(),
                State::InsideAction => self.inside_action(),
                State::Space => self.space(),
                State::Done => {
                    return self.item.take().unwrap_or(Item {
                        kind: Kind::Eof,
                        start: self.pos,
                        end: self.pos,
                        line: self.start_line,
                        error: String::new(),
                    });
                }
            };
        }
    }

    fn text(&mut self) -> State {
        if let Some(at) = self.rest().find(LEFT) {
            if at > 0 {
                self.pos += at;
                let after = self.pos + LEFT.len();
                let trimmed = match has_left_trim_marker(&self.input[after..]) {
                    true => {
                        let text = &self.input[self.start..self.pos];
                        text.len() - text.trim_end_matches(SPACES).len()
                    }
                    false => 0,
                };
                self.pos -= trimmed;
                self.count_lines();
                let item = self.this_item(Kind::Text);
                self.pos += trimmed;
                self.ignore();
                if item.end > item.start {
                    self.item = Some(item);
                    return State::Done;
                }
            }
            return State::LeftDelim;
        }
        self.pos = self.input.len();
        if self.pos > self.start {
            self.count_lines();
            return self.emit(Kind::Text);
        }
        self.emit(Kind::Eof)
    }

    /// Whether the scanner is at a right delimiter, and whether that has a trim marker.
    fn at_right_delim(&self) -> Option<bool> {
        let rest = self.rest();
        if has_right_trim_marker(rest) && rest[TRIM_MARKER_LENGTH..].starts_with(RIGHT) {
            return Some(true);
        }
        rest.starts_with(RIGHT).then_some(false)
    }

    fn left_delim(&mut self) -> State {
        self.pos += LEFT.len();
        let marker = match has_left_trim_marker(self.rest()) {
            true => TRIM_MARKER_LENGTH,
            false => 0,
        };
        if self.rest()[marker..].starts_with("/*") {
            self.pos += marker;
            self.ignore();
            return State::Comment;
        }
        let item = self.this_item(Kind::LeftDelim);
        self.inside_action = true;
        self.pos += marker;
        self.ignore();
        self.paren_depth = 0;
        self.item = Some(item);
        State::Done
    }

    fn comment(&mut self) -> State {
        self.pos += 2;
        let Some(at) = self.rest().find("*/") else {
            return self.error("unclosed comment");
        };
        self.pos += at + 2;
        let Some(trims) = self.at_right_delim() else {
            return self.error("comment ends before closing delimiter");
        };
        self.count_lines();
        let _ = self.this_item(Kind::Text);
        if trims {
            self.pos += TRIM_MARKER_LENGTH;
        }
        self.pos += RIGHT.len();
        if trims {
            self.pos += left_trim_length(self.rest());
        }
        self.ignore();
        State::Text
    }

    fn right_delim(&mut self) -> State {
        let trims = self.at_right_delim() == Some(true);
        if trims {
            self.pos += TRIM_MARKER_LENGTH;
            self.ignore();
        }
        self.pos += RIGHT.len();
        let item = self.this_item(Kind::RightDelim);
        if trims {
            self.pos += left_trim_length(self.rest());
            self.ignore();
        }
        self.inside_action = false;
        self.item = Some(item);
        State::Done
    }

    fn inside_action(&mut self) -> State {
        if self.at_right_delim().is_some() {
            if self.paren_depth == 0 {
                return State::RightDelim;
            }
            return self.error("unclosed left paren");
        }
        let Some(next) = self.next() else {
            return self.error("unclosed action");
        };
        match next {
            next if is_space(next) => {
                self.backup();
                State::Space
            }
            '=' => self.emit(Kind::Assign),
            ':' => match self.next() {
                Some('=') => self.emit(Kind::Declare),
                _ => self.error("expected :="),
            },
            '|' => self.emit(Kind::Pipe),
            '"' => self.quote(),
            '`' => self.raw_quote(),
            '$' => self.variable(),
            '\'' => self.char_constant(),
            '.' if !self.rest().is_empty()
                && !self.rest().starts_with(|next: char| next.is_ascii_digit()) =>
            {
                self.field_or_variable(Kind::Field)
            }
            '.' | '+' | '-' | '0'..='9' => {
                self.backup();
                self.number()
            }
            next if is_alphanumeric(next) => {
                self.backup();
                self.identifier()
            }
            '(' => {
                self.paren_depth += 1;
                self.emit(Kind::LeftParen)
            }
            ')' => {
                self.paren_depth -= 1;
                if self.paren_depth < 0 {
                    return self.error("unexpected right paren");
                }
                self.emit(Kind::RightParen)
            }
            next if next.is_ascii_graphic() => self.emit(Kind::Char),
            next => self.error(format!(
                "unrecognized character in action: {}",
                unicode(next)
            )),
        }
    }

    fn space(&mut self) -> State {
        let mut spaces = 0;
        while self.peek().is_some_and(is_space) {
            self.next();
            spaces += 1;
        }
        // The last space may belong to a right delimiter with a trim marker.
        let last = &self.input[self.pos - 1..];
        if has_right_trim_marker(last) && last[TRIM_MARKER_LENGTH..].starts_with(RIGHT) {
            self.backup();
            if spaces == 1 {
                return State::RightDelim;
            }
        }
        self.emit(Kind::Space)
    }

    fn identifier(&mut self) -> State {
        let next = loop {
            match self.next() {
                Some(next) if is_alphanumeric(next) => {}
                next => break next,
            }
        };
        self.backup();
        let word = &self.input[self.start..self.pos];
        if !self.at_terminator() {
            return self.error(format!(
                "bad character {}",
                unicode(next.unwrap_or('\u{fffd}'))
            ));
        }
        let kind = match Kind::keyword(word) {
            Some(Kind::Break) if !self.break_is_keyword => Kind::Identifier,
            Some(Kind::Continue) if !self.continue_is_keyword => Kind::Identifier,
            Some(keyword) => keyword,
            None if word == "true" || word == "false" => Kind::Bool,
            None => Kind::Identifier,
        };
        self.emit(kind)
    }

    fn variable(&mut self) -> State {
        if self.at_terminator() {
            return self.emit(Kind::Variable);
        }
        self.field_or_variable(Kind::Variable)
    }

    fn field_or_variable(&mut self, kind: Kind) -> State {
        if self.at_terminator() {
            return self.emit(match kind {
                Kind::Variable => Kind::Variable,
                _ => Kind::Dot,
            });
        }
        let next = loop {
            match self.next() {
                Some(next) if is_alphanumeric(next) => {}
                next => break next,
            }
        };
        self.backup();
        if !self.at_terminator() {
            return self.error(format!(
                "bad character {}",
                unicode(next.unwrap_or('\u{fffd}'))
            ));
        }
        self.emit(kind)
    }

    fn at_terminator(&mut self) -> bool {
        match self.peek() {
            None | Some('.' | ',' | '|' | ':' | ')' | '(') => true,
            Some(next) if is_space(next) => true,
            Some(_) => self.rest().starts_with(RIGHT),
        }
    }

    fn char_constant(&mut self) -> State {
        match self.until('\'') {
            true => self.emit(Kind::CharConstant),
            false => self.error("unterminated character constant"),
        }
    }

    fn quote(&mut self) -> State {
        match self.until('"') {
            true => self.emit(Kind::String),
            false => self.error("unterminated quoted string"),
        }
    }

    /// Reads up to the closing quote.
    fn until(&mut self, quote: char) -> bool {
        loop {
            match self.next() {
                Some('\\') => {
                    if matches!(self.next(), None | Some('\n')) {
                        return false;
                    }
                }
                None | Some('\n') => return false,
                Some(next) if next == quote => return true,
                Some(_) => {}
            }
        }
    }

    fn raw_quote(&mut self) -> State {
        loop {
            match self.next() {
                None => return self.error("unterminated raw quoted string"),
                Some('`') => return self.emit(Kind::RawString),
                Some(_) => {}
            }
        }
    }

    fn number(&mut self) -> State {
        let bad = |lexer: &mut Self| {
            let text = quoted(&lexer.input[lexer.start..lexer.pos]);
            lexer.error(format!("bad number syntax: {text}"))
        };
        if !self.scan_number() {
            return bad(self);
        }
        if matches!(self.peek(), Some('+' | '-')) {
            if !self.scan_number() || !self.input[..self.pos].ends_with('i') {
                return bad(self);
            }
            return self.emit(Kind::Complex);
        }
        self.emit(Kind::Number)
    }

    fn scan_number(&mut self) -> bool {
        self.accept("+-");
        let mut digits = "0123456789_";
        if self.accept("0") {
            if self.accept("xX") {
                digits = "0123456789abcdefABCDEF_";
            } else if self.accept("oO") {
                digits = "01234567_";
            } else if self.accept("bB") {
                digits = "01_";
            }
        }
        self.accept_run(digits);
        if self.accept(".") {
            self.accept_run(digits);
        }
        let exponent = match digits.len() {
            11 => "eE",
            23 => "pP",
            _ => "",
        };
        if !exponent.is_empty() && self.accept(exponent) {
            self.accept("+-");
            self.accept_run("0123456789_");
        }
        self.accept("i");
        if self.peek().is_some_and(is_alphanumeric) {
            self.next();
            return false;
        }
        true
    }
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|&byte| byte == b'\n').count()
}

fn is_space(character: char) -> bool {
    SPACES.contains(&character)
}

fn is_alphanumeric(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

fn has_left_trim_marker(text: &str) -> bool {
    matches!(text.as_bytes(), [b'-', b' ' | b'\t' | b'\r' | b'\n', ..])
}

fn has_right_trim_marker(text: &str) -> bool {
    matches!(text.as_bytes(), [b' ' | b'\t' | b'\r' | b'\n', b'-', ..])
}

fn left_trim_length(text: &str) -> usize {
    text.len() - text.trim_start_matches(SPACES).len()
}

/// Go's `%#U`.
fn unicode(character: char) -> String {
    format!("U+{:04X} '{character}'", character as u32)
}

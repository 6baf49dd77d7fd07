//! Tokenizer for POSIX shell scripts.

use super::word::{Piece, Word, braced};

/// Maximum length of a script in bytes; a longer script is not analyzed.
const MAX_LENGTH: usize = 16 * 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(Word),
    Operator(Operator),
    /// A redirection operator; the next word is its target.
    Redirect(Redirect),
    /// A here-document; everything after it is ignored.
    HereDocument,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    /// `;`
    Semicolon,
    /// A line end.
    Newline,
    /// `;;`
    CaseEnd,
    /// `&`
    Background,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `|`
    Pipe,
    /// `(`
    UnknownSource,
    /// `)`
    Close,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Redirect {
    /// `>`, `>>`, `<`, `<>`, `>|`: opens a file.
    File,
    /// `>&`, `<&`: duplicates or closes a file descriptor.
    Descriptor,
}

/// Splits a script into tokens; `None` if it is too long or incomplete (for example, an unclosed quote).
pub(super) fn tokens(script: &str) -> Option<Vec<Token>> {
    if script.len() > MAX_LENGTH {
        return None;
    }
    let mut lexer = Lexer {
        chars: script.chars().collect(),
        at: 0,
    };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.token()? {
        let last = token == Token::HereDocument;
        tokens.push(token);
        if last {
            break;
        }
    }
    Some(tokens)
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
}

impl Lexer {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn take(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn skip(&mut self, text: &str) -> bool {
        let found = text
            .chars()
            .enumerate()
            .all(|(offset, c)| self.chars.get(self.at + offset) == Some(&c));
        if found {
            self.at += text.chars().count();
        }
        found
    }

    /// Next token; `Some(None)` at the end of the script, `None` if the script is incomplete.
    fn token(&mut self) -> Option<Option<Token>> {
        loop {
            if self.skip("\\\n") || self.skip(" ") || self.skip("\t") {
                continue;
            }
            if self.peek() != Some('#') {
                break;
            }
            while self.peek().is_some_and(|c| c != '\n') {
                self.at += 1;
            }
        }
        let Some(c) = self.peek() else {
            return Some(None);
        };
        if c == '<' || c == '>' {
            return self.redirect().map(Some);
        }
        const OPERATORS: [(&str, Operator); 9] = [
            ("&&", Operator::And),
            ("||", Operator::Or),
            (";;", Operator::CaseEnd),
            (";", Operator::Semicolon),
            ("\n", Operator::Newline),
            ("&", Operator::Background),
            ("|", Operator::Pipe),
            ("(", Operator::UnknownSource),
            (")", Operator::Close),
        ];
        for (text, operator) in OPERATORS {
            if self.skip(text) {
                return Some(Some(Token::Operator(operator)));
            }
        }
        let word = self.word()?;
        let is_descriptor = word
            .bare()
            .is_some_and(|text| text.bytes().all(|b| b.is_ascii_digit()));
        if is_descriptor && matches!(self.peek(), Some('<' | '>')) {
            return self.redirect().map(Some);
        }
        Some(Some(Token::Word(word)))
    }

    fn redirect(&mut self) -> Option<Token> {
        const REDIRECTS: [(&str, Redirect); 7] = [
            (">&", Redirect::Descriptor),
            ("<&", Redirect::Descriptor),
            (">>", Redirect::File),
            (">|", Redirect::File),
            ("<>", Redirect::File),
            (">", Redirect::File),
            ("<", Redirect::File),
        ];
        if self.skip("<<") {
            return Some(Token::HereDocument);
        }
        REDIRECTS
            .into_iter()
            .find(|(text, _)| self.skip(text))
            .map(|(_, redirect)| Token::Redirect(redirect))
    }

    fn word(&mut self) -> Option<Word> {
        let mut word = Word::default();
        while let Some(c) = self.peek() {
            match c {
                ' ' | '\t' | '\n' | ';' | '&' | '|' | '(' | ')' | '<' | '>' => break,
                '\'' => {
                    self.at += 1;
                    self.single_quoted(&mut word)?;
                }
                '"' => {
                    self.at += 1;
                    self.double_quoted(&mut word)?;
                }
                '\\' => {
                    self.at += 1;
                    match self.take()? {
                        '\n' => {}
                        escaped => word.literal(escaped, true),
                    }
                }
                '$' | '`' => self.expansion(&mut word, false)?,
                '[' if self.is_test(&word) => {
                    self.at += 1;
                    word.literal('[', false);
                }
                '*' | '?' | '[' | '~' => {
                    self.at += 1;
                    word.pieces.push(Piece::Unknown);
                }
                '{' if !(word.pieces.is_empty() && self.ends_word(1)) => {
                    self.at += 1;
                    word.pieces.push(Piece::Unknown);
                }
                c => {
                    self.at += 1;
                    word.literal(c, false);
                }
            }
        }
        Some(word)
    }

    /// Whether a word ends `ahead` characters after the current position.
    fn ends_word(&self, ahead: usize) -> bool {
        self.chars
            .get(self.at + ahead)
            .is_none_or(|c| " \t\n;&|()<>".contains(*c))
    }

    /// Whether this is the command `[` or `[[`. Any other bracket starts a glob.
    fn is_test(&self, word: &Word) -> bool {
        match word.bare() {
            Some("[") => self.ends_word(1),
            _ => {
                word.pieces.is_empty()
                    && (self.ends_word(1)
                        || (self.chars.get(self.at + 1) == Some(&'[') && self.ends_word(2)))
            }
        }
    }

    fn single_quoted(&mut self, word: &mut Word) -> Option<()> {
        word.pieces.push(Piece::Literal {
            text: String::new(),
            quoted: true,
        });
        loop {
            match self.take()? {
                '\'' => return Some(()),
                c => word.literal(c, true),
            }
        }
    }

    fn double_quoted(&mut self, word: &mut Word) -> Option<()> {
        word.pieces.push(Piece::Literal {
            text: String::new(),
            quoted: true,
        });
        loop {
            match self.peek()? {
                '"' => {
                    self.at += 1;
                    return Some(());
                }
                '\\' => {
                    self.at += 1;
                    match self.take()? {
                        '\n' => {}
                        c @ ('$' | '`' | '"' | '\\') => word.literal(c, true),
                        c => {
                            word.literal('\\', true);
                            word.literal(c, true);
                        }
                    }
                }
                '$' | '`' => self.expansion(word, true)?,
                c => {
                    self.at += 1;
                    word.literal(c, true);
                }
            }
        }
    }

    /// Reads an expansion that starts with `$` or a backtick.
    fn expansion(&mut self, word: &mut Word, quoted: bool) -> Option<()> {
        let start = self.at;
        if self.skip("`") {
            loop {
                match self.take()? {
                    '\\' => self.at += 1,
                    '`' => break,
                    _ => {}
                }
            }
            word.pieces.push(self.substitution(start));
            return Some(());
        }
        self.at += 1;
        match self.peek() {
            Some('(') => {
                self.substituted_end()?;
                word.pieces.push(self.substitution(start));
            }
            Some('{') => {
                self.braced_end()?;
                let inner: String = self.chars[start + 2..self.at - 1].iter().collect();
                word.pieces.push(braced(&inner, quoted));
            }
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                let mut name = String::new();
                while let Some(c) = self
                    .peek()
                    .filter(|&c| c.is_ascii_alphanumeric() || c == '_')
                {
                    name.push(c);
                    self.at += 1;
                }
                word.pieces.push(Piece::Variable {
                    name,
                    default: None,
                    quoted,
                });
            }
            Some('$') => {
                self.at += 1;
                word.pieces.push(Piece::Dangerous);
            }
            Some('#' | '?' | '!' | '-' | '@' | '*' | '0'..='9') => {
                self.at += 1;
                word.pieces.push(Piece::Unknown);
            }
            // `$'…'` and `$"…"` are specific to bash; other shells treat the `$` literally.
            Some('\'' | '"') if !quoted => word.pieces.push(Piece::Unknown),
            _ => word.literal('$', quoted),
        }
        Some(())
    }

    /// Command or arithmetic substitution from `start` to the current position.
    fn substitution(&self, start: usize) -> Piece {
        let text: String = self.chars[start..self.at].iter().collect();
        let fails = text.strip_prefix("$((").is_some_and(|inner| {
            !inner
                .chars()
                .all(|c| c.is_ascii_digit() || " +-*()".contains(c))
        });
        if fails || text.contains("kill") {
            Piece::Dangerous
        } else {
            Piece::Unknown
        }
    }

    /// Moves past the `)` that closes the `(` at the current position, skipping quotes and inner parentheses.
    fn substituted_end(&mut self) -> Option<()> {
        let mut open = Vec::new();
        loop {
            match (self.take()?, open.last()) {
                ('\\', _) => self.at += 1,
                ('"', Some('"')) => {
                    open.pop();
                }
                ('"', _) => open.push('"'),
                ('\'', Some('(')) => while self.take()? != '\'' {},
                ('(', Some('(') | None) => open.push('('),
                ('(', Some(_)) if self.at >= 2 && self.chars[self.at - 2] == '$' => {
                    open.push('(');
                }
                (')', Some('(')) => {
                    open.pop();
                    if open.is_empty() {
                        return Some(());
                    }
                }
                _ => {}
            }
        }
    }

    /// Moves past the `}` that closes the `{` at the current position.
    fn braced_end(&mut self) -> Option<()> {
        let mut depth = 0;
        loop {
            match self.take()? {
                '\\' => self.at += 1,
                '\'' => while self.take()? != '\'' {},
                '{' => depth += 1,
                '}' => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(());
                    }
                }
                _ => {}
            }
        }
    }
}

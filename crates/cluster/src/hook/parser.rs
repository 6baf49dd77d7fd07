//! Parses tokens into commands whose running time can be evaluated. Loops and conditions are opaque.

use super::lexer::{Operator, Redirect, Token};
use super::word::Word;

/// Maximum nesting depth of groups.
const MAX_NESTING: usize = 32;

/// One `and_or` of a list, with its terminator.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) first: Pipeline,
    pub(super) rest: Vec<(Link, Pipeline)>,
    /// Whether `&` follows.
    pub(super) background: bool,
    /// Whether a command in it may send a signal to the shell itself.
    pub(super) signals_itself: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    And,
    Or,
}

#[derive(Clone, Debug)]
pub(super) struct Pipeline {
    /// Whether `!` precedes it.
    pub(super) negated: bool,
    pub(super) commands: Vec<Command>,
}

#[derive(Clone, Debug)]
pub(super) struct Command {
    pub(super) kind: CommandKind,
    pub(super) redirects: Vec<(Redirect, Word)>,
}

#[derive(Clone, Debug)]
pub(super) enum CommandKind {
    Simple {
        /// `A=B` before the name.
        assignments: Vec<Word>,
        words: Vec<Word>,
    },
    /// `{ …; }`
    Group(Vec<Item>),
    /// `( … )`
    Subshell(Vec<Item>),
    /// `if`, `for`, `while`, `case`: it is not known what runs in it, and how often.
    Closed {
        /// Whether something in it may end the script or change how the rest is parsed.
        may_end: bool,
    },
}

/// Error for a script that cannot be parsed from here on: not a shell script, or unsupported syntax.
struct Stop;

/// Commands after which it is not known how the script continues.
pub(super) const TURNING_WORDS: [&str; 21] = [
    "exit", "return", "exec", "trap", "eval", ".", "source", "set", "alias", "unalias", "shopt",
    "enable", "hash", "builtin", "shift", "readonly", "declare", "typeset", "local", "function",
    "coproc",
];

/// Parses the script as a list of commands, up to the first line that cannot be parsed.
///
/// A shell runs a line after it has parsed it, so nothing is certain about a line that cannot be parsed.
pub(super) fn parse(tokens: &[Token]) -> Vec<Item> {
    let mut parser = Parser {
        tokens,
        at: 0,
        nesting: 0,
    };
    let mut items = Vec::new();
    let mut read = 0;
    while parser.at < tokens.len() {
        if parser.skip(Operator::Newline) {
            read = items.len();
            continue;
        }
        match parser.item() {
            Ok(item) if parser.ends_item(&item) => items.push(item),
            _ => {
                items.truncate(read);
                break;
            }
        }
    }
    items
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    nesting: usize,
}

impl Parser<'_> {
    fn operator(&self) -> Option<Operator> {
        match self.tokens.get(self.at) {
            Some(Token::Operator(operator)) => Some(*operator),
            _ => None,
        }
    }

    fn skip(&mut self, operator: Operator) -> bool {
        let found = self.operator() == Some(operator);
        self.at += usize::from(found);
        found
    }

    fn bare(&self) -> Option<&str> {
        match self.tokens.get(self.at) {
            Some(Token::Word(word)) => word.bare(),
            _ => None,
        }
    }

    /// Parses items up to a `)` or a `}`.
    fn list(&mut self) -> Result<Vec<Item>, Stop> {
        let mut items = Vec::new();
        loop {
            while self.skip(Operator::Newline) {}
            if self.operator() == Some(Operator::Close) || self.bare() == Some("}") {
                return Ok(items);
            }
            let item = self.item()?;
            let closes = self.operator() == Some(Operator::Close);
            if !closes && !self.ends_item(&item) {
                return Err(Stop);
            }
            if closes {
                items.push(item);
                return Ok(items);
            }
            items.push(item);
        }
    }

    /// Whether a terminator follows `item`. Does not consume a line end, so that the caller sees it.
    fn ends_item(&mut self, item: &Item) -> bool {
        item.background
            || self.skip(Operator::Semicolon)
            || self.operator() == Some(Operator::Newline)
            || self.at == self.tokens.len()
    }

    fn item(&mut self) -> Result<Item, Stop> {
        let start = self.at;
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            let link = match self.operator() {
                Some(Operator::And) => Link::And,
                Some(Operator::Or) => Link::Or,
                _ => break,
            };
            self.at += 1;
            self.skip_newlines();
            rest.push((link, self.pipeline()?));
        }
        let signals_itself = signals_itself(&self.tokens[start..self.at]);
        let background = self.skip(Operator::Background);
        Ok(Item {
            first,
            rest,
            background,
            signals_itself,
        })
    }

    fn skip_newlines(&mut self) {
        while self.skip(Operator::Newline) {}
    }

    fn pipeline(&mut self) -> Result<Pipeline, Stop> {
        let mut negated = false;
        while self.bare() == Some("!") {
            negated = !negated;
            self.at += 1;
        }
        let mut commands = vec![self.command()?];
        while self.skip(Operator::Pipe) {
            self.skip_newlines();
            commands.push(self.command()?);
        }
        Ok(Pipeline { negated, commands })
    }

    fn command(&mut self) -> Result<Command, Stop> {
        let kind = if self.operator() == Some(Operator::UnknownSource) {
            self.at += 1;
            let items = self.nested()?;
            if !self.skip(Operator::Close) {
                return Err(Stop);
            }
            CommandKind::Subshell(items)
        } else {
            match self.bare() {
                Some("{") => {
                    self.at += 1;
                    let items = self.nested()?;
                    if self.bare() != Some("}") {
                        return Err(Stop);
                    }
                    self.at += 1;
                    CommandKind::Group(items)
                }
                Some("if" | "for" | "while" | "until" | "case" | "select") => self.closed()?,
                Some("function" | "coproc") => return Err(Stop),
                Some("then" | "else" | "elif" | "fi" | "do" | "done" | "esac" | "}" | "!") => {
                    return Err(Stop);
                }
                _ => return self.simple(),
            }
        };
        let mut redirects = Vec::new();
        while let Some(redirect) = self.redirect()? {
            redirects.push(redirect);
        }
        Ok(Command { kind, redirects })
    }

    fn nested(&mut self) -> Result<Vec<Item>, Stop> {
        if self.nesting == MAX_NESTING {
            return Err(Stop);
        }
        self.nesting += 1;
        let items = self.list()?;
        self.nesting -= 1;
        Ok(items)
    }

    fn simple(&mut self) -> Result<Command, Stop> {
        let (mut assignments, mut words, mut redirects) = (Vec::new(), Vec::new(), Vec::new());
        let start = self.at;
        loop {
            if let Some(redirect) = self.redirect()? {
                redirects.push(redirect);
                continue;
            }
            match self.tokens.get(self.at) {
                Some(Token::Word(word)) => {
                    if words.is_empty() && word.assigned_name().is_some() {
                        assignments.push(word.clone());
                    } else {
                        words.push(word.clone());
                    }
                    self.at += 1;
                }
                Some(Token::HereDocument) => return Err(Stop),
                // A function or an array.
                Some(Token::Operator(Operator::UnknownSource)) if self.at > start => {
                    return Err(Stop);
                }
                _ => break,
            }
        }
        if self.at == start {
            return Err(Stop);
        }
        Ok(Command {
            kind: CommandKind::Simple { assignments, words },
            redirects,
        })
    }

    fn redirect(&mut self) -> Result<Option<(Redirect, Word)>, Stop> {
        let Some(Token::Redirect(redirect)) = self.tokens.get(self.at) else {
            return Ok(None);
        };
        match self.tokens.get(self.at + 1) {
            Some(Token::Word(target)) => {
                self.at += 2;
                Ok(Some((*redirect, target.clone())))
            }
            _ => Err(Stop),
        }
    }

    /// Moves past the word that closes the current loop or condition.
    fn closed(&mut self) -> Result<CommandKind, Stop> {
        let mut closers: Vec<&str> = Vec::new();
        let mut may_end = false;
        let mut at_command = true;
        let mut at_pattern = false;
        while let Some(token) = self.tokens.get(self.at) {
            self.at += 1;
            match token {
                Token::HereDocument => return Err(Stop),
                Token::Redirect(_) => self.at += 1,
                Token::Operator(operator) => {
                    may_end |= *operator == Operator::UnknownSource && !at_command;
                    at_command = true;
                    at_pattern = match operator {
                        Operator::CaseEnd => true,
                        Operator::Close => false,
                        _ => at_pattern,
                    };
                }
                Token::Word(word) => {
                    let bare = word.bare();
                    may_end |= bare.is_some_and(|text| TURNING_WORDS.contains(&text));
                    if at_pattern && bare != Some("esac") {
                        continue;
                    }
                    if !at_command && bare == Some("in") && closers.last() == Some(&"esac") {
                        at_pattern = true;
                    }
                    if !at_command || word.assigned_name().is_some() {
                        continue;
                    }
                    at_command = false;
                    at_pattern = false;
                    match bare {
                        Some("if") => {
                            closers.push("fi");
                            at_command = true;
                        }
                        Some("while" | "until") => {
                            closers.push("done");
                            at_command = true;
                        }
                        Some("for" | "select") => closers.push("done"),
                        Some("case") => closers.push("esac"),
                        Some("then" | "else" | "elif" | "do" | "{" | "!" | "time") => {
                            at_command = true;
                        }
                        Some(closer @ ("fi" | "done" | "esac")) => {
                            if closers.pop() != Some(closer) {
                                return Err(Stop);
                            }
                            if closers.is_empty() {
                                return Ok(CommandKind::Closed { may_end });
                            }
                        }
                        Some(_) => {}
                        None => may_end |= !word.contains("/"),
                    }
                }
            }
        }
        Err(Stop)
    }
}

/// Whether a command in `tokens` may send a signal to the shell that runs it.
fn signals_itself(tokens: &[Token]) -> bool {
    tokens
        .split(|token| matches!(token, Token::Operator(_)))
        .any(|command| {
            let words: Vec<&Word> = command
                .iter()
                .filter_map(|token| match token {
                    Token::Word(word) => Some(word),
                    _ => None,
                })
                .collect();
            (0..words.len()).any(|at| signals_shell(&words[at..]))
        })
}

/// Whether the program `words[0]` may send a signal to the shell that runs it.
///
/// `kill $$`, `kill 0` and `kill` of a process group do; `pkill -f x` finds the shell by the script in its arguments;
/// an inner shell can signal the outer shell as its parent.
fn signals_shell(words: &[&Word]) -> bool {
    let Some((name, operands)) = words.split_first() else {
        return false;
    };
    let program = name.bare().and_then(|name| name.rsplit('/').next());
    match program {
        Some("kill") => {
            let signal = match operands.first().and_then(|word| word.bare()) {
                Some("-s" | "-n") => 2,
                Some(flag) if flag.starts_with('-') => 1,
                _ => 0,
            };
            operands.iter().skip(signal).any(|word| {
                word.names_shell()
                    || word
                        .bare()
                        .is_some_and(|text| text == "0" || text.starts_with('-'))
            })
        }
        Some("pkill" | "killall" | "skill") => operands.iter().any(|word| match word.bare() {
            Some(text) => {
                (text.starts_with('-') && text.contains('f'))
                    || matches!(text, "sh" | "bash" | "ash" | "dash" | "sleep" | "timeout")
            }
            None => true,
        }),
        Some("killall5") => true,
        Some("sh" | "bash" | "ash" | "dash") => operands.iter().any(|word| word.contains("kill")),
        _ => false,
    }
}

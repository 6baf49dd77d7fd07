//! Evaluates a shell script to a lower bound for its running time.

use rustc_hash::FxHashMap;

use super::lexer::{self, Redirect};
use super::options::Options;
use super::parser::{self, Command, CommandKind, Item, Link, Pipeline, TURNING_WORDS};
use super::word::{Piece, Word, is_name};
use super::{Effect, Env, Status, command};

/// Parses `script` and follows its commands as long as their execution is certain.
pub(super) fn run(script: &str, options: Options, env: &Env<'_>, depth: usize) -> Effect {
    let Some(tokens) = lexer::tokens(script) else {
        return Effect::UNKNOWN;
    };
    let mentions = mentions(script);
    let mut shell = Shell {
        env,
        mentions: &mentions,
        depth,
        options,
        assigned: FxHashMap::default(),
        alive: true,
        piped: false,
    };
    shell.list(&parser::parse(&tokens))
}

/// Variables that shells set themselves, regardless of the environment.
const SHELL_VARIABLES: [&str; 12] = [
    "_", "IFS", "LINENO", "OPTARG", "OPTIND", "PPID", "PS1", "PS4", "PWD", "RANDOM", "SECONDS",
    "SHLVL",
];

/// Counts how often each name occurs other than as `$NAME`, that is, where the script may assign it.
fn mentions(script: &str) -> FxHashMap<String, usize> {
    let mut mentions = FxHashMap::default();
    let mut rest = script;
    let mut before = "";
    while let Some(start) = rest.find(is_name_character) {
        before = if start == 0 { before } else { &rest[..start] };
        let word = &rest[start..];
        let end = word
            .find(|c: char| !is_name_character(c))
            .unwrap_or(word.len());
        let (name, after) = word.split_at(end);
        let assigns = after.starts_with('=') || after.starts_with(":=");
        let expands = before.ends_with('$') || (before.ends_with("${") && !assigns);
        if is_name(name) && !expands {
            *mentions.entry(name.to_owned()).or_default() += 1;
        }
        rest = after;
        before = "";
    }
    mentions
}

fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[derive(Clone)]
struct Shell<'a> {
    env: &'a Env<'a>,
    mentions: &'a FxHashMap<String, usize>,
    depth: usize,
    options: Options,
    /// Variables that the script has set; `None` if the value is not known.
    assigned: FxHashMap<String, Option<String>>,
    /// Whether it is certain that the next command runs.
    alive: bool,
    /// Whether standard output is a pipe. If its reader has exited, a builtin that writes to it ends the shell.
    piped: bool,
}

/// A word after expansion.
enum Expanded {
    Text(String),
    /// An empty expansion without quotes, which removes the word.
    Gone,
    /// Unknown text; `unset` if the reason is a variable that may not be set.
    Unknown {
        unset: bool,
    },
    Dangerous,
}

impl Shell<'_> {
    fn list(&mut self, items: &[Item]) -> Effect {
        let mut total = Effect::instant(Status::Success);
        for item in items {
            self.alive &= !item.signals_itself;
            if !self.alive {
                break;
            }
            let effect = if item.background {
                Effect::instant(Status::Success)
            } else {
                self.and_or(item)
            };
            total.time = total.time.saturating_add(effect.time);
            total.status = effect.status;
        }
        if !self.alive {
            total.status = Status::Unknown;
        }
        total
    }

    fn and_or(&mut self, item: &Item) -> Effect {
        let mut total = self.pipeline(&item.first);
        let mut last = (total.status, item.first.negated);
        for (link, pipeline) in &item.rest {
            if !self.alive {
                break;
            }
            let runs = match (link, total.status) {
                (Link::And, Status::Success) | (Link::Or, Status::Failure) => Some(true),
                (Link::And, Status::Failure) | (Link::Or, Status::Success) => Some(false),
                (_, Status::Unknown) => None,
            };
            last = match runs {
                Some(true) => {
                    let effect = self.pipeline(pipeline);
                    total.time = total.time.saturating_add(effect.time);
                    total.status = effect.status;
                    (effect.status, pipeline.negated)
                }
                Some(false) => (Status::Success, false),
                None => {
                    let status = self.perhaps(|shell| shell.pipeline(pipeline)).status;
                    total.status = match (link, status) {
                        (Link::Or, Status::Success) => Status::Success,
                        (Link::And, Status::Failure) => Status::Failure,
                        _ => Status::Unknown,
                    };
                    (status, pipeline.negated)
                }
            };
        }
        let (status, negated) = last;
        if self.options.errexit && status != Status::Success && !negated {
            self.alive = false;
        }
        total
    }

    fn pipeline(&mut self, pipeline: &Pipeline) -> Effect {
        let mut total = match pipeline.commands.as_slice() {
            [command] => self.command(command),
            commands => {
                let mut total = Effect::instant(Status::Success);
                for (at, command) in commands.iter().enumerate() {
                    let mut part = self.clone();
                    part.piped |= at + 1 < commands.len();
                    let effect = part.command(command);
                    total.time = total.time.max(effect.time);
                    if effect.status != Status::Success || !part.alive {
                        total.status = Status::Unknown;
                    }
                }
                total
            }
        };
        if pipeline.negated {
            total.status = match total.status {
                Status::Success => Status::Failure,
                Status::Failure => Status::Success,
                Status::Unknown => Status::Unknown,
            };
        }
        total
    }

    /// Evaluates a command that may or may not run. It counts as no time, but its possible effects on the shell make
    /// later commands uncertain.
    fn perhaps(&mut self, run: impl FnOnce(&mut Self) -> Effect) -> Effect {
        let mut other = self.clone();
        let effect = run(&mut other);
        self.alive &= other.alive;
        self.options.errexit |= other.options.errexit;
        self.options.nounset |= other.options.nounset;
        for (name, value) in other.assigned {
            if self.assigned.get(&name) != Some(&value) {
                self.assigned.insert(name, None);
            }
        }
        Effect::instant(effect.status)
    }

    fn command(&mut self, command: &Command) -> Effect {
        let opens = command
            .redirects
            .iter()
            .all(|(redirect, target)| self.certainly_opens(*redirect, target));
        match &command.kind {
            CommandKind::Simple { assignments, words } => {
                let targets = command.redirects.iter().map(|(_, target)| target);
                if self.may_end_by_expansion(assignments.iter().chain(words).chain(targets)) {
                    self.alive = false;
                    return Effect::UNKNOWN;
                }
                self.simple(assignments, words, opens)
            }
            CommandKind::Group(items) if opens => self.list(items),
            CommandKind::Group(items) => {
                self.perhaps(|shell| shell.list(items));
                Effect::UNKNOWN
            }
            CommandKind::Subshell(items) if opens => self.clone().list(items),
            CommandKind::Subshell(_) => Effect::UNKNOWN,
            CommandKind::Closed { may_end } => {
                self.alive &= !(may_end | self.options.errexit | self.options.nounset | self.piped);
                Effect::UNKNOWN
            }
        }
    }

    fn simple(&mut self, assignments: &[Word], words: &[Word], opens: bool) -> Effect {
        for set_value in assignments {
            let name = set_value.assigned_name().unwrap_or_default();
            self.alive &= name != "PATH";
            if words.is_empty() {
                let value = match self.expand(set_value) {
                    Expanded::Text(text) => text.split_once('=').map(|(_, v)| v.to_owned()),
                    _ => None,
                };
                self.assigned.insert(name.to_owned(), value);
            }
        }
        let mut expanded: Vec<Option<String>> = Vec::new();
        for word in words {
            match self.expand(word) {
                Expanded::Text(text) => expanded.push(Some(text)),
                Expanded::Gone => {}
                Expanded::Unknown { .. } | Expanded::Dangerous => expanded.push(None),
            }
        }
        if !self.alive {
            return Effect::UNKNOWN;
        }
        match expanded.first() {
            None if opens && words.is_empty() => {
                let known = assignments
                    .iter()
                    .all(|word| matches!(self.expand(word), Expanded::Text(_)));
                Effect::instant(if known {
                    Status::Success
                } else {
                    Status::Unknown
                })
            }
            None => Effect::UNKNOWN,
            // An unknown name may be a builtin that ends the script; a path is always a program.
            Some(None) => {
                self.alive &= words.first().is_some_and(|word| word.contains("/")) && !self.piped;
                Effect::UNKNOWN
            }
            Some(Some(_)) => self.named(&expanded, opens),
        }
    }

    /// Evaluates `words`, whose first word is known, as a builtin or a program.
    fn named(&mut self, words: &[Option<String>], opens: bool) -> Effect {
        let Some((Some(name), arguments)) = words.split_first() else {
            return Effect::UNKNOWN;
        };
        let first = arguments.first().and_then(Option::as_deref);
        match name.as_str() {
            "exec" if arguments.is_empty() && opens => Effect::instant(Status::Success),
            "exec" => {
                self.alive = false;
                if opens {
                    self.program(arguments)
                } else {
                    Effect::UNKNOWN
                }
            }
            "set" => {
                self.alive &= self.set_options(arguments);
                Effect::instant(Status::Success)
            }
            name if TURNING_WORDS.contains(&name) => {
                self.alive = false;
                Effect::UNKNOWN
            }
            "time" | "command" if first == Some("-p") => self.named(&arguments[1..], opens),
            "time" | "command" if first.is_some_and(|word| word.starts_with('-')) => {
                Effect::UNKNOWN
            }
            "time" | "command" => match first {
                Some(_) => self.named(arguments, opens),
                None => {
                    self.alive &= arguments.is_empty();
                    Effect::UNKNOWN
                }
            },
            // Special builtins: an error in one ends a POSIX shell.
            ":" | "break" | "continue" | "export" | "times" | "unset" if !opens => {
                self.alive = false;
                Effect::UNKNOWN
            }
            "break" | "continue" | "times" | "unset" if !is_plain_call(arguments) => {
                self.alive = false;
                Effect::UNKNOWN
            }
            _ if !opens => {
                self.alive &= !self.piped;
                Effect::UNKNOWN
            }
            "true" | ":" => Effect::instant(Status::Success),
            "false" => Effect::instant(Status::Failure),
            "echo" => {
                self.alive &= !self.piped;
                Effect::instant(Status::Success)
            }
            "wait" if arguments.is_empty() => Effect::instant(Status::Success),
            "export" => self.export(arguments),
            "sleep" => self.program(words),
            _ if self.piped => {
                self.alive = false;
                Effect::UNKNOWN
            }
            _ => self.program(words),
        }
    }

    /// Evaluates a program in a separate process. Variables that the script mentions are unknown in it.
    fn program(&self, words: &[Option<String>]) -> Effect {
        let env = |name: &str| {
            if self.mentions.contains_key(name) {
                None
            } else {
                (self.env)(name)
            }
        };
        command::run(words, &env, self.depth)
    }

    fn set_options(&mut self, arguments: &[Option<String>]) -> bool {
        let mut rest = arguments;
        while let Some((word, after)) = rest.split_first() {
            let Some(word) = word else {
                return false;
            };
            if word == "--" || !word.starts_with(['-', '+']) {
                return true;
            }
            let Some(taken) = self.options.set(word, after.first()) else {
                return false;
            };
            rest = &after[taken..];
        }
        true
    }

    fn export(&mut self, arguments: &[Option<String>]) -> Effect {
        let mut status = Status::Success;
        for argument in arguments {
            match argument.as_deref().map(|text| text.split_once('=')) {
                Some(Some((name, value))) => {
                    self.alive &= name != "PATH" && is_name(name);
                    self.assigned
                        .insert(name.to_owned(), Some(value.to_owned()));
                }
                Some(None) => self.alive &= argument.as_deref().is_some_and(is_name),
                None => status = Status::Unknown,
            }
        }
        Effect::instant(status)
    }

    fn may_end_by_expansion<'w>(&self, words: impl Iterator<Item = &'w Word>) -> bool {
        words.into_iter().any(|word| match self.expand(word) {
            Expanded::Dangerous => true,
            Expanded::Unknown { unset } => unset && self.options.nounset,
            Expanded::Text(_) | Expanded::Gone => false,
        })
    }

    /// Whether a redirection cannot fail: to the null device, or between the standard file descriptors.
    fn certainly_opens(&self, redirect: Redirect, target: &Word) -> bool {
        let Expanded::Text(target) = self.expand(target) else {
            return false;
        };
        match redirect {
            Redirect::Descriptor => matches!(target.as_str(), "0" | "1" | "2"),
            Redirect::File => matches!(
                target.as_str(),
                "/dev/null" | "/dev/stdout" | "/dev/stderr" | "/dev/fd/1" | "/dev/fd/2"
            ),
        }
    }

    fn expand(&self, word: &Word) -> Expanded {
        let mut text = String::new();
        let mut quotes = false;
        for piece in &word.pieces {
            match piece {
                Piece::Literal { text: own, quoted } => {
                    text.push_str(own);
                    quotes |= quoted;
                }
                Piece::Variable {
                    name,
                    default,
                    quoted,
                } => {
                    let default = default.as_ref();
                    let Some(mut value) = self.variable(name) else {
                        let unset = default.is_none();
                        return Expanded::Unknown { unset };
                    };
                    if let Some(default) = default.filter(|d| d.if_empty && value.is_empty()) {
                        value.clone_from(&default.text);
                    }
                    if !quoted && !value.chars().all(is_plain) {
                        return Expanded::Unknown { unset: false };
                    }
                    text.push_str(&value);
                    quotes |= quoted;
                }
                Piece::Dangerous => return Expanded::Dangerous,
                Piece::Unknown if word.names_shell() => return Expanded::Dangerous,
                Piece::Unknown => return Expanded::Unknown { unset: false },
            }
        }
        if text.is_empty() && !quotes {
            Expanded::Gone
        } else {
            Expanded::Text(text)
        }
    }

    /// Value of a variable if it is certain: from the environment if the script does not assign it, or from the script
    /// if it assigns it exactly once and before this point.
    fn variable(&self, name: &str) -> Option<String> {
        match self.mentions.get(name) {
            None if SHELL_VARIABLES.contains(&name) => None,
            None => (self.env)(name),
            Some(1) => self.assigned.get(name).cloned().flatten(),
            Some(_) => None,
        }
    }
}

/// Whether all arguments are plain names, which no builtin rejects.
fn is_plain_call(arguments: &[Option<String>]) -> bool {
    arguments
        .iter()
        .all(|argument| argument.as_deref().is_some_and(is_name))
}

/// Whether no shell splits a word at `c` or treats it as a glob.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "._/:=,+@%-".contains(c)
}

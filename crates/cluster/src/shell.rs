//! Lower bound for the time that a lifecycle hook takes.
//!
//! Only `sleep` counts. Reading a script ends at the first construct that is not understood, for example a loop, a
//! condition or a subshell; what follows counts as 0. The bound assumes that the container's main process keeps running
//! (when it exits, the hook is killed with it), that the image contains the programs that the hook runs, and that the
//! shell can parse the script.

use std::time::Duration;

use rustc_hash::FxHashSet;

/// Returns the value of a variable if it is certain.
type Env<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// Lower bound for the time from the start to the end of `exec.command`; [`Duration::MAX`] for `sleep infinity`.
///
/// An argument is `None` if it is not known. `env` returns the value of a variable of the container if it is certain,
/// or `None` if it is not known, because an image may set any variable.
#[must_use]
pub(crate) fn exec_lower_bound(command: &[Option<&str>], env: &Env<'_>) -> Duration {
    match command {
        [Some(program), arguments @ ..] => match standard_program(program) {
            "sleep" => sleep(arguments).unwrap_or_default(),
            "sh" | "bash" | "ash" | "dash" => shell(arguments, env),
            _ => Duration::ZERO,
        },
        _ => Duration::ZERO,
    }
}

/// Name of a program in a standard directory or found through `PATH`. Any other path is returned unchanged.
fn standard_program(program: &str) -> &str {
    match program.rsplit_once('/') {
        Some(("/bin" | "/usr/bin" | "/usr/local/bin" | "/busybox", name)) => name,
        _ => program,
    }
}

/// Sum of the operands of `sleep`. `None` if one is not known, or not valid in all implementations.
fn sleep(operands: &[Option<&str>]) -> Option<Duration> {
    let times: Option<Vec<Duration>> = operands
        .iter()
        .map(|operand| duration((*operand)?))
        .collect();
    times?.into_iter().reduce(Duration::saturating_add)
}

/// Parses digits with an optional decimal point, followed by an optional `s`, `m`, `h` or `d`.
fn duration(text: &str) -> Option<Duration> {
    if matches!(text, "inf" | "infinity") {
        return Some(Duration::MAX);
    }
    let number = text.strip_suffix(['s', 'm', 'h', 'd']).unwrap_or(text);
    let unit = match &text[number.len()..] {
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => 1,
    };
    if !number.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let number: f64 = number.parse().ok()?;
    // Implementations differ on longer times.
    let number = (number <= f64::from(u32::MAX)).then_some(number)?;
    Duration::try_from_secs_f64(number).ok()?.checked_mul(unit)
}

/// Maximum length of a script in bytes; a longer script is not analyzed.
const MAX_LENGTH: usize = 16 * 1024;

/// `sh -ec SCRIPT`. A shell that reads a file or standard input has no known running time.
fn shell(arguments: &[Option<&str>], env: &Env<'_>) -> Duration {
    let mut is_strict = false;
    let mut rest = arguments;
    while let [Some(flags), after @ ..] = rest
        && is_flags(flags, "celux")
    {
        is_strict |= flags.contains(['e', 'u']);
        rest = after;
        if let (true, [Some(script), ..]) = (flags.contains('c'), after)
            && script.len() <= MAX_LENGTH
        {
            return run(script, is_strict, env);
        }
    }
    Duration::ZERO
}

fn is_flags(word: &str, known: &str) -> bool {
    let flags = word.strip_prefix('-').unwrap_or("");
    !flags.is_empty() && flags.chars().all(|flag| known.contains(flag))
}

/// Words after which it is not known how the script continues.
const CONTROL_WORDS: [&str; 38] = [
    "!", ".", "alias", "break", "builtin", "case", "command", "continue", "coproc", "declare",
    "enable", "eval", "exec", "exit", "export", "for", "function", "hash", "if", "local", "logout",
    "readonly", "return", "select", "set", "shift", "shopt", "source", "suspend", "time", "times",
    "trap", "typeset", "unalias", "unset", "until", "while", "{",
];

/// Variables that shells set themselves, or that affect how they run a script.
const SHELL_VARIABLES: [&str; 18] = [
    "_",
    "BASHOPTS",
    "EUID",
    "IFS",
    "LINENO",
    "OLDPWD",
    "OPTARG",
    "OPTIND",
    "PATH",
    "PPID",
    "PS1",
    "PS4",
    "PWD",
    "RANDOM",
    "SECONDS",
    "SHELLOPTS",
    "SHLVL",
    "UID",
];

/// Follows the commands of a script as long as it is certain that they run.
///
/// `is_strict`: `-e` or `-u` is set, so a command that may fail, or an unknown variable, may end the script.
fn run(script: &str, mut is_strict: bool, env: &Env<'_>) -> Duration {
    let script = format!("{script}\n");
    let reader = Reader {
        rest: &script,
        assigned: assigned_names(&script),
        env,
        is_unclosed: false,
    };
    let mut total = Duration::ZERO;
    for list in reader.lists() {
        // Whether the commands of the list so far certainly succeeded.
        let mut succeeded = true;
        for command in &list {
            if command.link == "||" && succeeded {
                continue;
            }
            let is_last = command.may_end_shell()
                || (is_strict && command.words.iter().any(|word| !word.is_known));
            let is_exec = command.words[0].text == "exec";
            let time = command.time(&command.words[usize::from(is_exec)..]);
            if succeeded && (is_exec || !is_last) {
                total = total.saturating_add(time.unwrap_or_default());
            }
            if is_last {
                return total;
            }
            is_strict |= command.words[0].text == "set";
            succeeded = (succeeded || command.link == "||") && time.is_some();
        }
        if is_strict && !succeeded {
            break;
        }
    }
    total
}

/// A command without its redirections.
#[derive(Default)]
struct Command {
    /// Operator before it; empty for the first command of a list.
    link: &'static str,
    /// At least one word.
    words: Vec<Word>,
    /// Whether it is in the background or part of a pipeline, or one of its redirections may fail.
    is_uncertain: bool,
}

/// A word after expansion.
struct Word {
    /// Text without the parts that are not known.
    text: String,
    is_known: bool,
}

impl Command {
    /// Minimum time of `words`, if they certainly succeed.
    fn time(&self, words: &[Word]) -> Option<Duration> {
        let words: Vec<Option<&str>> = words
            .iter()
            .map(|word| word.is_known.then_some(word.text.as_str()))
            .collect();
        match words.as_slice() {
            _ if self.is_uncertain => None,
            [Some("true" | ":" | "echo" | "set"), ..] => Some(Duration::ZERO),
            [Some(program), operands @ ..] if standard_program(program) == "sleep" => {
                sleep(operands)
            }
            _ => None,
        }
    }

    /// Whether the script may not continue after the command, or not as it is written.
    fn may_end_shell(&self) -> bool {
        let (name, operands) = (&self.words[0], &self.words[1..]);
        if let Some((variable, _)) = name.text.split_once('=') {
            return !operands.is_empty() || SHELL_VARIABLES.contains(&variable);
        }
        // A name that is not known may be a builtin; a path is always a program.
        if !name.text.contains('/') && (!name.is_known || name.text.contains(['*', '?', '{'])) {
            return true;
        }
        match name.text.as_str() {
            "set" => !matches!(operands, [flags] if flags.is_known && is_flags(&flags.text, "eux")),
            ":" => self.is_uncertain,
            // A process ID that is 0 or negative includes the shell.
            "kill" => {
                let is_signal = |word: &&Word| word.text.starts_with('-');
                let signals = usize::from(operands.first().filter(is_signal).is_some());
                let is_other = |word: &Word| {
                    !word.is_known || word.text.starts_with(|c| ('1'..='z').contains(&c))
                };
                !operands[signals..].iter().all(is_other)
            }
            text if CONTROL_WORDS.contains(&text) => true,
            // Another program that sends signals, or an inner shell.
            _ => self.words.iter().any(|word| word.text.contains("kill")),
        }
    }
}

fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Names that occur other than as `$NAME` or `${NAME`, so that the script may assign them.
fn assigned_names(script: &str) -> FxHashSet<String> {
    let mut names = FxHashSet::default();
    let mut before = "";
    for piece in script
        .replace("${", "$")
        .split_inclusive(|c| !is_name_character(c))
    {
        if !before.ends_with('$') {
            names.insert(piece.trim_end_matches(|c| !is_name_character(c)).to_owned());
        }
        before = piece;
    }
    names
}

enum Token {
    Word(Word),
    Operator(&'static str),
    Redirect { may_fail: bool },
}

struct Reader<'a> {
    rest: &'a str,
    assigned: FxHashSet<String>,
    env: &'a Env<'a>,
    /// Whether a quote is not closed.
    is_unclosed: bool,
}

impl Reader<'_> {
    /// Lists of commands that are joined by `&&`, `||` or `|`, up to the first list that is not understood.
    fn lists(mut self) -> Vec<Vec<Command>> {
        let mut lists = Vec::new();
        let mut list: Vec<Command> = Vec::new();
        let mut command = Command::default();
        let mut line_start = 0;
        let mut is_error = false;
        while let Some(token) = self.token() {
            let is_empty = command.words.is_empty();
            match token {
                Token::Word(word) => command.words.push(word),
                Token::Operator("\n") if is_empty => {
                    if list.is_empty() {
                        line_start = lists.len();
                    }
                }
                Token::Operator(_) if is_empty => {
                    is_error = true;
                    break;
                }
                Token::Redirect { .. } if is_empty => break,
                Token::Redirect { may_fail } => command.is_uncertain |= may_fail,
                Token::Operator(operator) => {
                    command.is_uncertain |= operator == "|";
                    list.push(std::mem::take(&mut command));
                    if matches!(operator, "&&" | "||" | "|") {
                        command.link = operator;
                        command.is_uncertain = operator == "|";
                    } else {
                        let is_background = operator == "&";
                        list.iter_mut()
                            .for_each(|command| command.is_uncertain |= is_background);
                        lists.push(std::mem::take(&mut list));
                        if operator == "\n" {
                            line_start = lists.len();
                        }
                    }
                }
            }
        }
        if is_error || self.is_unclosed {
            // The shell does not run any command of a line with a syntax error.
            lists.truncate(line_start);
        }
        lists
    }

    fn skip(&mut self, prefix: &str) -> bool {
        let rest = self.rest.strip_prefix(prefix);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Next token; `None` at the end of the script or if it is not understood.
    fn token(&mut self) -> Option<Token> {
        while self.skip(" ") || self.skip("\t") || self.skip("\\\n") {}
        if self.rest.starts_with('#') {
            self.rest = &self.rest[self.rest.find('\n')?..];
        }
        for operator in ["&&", "||", ";", "\n", "&", "|"] {
            if self.skip(operator) {
                return Some(Token::Operator(operator));
            }
        }
        let after_digits = self.rest.trim_start_matches(|c: char| c.is_ascii_digit());
        if !after_digits.starts_with(['<', '>']) {
            return self.word().map(Token::Word);
        }
        self.rest = after_digits;
        let operators = ["<<", ">&", "<&", ">>", ">|", "<>", ">", "<"];
        let operator = operators.into_iter().find(|operator| self.skip(operator))?;
        while self.skip(" ") {}
        let target = self.word()?;
        let opens = match operator {
            "<<" => return None,
            ">&" | "<&" => matches!(target.text.as_str(), "1" | "2"),
            _ => target.text == "/dev/null",
        };
        let may_fail = !opens || !target.is_known;
        Some(Token::Redirect { may_fail })
    }

    fn word(&mut self) -> Option<Word> {
        let mut word = Word {
            text: String::new(),
            is_known: true,
        };
        let mut is_quoted = false;
        loop {
            let before = self.rest;
            let Some(c) = before.chars().next() else {
                self.is_unclosed = is_quoted;
                return None;
            };
            self.rest = &before[c.len_utf8()..];
            match c {
                '"' => is_quoted = !is_quoted,
                '`' => return None,
                '$' => self.expansion(&mut word, is_quoted)?,
                '\\' if self.skip("\n") => {}
                '\\' if !is_quoted || self.rest.starts_with(['$', '`', '"', '\\']) => {
                    let escaped = self.rest.chars().next()?;
                    self.rest = &self.rest[escaped.len_utf8()..];
                    word.text.push(escaped);
                }
                _ if is_quoted => word.text.push(c),
                '(' | ')' => return None,
                '\'' => {
                    let Some((text, rest)) = self.rest.split_once('\'') else {
                        self.is_unclosed = true;
                        return None;
                    };
                    word.text.push_str(text);
                    self.rest = rest;
                }
                ' ' | '\t' | '\n' | ';' | '&' | '|' | '<' | '>' => {
                    self.rest = before;
                    return Some(word);
                }
                _ => word.text.push(c),
            }
        }
    }

    /// Reads an expansion after its `$`. `None` for one that may end the shell, or that only some shells support.
    fn expansion(&mut self, word: &mut Word, is_quoted: bool) -> Option<()> {
        if self.skip("(") {
            let (inner, rest) = self.rest.split_once(')')?;
            let unclear = [
                "(", "'", "\"", "\\", "`", "#", "<<", "case", "kill", "$$", "PID",
            ];
            if unclear.iter().any(|text| inner.contains(text)) {
                return None;
            }
            self.rest = rest;
            word.is_known = false;
            return Some(());
        }
        let is_braced = self.skip("{");
        let end = self.rest.find(|c| !is_name_character(c))?;
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        if name.is_empty() || name.ends_with("PID") || (is_braced && !self.skip("}")) {
            return None;
        }
        // A shell may split an unquoted value, or treat it as a pattern.
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/:=,+@%-".contains(c);
        let is_one_word =
            |value: &String| is_quoted || (!value.is_empty() && value.chars().all(is_plain));
        let is_certain = !SHELL_VARIABLES.contains(&name) && !self.assigned.contains(name);
        let value = if is_certain { (self.env)(name) } else { None };
        match value.filter(is_one_word) {
            Some(value) => word.text.push_str(&value),
            None => word.is_known = false,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(words: &[&str]) -> f64 {
        let env = |name: &str| {
            let value = match name {
                "DRAIN" => "15",
                "TWO" => "5 10",
                "EMPTY" => "",
                "SECONDS" => "7",
                _ => return None,
            };
            Some(value.to_owned())
        };
        let words: Vec<Option<&str>> = words.iter().copied().map(Some).collect();
        exec_lower_bound(&words, &env).as_secs_f64()
    }

    #[track_caller]
    fn check(cases: &[(&[&str], f64)]) {
        for (words, seconds) in cases {
            let found = bound(words);
            assert!(
                (found - seconds).abs() < 1e-9,
                "{words:?}: {found}, not {seconds}"
            );
        }
    }

    #[track_caller]
    fn check_scripts(cases: &[(&str, f64)]) {
        for (script, seconds) in cases {
            check(&[(&["/bin/sh", "-c", script], *seconds)]);
        }
    }

    #[test]
    fn sleep_takes_its_operands() {
        check(&[
            (&["sleep", "15"], 15.0),
            (&["/bin/sleep", "15s"], 15.0),
            (&["/busybox/sleep", "2m"], 120.0),
            (&["sleep", "1d"], 86_400.0),
            (&["sleep", "29.9"], 29.9),
            (&["sleep", ".25m"], 15.0),
            (&["sleep", "1m", "30"], 90.0),
            (&["sleep", "5."], 5.0),
        ]);
        let invalid = "-5 +5 1e2 0x10 . 1.2.3 5x 5ms 5\r 99999999999 nan";
        for operand in invalid.split(' ').chain([""]) {
            check(&[(&["sleep", operand], 0.0), (&["sleep", "5", operand], 0.0)]);
        }
        assert_eq!(
            exec_lower_bound(&[Some("sleep"), Some("infinity")], &|_| None),
            Duration::MAX
        );
    }

    #[test]
    fn only_a_shell_interprets_a_script() {
        check(&[
            (&[], 0.0),
            (&["sleep 5"], 0.0),
            (&["sleep", "$DRAIN"], 0.0),
            (&["/opt/app/sleep", "5"], 0.0),
            (&["bash", "-lc", "sleep 5"], 5.0),
            (&["sh", "-c", "sleep 5", "name"], 5.0),
            (&["sh", "-e", "-c", "curl x; sleep 5"], 0.0),
            (&["sh", "-uc", "echo $NOPE; sleep 5"], 0.0),
            (&["sh", "-uc", "echo $DRAIN; sleep 5"], 5.0),
            (&["sh", "-nc", "sleep 5"], 0.0),
        ]);
        let unknown = |words: &[Option<&str>]| exec_lower_bound(words, &|_| None).as_secs();
        assert_eq!(unknown(&[Some("sleep"), Some("5"), None]), 0);
        assert_eq!(unknown(&[Some("sh"), None, Some("sleep 5")]), 0);
        assert_eq!(unknown(&[Some("sh"), Some("-c"), Some("sleep 5"), None]), 5);
    }

    #[test]
    fn a_line_with_a_syntax_error_does_not_run() {
        check_scripts(&[
            ("sleep 15;;exit", 0.0),
            ("sleep 15 && && exit", 0.0),
            ("sleep 5\nsleep 15;;exit", 5.0),
            ("sleep 5 &&\nsleep 15;;exit", 0.0),
            ("sleep 5; sleep 'x", 0.0),
            ("sleep 5\nsleep 5; echo \"x", 5.0),
        ]);
    }

    #[test]
    fn a_command_counts_if_it_certainly_runs() {
        check_scripts(&[
            ("sleep 5; sleep 5", 10.0),
            ("# wait\nsleep 5 # for it\n\nsleep \\\n5\n", 10.0),
            ("sleep 45; /bin/drain --all; sleep 20", 65.0),
            ("sleep 5 && nginx -s quit && sleep 5", 5.0),
            ("nginx -s quit || sleep 5; sleep 3", 3.0),
            ("sleep 5 || exit 1; sleep 10", 15.0),
            ("curl x || exit 1; sleep 10", 0.0),
            ("curl x || true && sleep 5", 5.0),
            ("sleep 5 & sleep 3", 3.0),
            ("curl x | jq . ; sleep 5", 5.0),
            ("sleep 5 | cat && sleep 5", 0.0),
            ("[ -f x ] && sleep 5; [[ -f x || -d x ]]; sleep 3", 3.0),
            ("exec sleep 5; sleep 10", 5.0),
            ("curl x && exec sleep 5; sleep 10", 0.0),
            ("sleep 5; while pgrep app; do sleep 1; done; sleep 3", 5.0),
            ("if [ -f x ]; then sleep 5; fi; sleep 3", 0.0),
            ("sleep 5\nsleep() { true; }\nsleep 10", 5.0),
            ("$STOP; sleep 10", 0.0),
            ("$JAVA_HOME/bin/jcmd 1 GC.run; sleep 10", 10.0),
            ("PATH=/x; sleep 10", 0.0),
        ]);
    }

    #[test]
    fn a_shell_may_be_stopped() {
        check_scripts(&[
            ("sleep 5; kill -TERM 1; sleep 10", 15.0),
            ("kill -s TERM 1; sleep 10", 10.0),
            ("kill -QUIT $(cat /run/nginx.pid); sleep 10", 10.0),
            ("kill 0; sleep 10", 0.0),
            ("kill $$; sleep 10", 0.0),
            ("pkill -f app; sleep 10", 0.0),
            ("sh -c 'kill $PPID'; sleep 10", 0.0),
            ("X=$(kill $$); sleep 10", 0.0),
            ("set -e; sleep 5; curl x; sleep 10", 5.0),
            ("set -ex; curl x || true; sleep 10", 10.0),
            ("curl x && set -e; curl y; sleep 10", 0.0),
            ("set -o pipefail; sleep 10", 0.0),
            ("echo ${NOPE:?}; sleep 10", 0.0),
        ]);
    }

    #[test]
    fn words_are_expanded() {
        check_scripts(&[
            ("sleep $DRAIN", 15.0),
            ("sleep \"${DRAIN}s\"", 15.0),
            ("sleep 5; sleep ${NOPE:-5}", 5.0),
            ("sleep $EMPTY 5", 0.0),
            ("sleep \"$EMPTY\" 5", 0.0),
            ("sleep $TWO; sleep '$DRAIN'; sleep \\$DRAIN", 0.0),
            ("sleep $NOPE; sleep $SECONDS; sleep $(date); sleep 5", 5.0),
            ("sleep $((5 * 2)); sleep 5", 0.0),
            ("'sleep' \"5\"; sl''eep 5's'", 10.0),
            ("echo \"it's; sleep 3\"; sleep 5", 5.0),
            ("DRAIN=1; sleep $DRAIN; sleep 5", 5.0),
            ("X=$(date); sleep 5", 5.0),
            ("\"X=1\" sleep 5", 0.0),
        ]);
    }

    #[test]
    fn redirections_may_fail() {
        check_scripts(&[
            ("sleep 5 >/dev/null 2>&1", 5.0),
            ("sleep 5 > /var/log/x; sleep 3", 3.0),
            ("sleep 5>/dev/null; sleep 3", 3.0),
            ("sleep 5 &>/dev/null", 0.0),
            ("echo x > /proc/1/fd/1 && sleep 5; sleep 3", 3.0),
            ("sleep 5\ncat <<EOF\nsleep 10\nEOF\nsleep 3", 5.0),
        ]);
    }
}

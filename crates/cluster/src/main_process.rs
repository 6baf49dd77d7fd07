//! Which process of a container gets the SIGTERM of the kubelet.
//!
//! It goes to PID 1. A shell that runs a program as a child does not pass it on, and the kernel ignores it for a PID 1
//! without a handler (`SIGNAL_UNKILLABLE`, `kernel/signal.c`), so the program ends with SIGKILL after the grace period.

/// Program that does not get the SIGTERM of its container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreached {
    /// Program that runs as PID 1.
    pub first: String,
    /// Program that does the work.
    pub program: String,
    /// How it is started.
    pub how: Start,
}

/// How PID 1 starts the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The shell waits for a pipeline.
    Pipe,
    /// The shell waits for a program in the background.
    Background,
    /// As the last command of a script. Bash 5.1 and later replaces itself by it, dash and older releases do not.
    Last,
    /// By the script runner of npm or Yarn.
    Runner,
}

/// Returns the program that does not get the SIGTERM, if a container runs `command`. `None` if it gets it, or if that is
/// not known.
#[must_use]
pub fn unreached(command: &[&str]) -> Option<Unreached> {
    let (program, arguments) = command.split_first()?;
    let name = base(program);
    match name {
        "npm" | "npx" | "yarn" => runner(name, arguments),
        "sh" | "ash" | "dash" | "bash" => {
            let option = arguments.iter().position(|word| {
                word.starts_with('-') && !word.starts_with("--") && word.ends_with('c')
            })?;
            script(name, arguments.get(option + 1)?)
        }
        _ => None,
    }
}

/// Subcommands of npm and Yarn that run a script of the package.
const RUNS: [&str; 5] = ["start", "run", "run-script", "exec", "serve"];

fn runner(name: &str, arguments: &[&str]) -> Option<Unreached> {
    let is_option = |word: &&&str| word.starts_with('-');
    let first = arguments.iter().find(|word| !is_option(word))?;
    (name == "npx" || RUNS.contains(first)).then(|| Unreached {
        first: name.to_owned(),
        program: (*first).to_owned(),
        how: Start::Runner,
    })
}

/// Commands that are not the work of a container.
const SMALL: [&str; 40] = [
    ".", ":", "[", "awk", "cat", "cd", "chmod", "chown", "cp", "curl", "cut", "date", "echo",
    "env", "exit", "export", "false", "find", "git", "grep", "id", "ln", "ls", "mkdir", "mv",
    "printenv", "printf", "pwd", "read", "return", "rm", "sed", "set", "sleep", "source", "tail",
    "test", "touch", "true", "wait",
];

fn script(shell: &str, script: &str) -> Option<Unreached> {
    let commands = commands(script)?;
    if commands.iter().any(|command| command.words[0] == "trap") {
        return None;
    }
    let last = commands.last()?;
    let unreached = |program: &str, how| {
        (!SMALL.contains(&program)).then(|| Unreached {
            first: shell.to_owned(),
            program: program.to_owned(),
            how,
        })
    };
    if last.words[0] == "wait" {
        let background = commands.iter().rev().find(|command| command.end == "&")?;
        return unreached(background.program()?, Start::Background);
    }
    if last.end == "&" {
        return None;
    }
    let start = commands[..commands.len() - 1].iter().rev();
    let piped = start.take_while(|command| command.end == "|").last();
    if let Some(first) = piped {
        return unreached(first.program()?, Start::Pipe);
    }
    // Bash replaces itself by a single command.
    if last.words[0] == "exec" || commands.len() == 1 && shell == "bash" {
        return None;
    }
    unreached(last.program()?, Start::Last)
}

/// Command of a script that runs in any case.
struct Command {
    words: Vec<String>,
    /// Operator after it.
    end: &'static str,
}

impl Command {
    /// Name of the program, after assignments and `exec`.
    fn program(&self) -> Option<&str> {
        let is_before = |word: &&String| {
            let name = word.split('=').next().unwrap_or("");
            *word == "exec" || word.contains('=') && !name.contains(['/', '-', '.'])
        };
        let program = self.words.iter().find(|word| !is_before(word))?;
        (!program.starts_with(['$', '-', '<', '>'])).then_some(program)
    }
}

/// Maximum length of a script in bytes; a longer script is not analyzed.
const MAX_LENGTH: usize = 16 * 1024;

/// Splits a script into commands; `None` if it contains blocks, subshells or here-documents, or is not understood.
fn commands(script: &str) -> Option<Vec<Command>> {
    const BLOCKS: [&str; 9] = [
        "if", "for", "while", "until", "case", "select", "function", "{", "[",
    ];
    if script.len() > MAX_LENGTH {
        return None;
    }
    let mut commands: Vec<Command> = Vec::new();
    let mut words: Vec<String> = Vec::new();
    let mut rest = script;
    loop {
        let before = rest.len();
        rest = rest.trim_start_matches([' ', '\t', '\r']);
        if let Some(after) = rest.strip_prefix("\\\n") {
            rest = after;
            continue;
        }
        if rest.starts_with('#') && (before != rest.len() || words.is_empty()) {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        }
        let operators = ["&&", "||", ";", "\n", "&", "|"];
        let operator = operators
            .into_iter()
            .find(|operator| rest.starts_with(operator));
        if rest.is_empty() || operator.is_some() {
            let end = operator.unwrap_or("");
            if !words.is_empty() {
                if BLOCKS.contains(&words[0].as_str()) {
                    return None;
                }
                commands.push(Command {
                    words: std::mem::take(&mut words),
                    end,
                });
            } else if !matches!(end, "" | "\n" | ";") {
                return None;
            }
            if rest.is_empty() {
                return (!commands.is_empty()).then_some(commands);
            }
            rest = &rest[end.len()..];
            continue;
        }
        let (word, after) = word(rest)?;
        words.push(word);
        rest = after;
    }
}

/// Reads one word, without its quotes; `None` for parentheses and here-documents.
fn word(text: &str) -> Option<(String, &str)> {
    let mut word = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        match c {
            ' ' | '\t' | '\r' | '\n' | ';' | '|' => break,
            // `2>&1` is a redirection.
            '&' if !word.ends_with('>') => break,
            '(' | ')' | '`' => return None,
            '<' if after.starts_with('<') => return None,
            '\'' | '"' => {
                let end = closing(after, c)?;
                word.push_str(&after[..end]);
                rest = &after[end + 1..];
                continue;
            }
            '$' if after.starts_with('(') => {
                let end = substitution(&after[1..])?;
                word.push_str(&rest[..end + 3]);
                rest = &rest[end + 3..];
                continue;
            }
            '\\' => {
                let escaped = after.chars().next()?;
                word.push(escaped);
                rest = &after[escaped.len_utf8()..];
                continue;
            }
            _ => word.push(c),
        }
        rest = after;
    }
    Some((word, rest))
}

/// Position of the closing quote.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices()
        .find(|&(_, c)| {
            let is_end = c == quote && !is_escaped;
            is_escaped = quote == '"' && c == '\\' && !is_escaped;
            is_end
        })
        .map(|(at, _)| at)
}

/// Position of the parenthesis that closes a command substitution.
fn substitution(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::{Start, unreached};

    fn found(shell: &str, script: &str) -> Option<(String, Start)> {
        unreached(&[shell, "-c", script]).map(|found| (found.program, found.how))
    }

    #[test]
    fn a_shell_keeps_the_signal() {
        for (script, program, how) in [
            (
                "source /etc/profile.d/app.sh\n./server | tee /var/log/app.log\n",
                "./server",
                Start::Pipe,
            ),
            ("exec ./server | tee log", "./server", Start::Pipe),
            ("./server 2>&1 | tee log | cat", "./server", Start::Pipe),
            ("migrate && node server.js", "node", Start::Last),
            ("migrate; PORT=80 node server.js", "node", Start::Last),
            (
                "cp a b\n# start\nnginx -g 'daemon off;'\n",
                "nginx",
                Start::Last,
            ),
            (
                "export A=$(cat /x; date)\njava -jar \\\n  app.jar",
                "java",
                Start::Last,
            ),
            ("nginx & wait", "nginx", Start::Background),
            ("a & b & wait $!", "b", Start::Background),
        ] {
            let expected = Some((program.to_owned(), how));
            assert_eq!(found("/bin/bash", script), expected, "{script}");
            assert_eq!(found("sh", script), expected, "{script}");
        }
        assert_eq!(
            found("sh", "node server.js"),
            Some(("node".to_owned(), Start::Last))
        );
    }

    #[test]
    fn a_program_gets_the_signal_or_it_is_not_known() {
        for script in [
            "exec ./server",
            "migrate && exec node server.js",
            "trap 'kill $!' TERM; ./server & wait",
            "sleep infinity",
            "echo hello; sleep 3600",
            "while true; do date; sleep 5; done",
            "if [ -f x ]; then a; fi; b",
            "exec ./server > >(tee log)",
            "cat <<EOF > x\na\nEOF\n./server",
            "./server &",
            "$SERVER --port 80",
            "echo 'a",
            "(a; b)",
            "",
        ] {
            assert_eq!(found("sh", script), None, "{script}");
        }
        assert_eq!(found("bash", "node server.js"), None);
        assert_eq!(unreached(&["tini", "--", "sh", "-c", "a; b"]), None);
        assert_eq!(unreached(&["sh", "/start.sh"]), None);
        assert_eq!(unreached(&["node", "server.js"]), None);
        assert_eq!(unreached(&["npm", "ci"]), None);
    }

    #[test]
    fn script_runners_are_known() {
        for command in [
            &["npm", "start"][..],
            &["npm", "--silent", "run", "start"],
            &["yarn", "start"],
            &["npx", "next"],
        ] {
            assert_eq!(
                unreached(command).map(|found| found.how),
                Some(Start::Runner),
                "{command:?}"
            );
        }
    }
}

//! Runs `helm` and `git`, and nothing else: no shell, no input, limited output and time.

use std::ffi::OsStr;
use std::fmt;
use std::io::{self, Read};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Longest time that a program may take.
const MAX_TIME: Duration = Duration::from_secs(600);

/// How often it is asked whether a program has ended.
const INTERVAL: Duration = Duration::from_millis(10);

/// Maximum size of the output of a program in bytes.
const MAX_OUTPUT: u64 = 64 << 20;

/// Maximum length of a message of a program in characters.
const MAX_MESSAGE: usize = 300;

/// Variables by which git works in another repository, as in a hook.
const GIT_PLACES: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_PREFIX",
    "GIT_CONFIG",
];

/// Settings of git: no hooks, no programs that a URL names, nothing in the background.
const GIT_SETTINGS: [&str; 7] = [
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "protocol.ext.allow=never",
    "protocol.file.allow=never",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "maintenance.auto=false",
];

/// Why something cannot be fetched, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// What is wrong. It contains no credentials.
    pub(super) message: String,
    /// What to do.
    pub(super) help: String,
}

impl Failure {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: help.into(),
        }
    }

    /// A failure of a step that has nothing to do with the object that asks.
    pub(super) fn io(what: &str, error: &io::Error) -> Self {
        Self::new(
            format!("{what}: {error}"),
            "check the permissions and the free space",
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.help)
    }
}

/// A program that may be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    Helm,
    Git,
}

impl Program {
    fn name(self) -> &'static str {
        match self {
            Self::Helm => "helm",
            Self::Git => "git",
        }
    }

    fn command(self) -> Command {
        let mut command = Command::new(self.name());
        if self == Self::Git {
            for variable in GIT_PLACES {
                command.env_remove(variable);
            }
            for setting in GIT_SETTINGS {
                command.args(["-c", setting]);
            }
            command
                .env("GIT_TERMINAL_PROMPT", "0")
                .env("GIT_ALLOW_PROTOCOL", "https:http:ssh")
                .env("GIT_LFS_SKIP_SMUDGE", "1")
                // Messages are compared with English ones.
                .env("LC_ALL", "C");
        }
        command
    }

    fn start(self, arguments: &[&OsStr]) -> Result<Child, Failure> {
        let mut command = self.command();
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command.spawn().map_err(|error| self.not_started(&error))
    }

    fn not_started(self, error: &io::Error) -> Failure {
        let name = self.name();
        match error.kind() {
            io::ErrorKind::NotFound => Failure::new(
                format!("`{name}` is not in PATH"),
                format!("install {name}"),
            ),
            _ => Failure::new(
                format!("cannot start {name}: {error}"),
                format!("check {name}"),
            ),
        }
    }

    /// Runs the program and returns what it prints. Credentials of `url` are not shown if it fails.
    pub(super) fn run(self, arguments: &[&OsStr], url: &str) -> Result<Vec<u8>, Failure> {
        let mut child = self.start(arguments)?;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let out = thread::spawn(move || limited(out));
        let err = thread::spawn(move || limited(err));
        let status = wait(&mut child);
        let (out, err) = (
            out.join().unwrap_or_default(),
            err.join().unwrap_or_default(),
        );
        match status {
            Some(true) => Ok(out),
            Some(false) => Err(self.failure(&String::from_utf8_lossy(&err), url)),
            None => Err(Failure::new(
                format!("{} took more than {} s", self.name(), MAX_TIME.as_secs()),
                "try again",
            )),
        }
    }

    /// A program that answers requests until it is dropped.
    pub(super) fn serve(self, arguments: &[&OsStr]) -> Result<Child, Failure> {
        let mut command = self.command();
        command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command.spawn().map_err(|error| self.not_started(&error))
    }

    fn failure(self, said: &str, url: &str) -> Failure {
        let message = format!(
            "{}: {}",
            self.name(),
            without_credentials(reason(said), url)
        );
        Failure::new(message, help(self, said))
    }
}

/// The line that says why.
fn reason(said: &str) -> &str {
    let marks = ["Error:", "fatal:", "error:"];
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty());
    let marked = lines().find_map(|line| {
        let mut marks = marks.iter();
        marks.find_map(|mark| line.strip_prefix(mark))
    });
    marked
        .or_else(|| lines().next_back())
        .unwrap_or("failed without a message")
        .trim()
}

fn help(program: Program, said: &str) -> String {
    let said = said.to_ascii_lowercase();
    let has = |marks: &[&str]| marks.iter().any(|mark| said.contains(mark));
    let needs_login = has(&[
        "401",
        "403",
        "unauthorized",
        "forbidden",
        "denied",
        "authentication",
        "could not read username",
        "could not read password",
        "authorization",
    ]);
    let text = match program {
        Program::Helm if needs_login => {
            "log in with `helm registry login` or `helm repo add`, or check the URL"
        }
        Program::Git if needs_login => {
            "set up a credential helper or an SSH key for git, or check the URL"
        }
        _ if has(&[
            "no chart version found",
            "no chart name found",
            "improper constraint",
            "could not locate a version",
            "couldn't find remote ref",
            "not found in",
            "not our ref",
        ]) =>
        {
            "check the name and the version"
        }
        _ => "check the URL and the network",
    };
    text.to_owned()
}

/// The message without the credentials of the URL, in one line.
fn without_credentials(message: &str, url: &str) -> String {
    let mut message = message.to_owned();
    let authority = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = authority.split('/').next().unwrap_or_default();
    if let Some((user, _)) = authority.rsplit_once('@') {
        message = message.replace(user, podwright_redact::REDACTED);
        for part in user.split(':').filter(|part| part.len() > 2) {
            message = message.replace(part, podwright_redact::REDACTED);
        }
    }
    let message = podwright_redact::text(&podwright_redact::url_users(&message));
    podwright_syntax::text::shortened(&message, MAX_MESSAGE).into_owned()
}

fn limited(stream: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut stream) = stream {
        // What could be read explains a failure.
        let _ = stream.by_ref().take(MAX_OUTPUT).read_to_end(&mut bytes);
        // A program that cannot write does not end.
        let _ = io::copy(&mut stream, &mut io::sink());
    }
    bytes
}

/// Whether the program succeeded. `None` if it took too long and was ended.
fn wait(child: &mut Child) -> Option<bool> {
    let start = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status.success()),
            Ok(None) if start.elapsed() < MAX_TIME => thread::sleep(INTERVAL),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Program, reason, without_credentials};

    #[test]
    fn messages_lose_the_credentials_of_the_url() {
        let url = "https://bob:hunter2@charts.example.org/x";
        for (said, shown) in [
            (
                "looks like \"https://bob:hunter2@charts.example.org/x\" is not valid",
                "looks like \"https://***@charts.example.org/x\" is not valid",
            ),
            ("rejected hunter2", "rejected ***"),
            (
                "see https://other:pw1@example.org",
                "see https://***@example.org",
            ),
        ] {
            assert_eq!(without_credentials(said, url), shown);
        }
    }

    #[test]
    fn the_line_with_the_error_is_the_reason() {
        let said = "warning: x\nfatal: couldn't find remote ref v9\nhint: y\n";
        assert_eq!(reason(said), "couldn't find remote ref v9");
        assert_eq!(reason("Error: no chart\n"), "no chart");
        assert_eq!(reason("  \n"), "failed without a message");
        let failure = Program::Git.failure(said, "");
        assert_eq!(
            failure.to_string(),
            "git: couldn't find remote ref v9; check the name and the version"
        );
    }
}

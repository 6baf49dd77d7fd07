use std::{
    env,
    fs::{self, File, Metadata},
    io::{self, BufWriter, ErrorKind, IsTerminal, Write},
    path::{Path, PathBuf},
};

use super::{arguments::Colour, error::CliError, replace::replace};
use podwright_report::text::{MAX_WIDTH, TextStyle};
use podwright_report::{Syntax, WithoutCommands, without_commands};
use podwright_session::discover;

/// Destination of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    Stdout,
    Stderr,
    File(PathBuf),
}

impl Destination {
    /// Runs `write` on the destination. A broken pipe (`podwright check | head`) is not treated as an error.
    pub(super) fn write(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), CliError> {
        match self {
            Self::Stdout => match buffered(io::stdout().lock(), write) {
                Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
                Err(error) => Err(CliError(format!("cannot write the report: {error}"))),
                Ok(()) => Ok(()),
            },
            // An error cannot be reported if standard error is closed.
            Self::Stderr => buffered(io::stderr().lock(), write).or(Ok(())),
            Self::File(path) => write_file(path, write)
                .map_err(|error| CliError(format!("cannot write {}: {error}", path.display()))),
        }
    }

    /// Like [`Self::write`]. Nothing that is written is a command of a CI system.
    pub(super) fn write_without_commands(
        &self,
        syntax: Syntax,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), CliError> {
        self.write(|out| {
            let mut out = WithoutCommands::new(out, syntax);
            write(&mut out)?;
            out.finish()
        })
    }

    /// How a human-readable report is formatted for this destination.
    /// `verbose` shows everything of every finding.
    pub(super) fn style(&self, colour: Colour, verbose: bool) -> TextStyle {
        let terminal = match self {
            Self::Stdout => io::stdout().is_terminal(),
            Self::Stderr => io::stderr().is_terminal(),
            Self::File(_) => false,
        };
        let is_file = matches!(self, Self::File(_));
        TextStyle {
            colour: match colour {
                Colour::Always => true,
                Colour::Never => false,
                Colour::Auto => !is_file && wants_colour(terminal),
            },
            unicode: !terminal || (reads_utf8() && !is_dumb()),
            verbose,
            marks: true,
            links: terminal
                && supports_hyperlinks::on(match self {
                    Self::Stderr => supports_hyperlinks::Stream::Stderr,
                    _ => supports_hyperlinks::Stream::Stdout,
                }),
            width: match terminal_size::terminal_size().filter(|_| terminal) {
                Some((width, _)) => width.0.into(),
                None => MAX_WIDTH,
            },
        }
    }
}

/// Prints `error: reason` to standard error.
pub(super) fn error(reason: &str) {
    print_line("error", reason);
}

/// Prints `note: note` to standard error.
pub(super) fn note(note: &str) {
    print_line("note", note);
}

/// Prints text of several lines to standard error.
pub(super) fn eprint_raw(text: &str) {
    let text = without_commands(text.trim_end());
    // An error cannot be reported if standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

fn print_line(kind: &str, what: &str) {
    // A path or an argument may contain a password.
    let what = podwright_redact::text(what);
    let what = without_commands(&podwright_report::escape_lines(&what));
    // An error cannot be reported if standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{kind}: {what}");
}

/// Writes in place to what the shell has opened, such as `/dev/stdout` and `>(command)`, and to `/dev/null`; replaces
/// any other file.
fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let metadata = fs::metadata(path).ok();
    let is_special = |metadata: &Metadata| !metadata.is_file() && !metadata.is_dir();
    match metadata.filter(is_special) {
        Some(_) if discover::is_written_in_place(path) => {
            buffered(File::options().write(true).open(path)?, write)
        }
        // Opening a named pipe waits for a reader.
        Some(metadata) => Err(io::Error::other(format!(
            "{}; write to standard output instead: `> {}`",
            discover::not_regular(metadata.file_type()),
            path.display()
        ))),
        None => replace(path, |file| buffered(file, write)),
    }
}

fn buffered(
    out: impl Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    write(&mut out)?;
    out.flush()
}

/// Follows <https://no-color.org> and <https://bixense.com/clicolors>. `NO_COLOR` has priority.
fn wants_colour(terminal: bool) -> bool {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    if set("NO_COLOR").is_some() {
        return false;
    }
    if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") {
        return true;
    }
    terminal && set("CLICOLOR").is_none_or(|value| value != "0") && !is_dumb()
}

/// Returns whether the terminal says that it can only print characters.
fn is_dumb() -> bool {
    env::var_os("TERM").is_some_and(|value| value == "dumb")
}

/// Returns whether the terminal's locale is UTF-8, or is not set.
fn reads_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

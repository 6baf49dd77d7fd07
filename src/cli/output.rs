use std::{
    env,
    fs::{self, File},
    io::{self, BufWriter, ErrorKind, IsTerminal, Write},
    path::{Path, PathBuf},
};

use super::{arguments::Colour, error::CliError, replace::replace};
use podwright_report::text::TextStyle;

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

    /// How a human-readable report is formatted for this destination.
    pub(super) fn style(&self, colour: Colour) -> TextStyle {
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
            unicode: !terminal || reads_utf8(),
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
    // An error cannot be reported if standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{}", text.trim_end());
}

fn print_line(kind: &str, what: &str) {
    // A path or an argument may contain a password.
    let what = podwright_redact::text(what);
    let what = podwright_report::escape_lines(&what);
    // An error cannot be reported if standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{kind}: {what}");
}

/// Writes in place to pipes and devices such as `/dev/stdout`; replaces any other file.
fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
        return buffered(File::options().write(true).open(path)?, write);
    }
    replace(path, |file| buffered(file, write))
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
    terminal
        && set("CLICOLOR").is_none_or(|value| value != "0")
        && set("TERM").is_none_or(|value| value != "dumb")
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

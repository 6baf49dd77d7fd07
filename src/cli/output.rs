use std::{
    env,
    ffi::OsStr,
    fs::{self, File},
    io::{self, BufWriter, ErrorKind, IsTerminal, Write},
    path::{Path, PathBuf},
    process,
};

use super::{Failure, arguments::Colour};
use crate::report::text::Look;

/// Where a report goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Destination {
    Stdout,
    File(PathBuf),
}

impl Destination {
    /// Lets `write` write there. A reader that has gone away is no failure: `podwright check | head`.
    pub(super) fn write(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        match self {
            Self::Stdout => match buffered(io::stdout().lock(), write) {
                Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
                Err(error) => Err(Failure(format!("cannot write the report: {error}"))),
                Ok(()) => Ok(()),
            },
            Self::File(path) => write_file(path, write)
                .map_err(|error| Failure(format!("cannot write {}: {error}", path.display()))),
        }
    }

    /// How a report for people looks there.
    pub(super) fn look(&self, colour: Colour) -> Look {
        let terminal = *self == Self::Stdout && io::stdout().is_terminal();
        Look {
            colour: match colour {
                Colour::Always => true,
                Colour::Never => false,
                Colour::Auto => *self == Self::Stdout && wants_colour(terminal),
            },
            unicode: !terminal || reads_utf8(),
        }
    }
}

/// Prints `error: reason` to standard error.
pub(super) fn complain(reason: &str) {
    say("error", reason);
}

/// Prints `note: remark` to standard error.
pub(super) fn remark(remark: &str) {
    say("note", remark);
}

fn say(kind: &str, what: &str) {
    let what = crate::report::visible_lines(what);
    // There is nobody left to tell if standard error is closed.
    let _ = writeln!(io::stderr().lock(), "{kind}: {what}");
}

/// Writes beside the file and moves the result onto it, so that nobody reads half a report. What is no regular file
/// (a pipe, `/dev/stdout`) is written to as it is.
fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir()) {
        return buffered(File::options().write(true).open(path)?, write);
    }
    // A link stays a link: its target is replaced.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let name = path
        .file_name()
        .ok_or_else(|| io::Error::other("it is no file name"))?;
    let mut beside = OsStr::new(".").to_owned();
    beside.push(name);
    beside.push(format!(".{}.tmp", process::id()));
    let beside = path.with_file_name(beside);
    let written = File::create(&beside)
        .and_then(|file| buffered(file, write))
        .and_then(|()| fs::rename(&beside, &path));
    if written.is_err() {
        // The first error is the one to tell.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn buffered(
    out: impl Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    write(&mut out)?;
    out.flush()
}

/// <https://no-color.org> and <https://bixense.com/clicolors>; `NO_COLOR` has the last word.
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

/// Whether the terminal's locale, where there is one, has UTF-8.
fn reads_utf8() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

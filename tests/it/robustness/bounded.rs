//! Runs podwright with limited resources.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::cli::run::{Directory, Run};

/// Timeout: much longer than any of these runs takes on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs `podwright` with `mebibytes` of address space. It must terminate on its own.
pub(crate) fn bounded(directory: &Directory, mebibytes: u64, arguments: &[&str]) -> Run {
    bounded_with(directory, mebibytes, arguments, "")
}

pub(crate) fn bounded_with(
    directory: &Directory,
    mebibytes: u64,
    arguments: &[&str],
    stdin: &str,
) -> Run {
    let podwright = directory.command();
    let mut command = Command::new("sh");
    command
        .args([
            "-c",
            "ulimit -v \"$1\" || exit 99; shift; exec \"$@\"",
            "sh",
        ])
        .arg((mebibytes * 1024).to_string())
        .arg(podwright.get_program())
        .args(arguments)
        .current_dir(directory.path())
        // Each arena of glibc reserves address space that is not used.
        .env("MALLOC_ARENA_MAX", "2")
        .env("COLUMNS", "100");
    let out = tempfile::tempfile().unwrap();
    let err = tempfile::tempfile().unwrap();
    command
        .stdin(Stdio::piped())
        .stdout(out.try_clone().unwrap())
        .stderr(err.try_clone().unwrap());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let stdin = stdin.to_owned();
    thread::spawn(move || {
        // Runs that do not read standard input close it.
        let _ = input.write_all(stdin.as_bytes());
    });
    let code = wait(&mut child).unwrap_or_else(|| panic!("{arguments:?} did not end"));
    Run {
        code,
        stdout: text(out),
        stderr: text(err),
    }
}

/// Returns the exit code, or -1 for a signal; `None` if the process had to be killed.
pub(crate) fn wait(child: &mut Child) -> Option<i32> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return Some(status.code().unwrap_or(-1));
        }
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

fn text(mut file: File) -> String {
    use std::io::Seek as _;
    file.rewind().unwrap();
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// A Pod with that spec.
pub(crate) fn pod(spec: &str) -> String {
    format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n{spec}")
}

/// Concatenates `many` copies of a text.
pub(crate) fn each(many: usize, text: impl Fn(usize) -> String) -> String {
    (0..many).map(text).collect()
}

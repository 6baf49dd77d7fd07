//! Reads files of a git revision by calling the installed `git`.

use std::{
    ffi::OsStr,
    fmt, fs, io,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    thread,
};

use rustc_hash::FxHashMap;

/// A git revision of a directory's repository, and the changes to its files since.
#[derive(Debug)]
pub struct Revision {
    /// Root directory of the work tree, with symbolic links resolved.
    top: PathBuf,
    /// Blobs of the revision, by path relative to `top`.
    blobs: FxHashMap<PathBuf, Blob>,
    /// Changes since the revision, by current path, or by old path for deleted files.
    changes: FxHashMap<PathBuf, Change>,
    /// Whether the revision is the merge base of the requested revision and `HEAD`.
    pub is_branching_point: bool,
}

/// Object name of a file's content in the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob(String);

/// State of a file in the revision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Before {
    /// Unchanged.
    Same,
    /// The file did not exist.
    Absent,
    /// The content differed, possibly under a different name.
    Other(Blob),
}

#[derive(Debug)]
enum Change {
    Modified,
    Deleted,
    Renamed { from: PathBuf },
}

/// Error returned when a git revision cannot be read, with a hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitError(String);

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for GitError {}

impl Revision {
    /// Reads the merge base of `name` and `HEAD` in the repository of `directory`. Without a common history, as in a
    /// shallow clone, reads the commit `name` itself.
    ///
    /// # Errors
    ///
    /// Returns [`GitError`] if git is not installed, there is no repository, or the commit does not exist.
    pub fn since(directory: &Path, name: &str) -> Result<Self, GitError> {
        let (top, asked) = resolve(directory, name)?;
        let branching_point = git(&top, ["merge-base", &asked, "HEAD"])?.text().ok();
        let is_branching_point = branching_point.is_some();
        Self::read_listing(top, &branching_point.unwrap_or(asked), is_branching_point)
    }

    /// Reads the commit `name` in the repository of `directory`.
    ///
    /// # Errors
    ///
    /// Returns [`GitError`] if git is not installed, there is no repository, or the commit does not exist.
    pub fn at(directory: &Path, name: &str) -> Result<Self, GitError> {
        let (top, asked) = resolve(directory, name)?;
        Self::read_listing(top, &asked, false)
    }

    fn read_listing(
        top: PathBuf,
        commit: &str,
        is_branching_point: bool,
    ) -> Result<Self, GitError> {
        let listed = git(&top, ["ls-tree", "-r", "-z", "--full-tree", commit])?.bytes()?;
        let diff = [
            "diff",
            "--name-status",
            "-z",
            "-M",
            "--no-ext-diff",
            "--no-textconv",
            "--no-relative",
        ];
        let changed = git(&top, diff.into_iter().chain([commit, "--"]))?.bytes()?;
        Ok(Self {
            blobs: blobs(&listed),
            changes: changes(&changed),
            top,
            is_branching_point,
        })
    }

    /// State in the revision of the file at the absolute path `path`; `None` if the file is outside the repository.
    #[must_use]
    pub fn before(&self, path: &Path) -> Option<Before> {
        let path = self.path_in(path)?;
        let blob = |path: &Path| match self.blobs.get(path) {
            Some(blob) => Before::Other(blob.clone()),
            None => Before::Absent,
        };
        Some(match self.changes.get(&path) {
            Some(Change::Renamed { from }) => blob(from),
            Some(Change::Modified | Change::Deleted) => blob(&path),
            None if self.blobs.contains_key(&path) => Before::Same,
            None => Before::Absent,
        })
    }

    /// Absolute paths of deleted files, sorted. Renamed files are not included.
    #[must_use]
    pub fn deleted(&self) -> Vec<(PathBuf, Blob)> {
        let gone = self.changes.iter();
        let gone = gone.filter(|(_, change)| matches!(change, Change::Deleted));
        let mut gone: Vec<_> = gone
            .filter_map(|(path, _)| Some((self.top.join(path), self.blobs.get(path)?.clone())))
            .collect();
        gone.sort_by(|a, b| a.0.cmp(&b.0));
        gone
    }

    /// Contents of the blobs, in the given order.
    ///
    /// # Errors
    ///
    /// Returns [`GitError`] if a blob cannot be read.
    pub fn read(&self, blobs: &[&Blob]) -> Result<Vec<Vec<u8>>, GitError> {
        if blobs.is_empty() {
            return Ok(Vec::new());
        }
        let asked: String = blobs.iter().map(|blob| format!("{}\n", blob.0)).collect();
        let answer = git_with(&self.top, ["cat-file", "--batch"], asked.into_bytes())?.bytes()?;
        let mut rest = answer.as_slice();
        let contents: Option<Vec<Vec<u8>>> = blobs.iter().map(|_| content(&mut rest)).collect();
        contents.ok_or_else(|| {
            GitError("git cannot read the old content of a file: run `git fsck`".to_owned())
        })
    }

    /// Path in the repository. A symbolic link counts as its target, whose content is checked.
    fn path_in(&self, path: &Path) -> Option<PathBuf> {
        let target = fs::canonicalize(path).ok();
        let deleted = || {
            let directory = fs::canonicalize(path.parent()?).ok()?;
            Some(directory.join(path.file_name()?))
        };
        let real = target.or_else(deleted);
        let real = real.as_deref().unwrap_or(path);
        real.strip_prefix(&self.top).ok().map(Path::to_owned)
    }
}

/// Root directory of the work tree that contains `directory`, and the full name of the commit `name`.
fn resolve(directory: &Path, name: &str) -> Result<(PathBuf, String), GitError> {
    let top = git(directory, ["rev-parse", "--show-toplevel"])?;
    let top = top.text().map_err(|_| {
        GitError(format!(
            "{} is not in a git repository",
            directory.display()
        ))
    })?;
    let top = fs::canonicalize(&top).unwrap_or_else(|_| PathBuf::from(top));
    let commit = format!("{name}^{{commit}}");
    let verify = ["rev-parse", "--verify", "--quiet", "--end-of-options"];
    let asked = git(&top, verify.into_iter().chain([commit.as_str()]))?;
    let asked = asked.text().map_err(|_| {
        let way_out = match name.starts_with("HEAD") {
            true => "the history ends before it; if the clone is shallow, fetch the rest with `git fetch --unshallow`",
            false => "fetch it first, for example `origin/main` with `git fetch origin main`",
        };
        GitError(format!(
            "commit `{name}` not found: {way_out}; in GitHub Actions, set `fetch-depth: 0` for actions/checkout"
        ))
    })?;
    Ok((top, asked))
}

/// Parses the output of `git ls-tree -r -z`: `mode blob name\tpath`. Symbolic links and submodules are skipped.
fn blobs(listed: &[u8]) -> FxHashMap<PathBuf, Blob> {
    let entry = |line: &[u8]| {
        let tab = memchr::memchr(b'\t', line)?;
        let mut facts = std::str::from_utf8(&line[..tab]).ok()?.split(' ');
        let (mode, _, name) = (facts.next()?, facts.next()?, facts.next()?);
        let is_file = mode.starts_with("100");
        is_file.then(|| (path(&line[tab + 1..]), Blob(name.to_owned())))
    };
    listed.split(|&byte| byte == 0).filter_map(entry).collect()
}

/// Parses the output of `git diff --name-status -z`.
fn changes(listed: &[u8]) -> FxHashMap<PathBuf, Change> {
    let mut words = listed.split(|&byte| byte == 0);
    let mut changes = FxHashMap::default();
    while let (Some(status), Some(first)) = (words.next(), words.next()) {
        let (path, change) = match status.first() {
            Some(b'D') => (path(first), Change::Deleted),
            Some(b'R') => match words.next() {
                Some(second) => (path(second), Change::Renamed { from: path(first) }),
                None => break,
            },
            // Copy detection is off, and an added file is not among the blobs.
            Some(_) => (path(first), Change::Modified),
            None => continue,
        };
        changes.insert(path, change);
    }
    changes
}

/// Parses one response of `git cat-file --batch`: `name blob size\n`, the content and a line break.
fn content(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let line_end = memchr::memchr(b'\n', rest)?;
    let (_, size) = std::str::from_utf8(&rest[..line_end])
        .ok()?
        .rsplit_once(' ')?;
    let start = line_end + 1;
    let end = start.checked_add(size.parse().ok()?)?;
    let content = rest.get(start..end)?.to_vec();
    *rest = rest.get(end + 1..)?;
    Some(content)
}

#[cfg(unix)]
fn path(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).as_ref())
}

/// Output of a git command.
struct Answer(Output);

impl Answer {
    fn bytes(self) -> Result<Vec<u8>, GitError> {
        if self.0.status.success() {
            return Ok(self.0.stdout);
        }
        let said = String::from_utf8_lossy(&self.0.stderr);
        let first = said.lines().next().unwrap_or("no reason given");
        Err(GitError(format!("git failed: {first}")))
    }

    /// First line of the output.
    fn text(self) -> Result<String, GitError> {
        let bytes = self.bytes()?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(text.trim_end_matches(['\r', '\n']).to_owned())
    }
}

fn git<'a>(
    directory: &Path,
    arguments: impl IntoIterator<Item = &'a str>,
) -> Result<Answer, GitError> {
    git_with(directory, arguments, Vec::new())
}

fn git_with<'a>(
    directory: &Path,
    arguments: impl IntoIterator<Item = &'a str>,
    input: Vec<u8>,
) -> Result<Answer, GitError> {
    let run = || -> io::Result<Output> {
        let mut child = Command::new("git")
            .arg("-C")
            .arg(directory)
            // The file system monitor is a program that the repository configures.
            .args(["-c", "core.fsmonitor=false"])
            .args(arguments)
            // Prevents read commands from writing the index and running its hook.
            .env("GIT_OPTIONAL_LOCKS", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let stdin = child.stdin.take();
        // git responds before it has read all input, so writing everything first would deadlock.
        let writer = thread::spawn(move || stdin.map(|mut stdin| stdin.write_all(&input)));
        let output = child.wait_with_output()?;
        // If writing fails, git reports the reason.
        let _ = writer.join();
        Ok(output)
    };
    run().map(Answer).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => GitError("`git` not found in PATH".to_owned()),
        _ => GitError(format!("cannot start git: {error}")),
    })
}

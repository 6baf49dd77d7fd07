//! The files of a commit, and which of them a render needs. Nothing is checked out: no filter, hook or submodule of the
//! repository has an effect.

mod keep;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout};
use std::sync::{Arc, Mutex, PoisonError};

use podwright_render::{Files, Found, SourceFile};
use podwright_session::vendor::MAX_SIZE;

use super::process::{Failure, Program};

pub(super) use keep::Kept;

/// Most symbolic links on the way to a file, as in Linux.
const MAX_LINKS: usize = 40;

/// The files of a commit.
pub(super) struct GitTree {
    entries: BTreeMap<String, Entry>,
    directories: BTreeSet<String>,
    objects: Mutex<Objects>,
    /// Symbolic links that led to what was found.
    followed: Mutex<BTreeSet<String>>,
}

#[derive(Clone, Debug)]
struct Entry {
    /// Name of the blob.
    blob: String,
    size: u64,
    is_link: bool,
}

/// What is at a path, with links followed.
enum Place {
    File(String),
    Directory(String),
}

impl GitTree {
    /// The files of a commit in the repository in a directory.
    pub(super) fn read(repository: &Path, commit: &str) -> Result<Self, Failure> {
        let at = [OsStr::new("-C"), repository.as_os_str()];
        let list = ["ls-tree", "-r", "-z", "--long", "--full-tree", commit].map(OsStr::new);
        let listed = Program::Git.run(&[&at[..], &list[..]].concat(), "")?;
        let entries = parse(&listed)?;
        let mut directories = BTreeSet::from([String::new()]);
        for path in entries.keys() {
            let ends = path.match_indices('/').map(|(end, _)| end);
            directories.extend(ends.map(|end| path[..end].to_owned()));
        }
        let serve = ["cat-file", "--batch"].map(OsStr::new);
        let child = Program::Git.serve(&[&at[..], &serve[..]].concat())?;
        Ok(Self {
            entries,
            directories,
            objects: Mutex::new(Objects::new(child)?),
            followed: Mutex::default(),
        })
    }

    /// Content of a file, or target of a link, at a path without links.
    fn content(&self, path: &str) -> Result<Vec<u8>, String> {
        let entry = self.entries.get(path).ok_or("no such file")?;
        let mut objects = self.objects.lock().unwrap_or_else(PoisonError::into_inner);
        objects.read(&entry.blob)
    }

    /// Follows a path. `None` if it leads nowhere or out of the repository.
    fn follow(&self, path: &str) -> Option<Place> {
        let mut rest: VecDeque<String> = path.split('/').map(str::to_owned).collect();
        let mut here: Vec<String> = Vec::new();
        let mut links = Vec::new();
        while let Some(part) = rest.pop_front() {
            match part.as_str() {
                "" | "." => continue,
                ".." => {
                    here.pop()?;
                    continue;
                }
                _ => here.push(part),
            }
            let path = here.join("/");
            if !self.entries.get(&path).is_some_and(|entry| entry.is_link) {
                continue;
            }
            let target = String::from_utf8(self.content(&path).ok()?).ok()?;
            if links.len() >= MAX_LINKS || target.starts_with('/') {
                return None;
            }
            links.push(path);
            here.pop();
            for part in target.split('/').rev() {
                rest.push_front(part.to_owned());
            }
        }
        let path = here.join("/");
        let place = match self.directories.contains(&path) {
            true => Place::Directory(path),
            false if self.entries.contains_key(&path) => Place::File(path),
            false => return None,
        };
        let mut followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        followed.extend(links);
        Some(place)
    }
}

impl Files for GitTree {
    fn find(&self, path: &Path) -> Option<Found> {
        Some(match self.follow(&inner(path))? {
            Place::File(path) => Found::File(Path::new("/").join(path)),
            Place::Directory(path) => Found::Directory(Path::new("/").join(path)),
        })
    }

    fn read(&self, path: &Path) -> Result<Arc<SourceFile>, String> {
        let bytes = self.content(&inner(path))?;
        Ok(Arc::new(SourceFile::new(path.to_owned(), bytes)))
    }

    fn entries(&self, directory: &Path) -> Vec<String> {
        let prefix = match inner(directory) {
            path if path.is_empty() => path,
            path => format!("{path}/"),
        };
        let below = self.entries.range(prefix.clone()..);
        let below = below.take_while(|(path, _)| path.starts_with(&prefix));
        let names = below.map(|(path, _)| {
            let rest = &path[prefix.len()..];
            rest.split('/').next().unwrap_or(rest).to_owned()
        });
        names.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// The path in the repository, whose root is `/` here.
fn inner(path: &Path) -> String {
    let parts = path
        .iter()
        .filter_map(OsStr::to_str)
        .filter(|part| *part != "/");
    parts.collect::<Vec<_>>().join("/")
}

/// The real path for a path in the repository.
fn outer(path: &str) -> PathBuf {
    Path::new("/").join(path)
}

/// Parses `mode type name size\tpath`, ended by a NUL each. Submodules are not fetched.
fn parse(listed: &[u8]) -> Result<BTreeMap<String, Entry>, Failure> {
    let mut entries = BTreeMap::new();
    for line in listed.split(|&byte| byte == 0) {
        let line = String::from_utf8_lossy(line);
        let Some((facts, path)) = line.split_once('\t') else {
            continue;
        };
        let mut facts = facts.split_ascii_whitespace();
        let (mode, kind, blob, size) = (facts.next(), facts.next(), facts.next(), facts.next());
        if kind != Some("blob") {
            continue;
        }
        let is_name = |part: &str| !matches!(part, "" | "." | "..") && !part.contains('\\');
        if !path.split('/').all(is_name) {
            return Err(Failure::new(
                "the repository has a file name that leads elsewhere",
                "do not use this repository",
            ));
        }
        let entry = Entry {
            blob: blob.unwrap_or_default().to_owned(),
            size: size.and_then(|size| size.parse().ok()).unwrap_or(0),
            is_link: mode == Some("120000"),
        };
        entries.insert(path.to_owned(), entry);
    }
    Ok(entries)
}

/// Reads blobs with `git cat-file --batch`.
struct Objects {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Objects {
    fn new(mut child: Child) -> Result<Self, Failure> {
        let streams = (child.stdin.take(), child.stdout.take());
        let (Some(requests), Some(answers)) = streams else {
            return Err(Failure::new("git has no output", "try again"));
        };
        Ok(Self {
            child,
            requests,
            answers: BufReader::new(answers),
        })
    }

    fn read(&mut self, blob: &str) -> Result<Vec<u8>, String> {
        let failed = |error: std::io::Error| error.to_string();
        writeln!(self.requests, "{blob}").map_err(failed)?;
        self.requests.flush().map_err(failed)?;
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(failed)?;
        let size = line
            .trim_end()
            .rsplit(' ')
            .next()
            .and_then(|size| size.parse::<u64>().ok());
        let size = size.ok_or("git cannot read a file of the repository")?;
        let mut bytes = Vec::new();
        let mut content = Read::by_ref(&mut self.answers).take(size);
        if size > MAX_SIZE {
            std::io::copy(&mut content, &mut std::io::sink()).map_err(failed)?;
        } else {
            content.read_to_end(&mut bytes).map_err(failed)?;
        }
        self.answers.read_exact(&mut [0]).map_err(failed)?;
        match size > MAX_SIZE {
            true => Err(format!("more than {MAX_SIZE} bytes")),
            false => Ok(bytes),
        }
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // It also ends when its input is closed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

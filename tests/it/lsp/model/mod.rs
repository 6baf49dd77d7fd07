//! Random sequences of what clients and other programs do. After each quiet moment, the diagnostics of all files equal
//! those of a fresh server with the same disk and the same open documents.
//!
//! `PODWRIGHT_MODEL_SECONDS` and `PODWRIGHT_MODEL_SEED` set how long the check runs and where it starts.

mod pool;
mod step;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::lsp::editor::{Editor, capabilities, position};
use pool::{DIRECTORIES, POOL, WORDS};
use step::{Dice, Step};

/// Steps of a sequence.
const STEPS: usize = 60;

/// How long the findings may take to be the same. The client asks something all the time, so the server does not look at
/// the disk by itself.
const PATIENCE: Duration = Duration::from_secs(60);

/// The same while a difference is known, and steps are removed.
const PATIENCE_TO_SHRINK: Duration = Duration::from_secs(3);

/// Time between two requests.
const PAUSE: Duration = Duration::from_millis(20);

struct Model {
    directory: Arc<TempDir>,
    editor: Editor,
    /// Open workspace folders, as indexes.
    folders: Vec<usize>,
    /// Open documents.
    open: BTreeMap<usize, String>,
    /// Changed paths, for an event.
    pending: BTreeSet<PathBuf>,
    /// Time that all files have.
    time: SystemTime,
}

fn params(root: &Path, folders: &[usize]) -> Value {
    let folders = folders.iter().map(|&index| folder(root, index));
    json!({ "capabilities": capabilities(), "workspaceFolders": folders.collect::<Vec<_>>() })
}

fn folder(root: &Path, index: usize) -> Value {
    let path = root.canonicalize().unwrap().join(DIRECTORIES[index]);
    let uri = url::Url::from_file_path(path).unwrap();
    json!({ "uri": uri, "name": DIRECTORIES[index] })
}

impl Model {
    fn new() -> Self {
        let directory = Arc::new(TempDir::new().unwrap());
        let root = directory.path();
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        for (name, texts) in POOL.iter().filter(|(_, texts)| !texts[0].is_empty()) {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, texts[0]).unwrap();
            set_time(&path, time);
        }
        let folders = vec![0];
        Self {
            editor: Editor::at(directory.clone(), params(root, &folders)),
            directory,
            folders,
            open: BTreeMap::new(),
            pending: BTreeSet::new(),
            time,
        }
    }

    fn path(&self, file: usize) -> PathBuf {
        self.directory.path().join(POOL[file].0)
    }

    fn write(&mut self, file: usize, text: &str) {
        let path = self.path(file);
        if fs::create_dir_all(path.parent().unwrap()).is_ok() && fs::write(&path, text).is_ok() {
            set_time(&path, self.time);
            // A write through a link is one of the file.
            let root = self.directory.path().canonicalize().unwrap();
            let real = path.canonicalize().unwrap();
            let real = real.strip_prefix(root).unwrap();
            self.pending.insert(real.to_owned());
        }
    }

    fn link(&mut self, file: usize, to: usize) {
        let (path, target) = (self.path(file), self.path(to));
        if file == to || fs::create_dir_all(path.parent().unwrap()).is_err() {
            return;
        }
        let _ = fs::remove_file(&path);
        #[cfg(unix)]
        let _ = std::os::unix::fs::symlink(target, path);
        #[cfg(not(unix))]
        let _ = (target, path);
        self.pending.insert(POOL[file].0.into());
    }

    /// Performs a step. Returns the difference that a comparison finds.
    fn step(&mut self, step: Step, compares: Option<Duration>) -> Option<String> {
        match step {
            Step::Open { file, text } if !self.open.contains_key(&file) => {
                let on_disk = fs::read_to_string(self.path(file));
                let text = on_disk.unwrap_or_else(|_| POOL[file].1[text].to_owned());
                self.editor.open(POOL[file].0, &text);
                self.open.insert(file, text);
            }
            Step::Replace { file, text } if self.open.contains_key(&file) => {
                let text = POOL[file].1[text];
                self.editor.change(POOL[file].0, text);
                self.open.insert(file, text.to_owned());
            }
            Step::Type {
                file,
                at,
                deleted,
                word,
            } => self.type_in(file, at, deleted, WORDS[word]),
            Step::Save { file } => {
                if let Some(text) = self.open.get(&file).cloned() {
                    self.write(file, &text);
                    let uri = self.editor.uri(POOL[file].0);
                    let saved = json!({ "textDocument": { "uri": uri } });
                    self.editor.notify("textDocument/didSave", saved);
                }
            }
            Step::Close { file } => {
                if self.open.remove(&file).is_some() {
                    self.editor.close(POOL[file].0);
                }
            }
            Step::Write { file, text } => self.write(file, POOL[file].1[text]),
            Step::Swap { file, at } => {
                if let Ok(text) = fs::read_to_string(self.path(file)) {
                    let mut letters: Vec<char> = text.chars().collect();
                    let at = (letters.len() * at / 1_000).min(letters.len().saturating_sub(2));
                    if letters.len() > 1 {
                        letters.swap(at, at + 1);
                    }
                    self.write(file, &letters.into_iter().collect::<String>());
                }
            }
            Step::Delete { file } => {
                if fs::remove_file(self.path(file)).is_ok() {
                    self.pending.insert(POOL[file].0.into());
                }
            }
            Step::Rename { file, to } => {
                let (from, to_path) = (self.path(file), self.path(to));
                if from != to_path
                    && from.exists()
                    && fs::create_dir_all(to_path.parent().unwrap()).is_ok()
                    && fs::rename(from, to_path).is_ok()
                {
                    self.pending
                        .extend([POOL[file].0.into(), POOL[to].0.into()]);
                }
            }
            Step::Link { file, to } => self.link(file, to),
            Step::RenameDirectory { file } => self.rename_directory(file),
            Step::Folder { directory } => self.toggle(directory),
            Step::Events { is_reversed } => self.send_events(is_reversed),
            Step::Quiet => {
                self.send_events(false);
                self.editor.settle();
                return compares.and_then(|patience| self.compare(patience));
            }
            Step::Open { .. } | Step::Replace { .. } => {}
        }
        None
    }

    fn type_in(&mut self, file: usize, at: usize, deleted: usize, word: &str) {
        let Some(text) = self.open.get(&file) else {
            return;
        };
        let floor = |at: usize| (0..=at.min(text.len())).rfind(|&at| text.is_char_boundary(at));
        let start = floor(text.len() * at / 1_000).unwrap_or(0);
        let end = floor(start + deleted).unwrap_or(start);
        let range = json!({ "start": position(text, start), "end": position(text, end) });
        let mut new = text.clone();
        new.replace_range(start..end, word);
        let change = json!([{ "range": range, "text": word }]);
        self.editor.change_by(POOL[file].0, change);
        self.open.insert(file, new);
    }

    fn rename_directory(&mut self, file: usize) {
        let name = Path::new(POOL[file].0).parent().unwrap();
        // A workspace folder stays where it is.
        if DIRECTORIES.iter().any(|folder| name == Path::new(folder)) {
            return;
        }
        let other = PathBuf::from(format!("{}-old", name.display()));
        let root = self.directory.path();
        let (from, to) = match root.join(&other).exists() {
            true => (other, name.to_owned()),
            false => (name.to_owned(), other),
        };
        if fs::rename(root.join(&from), root.join(&to)).is_ok() {
            self.pending.extend([from, to]);
        }
    }

    fn toggle(&mut self, index: usize) {
        let uri = folder(self.directory.path(), index);
        let event = match self.folders.iter().position(|&open| open == index) {
            Some(at) => {
                self.folders.remove(at);
                json!({ "added": [], "removed": [uri] })
            }
            None => {
                self.folders.push(index);
                json!({ "added": [uri], "removed": [] })
            }
        };
        self.editor.notify(
            "workspace/didChangeWorkspaceFolders",
            json!({ "event": event }),
        );
    }

    fn send_events(&mut self, is_reversed: bool) {
        let pending = std::mem::take(&mut self.pending);
        if pending.is_empty() {
            return;
        }
        let changes = pending.into_iter().map(|path| {
            let there = self.directory.path().join(&path).exists();
            let uri = self.editor.uri(path.to_str().unwrap());
            json!({ "uri": uri, "type": if there { 2 } else { 3 } })
        });
        let mut changes: Vec<Value> = changes.collect();
        if is_reversed {
            changes.reverse();
        }
        self.editor.notify(
            "workspace/didChangeWatchedFiles",
            json!({ "changes": changes }),
        );
    }

    /// Compares with a fresh server.
    fn compare(&mut self, patience: Duration) -> Option<String> {
        let params = params(self.directory.path(), &self.folders);
        let mut fresh = Editor::at(self.directory.clone(), params);
        for (&file, text) in &self.open {
            fresh.open(POOL[file].0, text);
        }
        fresh.settle();
        let started = Instant::now();
        loop {
            let (was, is) = (diagnostics(&self.editor), diagnostics(&fresh));
            if was == is {
                return None;
            }
            if started.elapsed() > patience {
                return Some(difference(&was, &is, &self.editor.uri("")));
            }
            std::thread::sleep(PAUSE);
            self.editor.settle();
            fresh.settle();
        }
    }
}

fn set_time(path: &Path, time: SystemTime) {
    let file = fs::File::options().write(true).open(path).unwrap();
    file.set_modified(time).unwrap();
}

/// Diagnostics by file, as text.
fn diagnostics(editor: &Editor) -> BTreeMap<&str, Vec<String>> {
    let files = editor.published.iter().map(|(uri, published)| {
        let all = published["diagnostics"].as_array().unwrap();
        (uri.as_str(), all.iter().map(Value::to_string).collect())
    });
    files
        .filter(|(_, all): &(&str, Vec<String>)| !all.is_empty())
        .collect()
}

fn difference(
    was: &BTreeMap<&str, Vec<String>>,
    is: &BTreeMap<&str, Vec<String>>,
    root: &str,
) -> String {
    let uris: BTreeSet<&str> = was.keys().chain(is.keys()).copied().collect();
    let none = Vec::new();
    let mut lines = Vec::new();
    for uri in uris {
        let (was, is) = (was.get(uri).unwrap_or(&none), is.get(uri).unwrap_or(&none));
        let name = uri.replace(root, "");
        let old = was.iter().filter(|one| !is.contains(one));
        lines.extend(old.map(|one| format!("{name}: only before: {one}")));
        let new = is.iter().filter(|one| !was.contains(one));
        lines.extend(new.map(|one| format!("{name}: only fresh: {one}")));
    }
    match lines.is_empty() {
        true => "the diagnostics have another order".to_owned(),
        false => lines.join("\n"),
    }
}

/// Returns the first difference that a comparison finds, with the number of steps.
fn run(steps: &[Step]) -> Option<(usize, String)> {
    let mut model = Model::new();
    for (&step, done) in steps.iter().zip(1..) {
        if let Some(difference) = model.step(step, Some(PATIENCE)) {
            return Some((done, difference));
        }
    }
    let difference = model.step(Step::Quiet, Some(PATIENCE))?;
    Some((steps.len(), difference))
}

/// Returns the difference after all of these steps.
fn difference_after(steps: &[Step]) -> Option<String> {
    let mut model = Model::new();
    for &step in steps {
        model.step(step, None);
    }
    model.step(Step::Quiet, Some(PATIENCE_TO_SHRINK))
}

/// Removes steps as long as a difference remains.
fn shrunk(mut steps: Vec<Step>, mut difference: String) -> (Vec<Step>, String) {
    let mut size = steps.len() / 2;
    while size > 0 {
        let mut at = 0;
        while at < steps.len() {
            let mut fewer = steps.clone();
            fewer.drain(at..(at + size).min(steps.len()));
            match difference_after(&fewer) {
                Some(still) => (steps, difference) = (fewer, still),
                None => at += size,
            }
        }
        size /= 2;
    }
    (steps, difference)
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn findings_equal_those_of_a_fresh_server() {
    let seconds = number("PODWRIGHT_MODEL_SECONDS").unwrap_or(20);
    let first = number("PODWRIGHT_MODEL_SEED").unwrap_or(1);
    let started = Instant::now();
    let mut seed = first;
    while started.elapsed() < Duration::from_secs(seconds) {
        let mut dice = Dice(seed);
        let steps: Vec<Step> = (0..STEPS).map(|_| Step::random(&mut dice)).collect();
        if let Some((count, difference)) = run(&steps) {
            let (steps, difference) = shrunk(steps[..count].to_vec(), difference);
            let steps: Vec<String> = steps.into_iter().map(Step::shown).collect();
            panic!(
                "seed {seed}: the server differs from a fresh one after these steps:\n{}\n\n{difference}",
                steps.join("\n")
            );
        }
        seed += 1;
    }
    println!("{} sequences of {STEPS} steps", seed - first);
}

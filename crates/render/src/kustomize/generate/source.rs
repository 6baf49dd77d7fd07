//! The keys and values of a generator (`api/kv`).

use std::rc::Rc;
use std::sync::Arc;

use podwright_syntax::text::{FileId, Location, Span};
use rustc_hash::FxHashSet;

use super::super::kustomization::GeneratorArgs;
use super::super::loader::{Directory, LoadError};
use crate::error::RenderError;
use crate::{Origin, Text};

/// Reads the files of a generator.
pub(in super::super) trait Inputs {
    /// The content of the file that an entry names. `Err(Remote)` if it is not on this machine.
    fn content(
        &mut self,
        directory: &Rc<Directory>,
        path: &str,
        entry: &Text,
    ) -> Result<(FileId, Content), LoadError>;

    /// Notes that the content of an entry is not known.
    ///
    /// # Errors
    ///
    /// The options want that to be an error.
    fn unknown(&mut self, entry: &Text) -> Result<(), RenderError>;

    /// Notes that the file of an entry cannot be read.
    ///
    /// # Errors
    ///
    /// Returns `message`, unless the file is only missing and the build goes on without it.
    fn failed(
        &mut self,
        directory: &Rc<Directory>,
        path: &str,
        entry: &Text,
        message: String,
    ) -> Result<(), RenderError>;
}

/// Content of a key.
#[derive(Clone, Debug)]
pub(in super::super) enum Content {
    /// Valid UTF-8.
    Text(Text),
    /// Anything else.
    Bytes(Arc<[u8]>),
    /// Not known. The text is a placeholder for it.
    Unknown(Text),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub(in super::super) struct Pair {
    pub key: Text,
    pub value: Content,
    /// The entry of the generator.
    pub by: Option<Location>,
}

/// All pairs of a generator: of `envs`, then of `literals`, then of `files`.
///
/// # Errors
///
/// A file is missing, an entry is malformed, or a key is set twice.
pub(super) fn pairs(
    args: &GeneratorArgs,
    directory: &Rc<Directory>,
    inputs: &mut dyn Inputs,
) -> Result<Vec<Pair>, RenderError> {
    let mut pairs = Vec::new();
    for entry in &args.envs {
        match inputs.content(directory, entry.as_str(), entry) {
            Ok((file, content)) => {
                env_lines(entry, file, content, &mut pairs)?;
                continue;
            }
            Err(LoadError::Remote) => inputs.unknown(entry)?,
            Err(LoadError::Local(message) | LoadError::Limit(message)) => {
                inputs.failed(directory, entry.as_str(), entry, message)?;
            }
        }
        // Any number of keys.
        let key = unknown_key(entry);
        if pairs.iter().all(|pair| pair.key != key) {
            pairs.push(unknown_pair(key, entry));
        }
    }
    for entry in &args.literals {
        pairs.push(literal(entry)?);
    }
    for entry in &args.files {
        let (key, path) = file_entry(entry)?;
        match inputs.content(directory, path, entry) {
            Ok((_, value)) => {
                pairs.push(Pair {
                    key,
                    value,
                    by: entry.location(),
                });
                continue;
            }
            Err(LoadError::Remote) => inputs.unknown(entry)?,
            Err(LoadError::Local(message) | LoadError::Limit(message)) => {
                inputs.failed(directory, path, entry, message)?;
            }
        }
        pairs.push(unknown_pair(key, entry));
    }
    let mut known = FxHashSet::default();
    for pair in &pairs {
        if !known.insert(pair.key.as_str()) {
            return Err(RenderError::at(
                pair.key.location().or(pair.by),
                format!("the key `{}` is set twice", pair.key),
            ));
        }
    }
    Ok(pairs)
}

/// A placeholder, as in templates.
const UNKNOWN: &str = "${UNKNOWN}";

/// A key that means all keys of a file.
fn unknown_key(entry: &Text) -> Text {
    Text::new(
        UNKNOWN,
        entry.location().map_or(Origin::Nowhere, Origin::made_at),
    )
}

fn unknown_pair(key: Text, entry: &Text) -> Pair {
    Pair {
        key,
        // No place: it is not the path that a Secret conceals.
        value: Content::Unknown(Text::constant(UNKNOWN)),
        by: entry.location(),
    }
}

/// `key=value`, with quotes around the value removed (`parseLiteralSource`).
fn literal(entry: &Text) -> Result<Pair, RenderError> {
    let string = entry.as_str();
    let Some(at) = string.find('=').filter(|at| *at > 0) else {
        // The text may be a credential.
        return Err(RenderError::at(
            entry.location(),
            "a literal must have the form `key=value`",
        ));
    };
    let mut range = at + 1..string.len();
    let value = &string[range.clone()].as_bytes();
    if let [first @ (b'"' | b'\''), .., last] = value[..]
        && first == last
    {
        range = range.start + 1..range.end - 1;
    }
    Ok(Pair {
        key: entry.slice(0..at),
        value: Content::Text(entry.slice(range)),
        by: entry.location(),
    })
}

/// `file`, or `key=file` (`ParseFileSource`).
fn file_entry(entry: &Text) -> Result<(Text, &str), RenderError> {
    let string = entry.as_str();
    let fail = |message: &str| Err(RenderError::at(entry.location(), message));
    match string.split_once('=') {
        None => {
            let name = string.trim_end_matches('/');
            let start = name.rfind('/').map_or(0, |at| at + 1);
            let key = match name.is_empty() {
                true if string.is_empty() => Text::constant("."),
                true => Text::constant("/"),
                // An edit there would change the path.
                false => Text::new(
                    &name[start..],
                    entry
                        .place(start..name.len())
                        .map_or(Origin::Nowhere, Origin::made_at),
                ),
            };
            Ok((key, string))
        }
        Some((_, path)) if path.contains('=') => {
            fail("a file entry must have the form `file` or `key=file`, with one `=`")
        }
        Some(("", _)) => fail("the key before `=` is missing"),
        Some((_, "")) => fail("the file after `=` is missing"),
        Some((key, path)) => Ok((entry.slice(0..key.len()), path)),
    }
}

/// Lines of the form `key=value` (`keyValuesFromLines`). A line without `=` is a key with an empty value.
fn env_lines(
    entry: &Text,
    file: FileId,
    content: Content,
    pairs: &mut Vec<Pair>,
) -> Result<(), RenderError> {
    let text = match content {
        Content::Text(text) => text,
        Content::Bytes(_) | Content::Unknown(_) => {
            let span = Span::new(0, 0);
            let place = Location { file, span };
            return Err(RenderError::at(place, "the file is not UTF-8"));
        }
    };
    let mut start = 0;
    for line in text.as_str().split_inclusive('\n') {
        let from = start;
        start += line.len();
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let end = from + line.len();
        let line = match from {
            0 => line.strip_prefix('\u{feff}').unwrap_or(line),
            _ => line,
        };
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let from = end - line.len();
        let at = line.find('=').unwrap_or(line.len());
        let key = text.slice(from..from + at);
        let value = text.slice((from + at + 1).min(end)..end);
        if key.is_empty() {
            // As for an empty line.
            continue;
        }
        pairs.push(Pair {
            key,
            value: Content::Text(value),
            by: entry.location(),
        });
    }
    Ok(())
}

/// The content of a file with its origin.
pub(in super::super) fn content_of(file: FileId, bytes: &[u8]) -> Content {
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let span = Span::new(0, u32::try_from(text.len()).unwrap_or(u32::MAX));
            Content::Text(Text::new(text, Origin::Copied(Location { file, span })))
        }
        Err(_) => Content::Bytes(bytes.into()),
    }
}

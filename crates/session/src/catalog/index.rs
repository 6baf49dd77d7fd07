//! The index of a place: what its files define, and how it is seen that they have not changed.
//!
//! The file begins with [`HEAD`]. Numbers are little-endian; texts and lists begin with their length in 4 bytes. At the end
//! is the SHA-256 of everything before it. An index with anything else is not used.

use sha2::{Digest, Sha256};

use super::contents::{Defined, Form};
use super::stamp::Stamp;

/// What the index of a place keeps.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Index {
    pub(super) files: Vec<Indexed>,
}

/// A file of a place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Indexed {
    /// Its path below the place.
    pub(super) name: Vec<u8>,
    pub(super) stamp: Stamp,
    pub(super) definitions: Vec<Defined>,
}

/// Beginning of the file: the release of podwright, and the format. Increase the number if a release finds other
/// definitions in the same files.
const HEAD: &[u8] = concat!("podwright ", env!("CARGO_PKG_VERSION"), " schemas 1\n").as_bytes();

/// Bytes of the hash at the end.
const HASH: usize = 32;

impl Index {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut out = HEAD.to_owned();
        number(&mut out, self.files.len());
        for file in &self.files {
            text(&mut out, &file.name);
            let stamp = &file.stamp;
            for part in [stamp.size, stamp.modified, stamp.changed, stamp.inode] {
                out.extend(part.to_le_bytes());
            }
            number(&mut out, file.definitions.len());
            for own in &file.definitions {
                out.push(u8::from(own.form == Form::JsonSchema));
                out.push(u8::from(own.is_exact));
                for part in [&own.group, &own.kind, &own.version] {
                    text(&mut out, part.as_bytes());
                }
                out.extend(own.start.to_le_bytes());
                out.extend(own.end.to_le_bytes());
            }
        }
        let hash = Sha256::digest(&out);
        out.extend(hash);
        out
    }

    /// Reads an index. `None` if it is damaged, or of another release.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (content, hash) = bytes.split_at_checked(bytes.len().checked_sub(HASH)?)?;
        if Sha256::digest(content).as_slice() != hash {
            return None;
        }
        let mut rest = Reader(content.strip_prefix(HEAD)?);
        let mut files = Vec::new();
        for _ in 0..rest.number()? {
            let name = rest.text()?.to_owned();
            let stamp = Stamp {
                size: rest.long()?,
                modified: rest.long()?,
                changed: rest.long()?,
                inode: rest.long()?,
            };
            let mut definitions = Vec::new();
            for _ in 0..rest.number()? {
                definitions.push(rest.defined()?);
            }
            files.push(Indexed {
                name,
                stamp,
                definitions,
            });
        }
        rest.0.is_empty().then_some(Self { files })
    }
}

fn number(out: &mut Vec<u8>, number: usize) {
    out.extend(u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

fn text(out: &mut Vec<u8>, text: &[u8]) {
    number(out, text.len());
    out.extend(text);
}

/// The bytes that are not read yet.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn long(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    fn text(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.take(usize::try_from(length).ok()?)
    }

    fn string(&mut self) -> Option<String> {
        String::from_utf8(self.text()?.to_owned()).ok()
    }

    fn defined(&mut self) -> Option<Defined> {
        let form = match self.take(1)? {
            [0] => Form::Definition,
            [1] => Form::JsonSchema,
            _ => return None,
        };
        let is_exact = match self.take(1)? {
            [0] => false,
            [1] => true,
            _ => return None,
        };
        Some(Defined {
            form,
            group: self.string()?,
            kind: self.string()?,
            version: self.string()?,
            is_exact,
            start: self.number()?,
            end: self.number()?,
        })
    }
}

#[cfg(test)]
mod tests;

//! What a client and other programs do.

use super::pool::{DIRECTORIES, POOL, WORDS};

/// Deterministic pseudo-random numbers (splitmix64).
#[derive(Clone)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        usize::try_from(mixed % u64::try_from(end.max(1)).unwrap()).unwrap()
    }
}

/// A step. One that is not possible in the state where it happens does nothing. Files are indexes of [`POOL`], and texts
/// indexes of the texts that the file may have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// Opens a file, or a new document with this text if there is no file.
    Open {
        file: usize,
        text: usize,
    },
    /// Replaces the text of a document.
    Replace {
        file: usize,
        text: usize,
    },
    /// Replaces a part of a document, in thousandths of its length, by a word.
    Type {
        file: usize,
        at: usize,
        deleted: usize,
        word: usize,
    },
    Save {
        file: usize,
    },
    Close {
        file: usize,
    },
    /// Writes a text to disk.
    Write {
        file: usize,
        text: usize,
    },
    /// Exchanges two letters of a file on disk, whose length and modification time stay the same.
    Swap {
        file: usize,
        at: usize,
    },
    Delete {
        file: usize,
    },
    /// Renames a file to another one, on disk.
    Rename {
        file: usize,
        to: usize,
    },
    /// Replaces a file on disk by a symbolic link to another one, which may not be there.
    Link {
        file: usize,
        to: usize,
    },
    /// Renames the directory of a file, or renames it back, on disk.
    RenameDirectory {
        file: usize,
    },
    /// Adds a workspace folder, or removes it.
    Folder {
        directory: usize,
    },
    /// Sends the pending events of the disk, sorted or in the reverse order.
    Events {
        is_reversed: bool,
    },
    /// Waits until everything is handled, and compares.
    Quiet,
}

impl Step {
    pub(super) fn random(dice: &mut Dice) -> Self {
        let file = dice.below(POOL.len());
        let text = dice.below(POOL[file].1.len());
        let at = dice.below(1_001);
        match dice.below(41) {
            0..6 => Self::Open { file, text },
            6..9 => Self::Replace { file, text },
            9..15 => Self::Type {
                file,
                at,
                deleted: dice.below(8),
                word: dice.below(WORDS.len()),
            },
            15..17 => Self::Save { file },
            17..20 => Self::Close { file },
            20..25 => Self::Write { file, text },
            25 => Self::Swap { file, at },
            26 | 27 => Self::Delete { file },
            28 | 29 => Self::Rename {
                file,
                to: dice.below(POOL.len()),
            },
            30 => Self::RenameDirectory { file },
            31 => Self::Folder {
                directory: dice.below(DIRECTORIES.len()),
            },
            32..36 => Self::Events {
                is_reversed: at.is_multiple_of(2),
            },
            36 => Self::Link {
                file,
                to: dice.below(POOL.len()),
            },
            _ => Self::Quiet,
        }
    }

    /// Shows the step with names instead of indexes.
    pub(super) fn shown(self) -> String {
        let named = |index: usize| POOL[index].0;
        match self {
            Self::Open { file, text } => format!("open {} (text {text})", named(file)),
            Self::Replace { file, text } => format!("replace {} by text {text}", named(file)),
            Self::Type {
                file,
                at,
                deleted,
                word,
            } => {
                let word = WORDS[word];
                format!(
                    "type {word:?} in {} at {at}/1000 over {deleted} characters",
                    named(file)
                )
            }
            Self::Save { file } => format!("save {}", named(file)),
            Self::Close { file } => format!("close {}", named(file)),
            Self::Write { file, text } => format!("write text {text} to {}", named(file)),
            Self::Swap { file, at } => format!("swap letters of {} at {at}/1000", named(file)),
            Self::Delete { file } => format!("delete {}", named(file)),
            Self::Rename { file, to } => format!("rename {} to {}", named(file), named(to)),
            Self::RenameDirectory { file } => format!("rename the directory of {}", named(file)),
            Self::Folder { directory } => format!("add or remove {}", DIRECTORIES[directory]),
            Self::Link { file, to } => format!("link {} to {}", named(file), named(to)),
            Self::Events { is_reversed: false } => "send events".to_owned(),
            Self::Events { is_reversed: true } => "send events in reverse order".to_owned(),
            Self::Quiet => "wait".to_owned(),
        }
    }
}

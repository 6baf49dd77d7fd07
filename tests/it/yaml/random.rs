//! Random edits of the samples: no panics, and every tree is valid.

use crate::yaml::invariants;
use crate::yaml::samples;

/// A small generator (xorshift), so that every run uses the same edits.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).unwrap() % limit.max(1)
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }
}

const PIECES: [&str; 62] = [
    "- ", "? ", ": ", ":", "-", "?", "\"", "'", "[", "]", "{", "}", ",", "\n", "\n  ", "\n ", "\t",
    "  ", " ", "#", " #c", "&a ", "*a", "!t ", "!!str ", "|", ">", "|-", ">+\n", "|2", "\n\n",
    "\r\n", "\r", "\u{85}", "\u{2028}", "\\n", "\\", "%", "@", "`", "...", "\n...\n", "---",
    "\n---\n", "a", "b: c", "<<: ", "\u{feff}", "é", "~", "\n- ", "\na: ", "|\n  x\n", "\"a\"",
    "'b'", "[a, b]", "{a: b}", "*a : x", "&b\n", "!<x> ", "\0", "\u{7f}",
];

fn mutate(random: &mut Random, text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..=random.below(4) {
        let at = boundary(&text, random.below(text.len() + 1));
        let end = boundary(&text, (at + random.below(8)).min(text.len()));
        match random.below(3) {
            0 => text.insert_str(at, random.pick(&PIECES)),
            1 => text.replace_range(at..end.max(at), ""),
            _ => text.replace_range(at..end.max(at), random.pick(&PIECES)),
        }
    }
    text
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[test]
fn samples_have_valid_trees() {
    for bytes in samples::files().values() {
        if let Ok(text) = std::str::from_utf8(bytes) {
            invariants::check(text);
        }
    }
}

#[test]
fn edited_samples_have_valid_trees() {
    let sources: Vec<&str> = samples::files()
        .values()
        .filter_map(|bytes| std::str::from_utf8(bytes).ok())
        .filter(|text| text.len() < 2000)
        .collect();
    let mut random = Random::new(1);
    for _ in 0..20_000 {
        let source = random.pick(&sources);
        invariants::check(&mutate(&mut random, source));
    }
}

#[test]
fn random_pieces_have_valid_trees() {
    let mut random = Random::new(2);
    for _ in 0..40_000 {
        let text: String = (0..random.below(16))
            .map(|_| random.pick(&PIECES))
            .collect();
        invariants::check(&text);
    }
}

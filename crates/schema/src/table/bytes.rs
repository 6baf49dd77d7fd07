//! Access to the bytes of the table: its sections, rows and strings.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::OnceLock;

use podwright_model::KubernetesVersion;

pub(super) const BYTES: &[u8] = include_bytes!("../table.bin");

pub(super) const MAGIC: &[u8] = b"podwright1";
pub(super) const SECTIONS: usize = 6;
pub(super) const KIND: usize = 10;
pub(super) const TYPE: usize = 10;
pub(super) const FIELD: usize = 22;
pub(super) const SHAPE: usize = 4;

/// Oldest release in the table.
pub(crate) fn first_release() -> KubernetesVersion {
    KubernetesVersion(u16_at(MAGIC.len()))
}

/// Newest release in the table. A test checks that it matches.
pub(crate) fn last_release() -> KubernetesVersion {
    KubernetesVersion(37)
}

/// Binary search for the row in `0..count` for which `order` returns `Equal`. The rows must be sorted.
pub(super) fn search(count: usize, order: impl Fn(usize) -> Ordering) -> Option<usize> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = usize::midpoint(low, high);
        match order(middle) {
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
            Ordering::Equal => return Some(middle),
        }
    }
    None
}

pub(super) const fn rows(section: usize, width: usize) -> usize {
    (end(section) - start(section)) / width
}

/// Start offsets of the sections, followed by the end of the last one.
const STARTS: [usize; SECTIONS + 1] = {
    let ends = MAGIC.len() + 2;
    let mut starts = [ends + SECTIONS * 4; SECTIONS + 1];
    let mut section = 0;
    while section < SECTIONS {
        let at = ends + section * 4;
        let end = [BYTES[at], BYTES[at + 1], BYTES[at + 2], BYTES[at + 3]];
        starts[section + 1] = u32::from_le_bytes(end) as usize;
        section += 1;
    }
    starts
};

pub(super) const fn start(section: usize) -> usize {
    STARTS[section]
}

pub(super) const fn end(section: usize) -> usize {
    STARTS[section + 1]
}

pub(super) fn text(id: u16) -> &'static str {
    // Validate the UTF-8 once, not for each string.
    static TEXTS: OnceLock<&str> = OnceLock::new();
    let texts = TEXTS.get_or_init(|| {
        let bytes = BYTES.get(start(5)..).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    });
    texts.get(place(id)).unwrap_or_default()
}

/// Bytes of a string, for comparisons.
pub(super) fn letters(id: u16) -> &'static [u8] {
    let texts = BYTES.get(start(5)..).unwrap_or_default();
    texts.get(place(id)).unwrap_or_default()
}

/// Byte range of a string in the strings section.
fn place(id: u16) -> Range<usize> {
    let ends = start(4) + usize::from(id) * 4;
    let from = if id == 0 { 0 } else { u32_at(ends - 4) };
    from..u32_at(ends)
}

pub(super) fn u16_at(at: usize) -> u16 {
    match BYTES.get(at..at + 2) {
        Some(&[low, high]) => u16::from_le_bytes([low, high]),
        _ => 0,
    }
}

fn u32_at(at: usize) -> usize {
    match BYTES.get(at..at + 4) {
        Some(&[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]) as usize,
        _ => 0,
    }
}

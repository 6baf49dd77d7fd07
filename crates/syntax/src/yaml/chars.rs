//! Byte classes as in go-yaml v2 (YAML 1.1: NEL, LS and PS also break lines).

/// Space or tab.
pub(super) const BLANK: u8 = 1;
/// `\n` or `\r`.
pub(super) const BREAK: u8 = 2;
/// Ends a plain scalar in a flow collection: `,` `?` `[` `]` `{` `}`.
pub(super) const FLOW: u8 = 4;
/// May end a plain scalar: `:` and `#`.
pub(super) const STOP: u8 = 8;
/// First byte of NEL (`C2 85`), LS and PS (`E2 80 A8`, `E2 80 A9`), and of many other characters.
pub(super) const LEAD: u8 = 16;
/// `"`, `'` and `\`.
pub(super) const QUOTE: u8 = 32;
/// Allowed in an anchor name: letters, digits, `_` and `-`.
pub(super) const WORD: u8 = 64;
/// Allowed in a tag in addition to word characters.
pub(super) const URI: u8 = 128;

/// Classes of every byte.
pub(super) static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = class(byte as u8);
        byte += 1;
    }
    table
}

const fn class(byte: u8) -> u8 {
    match byte {
        b' ' | b'\t' => BLANK,
        b'\n' | b'\r' => BREAK,
        b'?' | b',' | b'[' | b']' => FLOW | URI,
        b'{' | b'}' => FLOW,
        b':' => STOP | URI,
        b'#' => STOP,
        0xC2 | 0xE2 => LEAD,
        b'\'' => QUOTE | URI,
        b'"' | b'\\' => QUOTE,
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-' => WORD,
        b';' | b'/' | b'@' | b'&' | b'=' | b'+' | b'$' | b'.' | b'!' | b'~' | b'*' | b'('
        | b')' | b'%' => URI,
        _ => 0,
    }
}

/// Returns whether `byte` is in one of the classes of `mask`.
#[inline(always)]
pub(super) const fn is(byte: u8, mask: u8) -> bool {
    CLASS[byte as usize] & mask != 0
}

/// Length of the line break at `at`; 0 if there is none.
#[inline(always)]
pub(crate) fn break_width(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at) {
        Some(b'\n') => 1,
        Some(b'\r') => 1 + usize::from(bytes.get(at + 1) == Some(&b'\n')),
        Some(0xC2) => 2 * usize::from(bytes.get(at + 1) == Some(&0x85)),
        Some(0xE2) => {
            let separator =
                bytes.get(at + 1) == Some(&0x80) && matches!(bytes.get(at + 2), Some(0xA8 | 0xA9));
            3 * usize::from(separator)
        }
        _ => 0,
    }
}

/// Returns whether there is a byte order mark at `at`.
#[inline(always)]
pub(super) fn is_bom(bytes: &[u8], at: usize) -> bool {
    bytes.get(at..at + 3) == Some(b"\xEF\xBB\xBF")
}

/// End of the spaces at `at`. Compares eight bytes at a time.
#[inline(always)]
pub(super) fn after_spaces(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = bytes.get(at..at + 8) {
        let mut word = [0; 8];
        word.copy_from_slice(chunk);
        let rest = u64::from_le_bytes(word) ^ 0x2020_2020_2020_2020;
        if rest != 0 {
            return at + (rest.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes.get(at) == Some(&b' ') {
        at += 1;
    }
    at
}

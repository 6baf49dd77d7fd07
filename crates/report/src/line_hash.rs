//! Line fingerprints of GitHub code scanning: `primaryLocationLineHash`, as `codeql-action` computes it for SARIF
//! files without one.
//!
//! A rolling hash over 100 UTF-16 units from the start of the line, without whitespace, so that the hash does not
//! change if the line is moved or indented. A count after the hash distinguishes equal hashes.

use rustc_hash::FxHashMap;

const WINDOW: usize = 100;
const FACTOR: u64 = 37;
const END: u16 = u16::MAX;
const LINE_FEED: u16 = 0x0a;
const CARRIAGE_RETURN: u16 = 0x0d;

/// Returns the hashes of the lines of `text`, in order.
pub(super) fn line_hashes(text: &str) -> Vec<String> {
    let mut hasher = Hasher {
        window: [0; WINDOW],
        lines: [None; WINDOW],
        index: 0,
        hash: 0,
        oldest_factor: (0..WINDOW).fold(1, |power: u64, _| power.wrapping_mul(FACTOR)),
        counts: FxHashMap::default(),
        hashes: Vec::new(),
    };
    let mut line = 0;
    let mut begins = true;
    let mut after_return = false;
    for unit in text.encode_utf16().chain([END]) {
        let is_rest_of_line_end = after_return && unit == LINE_FEED;
        after_return = false;
        if unit == u16::from(b' ') || unit == u16::from(b'\t') || is_rest_of_line_end {
            continue;
        }
        after_return = unit == CARRIAGE_RETURN;
        let unit = if after_return { LINE_FEED } else { unit };
        hasher.finish_oldest();
        if begins {
            hasher.lines[hasher.index] = Some(line);
            line += 1;
        }
        begins = unit == LINE_FEED;
        hasher.push(unit);
    }
    for _ in 0..WINDOW {
        hasher.finish_oldest();
        hasher.push(0);
    }
    hasher.hashes
}

struct Hasher {
    window: [u16; WINDOW],
    /// The line that starts at the unit with that index.
    lines: [Option<usize>; WINDOW],
    index: usize,
    hash: u64,
    oldest_factor: u64,
    counts: FxHashMap<u64, usize>,
    hashes: Vec<String>,
}

impl Hasher {
    /// Finishes the hash of the line that starts at the oldest unit of the full window.
    fn finish_oldest(&mut self) {
        let Some(line) = self.lines[self.index].take() else {
            return;
        };
        let count = self.counts.entry(self.hash).or_insert(0);
        *count += 1;
        self.hashes
            .resize(self.hashes.len().max(line + 1), String::new());
        self.hashes[line] = format!("{:x}:{count}", self.hash);
    }

    fn push(&mut self, unit: u16) {
        let oldest = std::mem::replace(&mut self.window[self.index], unit);
        let gone = self.oldest_factor.wrapping_mul(u64::from(oldest));
        let hash = self.hash.wrapping_mul(FACTOR);
        self.hash = hash.wrapping_add(u64::from(unit)).wrapping_sub(gone);
        self.index = (self.index + 1) % WINDOW;
    }
}

#[cfg(test)]
mod tests {
    use super::line_hashes;

    /// Expected values from the tests of `codeql-action` (`src/fingerprints.test.ts`).
    #[test]
    fn the_hashes_are_those_of_code_scanning() {
        assert_eq!(line_hashes(""), ["c129715d7a2bc9a3:1"]);
        assert_eq!(
            line_hashes(" a\nb\n  \t\tc\n d"),
            [
                "271789c17abda88f:1",
                "54703d4cd895b18:1",
                "180aee12dab6264:1",
                "a23a3dc5e078b07b:1"
            ]
        );
        assert_eq!(
            line_hashes(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End"),
            [
                "8b7cf3e952e7aeb2:1",
                "b1ae1287ec4718d9:1",
                "bff680108adb0fcc:1",
                "c6805c5e1288b612:1",
                "b86d3392aea1be30:1",
                "e6ceba753e1a442:1"
            ]
        );
        let ended = [
            "e9496ae3ebfced30:1",
            "fb7c023a8b9ccb3f:1",
            "ce8ba1a563dcdaca:1",
            "e20e36e16fcb0cc8:1",
            "b3edc88f2938467e:1",
            "c8e28b0b4002a3a0:1",
            "c129715d7a2bc9a3:1",
        ];
        for line_end in ["\n", "\r", "\r\n"] {
            let text = " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n".replace('\n', line_end);
            assert_eq!(line_hashes(&text), ended, "{text:?}");
        }
    }

    #[test]
    fn equal_lines_are_told_apart() {
        let hashes = line_hashes(&"Lorem ipsum dolor sit amet.\n".repeat(30));
        assert_eq!(hashes.len(), 31);
        assert!(hashes[1].ends_with(":2"), "{hashes:?}");
    }
}

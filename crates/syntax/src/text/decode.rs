//! Decoding of file bytes to text. The only place that handles other encodings and binary files.

use std::num::TryFromIntError;

use memchr::{memchr, memchr_iter};

use super::Span;

/// Maximum number of invalid byte sequences reported per file. A file in a legacy encoding has thousands.
const MAX_STRETCHES: usize = 100;

/// Decoded text, and the problems of its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decoded {
    /// The text. Its offsets equal those of the bytes, unless a problem reports UTF-16.
    ///
    /// A UTF-8 byte order mark is kept; readers skip it.
    pub text: String,
    /// Problems in source order.
    pub problems: Vec<TextProblem>,
}

/// A property of the file's bytes that makes the cluster's tools read it differently from how an editor shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextProblem {
    /// Location in [`Decoded::text`].
    pub span: Span,
    /// Kind of the problem.
    pub kind: TextProblemKind,
}

/// Kind of a [`TextProblem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextProblemKind {
    /// UTF-16 with a byte order mark. go-yaml reads such a document, but kubectl first splits the stream into lines of
    /// bytes. It rejects almost every little-endian file. It does not find `---`, so it silently drops all documents
    /// but the first.
    Utf16,
    /// UTF-16 without a byte order mark, which go-yaml rejects.
    Utf16WithoutMark,
    /// Unpaired surrogate, or an incomplete code unit at the end. Decoded as U+FFFD.
    InvalidUtf16,
    /// Invalid UTF-8. Each byte is decoded as `?`. go-yaml rejects the document, even if the bytes are in a comment;
    /// Go's JSON decoder reads them as U+FFFD.
    InvalidUtf8,
    /// The first NUL, which is not allowed in YAML and JSON.
    Nul,
    /// Binary file, such as an archive, an image or a program. The text is empty.
    Binary,
    /// The first carriage return without a following line feed. It ends a line for go-yaml, but not for kubectl, which
    /// does not find a `---` after it.
    BareCarriageReturn,
    /// File that is too large for podwright. The text is empty.
    TooLarge,
}

/// Decodes the bytes of a file. Never fails, and does not copy valid UTF-8.
#[must_use]
pub fn decode(bytes: Vec<u8>) -> Decoded {
    if offset(bytes.len()).is_err() || bytes.len() == u32::MAX as usize {
        return Decoded::nothing(TextProblemKind::TooLarge);
    }
    if let Some((order, marked)) = utf16(&bytes) {
        return decode_utf16(&bytes[if marked { 2 } else { 0 }..], order, marked);
    }
    match String::from_utf8(bytes) {
        Ok(text) if is_binary(text.as_bytes()) => Decoded::nothing(TextProblemKind::Binary),
        Ok(text) => Decoded::new(text, Vec::new()),
        Err(error) => repair(error.into_bytes()),
    }
}

impl Decoded {
    /// Returns the result for a file that is too large to read.
    #[must_use]
    pub fn too_large() -> Self {
        Self::nothing(TextProblemKind::TooLarge)
    }

    fn nothing(kind: TextProblemKind) -> Self {
        let span = Span::at(0);
        Self {
            text: String::new(),
            problems: vec![TextProblem { span, kind }],
        }
    }

    /// Adds the problems that are visible in the text itself.
    fn new(text: String, mut problems: Vec<TextProblem>) -> Self {
        let bytes = text.as_bytes();
        let nul = memchr(0, bytes).map(|at| (at, TextProblemKind::Nul));
        let bare_return = memchr_iter(b'\r', bytes)
            .find(|&at| bytes.get(at + 1) != Some(&b'\n'))
            .map(|at| (at, TextProblemKind::BareCarriageReturn));
        for (at, kind) in nul.into_iter().chain(bare_return) {
            if let Ok(at) = offset(at) {
                let span = Span::new(at, at + 1);
                problems.push(TextProblem { span, kind });
            }
        }
        problems.sort_by_key(|problem| problem.span);
        Self { text, problems }
    }
}

/// Replaces every byte of invalid UTF-8 with `?`, which keeps all offsets.
fn repair(mut bytes: Vec<u8>) -> Decoded {
    let mut bad: Vec<Span> = Vec::new();
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        let start = at + chunk.valid().len();
        at = start + chunk.invalid().len();
        let (Ok(start), Ok(end)) = (offset(start), offset(at)) else {
            break;
        };
        match bad.last_mut() {
            _ if start == end => {}
            Some(last) if last.end == start => last.end = end,
            _ => bad.push(Span::new(start, end)),
        }
    }
    if memchr(0, &bytes).is_some() {
        return Decoded::nothing(TextProblemKind::Binary);
    }
    for span in &bad {
        bytes[span.range()].fill(b'?');
    }
    let kind = TextProblemKind::InvalidUtf8;
    let problems = bad
        .into_iter()
        .take(MAX_STRETCHES)
        .map(|span| TextProblem { span, kind })
        .collect();
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Decoded::new(text, problems)
}

/// Returns whether valid UTF-8 has so many NULs that it is a binary file (for example, a tar archive).
fn is_binary(text: &[u8]) -> bool {
    let head = &text[..text.len().min(8 * 1024)];
    let nuls = memchr_iter(0, head).count();
    nuls > 1 && nuls * 32 > head.len()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ByteOrder {
    Big,
    Little,
}

/// Detects UTF-16. Returns the byte order, and whether there is a byte order mark.
///
/// Without a mark, the first two characters must be ASCII, as in every manifest.
fn utf16(bytes: &[u8]) -> Option<(ByteOrder, bool)> {
    match *bytes {
        // UTF-32, which no reader supports.
        [0xff, 0xfe, 0, 0, ..] => None,
        [0xff, 0xfe, ..] => Some((ByteOrder::Little, true)),
        [0xfe, 0xff, ..] => Some((ByteOrder::Big, true)),
        [1..=0x7f, 0, 1..=0x7f, 0, ..] => Some((ByteOrder::Little, false)),
        [0, 1..=0x7f, 0, 1..=0x7f, ..] => Some((ByteOrder::Big, false)),
        _ => None,
    }
}

fn decode_utf16(bytes: &[u8], order: ByteOrder, marked: bool) -> Decoded {
    let units = bytes.chunks_exact(2).map(|pair| match order {
        ByteOrder::Big => u16::from_be_bytes([pair[0], pair[1]]),
        ByteOrder::Little => u16::from_le_bytes([pair[0], pair[1]]),
    });
    let half = (bytes.len() % 2 == 1).then_some(char::REPLACEMENT_CHARACTER);
    let mut text = String::with_capacity(bytes.len() / 2 + bytes.len() / 8);
    let mut bad: Vec<(usize, usize)> = Vec::new();
    for character in char::decode_utf16(units)
        .map(Result::ok)
        .chain(half.map(|_| None))
    {
        let start = text.len();
        text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
        if character.is_none() && bad.len() < MAX_STRETCHES {
            bad.push((start, text.len()));
        }
    }
    // Two bytes of UTF-16 may become three bytes of UTF-8.
    let Ok(end) = offset(text.len()) else {
        return Decoded::nothing(TextProblemKind::TooLarge);
    };
    if is_binary(text.as_bytes()) {
        return Decoded::nothing(TextProblemKind::Binary);
    }
    let kind = if marked {
        TextProblemKind::Utf16
    } else {
        TextProblemKind::Utf16WithoutMark
    };
    let span = Span::new(0, end);
    let mut problems = vec![TextProblem { span, kind }];
    let kind = TextProblemKind::InvalidUtf16;
    problems.extend(bad.into_iter().filter_map(|(start, end)| {
        let span = Span::new(offset(start).ok()?, offset(end).ok()?);
        Some(TextProblem { span, kind })
    }));
    Decoded::new(text, problems)
}

fn offset(at: usize) -> Result<u32, TryFromIntError> {
    u32::try_from(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(decoded: &Decoded) -> Vec<TextProblemKind> {
        decoded
            .problems
            .iter()
            .map(|problem| problem.kind)
            .collect()
    }

    fn utf16(text: &str, order: ByteOrder) -> Vec<u8> {
        let bytes = |unit: u16| match order {
            ByteOrder::Big => unit.to_be_bytes(),
            ByteOrder::Little => unit.to_le_bytes(),
        };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn utf8_is_not_changed() {
        let text = "\u{feff}ключ: 😀\r\n";
        let bytes = text.as_bytes().to_vec();
        let address = bytes.as_ptr();
        let decoded = decode(bytes);
        assert_eq!(decoded.text, text);
        assert_eq!(decoded.text.as_ptr(), address);
        assert_eq!(decoded.problems, []);
        assert_eq!(decode(Vec::new()), Decoded::default());
    }

    #[test]
    fn invalid_bytes_keep_their_positions() {
        let decoded = decode(b"a: \xff\xfeb\nc: \xe2\x82\nd: \xc3\xa9\n".to_vec());
        assert_eq!(decoded.text, "a: ??b\nc: ??\nd: é\n");
        let spans: Vec<Span> = decoded
            .problems
            .iter()
            .map(|problem| problem.span)
            .collect();
        assert_eq!(spans, [Span::new(3, 5), Span::new(10, 12)]);
        assert_eq!(kinds(&decoded), [TextProblemKind::InvalidUtf8; 2]);
    }

    #[test]
    fn other_encodings_are_still_text() {
        let decoded = decode(b"# \xcf\xf0 \xe8\xe2\n".repeat(100));
        assert_eq!(decoded.text, "# ?? ??\n".repeat(100));
        assert_eq!(decoded.problems.len(), MAX_STRETCHES);
    }

    #[test]
    fn utf16_is_transcoded_and_noted() {
        for order in [ByteOrder::Big, ByteOrder::Little] {
            let decoded = decode(utf16("\u{feff}a: 😀é\n", order));
            assert_eq!(decoded.text, "a: 😀é\n");
            assert_eq!(kinds(&decoded), [TextProblemKind::Utf16]);
            let decoded = decode(utf16("a: 1\n", order));
            assert_eq!(decoded.text, "a: 1\n");
            assert_eq!(kinds(&decoded), [TextProblemKind::Utf16WithoutMark]);
        }
    }

    #[test]
    fn halves_of_utf16() {
        let mut bytes = utf16("\u{feff}a", ByteOrder::Little);
        bytes.extend([0x00, 0xd8, b'b', 0, b'c']);
        let decoded = decode(bytes);
        assert_eq!(decoded.text, "a\u{fffd}b\u{fffd}");
        use TextProblemKind::{InvalidUtf16, Utf16};
        assert_eq!(kinds(&decoded), [Utf16, InvalidUtf16, InvalidUtf16]);
        assert_eq!(decoded.problems[2].span, Span::new(5, 8));
    }

    #[test]
    fn rejects_binary_files() {
        let mut tar = b"manifest.yaml".to_vec();
        tar.resize(512, 0);
        for bytes in [
            tar,
            b"\x7fELF\x02\x01\x01\0\0\0\xff\xf0".to_vec(),
            b"\xff\xfe\0\0a\0\0\0".to_vec(),
        ] {
            let decoded = decode(bytes);
            assert_eq!(decoded.text, "");
            assert_eq!(kinds(&decoded), [TextProblemKind::Binary]);
        }
    }

    #[test]
    fn text_with_nul_is_kept() {
        let decoded = decode(b"a: \0\nb: a longer text around it, so that it is one\n".to_vec());
        assert_eq!(kinds(&decoded), [TextProblemKind::Nul]);
        assert_eq!(decoded.problems[0].span, Span::new(3, 4));
        assert!(decoded.text.starts_with("a: \0\n"));
    }

    #[test]
    fn reports_the_first_bare_carriage_return() {
        let decoded = decode(b"a: 1\r\nb: 2\rc: 3\r".to_vec());
        assert_eq!(kinds(&decoded), [TextProblemKind::BareCarriageReturn]);
        assert_eq!(decoded.problems[0].span, Span::new(10, 11));
    }
}

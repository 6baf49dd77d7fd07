//! Standard base64 as Go's `encoding/base64` reads it: line ends are skipped anywhere, and the unused bits of the
//! last character may be anything.

use std::fmt;

/// Why a text is no base64. It never says which character, for the text may be a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Base64Error {
    /// A blank; line ends are no blanks here.
    Blank,
    /// `-` or `_`: the URL-safe alphabet.
    UrlSafe,
    /// Any other character that is not of the alphabet.
    Character,
    /// `=` where none belongs, too few of them, or something behind them.
    Padding,
    /// The text breaks off within a group of four characters.
    Truncated,
}

impl fmt::Display for Base64Error {
    /// What is wrong, to follow "is not base64: ".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blank => "there is a blank in it",
            Self::UrlSafe => "it is in the URL-safe alphabet, with `-` and `_` for `+` and `/`",
            Self::Character => "there is a character in it that base64 does not have",
            Self::Padding => "the `=` at its end are too few, too many, or not at the end",
            Self::Truncated => "it breaks off within a group of four characters",
        })
    }
}

impl std::error::Error for Base64Error {}

/// Decodes a value of a Secret's `data`: padded base64, in which CR and LF are skipped.
///
/// # Errors
///
/// The API server cannot decode the object for the same reason.
pub fn decode_secret_data(text: &str) -> Result<Vec<u8>, Base64Error> {
    decode(text, Padding::Required)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Padding {
    /// Go's `StdEncoding`.
    Required,
    /// Go's `RawStdEncoding`.
    Forbidden,
}

pub(super) fn decode(text: &str, padding: Padding) -> Result<Vec<u8>, Base64Error> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let mut group = 0_u32;
    let mut filled = 0;
    let mut bytes = text.bytes().filter(|byte| !matches!(byte, b'\r' | b'\n'));
    while let Some(byte) = bytes.next() {
        if byte == b'=' {
            let mut signs = 1;
            for byte in bytes {
                if byte != b'=' {
                    return Err(Base64Error::Padding);
                }
                signs += 1;
            }
            if padding == Padding::Forbidden || filled < 2 || filled + signs != 4 {
                return Err(Base64Error::Padding);
            }
            push(&mut out, group, filled);
            return Ok(out);
        }
        group = group << 6 | sextet(byte)?;
        filled += 1;
        if filled == 4 {
            push(&mut out, group, filled);
            (group, filled) = (0, 0);
        }
    }
    match (padding, filled) {
        (_, 0) => Ok(out),
        (Padding::Forbidden, 2 | 3) => {
            push(&mut out, group, filled);
            Ok(out)
        }
        (Padding::Required, 2 | 3) => Err(Base64Error::Padding),
        _ => Err(Base64Error::Truncated),
    }
}

/// Appends the whole bytes of a group of `filled` characters.
fn push(out: &mut Vec<u8>, group: u32, filled: usize) {
    let [_, bytes @ ..] = (group << (6 * (4 - filled))).to_be_bytes();
    out.extend_from_slice(&bytes[..filled * 6 / 8]);
}

fn sextet(byte: u8) -> Result<u32, Base64Error> {
    Ok(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        b'-' | b'_' => return Err(Base64Error::UrlSafe),
        b' ' | b'\t' => return Err(Base64Error::Blank),
        _ => return Err(Base64Error::Character),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_data_is_padded_base64() {
        for (text, bytes) in [
            ("", &b""[..]),
            ("YQ==", b"a"),
            ("YWI=", b"ab"),
            ("YWJj", b"abc"),
            ("YWJj\r\nZA==\n", b"abcd"),
            ("YQ=\n=", b"a"),
            ("YR==", b"a"),
            ("//79+w==", b"\xff\xfe\xfd\xfb"),
        ] {
            assert_eq!(decode_secret_data(text).as_deref(), Ok(bytes), "{text:?}");
        }
        for (text, error) in [
            ("YQ", Base64Error::Padding),
            ("YQ=", Base64Error::Padding),
            ("YWJ", Base64Error::Padding),
            ("YQ===", Base64Error::Padding),
            ("YQ==YQ==", Base64Error::Padding),
            ("YQ==x", Base64Error::Padding),
            ("Y===", Base64Error::Padding),
            ("=", Base64Error::Padding),
            ("Y", Base64Error::Truncated),
            ("YWJjZ", Base64Error::Truncated),
            ("YQ ==", Base64Error::Blank),
            (" YQ==", Base64Error::Blank),
            ("_-79+w==", Base64Error::UrlSafe),
            ("user:pass", Base64Error::Character),
            ("YQ==\u{a0}", Base64Error::Padding),
            ("Yé==", Base64Error::Character),
        ] {
            assert_eq!(decode_secret_data(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn the_raw_encoding_has_no_padding() {
        assert_eq!(decode("YQ", Padding::Forbidden).as_deref(), Ok(&b"a"[..]));
        assert_eq!(decode("YWI", Padding::Forbidden).as_deref(), Ok(&b"ab"[..]));
        assert_eq!(
            decode("YQ==", Padding::Forbidden),
            Err(Base64Error::Padding)
        );
        assert_eq!(
            decode("YWJjZ", Padding::Forbidden),
            Err(Base64Error::Truncated)
        );
    }
}

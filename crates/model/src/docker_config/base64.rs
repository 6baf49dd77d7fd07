//! Standard base64 as Go's `encoding/base64` decodes it: line breaks are skipped anywhere, and the unused bits of the
//! last character may have any value.

use std::fmt;

/// Reason why a string is not base64. It does not include the character, because the string may be a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Base64Error {
    /// Whitespace other than line breaks.
    Blank,
    /// `-` or `_` from the URL-safe alphabet.
    UrlSafe,
    /// Any other character outside the alphabet.
    Character,
    /// Misplaced, missing or excess `=`, or data after it.
    Padding,
    /// The string ends within a group of four characters.
    Truncated,
}

impl fmt::Display for Base64Error {
    /// Describes what is wrong, to follow "is not base64: ".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Blank => "it contains whitespace",
            Self::UrlSafe => "it uses the URL-safe alphabet (`-` and `_` instead of `+` and `/`)",
            Self::Character => "it contains a character outside the base64 alphabet",
            Self::Padding => "the `=` padding is incorrect",
            Self::Truncated => "it ends within a group of four characters",
        })
    }
}

impl std::error::Error for Base64Error {}

/// Decodes a value of a Secret's `data`: padded base64, in which CR and LF are skipped.
///
/// # Errors
///
/// Returns [`Base64Error`] in the cases in which the API server cannot decode the object.
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

/// Appends the complete bytes of a group with `filled` characters.
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

//! Standard base64 as Go's `encoding/base64` decodes it: line breaks are skipped anywhere, and the unused bits of the
//! last character may have any value.

use std::fmt;

use ::base64::Engine;
use ::base64::alphabet::STANDARD;
use ::base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

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

/// Whether base64 must or must not end with `=` up to a multiple of four characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Padding {
    /// Go's `StdEncoding`.
    Required,
    /// Go's `RawStdEncoding`.
    Forbidden,
}

const CONFIG: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
const PADDED: GeneralPurpose = GeneralPurpose::new(&STANDARD, CONFIG);
const UNPADDED: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    CONFIG.with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// Decodes base64.
///
/// # Errors
///
/// Returns the [`Base64Error`] of the first wrong character. The `base64` crate does not always report the first one.
pub fn decode_base64(text: &str, padding: Padding) -> Result<Vec<u8>, Base64Error> {
    let text: Vec<u8> = text
        .bytes()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect();
    let engine = match padding {
        Padding::Required => PADDED,
        Padding::Forbidden => UNPADDED,
    };
    engine.decode(&text).map_err(|_| {
        let in_alphabet = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        match text.iter().find(|&&byte| !in_alphabet(byte)) {
            Some(b' ' | b'\t') => Base64Error::Blank,
            Some(b'-' | b'_') => Base64Error::UrlSafe,
            None if text.len() % 4 == 1 => Base64Error::Truncated,
            Some(b'=') | None => Base64Error::Padding,
            Some(_) => Base64Error::Character,
        }
    })
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
            assert_eq!(
                decode_base64(text, Padding::Required).as_deref(),
                Ok(bytes),
                "{text:?}"
            );
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
            assert_eq!(
                decode_base64(text, Padding::Required),
                Err(error),
                "{text:?}"
            );
        }
    }

    #[test]
    fn the_raw_encoding_has_no_padding() {
        assert_eq!(
            decode_base64("YQ", Padding::Forbidden).as_deref(),
            Ok(&b"a"[..])
        );
        assert_eq!(
            decode_base64("YWI", Padding::Forbidden).as_deref(),
            Ok(&b"ab"[..])
        );
        assert_eq!(
            decode_base64("YQ==", Padding::Forbidden),
            Err(Base64Error::Padding)
        );
        assert_eq!(
            decode_base64("YWJjZ", Padding::Forbidden),
            Err(Base64Error::Truncated)
        );
    }
}

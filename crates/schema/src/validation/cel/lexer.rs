//! Tokens of CEL: `CEL.g4` of cel-go.

use super::Wrong;

/// Kind of a token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// Identifier, without its backticks.
    Ident(String),
    /// Identifier in backticks: only the name of a field.
    Quoted(String),
    Int,
    Uint,
    Double,
    Str,
    Bytes,
    /// Operator or bracket.
    Op(&'static str),
}

/// A token and where it is.
#[derive(Clone, Debug)]
pub(super) struct Spanned {
    pub(super) token: Token,
    pub(super) at: std::ops::Range<usize>,
}

const OPERATORS: [&str; 26] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",",
    "(", ")", "[", "]", "{", "}", "=", "in",
];

/// Splits an expression into tokens.
pub(super) fn tokens(text: &str) -> Result<Vec<Spanned>, Wrong> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let token = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' => {
                at += 1;
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at += bytes[at..]
                    .iter()
                    .take_while(|byte| **byte != b'\n')
                    .count();
                continue;
            }
            b'"' | b'\'' => {
                at = end_of_string(bytes, at, false)?;
                Token::Str
            }
            b'`' => {
                let rest = text[at + 1..].find('`');
                let Some(end) = rest else {
                    return Err(Wrong::new(
                        "has a backtick without a second one",
                        at..at + 1,
                    ));
                };
                at += end + 2;
                Token::Quoted(text[start + 1..at - 1].to_owned())
            }
            b'0'..=b'9' => number(bytes, &mut at),
            b'.' if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => number(bytes, &mut at),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => match prefixed_string(bytes, at)? {
                Some((end, token)) => {
                    at = end;
                    token
                }
                None => {
                    at += bytes[at..]
                        .iter()
                        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
                        .count();
                    match &text[start..at] {
                        "in" => Token::Op("in"),
                        name => Token::Ident(name.to_owned()),
                    }
                }
            },
            _ => {
                let rest = &text[at..];
                let Some(operator) = OPERATORS.iter().find(|own| rest.starts_with(**own)) else {
                    let length = rest.chars().next().map_or(1, char::len_utf8);
                    return Err(Wrong::new(
                        "has a character that CEL does not know",
                        at..at + length,
                    ));
                };
                at += operator.len();
                if *operator == "=" {
                    return Err(Wrong::new("has `=`, which CEL does not know", start..at));
                }
                Token::Op(operator)
            }
        };
        found.push(Spanned {
            token,
            at: start..at,
        });
    }
    Ok(found)
}

fn number(bytes: &[u8], at: &mut usize) -> Token {
    let digits = |at: usize, is_digit: fn(&u8) -> bool| {
        bytes[at..].iter().take_while(|byte| is_digit(byte)).count()
    };
    let is_hex = bytes[*at] == b'0'
        && bytes.get(*at + 1) == Some(&b'x')
        && bytes.get(*at + 2).is_some_and(u8::is_ascii_hexdigit);
    let mut is_double = false;
    if is_hex {
        *at += 2;
        *at += digits(*at, u8::is_ascii_hexdigit);
    } else {
        *at += digits(*at, u8::is_ascii_digit);
        if bytes.get(*at) == Some(&b'.') && bytes.get(*at + 1).is_some_and(u8::is_ascii_digit) {
            is_double = true;
            *at += 1;
            *at += digits(*at, u8::is_ascii_digit);
        }
        let exponent = usize::from(matches!(bytes.get(*at + 1), Some(b'+' | b'-')));
        if matches!(bytes.get(*at), Some(b'e' | b'E'))
            && bytes
                .get(*at + 1 + exponent)
                .is_some_and(u8::is_ascii_digit)
        {
            is_double = true;
            *at += 1 + exponent;
            *at += digits(*at, u8::is_ascii_digit);
        }
    }
    if !is_double && matches!(bytes.get(*at), Some(b'u' | b'U')) {
        *at += 1;
        return Token::Uint;
    }
    if is_double { Token::Double } else { Token::Int }
}

/// A string with the prefix `r` or `b`, or both.
fn prefixed_string(bytes: &[u8], start: usize) -> Result<Option<(usize, Token)>, Wrong> {
    let (mut at, mut is_raw, mut is_bytes) = (start, false, false);
    loop {
        match bytes.get(at) {
            Some(b'r' | b'R') if !is_raw => is_raw = true,
            Some(b'b' | b'B') if !is_bytes && !is_raw => is_bytes = true,
            Some(b'"' | b'\'') if at > start => {
                let end = end_of_string(bytes, at, is_raw)?;
                let token = if is_bytes { Token::Bytes } else { Token::Str };
                return Ok(Some((end, token)));
            }
            _ => return Ok(None),
        }
        at += 1;
    }
}

/// Position after the string that starts at `start`.
fn end_of_string(bytes: &[u8], start: usize, is_raw: bool) -> Result<usize, Wrong> {
    let quote = bytes[start];
    let is_end = |at: usize, count: usize| (0..count).all(|i| bytes.get(at + i) == Some(&quote));
    let length = if is_end(start, 3) { 3 } else { 1 };
    let mut at = start + length;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if !is_raw => {
                let is_known = bytes
                    .get(at + 1)
                    .is_some_and(|byte| b"abfnrtvxXuU\\?\"'`01234567".contains(byte));
                if !is_known {
                    let message = "has a string with an escape that CEL does not know";
                    return Err(Wrong::new(message, at..at + 1));
                }
                at += 2;
                continue;
            }
            b'\n' | b'\r' if length == 1 => break,
            _ if is_end(at, length) => return Ok(at + length),
            _ => at += 1,
        }
    }
    Err(Wrong::new("has a string without an end", start..start + 1))
}

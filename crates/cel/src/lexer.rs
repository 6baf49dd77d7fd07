//! Tokens of CEL: `CEL.g4` and `unescape.go` of cel-go.

use std::ops::Range;

use crate::CompileError;

/// Kind of a token.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Ident(String),
    /// Identifier in backticks, which Kubernetes does not turn on.
    Quoted,
    /// Digits without a sign, with `0x` in front if they are hexadecimal.
    Int(String),
    Uint(String),
    Double(String),
    Text(String),
    Bytes(Vec<u8>),
    /// Operator or bracket.
    Op(&'static str),
}

/// A token and where it is.
#[derive(Clone, Debug)]
pub(crate) struct Spanned {
    pub(crate) token: Token,
    pub(crate) at: Range<usize>,
}

const OPERATORS: [&str; 24] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",",
    "(", ")", "[", "]", "{", "}",
];

/// Splits an expression into tokens.
pub(crate) fn tokens(text: &str) -> Result<Vec<Spanned>, CompileError> {
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
                let rest = bytes[at..].iter();
                at += rest.take_while(|byte| **byte != b'\n').count();
                continue;
            }
            b'"' | b'\'' => {
                let (end, content) = string(text, at, false, false)?;
                at = end;
                into_text(content, start..end)?
            }
            b'`' => {
                let Some(end) = text[at + 1..].find('`') else {
                    let message = "has a backtick without a second one";
                    return Err(CompileError::new(message, at..at + 1));
                };
                at += end + 2;
                Token::Quoted
            }
            b'0'..=b'9' => number(text, &mut at),
            b'.' if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => number(text, &mut at),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => match prefixed(text, at)? {
                Some((end, token)) => {
                    at = end;
                    token
                }
                None => {
                    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
                    at += bytes[at..].iter().take_while(|byte| is_word(byte)).count();
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
                    let message = match byte {
                        b'=' => "has `=`, which CEL does not know".to_owned(),
                        _ => "has a character that CEL does not know".to_owned(),
                    };
                    return Err(CompileError::new(message, at..at + length));
                };
                at += operator.len();
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

fn number(text: &str, at: &mut usize) -> Token {
    let bytes = text.as_bytes();
    let start = *at;
    let count = |at: usize, is_digit: fn(&u8) -> bool| {
        bytes[at..].iter().take_while(|byte| is_digit(byte)).count()
    };
    let is_hex = bytes[*at] == b'0'
        && bytes.get(*at + 1) == Some(&b'x')
        && bytes.get(*at + 2).is_some_and(u8::is_ascii_hexdigit);
    let mut is_double = false;
    if is_hex {
        *at += 2;
        *at += count(*at, u8::is_ascii_hexdigit);
    } else {
        *at += count(*at, u8::is_ascii_digit);
        if bytes.get(*at) == Some(&b'.') && bytes.get(*at + 1).is_some_and(u8::is_ascii_digit) {
            is_double = true;
            *at += 1;
            *at += count(*at, u8::is_ascii_digit);
        }
        let sign = usize::from(matches!(bytes.get(*at + 1), Some(b'+' | b'-')));
        if matches!(bytes.get(*at), Some(b'e' | b'E'))
            && bytes.get(*at + 1 + sign).is_some_and(u8::is_ascii_digit)
        {
            is_double = true;
            *at += 1 + sign;
            *at += count(*at, u8::is_ascii_digit);
        }
    }
    let digits = text[start..*at].to_owned();
    if is_double {
        Token::Double(digits)
    } else if matches!(bytes.get(*at), Some(b'u' | b'U')) {
        *at += 1;
        Token::Uint(digits)
    } else {
        Token::Int(digits)
    }
}

/// A string with the prefix `r` or `b`, or both.
fn prefixed(text: &str, start: usize) -> Result<Option<(usize, Token)>, CompileError> {
    let bytes = text.as_bytes();
    let (mut at, mut is_raw, mut is_bytes) = (start, false, false);
    loop {
        match bytes.get(at) {
            Some(b'r' | b'R') if !is_raw => is_raw = true,
            Some(b'b' | b'B') if !is_bytes && !is_raw => is_bytes = true,
            Some(b'"' | b'\'') if at > start => {
                let (end, content) = string(text, at, is_raw, is_bytes)?;
                let token = if is_bytes {
                    Token::Bytes(content)
                } else {
                    into_text(content, start..end)?
                };
                return Ok(Some((end, token)));
            }
            _ => return Ok(None),
        }
        at += 1;
    }
}

fn into_text(content: Vec<u8>, at: Range<usize>) -> Result<Token, CompileError> {
    match String::from_utf8(content) {
        Ok(text) => Ok(Token::Text(text)),
        Err(_) => Err(CompileError::new("has a string that is not UTF-8", at)),
    }
}

/// Position after the string that starts at `start`, and its content.
fn string(
    text: &str,
    start: usize,
    is_raw: bool,
    is_bytes: bool,
) -> Result<(usize, Vec<u8>), CompileError> {
    let bytes = text.as_bytes();
    let quote = bytes[start];
    let is_end = |at: usize, count: usize| (0..count).all(|i| bytes.get(at + i) == Some(&quote));
    let length = if is_end(start, 3) { 3 } else { 1 };
    let mut at = start + length;
    let mut content = Vec::new();
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if !is_raw => {
                let Some(used) = unescape(&bytes[at + 1..], is_bytes, &mut content) else {
                    let message = "has a string with an escape that CEL does not know";
                    return Err(CompileError::new(message, at..at + 1));
                };
                at += 1 + used;
            }
            b'\n' | b'\r' if length == 1 => break,
            _ if is_end(at, length) => return Ok((at + length, content)),
            // Line breaks are normalized.
            b'\r' => {
                content.push(b'\n');
                at += 1 + usize::from(bytes.get(at + 1) == Some(&b'\n'));
            }
            byte => {
                content.push(byte);
                at += 1;
            }
        }
    }
    let message = "has a string without an end";
    Err(CompileError::new(message, start..start + 1))
}

/// Adds what the text after a backslash means; returns how many bytes of it were used.
fn unescape(rest: &[u8], is_bytes: bool, content: &mut Vec<u8>) -> Option<usize> {
    let first = *rest.first()?;
    let simple = match first {
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        b'\\' | b'\'' | b'"' | b'`' | b'?' => first,
        _ => 0,
    };
    if simple != 0 {
        content.push(simple);
        return Some(1);
    }
    let (skip, count, radix) = match first {
        b'x' | b'X' => (1, 2, 16),
        b'u' if !is_bytes => (1, 4, 16),
        b'U' if !is_bytes => (1, 8, 16),
        b'0'..=b'3' => (0, 3, 8),
        _ => return None,
    };
    let digits = std::str::from_utf8(rest.get(skip..skip + count)?).ok()?;
    if !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    let code = u32::from_str_radix(digits, radix).ok()?;
    if is_bytes {
        content.push(u8::try_from(code).ok()?);
    } else {
        let mut buffer = [0; 4];
        let encoded = char::from_u32(code)?.encode_utf8(&mut buffer);
        content.extend_from_slice(encoded.as_bytes());
    }
    Some(skip + count)
}

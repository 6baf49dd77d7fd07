//! What `encoding/json` says of a text that is not JSON (`scanner.go`).

use podwright_go_template::quoted;

/// What a container expects after a value.
#[derive(Clone, Copy)]
enum Inside {
    Key,
    Object,
    Array,
}

/// The message for a text that is not valid JSON.
pub(super) fn message(text: &str) -> String {
    let mut scanner = Scanner {
        bytes: text.as_bytes(),
        at: 0,
    };
    match scanner.value() {
        Err(context) => scanner.error(context),
        Ok(()) => scanner.error("after top-level value"),
    }
}

struct Scanner<'t> {
    bytes: &'t [u8],
    at: usize,
}

type Scan = Result<(), &'static str>;

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn error(&self, context: &str) -> String {
        match self.peek() {
            // At the end, Go asks what a space would be.
            None if context.starts_with("in ") && context != "in string literal"
                || context.starts_with("after decimal") =>
            {
                format!("invalid character ' ' {context}")
            }
            None => "unexpected end of JSON input".to_owned(),
            Some(b'\'') => format!("invalid character '\\'' {context}"),
            Some(b'"') => format!("invalid character '\"' {context}"),
            // Go takes the byte for a character.
            Some(byte) => {
                let shown = quoted(&char::from(byte).to_string());
                let inner = &shown[1..shown.len() - 1];
                format!("invalid character '{inner}' {context}")
            }
        }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn take(&mut self, expected: impl Fn(u8) -> bool, context: &'static str) -> Scan {
        match self.peek() {
            Some(byte) if expected(byte) => {
                self.at += 1;
                Ok(())
            }
            _ => Err(context),
        }
    }

    /// A value and what is in it, up to the first byte after it.
    fn value(&mut self) -> Scan {
        let mut inside: Vec<Inside> = Vec::new();
        loop {
            self.space();
            match self.peek() {
                Some(b'{') => {
                    self.at += 1;
                    self.space();
                    if self.peek() == Some(b'}') {
                        self.at += 1;
                    } else {
                        self.key()?;
                        inside.push(Inside::Key);
                    }
                }
                Some(b'[') => {
                    self.at += 1;
                    self.space();
                    if self.peek() == Some(b']') {
                        self.at += 1;
                    } else {
                        inside.push(Inside::Array);
                        continue;
                    }
                }
                _ => self.scalar()?,
            }
            loop {
                self.space();
                let next = self.peek();
                match (inside.last_mut(), next) {
                    (None, _) => return Ok(()),
                    (Some(last @ Inside::Key), Some(b':')) => {
                        self.at += 1;
                        *last = Inside::Object;
                        break;
                    }
                    (Some(Inside::Key), _) => return Err("after object key"),
                    (Some(last @ Inside::Object), Some(b',')) => {
                        self.at += 1;
                        self.space();
                        self.key()?;
                        *last = Inside::Key;
                    }
                    (Some(Inside::Array), Some(b',')) => {
                        self.at += 1;
                        break;
                    }
                    (Some(Inside::Object), Some(b'}')) | (Some(Inside::Array), Some(b']')) => {
                        self.at += 1;
                        inside.pop();
                    }
                    (Some(Inside::Object), _) => return Err("after object key:value pair"),
                    (Some(Inside::Array), _) => return Err("after array element"),
                }
            }
        }
    }

    fn key(&mut self) -> Scan {
        match self.peek() {
            Some(b'"') => self.string(),
            _ => Err("looking for beginning of object key string"),
        }
    }

    fn scalar(&mut self) -> Scan {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.literal([
                (b'r', "in literal true (expecting 'r')"),
                (b'u', "in literal true (expecting 'u')"),
                (b'e', "in literal true (expecting 'e')"),
            ]),
            Some(b'f') => self.literal([
                (b'a', "in literal false (expecting 'a')"),
                (b'l', "in literal false (expecting 'l')"),
                (b's', "in literal false (expecting 's')"),
                (b'e', "in literal false (expecting 'e')"),
            ]),
            Some(b'n') => self.literal([
                (b'u', "in literal null (expecting 'u')"),
                (b'l', "in literal null (expecting 'l')"),
                (b'l', "in literal null (expecting 'l')"),
            ]),
            _ => Err("looking for beginning of value"),
        }
    }

    fn literal<const N: usize>(&mut self, rest: [(u8, &'static str); N]) -> Scan {
        self.at += 1;
        for (expected, context) in rest {
            self.take(|byte| byte == expected, context)?;
        }
        Ok(())
    }

    fn string(&mut self) -> Scan {
        self.at += 1;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.at += 1;
                    let is_unicode = self.peek() == Some(b'u');
                    self.take(
                        |byte| b"bfnrt\\/\"u".contains(&byte),
                        "in string escape code",
                    )?;
                    for _ in 0..4 * usize::from(is_unicode) {
                        let context = "in \\u hexadecimal character escape";
                        self.take(|byte| byte.is_ascii_hexdigit(), context)?;
                    }
                }
                None | Some(0..0x20) => return Err("in string literal"),
                Some(_) => self.at += 1,
            }
        }
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }

    fn number(&mut self) -> Scan {
        let is_digit = |byte: u8| byte.is_ascii_digit();
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let starts_with_zero = self.peek() == Some(b'0');
        self.take(is_digit, "in numeric literal")?;
        if !starts_with_zero {
            self.digits();
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.take(is_digit, "after decimal point in numeric literal")?;
            self.digits();
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.take(is_digit, "in exponent of numeric literal")?;
            self.digits();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn messages_are_those_of_go() {
        let cases = [
            (
                "fx",
                "invalid character 'x' in literal false (expecting 'a')",
            ),
            ("", "unexpected end of JSON input"),
            ("t", "invalid character ' ' in literal true (expecting 'r')"),
            ("{\"a\":", "unexpected end of JSON input"),
            (
                "'x",
                "invalid character '\\'' looking for beginning of value",
            ),
            ("1 2", "invalid character '2' after top-level value"),
            ("[1 2]", "invalid character '2' after array element"),
            ("{\"a\" 1}", "invalid character '1' after object key"),
            (
                "{\"a\":1 1}",
                "invalid character '1' after object key:value pair",
            ),
            (
                "{1}",
                "invalid character '1' looking for beginning of object key string",
            ),
            (
                "[1,]",
                "invalid character ']' looking for beginning of value",
            ),
            ("\"\\q\"", "invalid character 'q' in string escape code"),
            ("\"\n\"", "invalid character '\\n' in string literal"),
            (
                "1.x",
                "invalid character 'x' after decimal point in numeric literal",
            ),
            ("é", "invalid character 'Ã' looking for beginning of value"),
        ];
        for (text, expected) in cases {
            assert_eq!(message(text), expected, "{text}");
        }
    }
}

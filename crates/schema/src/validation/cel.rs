//! CEL expressions: only what is certain without a compiler. An expression with brackets that do not match, an open
//! string, or nothing in it does not compile.

use super::errors::Errors;
use super::value::Value;

/// Words that are not identifiers: `celReserved`.
const RESERVED: [&str; 21] = [
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];

/// `isCELIdentifier`.
pub(super) fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !RESERVED.contains(&text)
}

/// An expression that is required.
pub(super) fn expression(at: Value<'_>, e: &mut Errors) {
    let Some(text) = at.content() else { return };
    if text.trim().is_empty() {
        e.required(at, "to have an expression")
            .help("add an expression");
    } else if let Some(message) = wrong(&text) {
        e.invalid(at.certain(), message, "correct the expression");
    }
}

/// Whether the expression uses the identifier; `None` if that is not certain, as there are strings or comments.
pub(super) fn uses(text: &str, identifier: &str) -> Option<bool> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let is_used = text.split(|c| !is_word(c)).any(|word| word == identifier);
    let is_certain = !is_used || !text.contains(['"', '\'']) && !text.contains("//");
    is_certain.then_some(is_used)
}

/// What is certainly wrong with an expression.
fn wrong(text: &str) -> Option<&'static str> {
    let bytes = text.as_bytes();
    let mut open: Vec<u8> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') => {
                at = end_of_string(bytes, at, quote)?;
                if at == usize::MAX {
                    return Some("has a string without an end");
                }
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                while at < bytes.len() && bytes[at] != b'\n' {
                    at += 1;
                }
                continue;
            }
            b'(' => open.push(b')'),
            b'[' => open.push(b']'),
            b'{' => open.push(b'}'),
            close @ (b')' | b']' | b'}') if open.pop() != Some(close) => {
                return Some("has brackets that do not match");
            }
            _ => {}
        }
        at += 1;
    }
    if !open.is_empty() {
        return Some("has a bracket without an end");
    }
    let is_open = |last: char| "+-*/%&|=<>!?:.,".contains(last);
    let ends_open = text.trim_end().ends_with(is_open) && !text.contains("//");
    ends_open.then_some("ends with an operator")
}

/// Position after the string that starts at `start`; `usize::MAX` if it has no end.
fn end_of_string(bytes: &[u8], start: usize, quote: u8) -> Option<usize> {
    let is_raw = start > 0 && matches!(bytes[start - 1], b'r' | b'R');
    let is_triple = bytes.get(start + 1) == Some(&quote) && bytes.get(start + 2) == Some(&quote);
    let mut at = start + if is_triple { 3 } else { 1 };
    while at < bytes.len() {
        if bytes[at] == b'\\' && !is_raw {
            at += 2;
            continue;
        }
        if bytes[at] == quote {
            if !is_triple {
                return Some(at + 1);
            }
            if bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote) {
                return Some(at + 3);
            }
        }
        if !is_triple && bytes[at] == b'\n' {
            return Some(usize::MAX);
        }
        at += 1;
    }
    Some(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_certain_is_wrong() {
        for text in [
            "object.spec.replicas <= 5",
            "self.a == ')'",
            "r'\\' == x",
            "\"\"\"a\"b\"\"\" + c",
            "a.map(x, {'k': [x]}) // (",
            "has(self.b) && self.c.matches(\"\\\"(\")",
        ] {
            assert_eq!(wrong(text), None, "{text}");
        }
        for text in ["object.foo(", "a)", "[1, 2", "'a", "(]", "1 + "] {
            assert!(wrong(text).is_some(), "{text}");
        }
        assert!(is_identifier("_a1"));
        assert!(!is_identifier("1a") && !is_identifier("in") && !is_identifier("a-b"));
    }
}

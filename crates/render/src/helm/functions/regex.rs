//! Regular expressions (`regex.go` of sprig), in Go's syntax.

use podwright_go_template::{Call, Data, Failure, Function, List, ListKind, Type, Value, text};
use podwright_syntax::provenance::{Origin, Text};
use regex::{Captures, Regex, RegexBuilder};

use super::{int, strings};
use crate::helm::functions::State;
use Type::{Int, String as Str};

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    (
        "regexMatch",
        Function::new(&[Str, Str], |call, a| matches(call, &a, false)),
    ),
    (
        "mustRegexMatch",
        Function::new(&[Str, Str], |call, a| matches(call, &a, true)),
    ),
    ("regexFind", Function::new(&[Str, Str], find)),
    ("mustRegexFind", Function::new(&[Str, Str], find)),
    ("regexFindAll", Function::new(&[Str, Str, Int], find_all)),
    (
        "mustRegexFindAll",
        Function::new(&[Str, Str, Int], find_all),
    ),
    (
        "regexReplaceAll",
        Function::new(&[Str, Str, Str], |call, a| replace(call, &a, true)),
    ),
    (
        "mustRegexReplaceAll",
        Function::new(&[Str, Str, Str], |call, a| replace(call, &a, true)),
    ),
    (
        "regexReplaceAllLiteral",
        Function::new(&[Str, Str, Str], |call, a| replace(call, &a, false)),
    ),
    (
        "mustRegexReplaceAllLiteral",
        Function::new(&[Str, Str, Str], |call, a| replace(call, &a, false)),
    ),
    ("regexSplit", Function::new(&[Str, Str, Int], split)),
    ("mustRegexSplit", Function::new(&[Str, Str, Int], split)),
    ("regexQuoteMeta", Function::new(&[Str], quote_meta)),
];

type Outcome = Result<Value, Failure>;

/// Most memory of a compiled expression.
const MAX_SIZE: usize = 1 << 20;

/// Compiles an expression in Go's syntax, once per render.
fn compile(call: &mut Call<'_>, pattern: &str) -> Result<Regex, Failure> {
    if let Some(known) = call.host::<State>().and_then(|state| state.regex(pattern)) {
        return Ok(known);
    }
    // Repetitions and classes of Unicode can become large.
    let is_large = pattern.contains('{') || pattern.contains("\\p");
    call.allocate(if is_large { MAX_SIZE } else { MAX_SIZE / 10 })?;
    call.allocate(pattern.len().saturating_mul(100))?;
    let regex = RegexBuilder::new(&translated(pattern))
        .size_limit(MAX_SIZE)
        .dfa_size_limit(MAX_SIZE / 4)
        .build();
    let regex = regex.map_err(|error| {
        let kind = match &error {
            regex::Error::CompiledTooBig(_) => {
                let message = "a regular expression needs more than 1 MiB of memory";
                return Failure::Limit(message.to_owned());
            }
            _ if pattern.matches('(').count() > pattern.matches(')').count() => "missing closing )",
            _ => "invalid syntax",
        };
        Failure::message(format!("error parsing regexp: {kind}: `{pattern}`"))
    })?;
    if let Some(state) = call.host::<State>() {
        state.keep_regex(pattern, &regex);
    }
    Ok(regex)
}

/// The expression in the syntax of the `regex` crate: Perl classes are ASCII in Go, and `[` in a class is literal.
fn translated(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut characters = pattern.chars().peekable();
    let mut is_in_class = false;
    while let Some(character) = characters.next() {
        match character {
            '\\' => match (characters.next(), is_in_class) {
                (Some('d'), true) => out.push_str("0-9"),
                (Some('d'), false) => out.push_str("[0-9]"),
                (Some('D'), false) => out.push_str("[^0-9]"),
                (Some('w'), true) => out.push_str("0-9A-Za-z_"),
                (Some('w'), false) => out.push_str("[0-9A-Za-z_]"),
                (Some('W'), false) => out.push_str("[^0-9A-Za-z_]"),
                (Some('s'), true) => out.push_str("\\t\\n\\f\\r "),
                (Some('s'), false) => out.push_str("[\\t\\n\\f\\r ]"),
                (Some('S'), false) => out.push_str("[^\\t\\n\\f\\r ]"),
                (Some('b'), false) => out.push_str("(?-u:\\b)"),
                (Some('Q'), false) => {
                    let mut literal = String::new();
                    while let Some(next) = characters.next() {
                        if next == '\\' && characters.peek() == Some(&'E') {
                            characters.next();
                            break;
                        }
                        literal.push(next);
                    }
                    out.push_str(&regex::escape(&literal));
                }
                (Some(other), _) if other.is_ascii_alphanumeric() => {
                    out.push('\\');
                    out.push(other);
                    // `\p{L}`, `\x{e9}`
                    if matches!(other, 'p' | 'P' | 'x') && characters.peek() == Some(&'{') {
                        for next in characters.by_ref() {
                            out.push(next);
                            if next == '}' {
                                break;
                            }
                        }
                    }
                }
                (Some(other), _) => out.push_str(&regex::escape(&other.to_string())),
                (None, _) => out.push('\\'),
            },
            '[' if is_in_class => match characters.peek() {
                Some(':') => {
                    out.push('[');
                    for next in characters.by_ref() {
                        out.push(next);
                        if next == ']' {
                            break;
                        }
                    }
                }
                _ => out.push_str("\\["),
            },
            '[' => {
                is_in_class = true;
                out.push('[');
                if characters.peek() == Some(&'^') {
                    characters.next();
                    out.push('^');
                }
                if characters.peek() == Some(&']') {
                    characters.next();
                    out.push_str("\\]");
                }
            }
            ']' if is_in_class => {
                is_in_class = false;
                out.push(']');
            }
            '&' | '~' if is_in_class => {
                out.push('\\');
                out.push(character);
            }
            '{' if !is_in_class && !is_repetition(characters.clone()) => out.push_str("\\{"),
            '-' if is_in_class && characters.peek() == Some(&'-') => out.push_str("\\-"),
            other => out.push(other),
        }
    }
    out
}

/// Whether `2}`, `2,}` or `2,3}` follows. Any other `{` is a character in Go.
fn is_repetition(rest: impl Iterator<Item = char>) -> bool {
    let rest: String = rest.take(12).collect();
    let Some((inner, _)) = rest.split_once('}') else {
        return false;
    };
    let (least, most) = inner.split_once(',').unwrap_or((inner, ""));
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    !least.is_empty() && is_number(least) && is_number(most)
}

fn matches(call: &mut Call<'_>, arguments: &[Value], fails: bool) -> Outcome {
    let (pattern, text) = (super::text(arguments, 0), super::text(arguments, 1));
    let holds = match compile(call, pattern.as_str()) {
        Ok(regex) => regex.is_match(text.as_str()),
        Err(Failure::Message(_)) if !fails => false,
        Err(error) => return Err(error),
    };
    Ok(call.value(Data::Bool(holds), arguments))
}

fn find(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (pattern, text) = (super::text(&arguments, 0), super::text(&arguments, 1));
    let regex = compile(call, pattern.as_str())?;
    Ok(match regex.find(text.as_str()) {
        Some(found) => text.slice(found.range()).into(),
        None => call.string("", &arguments),
    })
}

/// Counts the search from a match on, which can look at the rest of the text.
fn scanned(call: &mut Call<'_>, text: &Text, start: usize) -> Result<(), Failure> {
    call.allocate((text.len() - start) / 16)
}

fn find_all(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (pattern, text) = (super::text(&arguments, 0), super::text(&arguments, 1));
    let regex = compile(call, pattern.as_str())?;
    let limit = usize::try_from(int(&arguments, 2)).unwrap_or(usize::MAX);
    let found = regex.find_iter(text.as_str()).take(limit);
    let mut all: Vec<Text> = Vec::new();
    for found in found {
        scanned(call, &text, found.start())?;
        call.allocate(64)?;
        all.push(text.slice(found.range()));
    }
    let found = all;
    Ok(match found.is_empty() {
        true => Value::constant(Data::List(List {
            kind: ListKind::Strings,
            is_nil: true,
            ..List::new(Vec::new())
        })),
        false => strings(found),
    })
}

fn replace(call: &mut Call<'_>, arguments: &[Value], expands: bool) -> Outcome {
    let (pattern, text) = (super::text(arguments, 0), super::text(arguments, 1));
    let new = super::text(arguments, 2);
    let regex = compile(call, pattern.as_str())?;
    let mut out = Text::default();
    let mut done = 0;
    let mut has_found = false;
    for found in regex.captures_iter(text.as_str()) {
        let Some(whole) = found.get(0) else {
            continue;
        };
        has_found = true;
        scanned(call, &text, whole.start())?;
        let captured = if expands { whole.len() } else { 0 };
        call.allocate(text::weight(&new).saturating_mul(1 + captured))?;
        out.push(&text.slice(done..whole.start()));
        match expands && new.as_str().contains('$') {
            true => expand(&found, &text, &new, &mut out),
            false => out.push(&new),
        }
        done = whole.end();
    }
    if !has_found {
        return Ok(Value::constant(Data::String(text)));
    }
    out.push(&text.slice(done..text.len()));
    Ok(out.into())
}

/// `Regexp.Expand`: `$1`, `${name}`, `$$`.
fn expand(found: &Captures<'_>, text: &Text, template: &Text, out: &mut Text) {
    let string = template.as_str();
    let mut at = 0;
    while let Some(dollar) = string[at..].find('$') {
        out.push(&template.slice(at..at + dollar));
        let start = at + dollar + 1;
        let rest = &string[start..];
        if rest.starts_with('$') {
            out.push(&template.slice(start..start + 1));
            at = start + 1;
            continue;
        }
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let (name, end) = match rest.strip_prefix('{') {
            Some(inner) => {
                let name = &inner[..inner.find('}').unwrap_or(0)];
                (name, start + name.len() + 2)
            }
            None => {
                let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                (&rest[..length], start + length)
            }
        };
        if name.is_empty() || !name.chars().all(is_word) || end > string.len() {
            out.push(&template.slice(start - 1..start));
            at = start;
            continue;
        }
        let group = match name.parse::<usize>() {
            Ok(index) => found.get(index),
            Err(_) => found.name(name),
        };
        if let Some(group) = group {
            out.push(&text.slice(group.range()));
        }
        at = end;
    }
    out.push(&template.slice(at..string.len()));
}

fn split(call: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let (pattern, text) = (super::text(&arguments, 0), super::text(&arguments, 1));
    let regex = compile(call, pattern.as_str())?;
    let count = int(&arguments, 2);
    if count == 0 {
        return Ok(Value::constant(Data::List(List {
            kind: ListKind::Strings,
            is_nil: true,
            ..List::new(Vec::new())
        })));
    }
    let limit = usize::try_from(count).unwrap_or(usize::MAX);
    let mut parts = Vec::new();
    let (mut start, mut end) = (0, 0);
    for found in regex.find_iter(text.as_str()) {
        if parts.len() + 1 == limit {
            break;
        }
        scanned(call, &text, found.start())?;
        end = found.start();
        if found.end() != 0 {
            parts.push(text.slice(start..end));
        }
        start = found.end();
    }
    if end != text.len() {
        parts.push(text.slice(start..text.len()));
    }
    call.allocate(64 * parts.len())?;
    Ok(strings(parts))
}

fn quote_meta(_: &mut Call<'_>, arguments: Vec<Value>) -> Outcome {
    let text = super::text(&arguments, 0);
    let is_meta = |c: char| r"\.+*?()|[]{}^$".contains(c);
    let escaped = text::map(&text, |part| {
        let mut out = String::new();
        for character in part.chars() {
            if is_meta(character) {
                out.push('\\');
            }
            out.push(character);
        }
        out
    });
    Ok(match escaped.is_empty() {
        true => Text::new("", text.location().map_or(Origin::Nowhere, Origin::made_at)).into(),
        false => escaped.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::translated;

    #[test]
    fn expressions_are_translated() {
        for (pattern, expected) in [
            (r"^\d+$", r"^[0-9]+$"),
            (r"[\w.-]+", r"[0-9A-Za-z_.-]+"),
            (r"[[:alpha:]_]", r"[[:alpha:]_]"),
            (r"[[\]]", r"[\[\]]"),
            (r"a\-b\/c", r"a\-b/c"),
            (r"[^&]", r"[^\&]"),
            (r"{{x}}a{2,3}b{2}c{,2}d{2", r"\{\{x}}a{2,3}b{2}c\{,2}d\{2"),
        ] {
            assert_eq!(translated(pattern), expected);
            assert!(regex::Regex::new(&translated(pattern)).is_ok());
        }
    }
}

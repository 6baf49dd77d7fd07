//! Functions of strings: `ext/strings.go` of cel-go, version 2, and `library/regex.go` of the API server.

use super::{Answer, Context, failed, format};
use crate::EvaluationError;
use crate::value::{ListKind, Value};

pub(super) fn call(name: &str, arguments: &[Value], context: &mut Context<'_>) -> Option<Answer> {
    if let ("join", [Value::List(list), rest @ ..]) = (name, arguments) {
        let separator = match rest {
            [] => "",
            [Value::Text(separator)] => separator,
            _ => return None,
        };
        return Some(join(&list.items, separator, context));
    }
    if let ("strings.quote", [Value::Text(text)]) = (name, arguments) {
        return Some(made(quote(text), context));
    }
    let [Value::Text(text), rest @ ..] = arguments else {
        return None;
    };
    let text: &str = text;
    Some(match (name, rest) {
        ("charAt", [Value::Int(at)]) => char_at(text, *at),
        ("indexOf", [Value::Text(part)]) => index_of(text, part, 0),
        ("indexOf", [Value::Text(part), Value::Int(from)]) => index_of(text, part, *from),
        ("lastIndexOf", [Value::Text(part)]) => last_index_of(text, part, None),
        ("lastIndexOf", [Value::Text(part), Value::Int(from)]) => {
            last_index_of(text, part, Some(*from))
        }
        ("lowerAscii", []) => made(text.to_ascii_lowercase(), context),
        ("upperAscii", []) => made(text.to_ascii_uppercase(), context),
        ("trim", []) => made(text.trim_matches(is_space).to_owned(), context),
        ("replace", [Value::Text(old), Value::Text(new)]) => replace(text, old, new, -1, context),
        ("replace", [Value::Text(old), Value::Text(new), Value::Int(count)]) => {
            replace(text, old, new, *count, context)
        }
        ("split", [Value::Text(separator)]) => split(text, separator, -1, context),
        ("split", [Value::Text(separator), Value::Int(count)]) => {
            split(text, separator, *count, context)
        }
        ("substring", [Value::Int(start)]) => substring(text, *start, None),
        ("substring", [Value::Int(start), Value::Int(end)]) => substring(text, *start, Some(*end)),
        ("format", [Value::List(list)]) => match format::format(text, &list.items) {
            Ok(text) => made(text, context),
            Err(error) => Err(error),
        },
        ("find", [Value::Text(pattern)]) => match context.pattern(pattern) {
            Ok(pattern) => Ok(Value::text(
                pattern.find(text).map_or("", |found| found.as_str()),
            )),
            Err(error) => Err(error),
        },
        ("findAll", [Value::Text(pattern), rest @ ..]) => {
            let count = match rest {
                [] => usize::MAX,
                [Value::Int(count)] => usize::try_from(*count).unwrap_or(usize::MAX),
                _ => return None,
            };
            let found: Result<Vec<Value>, EvaluationError> = context.pattern(pattern).map(|own| {
                let found = own.find_iter(text).take(count);
                found.map(|found| Value::text(found.as_str())).collect()
            });
            found.map(|found| Value::list(found, ListKind::Plain))
        }
        _ => return None,
    })
}

/// `unicode.IsSpace`
fn is_space(letter: char) -> bool {
    letter.is_whitespace()
}

fn made(text: String, context: &mut Context<'_>) -> Answer {
    context.make(text.len())?;
    Ok(Value::Text(text.into()))
}

fn out_of_range<T>(at: i64) -> Result<T, EvaluationError> {
    failed(format!("index out of range: {at}"))
}

/// The byte at which the character `at` starts, up to the end of the text.
fn byte_of(text: &str, at: i64) -> Result<usize, EvaluationError> {
    let Ok(index) = usize::try_from(at) else {
        return out_of_range(at);
    };
    let mut starts = text.char_indices().map(|(start, _)| start);
    let start = starts.by_ref().chain([text.len()]).nth(index);
    start.map_or_else(|| out_of_range(at), Ok)
}

fn char_at(text: &str, at: i64) -> Answer {
    let start = byte_of(text, at)?;
    let letter = text[start..].chars().next();
    Ok(Value::text(&letter.map(String::from).unwrap_or_default()))
}

#[expect(clippy::cast_possible_wrap)]
fn position(text: &str, byte: Option<usize>) -> Answer {
    Ok(Value::Int(
        byte.map_or(-1, |byte| text[..byte].chars().count() as i64),
    ))
}

fn index_of(text: &str, part: &str, from: i64) -> Answer {
    if part.is_empty() {
        return Ok(Value::Int(from));
    }
    if from < 0 {
        return out_of_range(from);
    }
    let Ok(start) = byte_of(text, from) else {
        return Ok(Value::Int(-1));
    };
    position(text, text[start..].find(part).map(|at| at + start))
}

fn last_index_of(text: &str, part: &str, from: Option<i64>) -> Answer {
    if part.is_empty() {
        return match from {
            Some(from) => Ok(Value::Int(from)),
            None => position(text, Some(text.len())),
        };
    }
    let end = match from {
        Some(from) if from < 0 => return out_of_range(from),
        Some(from) => match byte_of(text, from) {
            Ok(start) if start < text.len() => (start + part.len()).min(text.len()),
            _ => return Ok(Value::Int(-1)),
        },
        None => text.len(),
    };
    // The part may start at `from` at the latest.
    let bytes = &text.as_bytes()[..end];
    let found = bytes
        .windows(part.len())
        .rposition(|own| own == part.as_bytes());
    position(text, found)
}

fn substring(text: &str, start: i64, end: Option<i64>) -> Answer {
    if let Some(end) = end
        && start > end
    {
        return failed(format!(
            "invalid substring range. start: {start}, end: {end}"
        ));
    }
    let first = byte_of(text, start)?;
    let last = end.map_or(Ok(text.len()), |end| byte_of(text, end))?;
    Ok(Value::text(&text[first..last]))
}

/// `strings.Replace`
fn replace(text: &str, old: &str, new: &str, count: i64, context: &mut Context<'_>) -> Answer {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    // An empty text is found before each character and at the end.
    let found = if old.is_empty() {
        text.chars().count() + 1
    } else {
        text.matches(old).count()
    };
    context.make(text.len() + found.min(count).saturating_mul(new.len()))?;
    Ok(Value::Text(text.replacen(old, new, count).into()))
}

/// `strings.SplitN`
fn split(text: &str, separator: &str, count: i64, context: &mut Context<'_>) -> Answer {
    let count = match usize::try_from(count) {
        Ok(0) => return Ok(Value::list(Vec::new(), ListKind::Plain)),
        Ok(count) => count,
        Err(_) => usize::MAX,
    };
    let mut parts = Vec::new();
    if separator.is_empty() {
        let mut starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        starts.truncate(count);
        context.make(starts.len() * 32)?;
        for (i, &start) in starts.iter().enumerate() {
            let end = starts.get(i + 1).copied();
            let end = match end {
                Some(end) => end,
                None => text.len(),
            };
            parts.push(Value::text(&text[start..end]));
        }
    } else {
        for part in text.splitn(count, separator) {
            context.make(32 + part.len())?;
            parts.push(Value::text(part));
        }
    }
    Ok(Value::list(parts, ListKind::Plain))
}

fn join(items: &[Value], separator: &str, context: &mut Context<'_>) -> Answer {
    let mut text = String::new();
    for (i, item) in items.iter().enumerate() {
        let Value::Text(item) = item else {
            return failed("join: invalid input");
        };
        context.make(separator.len() + item.len())?;
        if i > 0 {
            text.push_str(separator);
        }
        text.push_str(item);
    }
    Ok(Value::Text(text.into()))
}

/// `strings.quote`
fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for letter in text.chars() {
        match letter {
            '\x07' => quoted.push_str("\\a"),
            '\x08' => quoted.push_str("\\b"),
            '\x0c' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\x0b' => quoted.push_str("\\v"),
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

//! Replaces `${VAR}` in texts, as the library `envsubst` of Flux does (`fluxcd/pkg/envsubst`).

mod parse;

use podwright_go_template::text;
use podwright_syntax::text::Location;

use crate::{RenderError, Text};
use parse::{Node, Parser};

/// What a variable is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// It has this value.
    Known(Text),
    /// It has none that is known. Its default applies.
    Absent,
    /// It may have any value, or none.
    Unknown,
}

/// Replaces the expressions of a text (`Eval`). An expression that needs a variable whose value is not known stays as
/// it is. A value keeps its origins.
///
/// # Errors
///
/// Returns an error at the first expression that is malformed.
pub(super) fn eval(input: &Text, variable: &dyn Fn(&str) -> Value) -> Result<Text, RenderError> {
    if !input.as_str().contains('$') {
        return Ok(input.clone());
    }
    let mut out = Text::default();
    let mut parser = Parser::new(input);
    while let Some((node, range)) = parser.next()? {
        match value(&node, variable) {
            Some(text) => out.push(&text),
            None => out.push(&input.slice(range)),
        }
    }
    Ok(out)
}

/// The value of a node; `None` if it is not known.
fn value(node: &Node, variable: &dyn Fn(&str) -> Value) -> Option<Text> {
    let Node::Function {
        parameter,
        name,
        arguments,
        place,
    } = node
    else {
        let Node::Text(text) = node else { return None };
        return Some(text.clone());
    };
    let own = match variable(parameter) {
        Value::Known(own) => own,
        Value::Absent if is_default(name) && !name.is_empty() => Text::default(),
        Value::Absent | Value::Unknown => return None,
    };
    let arguments: Option<Vec<Text>> = arguments
        .iter()
        .map(|argument| value(argument, variable))
        .collect();
    // A default that is not needed may be unknown.
    let Some(arguments) = arguments else {
        return (is_default(name) && !own.is_empty()).then_some(own);
    };
    let operation = operation(name);
    let is_pattern = matches!(
        operation,
        Operation::ShortestPrefix
            | Operation::LongestPrefix
            | Operation::ShortestSuffix
            | Operation::LongestSuffix
    );
    // Classes and escapes in patterns are rare.
    let is_simple = |pattern: &Text| !pattern.as_str().contains(['[', '\\']);
    if is_pattern && !arguments.iter().all(is_simple) {
        return None;
    }
    Some(apply(&operation, own, &arguments, *place))
}

fn is_default(name: &str) -> bool {
    matches!(operation(name), Operation::Default)
}

/// A function on the value of a variable (`lookupFunc`).
enum Operation {
    LowerFirst,
    Lower,
    UpperFirst,
    Upper,
    /// Its length, or without the shortest prefix that a pattern matches.
    ShortestPrefix,
    LongestPrefix,
    ShortestSuffix,
    LongestSuffix,
    Part,
    ReplacePrefix,
    ReplaceSuffix,
    ReplaceFirst,
    ReplaceAll,
    Default,
}

fn operation(name: &str) -> Operation {
    match name {
        "," => Operation::LowerFirst,
        ",," => Operation::Lower,
        "^" => Operation::UpperFirst,
        "^^" => Operation::Upper,
        "#" => Operation::ShortestPrefix,
        "##" => Operation::LongestPrefix,
        "%" => Operation::ShortestSuffix,
        "%%" => Operation::LongestSuffix,
        ":" => Operation::Part,
        "/#" => Operation::ReplacePrefix,
        "/%" => Operation::ReplaceSuffix,
        "/" => Operation::ReplaceFirst,
        "//" => Operation::ReplaceAll,
        _ => Operation::Default,
    }
}

fn apply(operation: &Operation, own: Text, arguments: &[Text], place: Option<Location>) -> Text {
    let first = arguments.first();
    let derived = |string: String| match place.or(own.location()) {
        Some(place) => own.derived(string, place),
        None => Text::constant(string),
    };
    match operation {
        Operation::LowerFirst => derived(with_first(own.as_str(), char::to_lowercase)),
        Operation::UpperFirst => derived(with_first(own.as_str(), char::to_uppercase)),
        Operation::Lower => derived(own.as_str().to_lowercase()),
        Operation::Upper => derived(own.as_str().to_uppercase()),
        Operation::ShortestPrefix => match first {
            None => derived(own.len().to_string()),
            Some(pattern) => without_prefix(&own, pattern.as_str(), false),
        },
        Operation::LongestPrefix => match first {
            None => own,
            Some(pattern) => without_prefix(&own, pattern.as_str(), true),
        },
        Operation::ShortestSuffix | Operation::LongestSuffix => match first {
            None => own,
            Some(pattern) => {
                let is_longest = matches!(operation, Operation::LongestSuffix);
                without_suffix(&own, pattern.as_str(), is_longest)
            }
        },
        Operation::Part => part(&own, arguments),
        Operation::ReplacePrefix => match arguments {
            [old, new] if own.as_str().starts_with(old.as_str()) => {
                text::replace(&own, old.as_str(), new, 1)
            }
            _ => own,
        },
        Operation::ReplaceSuffix => match arguments {
            [old, new] if own.as_str().ends_with(old.as_str()) => {
                let kept = own.slice(0..own.len() - old.len());
                Text::concat([&kept, new])
            }
            _ => own,
        },
        Operation::ReplaceFirst | Operation::ReplaceAll => {
            let limit = match operation {
                Operation::ReplaceFirst => 1,
                _ => usize::MAX,
            };
            let nothing = Text::default();
            match arguments {
                [] => own,
                [old] => text::replace(&own, old.as_str(), &nothing, limit),
                [old, new, ..] => text::replace(&own, old.as_str(), new, limit),
            }
        }
        Operation::Default => match own.is_empty() && !arguments.is_empty() {
            true => Text::concat(arguments),
            false => own,
        },
    }
}

fn with_first<I: Iterator<Item = char>>(string: &str, change: impl Fn(char) -> I) -> String {
    let mut rest = string.chars();
    match rest.next() {
        Some(first) => change(first).chain(rest).collect(),
        None => String::new(),
    }
}

/// The part from a position on, of a length (`toSubstr`). Numbers that are not numbers change nothing.
fn part(own: &Text, arguments: &[Text]) -> Text {
    let number = |text: &Text| text.as_str().parse::<i64>().ok();
    let Some(position) = arguments.first().and_then(number) else {
        return own.clone();
    };
    let length = i64::try_from(own.len()).unwrap_or(i64::MAX);
    let start = match position < 0 {
        true => (length + position).max(0),
        false => position,
    };
    let end = match arguments.get(1) {
        None => length,
        Some(wanted) => match number(wanted) {
            Some(wanted) => start.saturating_add(wanted).min(length),
            None => return own.clone(),
        },
    };
    let at = |index: i64| usize::try_from(index).ok();
    let (Some(start), Some(end)) = (at(start), at(end)) else {
        return own.clone();
    };
    let is_inside = start < end && own.as_str().is_char_boundary(start);
    match is_inside && own.as_str().is_char_boundary(end) {
        true => own.slice(start..end),
        false => Text::default(),
    }
}

/// Without the prefix that a pattern matches (`trimShortest`, `trimLongest`).
fn without_prefix(own: &Text, pattern: &str, is_longest: bool) -> Text {
    let string = own.as_str();
    let mut ends: Vec<usize> = string.char_indices().map(|(at, _)| at).skip(1).collect();
    ends.push(string.len());
    let is_match = |end: &&usize| glob(pattern, &string[..**end]);
    let found = match is_longest {
        true => ends.iter().rev().find(is_match),
        false => ends.iter().find(is_match),
    };
    match found {
        Some(&end) if !string.is_empty() => own.slice(end..own.len()),
        _ => own.clone(),
    }
}

/// As [`without_prefix`], from the end. Flux matches the reversed pattern against the reversed text.
fn without_suffix(own: &Text, pattern: &str, is_longest: bool) -> Text {
    let reversed = |string: &str| string.chars().rev().collect::<String>();
    let (string, pattern) = (reversed(own.as_str()), reversed(pattern));
    let cut = without_prefix(&Text::constant(string), &pattern, is_longest);
    own.slice(0..cut.len())
}

/// Whether a pattern with `*` and `?` matches a whole text (`path/match.go`).
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut here) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while here < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, here));
                at += 1;
            }
            Some(&wanted) if wanted == '?' || wanted == text[here] => {
                at += 1;
                here += 1;
            }
            _ => match star {
                Some((from, matched)) => {
                    at = from + 1;
                    here = matched + 1;
                    star = Some((from, here));
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|rest| *rest == '*')
}

#[cfg(test)]
mod tests;

//! Upper and lower case (`goutils`, `xstrings`).

use podwright_go_template::{Call, Failure, Function, Type, Value, text};
use podwright_syntax::provenance::Text;

use Type::String as Str;

pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("upper", Function::new(&[Str], |_, a| each(&a, to_upper))),
    ("lower", Function::new(&[Str], |_, a| each(&a, to_lower))),
    (
        "title",
        Function::new(&[Str], |call, a| whole(call, &a, title)),
    ),
    (
        "untitle",
        Function::new(&[Str], |call, a| whole(call, &a, untitle)),
    ),
    (
        "swapcase",
        Function::new(&[Str], |call, a| whole(call, &a, swap)),
    ),
    (
        "initials",
        Function::new(&[Str], |call, a| whole(call, &a, initials)),
    ),
    (
        "camelcase",
        Function::new(&[Str], |call, a| whole(call, &a, pascal)),
    ),
    (
        "snakecase",
        Function::new(&[Str], |call, a| {
            whole(call, &a, |text| lower_words(text, '_'))
        }),
    ),
    (
        "kebabcase",
        Function::new(&[Str], |call, a| {
            whole(call, &a, |text| lower_words(text, '-'))
        }),
    ),
];

type Outcome = Result<Value, Failure>;

/// Changes each character separately.
fn each(arguments: &[Value], change: fn(char) -> char) -> Outcome {
    let text = super::text(arguments, 0);
    Ok(text::map(&text, |part| part.chars().map(change).collect()).into())
}

/// Changes the whole string. Where nothing changes, it keeps its origin.
fn whole(call: &mut Call<'_>, arguments: &[Value], change: impl Fn(&str) -> String) -> Outcome {
    let text = super::text(arguments, 0);
    call.allocate(2 * text.len())?;
    let changed = change(text.as_str());
    Ok(match changed == text.as_str() {
        true => Text::clone(&text).into(),
        false => call.derived(changed, &text).into(),
    })
}

/// `unicode.ToUpper`: characters that become several stay.
fn to_upper(character: char) -> char {
    let mut upper = character.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(upper), None) => upper,
        _ => character,
    }
}

fn to_lower(character: char) -> char {
    let mut lower = character.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        _ => character,
    }
}

/// `strings.Title`
fn title(text: &str) -> String {
    let mut previous = ' ';
    let change = |character: char| {
        let is_separator = match previous {
            '_' => false,
            other if other.is_alphanumeric() => false,
            other if other.is_ascii() => true,
            other => other.is_whitespace(),
        };
        previous = character;
        if is_separator {
            to_upper(character)
        } else {
            character
        }
    };
    text.chars().map(change).collect()
}

fn untitle(text: &str) -> String {
    let mut is_next = true;
    let change = |character: char| {
        if character.is_whitespace() {
            is_next = true;
            return character;
        }
        match std::mem::take(&mut is_next) {
            true => to_lower(character),
            false => character,
        }
    };
    text.chars().map(change).collect()
}

fn swap(text: &str) -> String {
    let change = |character: char| match character {
        upper if upper.is_uppercase() => to_lower(upper),
        lower if lower.is_lowercase() => to_upper(lower),
        other => other,
    };
    text.chars().map(change).collect()
}

/// The first byte of each word.
fn initials(text: &str) -> String {
    let mut was_gap = true;
    let mut out = String::new();
    for byte in text.bytes() {
        let character = char::from(byte);
        if character.is_whitespace() {
            was_gap = true;
        } else if was_gap {
            out.push(character);
            was_gap = false;
        }
    }
    out
}

fn is_connector(character: char) -> bool {
    matches!(character, '-' | '_') || character.is_whitespace()
}

/// `xstrings.ToPascalCase`
fn pascal(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::new();
    let mut rest = characters.iter().copied();
    let mut current = None;
    let mut is_first_upper = false;
    for character in rest.by_ref() {
        if !is_connector(character) {
            is_first_upper = character.is_uppercase();
            current = Some(to_upper(character));
            break;
        }
        out.push(character);
    }
    let Some(mut current) = current else {
        return out;
    };
    for next in rest {
        let previous = current;
        current = next;
        if is_connector(current) && is_connector(previous) {
            out.push(previous);
            continue;
        }
        if is_connector(previous) {
            is_first_upper = current.is_uppercase();
            current = to_upper(current);
        } else {
            if is_first_upper {
                if current.is_uppercase() {
                    current = to_lower(current);
                } else {
                    is_first_upper = false;
                }
            }
            out.push(previous);
        }
    }
    out.push(current);
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    None,
    Number,
    Upper,
    Alphabet,
    Connector,
    Punctuation,
    Other,
}

fn is_punctuation(character: char) -> bool {
    match character {
        '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~' => false,
        other => other.is_ascii_punctuation(),
    }
}

fn is_letter(character: char) -> bool {
    character.is_alphabetic()
}

/// The first word of a text, and how many characters it has (`nextWord`).
fn next_word(text: &[char]) -> (Word, usize) {
    let Some(&first) = text.first() else {
        return (Word::None, 0);
    };
    let run = |is: &dyn Fn(char) -> bool| text.iter().take_while(|&&c| is(c)).count();
    if is_connector(first) {
        return (Word::Connector, run(&is_connector));
    }
    if is_punctuation(first) {
        return (Word::Punctuation, run(&is_punctuation));
    }
    if first.is_uppercase() {
        let upper = run(&char::is_uppercase);
        let next = text.get(upper).copied();
        let length = match (upper, next) {
            // The last upper case letter begins the next word.
            (2.., Some(next)) if is_letter(next) => upper - 1,
            (1, Some(next)) if is_letter(next) => {
                let rest = text[1..].iter();
                1 + rest
                    .take_while(|&&c| is_letter(c) && !c.is_uppercase())
                    .count()
            }
            _ => upper,
        };
        return (Word::Upper, length);
    }
    if is_letter(first) {
        return (Word::Alphabet, run(&|c| is_letter(c) && !c.is_uppercase()));
    }
    if first.is_numeric() {
        return (Word::Number, run(&char::is_numeric));
    }
    let is_other =
        |c: char| !(is_connector(c) || is_letter(c) || c.is_numeric() || is_punctuation(c));
    (Word::Other, run(&is_other).max(1))
}

/// `xstrings.ToSnakeCase` and `ToKebabCase` (`camelCaseToLowerCase`).
fn lower_words(text: &str, connector: char) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut rest: &[char] = &characters;
    let mut out = String::new();
    let take = |rest: &mut &[char]| -> (Word, Vec<char>) {
        let (kind, length) = next_word(rest);
        let word = rest[..length].to_vec();
        *rest = &rest[length..];
        (kind, word)
    };
    let lower = |out: &mut String, kind: Word, word: &[char]| match kind {
        Word::Upper => out.extend(word.iter().map(|&c| to_lower(c))),
        Word::Connector => out.extend(word.iter().map(|_| connector)),
        _ => out.extend(word),
    };
    let (mut kind, mut word) = take(&mut rest);
    while !rest.is_empty() {
        if kind != Word::Connector {
            lower(&mut out, kind, &word);
        }
        let (previous, last) = (kind, word.clone());
        (kind, word) = take(&mut rest);
        match previous {
            Word::Number => {
                while matches!(kind, Word::Alphabet | Word::Number) {
                    lower(&mut out, kind, &word);
                    (kind, word) = take(&mut rest);
                }
                if !matches!(kind, Word::None | Word::Punctuation | Word::Connector) {
                    out.push(connector);
                }
            }
            Word::Connector => lower(&mut out, previous, &last),
            Word::Punctuation => {}
            _ => {
                if kind != Word::Number {
                    if !matches!(kind, Word::Connector | Word::Punctuation) {
                        out.push(connector);
                    }
                    continue;
                }
                if rest.is_empty() {
                    continue;
                }
                let number = std::mem::take(&mut word);
                (kind, word) = take(&mut rest);
                if kind != Word::Alphabet {
                    lower(&mut out, Word::Number, &number);
                    if !matches!(kind, Word::Connector | Word::Punctuation) {
                        out.push(connector);
                    }
                    continue;
                }
                out.push(connector);
                lower(&mut out, Word::Number, &number);
                while matches!(kind, Word::Alphabet | Word::Number) {
                    lower(&mut out, kind, &word);
                    (kind, word) = take(&mut rest);
                }
                if !matches!(kind, Word::None | Word::Connector | Word::Punctuation) {
                    out.push(connector);
                }
            }
        }
    }
    lower(&mut out, kind, &word);
    out
}

#[cfg(test)]
mod tests {
    use super::{lower_words, pascal, title};

    #[test]
    fn words_are_those_of_xstrings() {
        for (text, expected) in [
            ("FirstNameHTTP", "first_name_http"),
            ("FirstName", "first_name"),
            ("HTTPServer", "http_server"),
            ("NoHTTPS", "no_https"),
            ("GO_PATH", "go_path"),
            ("GO PATH", "go_path"),
            ("GO-PATH", "go_path"),
            ("http2xx", "http_2xx"),
            ("HTTP20xOK", "http_20x_ok"),
            ("Duration2m3s", "duration_2m3s"),
        ] {
            assert_eq!(lower_words(text, '_'), expected, "{text}");
        }
        assert_eq!(pascal("http_server-name x"), "HttpServerNameX");
        assert_eq!(title("hello wORLD foo-bar"), "Hello WORLD Foo-Bar");
    }
}

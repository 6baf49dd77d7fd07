//! Images that a Tiltfile builds. A Tiltfile is a program; only calls with a literal name are read.

use rustc_hash::FxHashMap;

/// Functions whose first argument, or argument `ref`, is the image that they build. Tilt replaces its tag in the objects
/// that it applies.
const BUILDERS: [&str; 4] = [
    "docker_build",
    "custom_build",
    "docker_build_with_restart",
    "custom_build_with_restart",
];

/// Number of tokens after the start of a call in which the argument `ref` is searched.
const MAX_CALL_TOKENS: usize = 1_000;

/// Returns the names of the images that the Tiltfile `text` builds, without tag: string literals, and variables that
/// are assigned one.
#[must_use]
pub fn tilt_images(text: &str) -> Vec<String> {
    let tokens = tokens(text);
    let mut variables: FxHashMap<&str, &str> = FxHashMap::default();
    let mut names = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Token::Word(word) = *token else { continue };
        match tokens.get(at + 1..at + 3) {
            Some([Token::Sign('='), Token::Text(value)]) => {
                variables.insert(word, value);
            }
            Some([Token::Sign('('), _]) if BUILDERS.contains(&word) => {
                let name = built(&tokens[at + 2..], &variables);
                names.extend(name.map(|name| without_tag(name).to_owned()));
            }
            _ => {}
        }
    }
    names
}

/// First argument of a call, or its argument `ref`.
fn built<'t>(arguments: &[Token<'t>], variables: &FxHashMap<&str, &'t str>) -> Option<&'t str> {
    let value = match arguments {
        [Token::Word("ref"), Token::Sign('='), value, ..] => value,
        // Another named argument comes first.
        [Token::Word(_), Token::Sign('='), ..] => {
            let mut depth = 0;
            let nearby = arguments.windows(3).take(MAX_CALL_TOKENS);
            let mut call = nearby.take_while(|window| {
                depth += match window[0] {
                    Token::Sign('(') => 1,
                    Token::Sign(')') => -1,
                    _ => 0,
                };
                depth >= 0
            });
            let is_name =
                |window: &&[Token<'_>]| matches!(window, [Token::Word("ref"), Token::Sign('='), _]);
            &call.find(is_name)?[2]
        }
        [value, ..] => value,
        [] => return None,
    };
    match *value {
        Token::Text(name) => Some(name),
        Token::Word(variable) => variables.get(variable).copied(),
        Token::Sign(_) => None,
    }
}

fn without_tag(image: &str) -> &str {
    let slash = image.rfind('/').map_or(0, |at| at + 1);
    image[slash..]
        .find([':', '@'])
        .map_or(image, |at| &image[..slash + at])
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'t> {
    /// Identifier.
    Word(&'t str),
    /// Content of a string literal, with its escapes.
    Text(&'t str),
    /// Any other character.
    Sign(char),
}

/// Splits a Starlark program into tokens, without comments and white space.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let length = match first {
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' => {
                let (content, length) = literal(rest, first);
                tokens.push(Token::Text(content));
                length
            }
            c if is_word(c) => {
                let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                tokens.push(Token::Word(&rest[..length]));
                length
            }
            c => {
                if !c.is_whitespace() {
                    tokens.push(Token::Sign(c));
                }
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    tokens
}

/// Content and length of the string literal at the start of `text`. It ends with the text if it is not closed.
fn literal(text: &str, quote: char) -> (&str, usize) {
    let triple = [quote; 3].iter().collect::<String>();
    let mark = match text.starts_with(&triple) {
        true => &text[..3],
        false => &text[..1],
    };
    let mut at = mark.len();
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(mark) {
            return (&text[mark.len()..at], at + mark.len());
        }
        let mut characters = rest.chars();
        let first = characters.next().map_or(0, char::len_utf8);
        at += match rest.starts_with('\\') {
            true => first + characters.next().map_or(0, char::len_utf8),
            false => first,
        };
    }
    (&text[mark.len()..], text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_images_are_found() {
        let text = r#"
# docker_build('commented', '.')
IMG = 'controller:latest'
docker_build("registry.example:5000/web", '.', dockerfile='Dockerfile')
docker_build(IMG, '.')
custom_build(
    'worker:dev',  # the name
    'make build TAG=$EXPECTED_REF',
    deps=['.'],
)
docker_build_with_restart(context='.', entrypoint=cmd('x'), ref='api')
docker_build(registry + '/computed', '.')
local('docker_build("in a string")')
"""
docker_build('in a long string')
"""
"#;
        assert_eq!(
            tilt_images(text),
            ["registry.example:5000/web", "controller", "worker", "api"]
        );
    }

    #[test]
    fn an_open_literal_ends_with_the_text() {
        for text in [
            "docker_build(",
            "docker_build(ref=",
            "'\u{e9}",
            "docker_build(a=b",
        ] {
            assert_eq!(tilt_images(text), [""; 0], "{text}");
        }
        assert_eq!(tilt_images("docker_build('a\\"), ["a\\"]);
        assert_eq!(tilt_images("docker_build('a"), ["a"]);
    }
}

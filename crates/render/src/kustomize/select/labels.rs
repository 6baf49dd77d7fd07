//! Label selectors as apimachinery parses them (`labels.Parse`).

/// Conditions that all hold.
pub(super) type Requirements = Vec<Requirement>;

/// A condition for one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Requirement {
    key: String,
    condition: Condition,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Condition {
    Exists,
    Missing,
    In(Vec<String>),
    NotIn(Vec<String>),
    Above(i64),
    Below(i64),
}

/// Whether the values that `value` returns by key meet all conditions.
pub(super) fn matches<'v>(
    requirements: &[Requirement],
    value: impl Fn(&str) -> Option<&'v str>,
) -> bool {
    requirements.iter().all(|requirement| {
        let own = value(&requirement.key);
        let number = || own?.parse::<i64>().ok();
        match &requirement.condition {
            Condition::Exists => own.is_some(),
            Condition::Missing => own.is_none(),
            Condition::In(values) => own.is_some_and(|own| values.iter().any(|value| value == own)),
            Condition::NotIn(values) => {
                own.is_none_or(|own| values.iter().all(|value| value != own))
            }
            Condition::Above(limit) => number().is_some_and(|number| number > *limit),
            Condition::Below(limit) => number().is_some_and(|number| number < *limit),
        }
    })
}

/// Parses a selector.
///
/// # Errors
///
/// Returns what is wrong.
pub(super) fn parse(text: &str) -> Result<Requirements, String> {
    let mut parser = Parser {
        tokens: tokens(text),
        at: 0,
    };
    let mut all = Vec::new();
    loop {
        match parser.peek() {
            Token::Word(_) | Token::Not => {
                all.push(parser.requirement()?);
                match parser.next() {
                    Token::End => return Ok(all),
                    Token::Comma if matches!(parser.peek(), Token::Word(_) | Token::Not) => {}
                    Token::Comma => {
                        return Err(format!(
                            "found {}, expected: identifier after `,`",
                            parser.peek().shown()
                        ));
                    }
                    other => {
                        return Err(format!(
                            "found {}, expected: `,` or end of string",
                            other.shown()
                        ));
                    }
                }
            }
            Token::End => return Ok(all),
            other => {
                return Err(format!(
                    "found {}, expected: `!`, identifier, or end of string",
                    other.shown()
                ));
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    End,
    Close,
    Comma,
    Not,
    /// `=` or `==`
    Equal,
    NotEqual,
    Above,
    Below,
    Open,
    /// A key or value; also `in` and `notin`.
    Word(String),
}

impl Token {
    fn shown(&self) -> String {
        let text = match self {
            Self::End => return "end of string".to_owned(),
            Self::Close => ")",
            Self::Comma => ",",
            Self::Not => "!",
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Above => ">",
            Self::Below => "<",
            Self::Open => "(",
            Self::Word(text) => text,
        };
        format!("`{text}`")
    }
}

const SPECIAL: [char; 7] = ['=', '!', '(', ')', ',', '>', '<'];

fn tokens(text: &str) -> Vec<Token> {
    // The lexer takes a NUL for the end.
    let mut rest = text.split('\0').next().unwrap_or_default();
    let is_space = |character: char| matches!(character, ' ' | '\t' | '\r' | '\n');
    let mut all = Vec::new();
    loop {
        rest = rest.trim_start_matches(is_space);
        let Some(first) = rest.chars().next() else {
            all.push(Token::End);
            return all;
        };
        let end = if SPECIAL.contains(&first) {
            // The longest operator at the start.
            let (token, end) = match first {
                '=' if rest.starts_with("==") => (Token::Equal, 2),
                '!' if rest.starts_with("!=") => (Token::NotEqual, 2),
                '=' => (Token::Equal, 1),
                '!' => (Token::Not, 1),
                '(' => (Token::Open, 1),
                ')' => (Token::Close, 1),
                ',' => (Token::Comma, 1),
                '>' => (Token::Above, 1),
                _ => (Token::Below, 1),
            };
            all.push(token);
            end
        } else {
            let is_end = |character: char| SPECIAL.contains(&character) || is_space(character);
            let end = rest.find(is_end).unwrap_or(rest.len());
            all.push(Token::Word(rest[..end].to_owned()));
            end
        };
        rest = &rest[end..];
    }
}

struct Parser {
    /// Ends with [`Token::End`].
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).unwrap_or(&Token::End)
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let mut first = self.next();
        let is_negated = first == Token::Not;
        if is_negated {
            first = self.next();
        }
        let key = match first {
            Token::Word(key) => key,
            other => return Err(format!("found {}, expected: identifier", other.shown())),
        };
        check_key(&key)?;
        if is_negated {
            return Ok(Requirement {
                key,
                condition: Condition::Missing,
            });
        }
        if matches!(self.peek(), Token::End | Token::Comma) {
            return Ok(Requirement {
                key,
                condition: Condition::Exists,
            });
        }
        let condition = match self.next() {
            Token::Word(word) if word == "in" => Condition::In(self.list()?),
            Token::Word(word) if word == "notin" => Condition::NotIn(self.list()?),
            Token::Equal => Condition::In(vec![self.value()?]),
            Token::NotEqual => Condition::NotIn(vec![self.value()?]),
            Token::Above => Condition::Above(number(&self.value()?)?),
            Token::Below => Condition::Below(number(&self.value()?)?),
            other => {
                return Err(format!(
                    "found {}, expected: `=`, `!=`, `==`, `in`, `notin`",
                    other.shown()
                ));
            }
        };
        if let Condition::In(values) | Condition::NotIn(values) = &condition {
            values
                .iter()
                .try_for_each(|value| check_value(&key, value))?;
        }
        Ok(Requirement { key, condition })
    }

    /// `parseExactValue`
    fn value(&mut self) -> Result<String, String> {
        if matches!(self.peek(), Token::End | Token::Comma) {
            return Ok(String::new());
        }
        match self.next() {
            Token::Word(value) => Ok(value),
            other => Err(format!("found {}, expected: identifier", other.shown())),
        }
    }

    /// `parseValues`
    fn list(&mut self) -> Result<Vec<String>, String> {
        match self.next() {
            Token::Open => {}
            other => return Err(format!("found {}, expected: `(`", other.shown())),
        }
        match self.peek() {
            Token::Close => {
                self.at += 1;
                return Ok(vec![String::new()]);
            }
            Token::Word(_) | Token::Comma => {}
            other => {
                return Err(format!(
                    "found {}, expected: `,`, `)` or identifier",
                    other.shown()
                ));
            }
        }
        let mut values = Vec::new();
        loop {
            match self.next() {
                Token::Word(value) => {
                    values.push(value);
                    match self.peek() {
                        Token::Comma => {}
                        Token::Close => break,
                        other => {
                            return Err(format!("found {}, expected: `,` or `)`", other.shown()));
                        }
                    }
                }
                // An empty value before, between or after commas.
                Token::Comma => {
                    if values.is_empty() {
                        values.push(String::new());
                    }
                    match self.peek() {
                        Token::Close => {
                            values.push(String::new());
                            break;
                        }
                        Token::Comma => {
                            self.at += 1;
                            values.push(String::new());
                        }
                        _ => {}
                    }
                }
                other => {
                    return Err(format!(
                        "found {}, expected: `,` or identifier",
                        other.shown()
                    ));
                }
            }
        }
        // The closing parenthesis.
        self.at += 1;
        Ok(values)
    }
}

fn number(text: &str) -> Result<i64, String> {
    text.parse()
        .map_err(|_| "for the operators `>` and `<`, the value must be an integer".to_owned())
}

/// `validation.IsQualifiedName`
fn check_key(key: &str) -> Result<(), String> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let is_subdomain = |text: &str| {
        let is_label = |label: &str| {
            let is_inner =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(is_inner)
        };
        text.len() <= 253 && text.split('.').all(is_label)
    };
    if prefix.is_none_or(is_subdomain) && is_name(name) {
        Ok(())
    } else {
        Err(format!("invalid label key `{key}`"))
    }
}

/// `validation.IsValidLabelValue`
fn check_value(key: &str, value: &str) -> Result<(), String> {
    if value.is_empty() || is_name(value) {
        Ok(())
    } else {
        Err(format!("invalid label value `{value}` of key `{key}`"))
    }
}

fn is_name(text: &str) -> bool {
    let is_end = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    text.len() <= 63
        && is_end(text.bytes().next())
        && is_end(text.bytes().next_back())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

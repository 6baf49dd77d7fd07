//! Values of the command line: `--set` and its relatives (`pkg/strvals`).

use podwright_go_template::{Data, Entries, IntType, Key, List, Map, Value, quoted};
use podwright_syntax::provenance::{Origin, Text};

use super::read;

/// Highest index of a list.
const MAX_INDEX: usize = 65_536;

/// Most keys within each other.
const MAX_LEVELS: usize = 30;

/// How the value of an assignment is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetKind {
    /// `--set`: numbers, booleans and null have their types.
    Typed,
    /// `--set-string`: everything is a string.
    String,
    /// `--set-json`: the value is JSON.
    Json,
    /// `--set-file`: the value is the path of a file with the value.
    File,
    /// `--set-literal`: everything after `=` is the value.
    Literal,
}

/// Reads the file at a path, for [`SetKind::File`]. The error says why it cannot.
pub(super) type ReadFile<'r> = &'r mut dyn FnMut(&str) -> Result<Value, String>;

/// Sets what the assignments say: `a.b=1,c[0]=x`. The value may be `written` somewhere.
///
/// # Errors
///
/// Returns the message of helm.
pub(super) fn parse_into(
    text: &str,
    values: &Map,
    kind: SetKind,
    written: Option<&Text>,
    read_file: ReadFile<'_>,
) -> Result<(), String> {
    let parser = Parser {
        text: text.chars().collect(),
        at: 0,
        kind,
        written,
        read_file,
    };
    parser.run(values)
}

/// Sets the value at a path to a text (`ReplacePathValue` of `fluxcd/pkg/chartutil`). The value keeps its origins.
///
/// # Errors
///
/// Returns the message of helm.
pub(super) fn assign(
    values: &Map,
    path: &str,
    value: &Text,
    is_literal: bool,
) -> Result<(), String> {
    let string = value.as_str();
    let is_quoted = |quote: char| string.starts_with(quote) && string.ends_with(quote);
    let (kind, value) = match is_literal {
        true => (SetKind::Literal, value.clone()),
        false if is_quoted('\'') || is_quoted('"') => {
            let inner = string.trim_matches(['\'', '"']);
            let inner = podwright_go_template::text::part(value, inner);
            (SetKind::String, inner)
        }
        false => (SetKind::Typed, value.clone()),
    };
    let parser = Parser {
        text: format!("{path}={}", value.as_str()).chars().collect(),
        at: 0,
        kind,
        written: Some(&value),
        read_file: &mut |_| Err("no file is read here".to_owned()),
    };
    parser.run(values)
}

/// Why reading stops.
enum Stop {
    End,
    Error(String),
}

impl From<String> for Stop {
    fn from(message: String) -> Self {
        Self::Error(message)
    }
}

struct Parser<'r> {
    text: Vec<char>,
    at: usize,
    kind: SetKind,
    /// The value as it is written, with its origin.
    written: Option<&'r Text>,
    read_file: ReadFile<'r>,
}

fn empty_string() -> Value {
    Value::string("")
}

impl Parser<'_> {
    fn run(mut self, values: &Map) -> Result<(), String> {
        loop {
            match self.key(values, 0) {
                Ok(()) => {}
                Err(Stop::End) => return Ok(()),
                Err(Stop::Error(message)) => return Err(message),
            }
        }
    }

    fn next(&mut self) -> Option<char> {
        let next = self.text.get(self.at).copied()?;
        self.at += 1;
        Some(next)
    }

    /// Reads up to one of the characters, which is taken. `None` if the text ends first.
    fn until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let mut out = String::new();
        while let Some(next) = self.next() {
            if stops.contains(&next) {
                return (out, Some(next));
            }
            match next {
                '\\' if self.kind != SetKind::Literal => match self.next() {
                    Some(escaped) => out.push(escaped),
                    None => return (out, None),
                },
                other => out.push(other),
            }
        }
        (out, None)
    }

    fn key(&mut self, data: &Map, level: usize) -> Result<(), Stop> {
        let stops: &[char] = match self.kind {
            SetKind::Literal => &['=', '[', '.'],
            _ => &['=', '[', ',', '.'],
        };
        let (key, last) = self.until(stops);
        match last {
            None if key.is_empty() => Err(Stop::End),
            None => Err(format!("key {} has no value", quoted(&key)).into()),
            Some('[') => {
                let index = self.index()?;
                let old = data.get(&key).map(Value::unboxed);
                let list = match old.as_ref().map(|value| &value.data) {
                    None => Vec::new(),
                    Some(Data::List(list)) => list.items.to_vec(),
                    Some(_) => {
                        return Err(format!("unable to parse key: {key} is not a list").into());
                    }
                };
                let (list, result) = self.item(list, index, level);
                set(data, &key, Value::list(list));
                result
            }
            Some('=') => self.assignment(data, &key),
            Some(',') => {
                set(data, &key, empty_string());
                Err(format!("key {} has no value (cannot end with ,)", quoted(&key)).into())
            }
            Some(_) => {
                if level + 1 > MAX_LEVELS {
                    return Err(format!(
                        "value name nested level is greater than maximum supported nested level of {MAX_LEVELS}"
                    )
                    .into());
                }
                let old = data.get(&key).map(Value::unboxed);
                let inner = match old.as_ref().map(|value| &value.data) {
                    None => Map::new(Entries::new()),
                    Some(Data::Map(map)) => map.clone(),
                    Some(_) => {
                        return Err(format!("unable to parse key: {key} is not a map").into());
                    }
                };
                let result = self.key(&inner, level + 1);
                if result.is_ok() && inner.is_empty() {
                    return Err(format!("key map {} has no value", quoted(&key)).into());
                }
                if !inner.is_empty() {
                    set(data, &key, Value::constant(Data::Map(inner)));
                }
                result
            }
        }
    }

    fn assignment(&mut self, data: &Map, key: &str) -> Result<(), Stop> {
        match self.value()? {
            Some(value) => {
                set(data, key, value);
                Ok(())
            }
            None => {
                set(data, key, empty_string());
                Err(Stop::End)
            }
        }
    }

    /// The value after a `=`. `None` at the end of the text, where it is an empty string.
    fn value(&mut self) -> Result<Option<Value>, Stop> {
        match self.kind {
            SetKind::Literal => {
                let rest: String = self.text[self.at..].iter().collect();
                self.at = self.text.len();
                Ok(Some(self.string(&rest)))
            }
            SetKind::Json => self.json().map(Some),
            SetKind::Typed | SetKind::String | SetKind::File => {
                match self.text.get(self.at) {
                    None => return Ok(None),
                    Some('{') => {
                        self.at += 1;
                        return self.list().map(Some);
                    }
                    Some(_) => {}
                }
                let (text, _) = self.until(&[',']);
                Ok(Some(self.typed(&text)?))
            }
        }
    }

    /// `{a,b}`
    fn list(&mut self) -> Result<Value, Stop> {
        let mut items = Vec::new();
        loop {
            let (text, last) = self.until(&[',', '}']);
            match last {
                None => return Err("list must terminate with '}'".to_owned().into()),
                Some('}') => {
                    if self.text.get(self.at) == Some(&',') {
                        self.at += 1;
                    }
                    items.push(self.typed(&text)?);
                    return Ok(Value::list(items));
                }
                Some(_) => items.push(self.typed(&text)?),
            }
        }
    }

    /// The value that a text is for.
    fn typed(&mut self, text: &str) -> Result<Value, Stop> {
        Ok(match self.kind {
            SetKind::String => self.string(text),
            SetKind::File => (self.read_file)(text)?,
            _ => self.typed_value(text),
        })
    }

    /// `typedVal`
    fn typed_value(&self, text: &str) -> Value {
        let origin = || self.origin(text);
        let int = |number| Value::new(Data::Int(IntType::Int64, number), origin());
        match text.to_ascii_lowercase().as_str() {
            "true" => return Value::new(Data::Bool(true), origin()),
            "false" => return Value::new(Data::Bool(false), origin()),
            "null" => return Value::new(Data::Nil, origin()),
            "0" => return int(0),
            _ => {}
        }
        match text.parse::<i64>() {
            Ok(number) if !text.starts_with('0') => int(number),
            _ => self.string(text),
        }
    }

    /// A string with the origin of the value.
    fn string(&self, text: &str) -> Value {
        match self.written {
            Some(written) if written.as_str() == text => written.clone().into(),
            _ => Text::new(text, self.origin(text)).into(),
        }
    }

    /// Where a part of the value is written.
    fn origin(&self, text: &str) -> Origin {
        let Some(written) = self.written else {
            return Origin::Nowhere;
        };
        let mut runs = written.runs();
        match (runs.next(), runs.next()) {
            (Some((_, whole)), None) if written.as_str() == text => whole.clone(),
            _ => written.location().map_or(Origin::Nowhere, Origin::made_at),
        }
    }

    /// A JSON value up to the next comma outside of it.
    fn json(&mut self) -> Result<Value, Stop> {
        while self
            .text
            .get(self.at)
            .is_some_and(|next| next.is_whitespace())
        {
            self.at += 1;
        }
        match self.text.get(self.at) {
            None => return Ok(Value::nil()),
            Some(',') => {
                self.at += 1;
                return Ok(Value::nil());
            }
            Some(_) => {}
        }
        let rest: String = self.text[self.at..].iter().collect();
        let mut stream = serde_json::Deserializer::from_str(&rest).into_iter::<serde_json::Value>();
        match stream.next() {
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(error.to_string().into()),
            None => return Err("EOF".to_owned().into()),
        }
        let length = stream.byte_offset();
        let value = read::json(&Text::constant(&rest[..length]))?;
        self.at += rest[..length].chars().count();
        while let Some(next) = self.text.get(self.at) {
            if !next.is_whitespace() && *next != ',' {
                break;
            }
            self.at += 1;
            if self.text[self.at - 1] == ',' {
                break;
            }
        }
        Ok(value)
    }

    fn index(&mut self) -> Result<i64, Stop> {
        let (text, last) = self.until(&[']']);
        match last {
            None => Err("error parsing index: EOF".to_owned().into()),
            Some(_) => text.parse().map_err(|_| {
                let text = quoted(&text);
                Stop::Error(format!(
                    "error parsing index: strconv.Atoi: parsing {text}: invalid syntax"
                ))
            }),
        }
    }

    /// Sets an item of a list, and returns the list in any case.
    fn item(
        &mut self,
        list: Vec<Value>,
        index: i64,
        level: usize,
    ) -> (Vec<Value>, Result<(), Stop>) {
        let at = match usize::try_from(index) {
            Ok(at) if at <= MAX_INDEX => at,
            Ok(_) => {
                let message = format!(
                    "index of {index} is greater than maximum supported index of {MAX_INDEX}"
                );
                return (list, Err(message.into()));
            }
            Err(_) => {
                return (
                    list,
                    Err(format!("negative {index} index not allowed").into()),
                );
            }
        };
        let (key, last) = self.until(&['[', '.', '=']);
        if !key.is_empty() {
            let message = format!("unexpected data at end of array index: {}", quoted(&key));
            return (list, Err(message.into()));
        }
        let old = list.get(at).cloned().unwrap_or_else(Value::nil);
        match last {
            None => (list, Err(Stop::End)),
            Some('=') => match self.value() {
                Ok(value) => (with(list, at, value.unwrap_or_else(empty_string)), Ok(())),
                Err(stop) => (list, Err(stop)),
            },
            Some('[') => {
                if level + 1 > MAX_LEVELS {
                    return (list, Err("lists are nested too deeply".to_owned().into()));
                }
                let inner = match &old.data {
                    Data::List(List { items, .. }) => items.to_vec(),
                    _ => Vec::new(),
                };
                match self.index() {
                    Ok(next) => {
                        let (inner, result) = self.item(inner, next, level + 1);
                        (with(list, at, Value::list(inner)), result)
                    }
                    Err(stop) => (list, Err(stop)),
                }
            }
            Some(_) => {
                let inner = match &old.data {
                    Data::Map(map) => map.clone(),
                    _ => Map::new(Entries::new()),
                };
                let result = self.key(&inner, level);
                (with(list, at, Value::constant(Data::Map(inner))), result)
            }
        }
    }
}

fn set(data: &Map, key: &str, value: Value) {
    if !key.is_empty() {
        data.set(Key::from(key), value);
    }
}

fn with(mut list: Vec<Value>, at: usize, value: Value) -> Vec<Value> {
    if list.len() <= at {
        list.resize_with(at + 1, Value::nil);
    }
    list[at] = value;
    list
}

#[cfg(test)]
mod tests {
    use super::{SetKind, parse_into};
    use crate::helm::json::{Form, to_json};
    use podwright_go_template::{Data, Entries, Map, Value};

    fn json(text: &str, kind: SetKind) -> Result<String, String> {
        let values = Map::new(Entries::new());
        parse_into(text, &values, kind, None, &mut |path| {
            Ok(Value::string(format!("<{path}>")))
        })?;
        let form = Form {
            is_pretty: false,
            escapes_html: false,
        };
        Ok(to_json(&Value::constant(Data::Map(values)), form)?
            .as_str()
            .to_owned())
    }

    #[test]
    fn assignments_are_those_of_helm() {
        let cases = [
            ("a=1,b.c=x", r#"{"a":1,"b":{"c":"x"}}"#),
            (
                "a=true,b=null,c=007,d=1.5",
                r#"{"a":true,"b":null,"c":"007","d":"1.5"}"#,
            ),
            ("a={x,1,true}", r#"{"a":["x",1,true]}"#),
            ("a[1]=x", r#"{"a":[null,"x"]}"#),
            ("a[0].b=1,a[0].c=2", r#"{"a":[{"b":1,"c":2}]}"#),
            (r"a\.b=x\,y", r#"{"a.b":"x,y"}"#),
            ("a=", r#"{"a":""}"#),
            ("a[0][1]=z", r#"{"a":[[null,"z"]]}"#),
        ];
        for (text, expected) in cases {
            assert_eq!(
                json(text, SetKind::Typed).as_deref(),
                Ok(expected),
                "{text}"
            );
        }
        assert_eq!(json("a=1", SetKind::String).as_deref(), Ok(r#"{"a":"1"}"#));
        assert_eq!(
            json("a=1,b", SetKind::Literal).as_deref(),
            Ok(r#"{"a":"1,b"}"#)
        );
        assert_eq!(
            json("a.b=x,c={y,z},d=", SetKind::File).as_deref(),
            Ok(r#"{"a":{"b":"<x>"},"c":["<y>","<z>"],"d":""}"#)
        );
        let text = r#"a={"x":[1]},b=2"#;
        assert_eq!(
            json(text, SetKind::Json).as_deref(),
            Ok(r#"{"a":{"x":[1]},"b":2}"#)
        );
        for text in ["a", "a[99999]=1", "a={x", "a=1,b,"] {
            assert!(json(text, SetKind::Typed).is_err(), "{text}");
        }
    }
}

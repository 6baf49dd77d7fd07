//! Defaults of single fields: `defaults.txt`.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::fields::{Presence, Record};
use super::{Admitted, Fields, empty};

type Defaults = FxHashMap<&'static str, Vec<(&'static str, Admitted)>>;

/// Sets the fields of an object that are not set, or are empty and cannot be told from that.
pub(super) fn set(own: &Record, fields: &mut Fields) {
    static DEFAULTS: OnceLock<Defaults> = OnceLock::new();
    let all = DEFAULTS.get_or_init(|| parse(include_str!("defaults.txt")));
    for (name, default) in all.get(own.name).into_iter().flatten() {
        let field = own.fields.iter().find(|field| field.name == *name);
        let is_pointer = field.is_some_and(|field| {
            matches!(field.presence, Presence::Pointer | Presence::AlwaysPointer)
        });
        let is_set = match fields.get(*name) {
            None => false,
            Some(value) => is_pointer || !value.is_empty(),
        };
        if !is_set {
            fields.insert((*name).to_owned(), default.clone());
        }
    }
}

fn parse(text: &'static str) -> Defaults {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let of_line = |line: &'static str| {
        let mut words = line.split(' ');
        let name = words.next()?;
        let fields = words.filter_map(|word| {
            let (field, value) = word.split_once('=')?;
            Some((field, value_of(value)))
        });
        Some((name, fields.collect()))
    };
    lines.filter_map(of_line).collect()
}

fn value_of(text: &str) -> Admitted {
    let item = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    match (text, item) {
        (_, Some(item)) => Admitted::List(vec![Admitted::Text(item.to_owned())]),
        ("{}", _) => empty(),
        ("true" | "false", _) => Admitted::Bool(text == "true"),
        _ => match text.parse() {
            Ok(number) => Admitted::Int(number),
            Err(_) => Admitted::Text(text.to_owned()),
        },
    }
}

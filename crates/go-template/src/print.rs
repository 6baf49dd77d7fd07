//! Formatted printing (`fmt/print.go`), which keeps the origins of what it prints.

mod float;
mod format;
mod printf;

use podwright_syntax::provenance::{Origin, Text};

use crate::object::{Field, Object, ObjectKind};
use crate::quote::escape;
use crate::value::{Data, IntType, ListKind, Value};

pub use float::format_float;
pub use printf::sprintf;

use format::Flags;

/// Most levels of maps and lists that are printed: a map can contain itself.
const MAX_DEPTH: usize = 200;

/// Most bytes of memory that one call prints, about.
const MAX_WEIGHT: usize = 64 << 20;

/// The text of one value, as an action writes it.
#[must_use]
pub fn printed(value: &Value) -> Text {
    if let Data::String(text) = &value.data {
        return (**text).clone();
    }
    let mut printer = Printer::default();
    printer.argument(value, 'v');
    printer.out
}

/// `fmt.Sprint`: spaces between operands if neither is a string.
#[must_use]
pub fn sprint(arguments: &[Value]) -> Text {
    let mut printer = Printer::default();
    let mut was_string = false;
    for (index, argument) in arguments.iter().enumerate() {
        let is_string = matches!(argument.data, Data::String(_));
        if index > 0 && !is_string && !was_string {
            printer.constant(" ");
        }
        printer.argument(argument, 'v');
        was_string = is_string;
    }
    printer.out
}

/// `fmt.Sprintln`
#[must_use]
pub fn sprintln(arguments: &[Value]) -> Text {
    let mut printer = Printer::default();
    for (index, argument) in arguments.iter().enumerate() {
        if index > 0 {
            printer.constant(" ");
        }
        printer.argument(argument, 'v');
    }
    printer.constant("\n");
    printer.out
}

/// The text in double quotes with Go's escapes. What is not escaped keeps its origin.
#[must_use]
pub fn quoted_text(text: &Text) -> Text {
    let around = text.location().map_or(Origin::Nowhere, Origin::made_at);
    let mut out = Text::new("\"", around.clone());
    for (range, origin) in text.runs() {
        let part = &text.as_str()[range];
        let mut written = String::with_capacity(part.len());
        for character in part.chars() {
            escape(character, '"', &mut written);
        }
        let origin = match origin {
            Origin::Copied(at) if written != part => Origin::made_at(*at),
            other => other.clone(),
        };
        out.push_str(&written, origin);
    }
    out.push_str("\"", around);
    out
}

#[derive(Default)]
struct Printer {
    out: Text,
    flags: Flags,
    is_erroring: bool,
    depth: usize,
    weight: usize,
}

impl Printer {
    fn constant(&mut self, text: &str) {
        self.write(text, Origin::Nowhere);
    }

    fn write(&mut self, text: &str, origin: Origin) {
        if self.takes(text.len() + 40) {
            self.out.push_str(text, origin);
        }
    }

    fn push(&mut self, text: &Text) {
        if self.takes(crate::text::weight(text)) {
            self.out.push(text);
        }
    }

    /// Counts what is printed. False if it is too much.
    fn takes(&mut self, weight: usize) -> bool {
        self.weight = self.weight.saturating_add(weight);
        self.weight <= MAX_WEIGHT
    }

    /// Writes a number or the like, padded.
    fn padded(&mut self, text: &str, origin: &Origin) {
        let width = self.flags.padding(text);
        let fill = self.flags.fill();
        if !self.flags.minus {
            self.write(&fill.repeat(width), Origin::Nowhere);
        }
        // Only what is the whole text of a scalar can be a copy of it.
        let origin = match origin {
            Origin::Copied(at) if (at.span.end - at.span.start) as usize != text.len() => {
                Origin::made_at(*at)
            }
            other => other.clone(),
        };
        self.write(text, origin);
        if self.flags.minus {
            self.write(&fill.repeat(width), Origin::Nowhere);
        }
    }

    fn padded_text(&mut self, text: &Text) {
        let width = self.flags.padding(text.as_str());
        let fill = self.flags.fill();
        if !self.flags.minus {
            self.write(&fill.repeat(width), Origin::Nowhere);
        }
        self.push(text);
        if self.flags.minus {
            self.write(&fill.repeat(width), Origin::Nowhere);
        }
    }

    fn bad_verb(&mut self, verb: char, value: &Value) {
        self.is_erroring = true;
        self.constant(&format!("%!{verb}("));
        if value.is_nil() {
            self.constant("<nil>");
        } else {
            self.constant(&format!("{}=", value.type_name()));
            self.value(value, 'v');
        }
        self.constant(")");
        self.is_erroring = false;
    }

    /// `printArg`
    fn argument(&mut self, value: &Value, verb: char) {
        match (&value.data, verb) {
            (Data::Nil, 'T' | 'v') => self.padded("<nil>", &Origin::Nowhere),
            (Data::Nil, _) => self.bad_verb(verb, value),
            (_, 'T') => self.string(&Text::constant(value.type_name()), 's', value),
            (_, 'p') => self.pointer(value, verb),
            _ => self.value(value, verb),
        }
    }

    fn pointer(&mut self, value: &Value, verb: char) {
        match value.data {
            Data::Map(_) | Data::List(_) | Data::Bytes(_) | Data::Object(_) => {
                self.padded("0xc000012345", &value.origin);
            }
            _ => self.bad_verb(verb, value),
        }
    }

    /// `printValue`
    fn value(&mut self, value: &Value, verb: char) {
        let origin = &value.origin;
        match &value.data {
            Data::Nil => match verb {
                'v' if self.flags.sharp_v => self.constant("interface {}(nil)"),
                'v' => self.constant("<nil>"),
                _ => self.bad_verb(verb, value),
            },
            Data::Bool(flag) => match verb {
                't' | 'v' => self.padded(if *flag { "true" } else { "false" }, origin),
                _ => self.bad_verb(verb, value),
            },
            Data::Int(IntType::Duration, nanoseconds)
                if matches!(verb, 'v' | 's' | 'q' | 'x' | 'X') && !self.is_erroring =>
            {
                let text = Text::new(crate::duration::format(*nanoseconds), origin.clone());
                self.string(&text, verb, value);
            }
            Data::Int(kind, number) => self.integer(*number, *kind, verb, value),
            Data::Float(number) => self.float(*number, verb, value),
            Data::Complex(real, imaginary) => self.complex(*real, *imaginary, verb, value),
            Data::String(text) => self.string(text, verb, value),
            Data::Bytes(bytes) => self.bytes(bytes, verb, value),
            Data::List(list) => self.list(list, verb),
            Data::Map(map) => self.map(map, verb),
            Data::Object(object) => self.object(&**object, verb, value),
        }
    }

    fn enter(&mut self) -> bool {
        self.depth += 1;
        self.depth <= MAX_DEPTH
    }

    fn list(&mut self, list: &crate::value::List, verb: char) {
        let (open, separator, close) = match self.flags.sharp_v {
            true => ("{", ", ", "}"),
            false => ("[", " ", "]"),
        };
        if self.flags.sharp_v {
            self.constant(list.type_name());
            if list.is_nil {
                return self.constant("(nil)");
            }
        }
        self.constant(open);
        if self.enter() {
            for (index, item) in list.items.iter().enumerate() {
                if index > 0 {
                    self.constant(separator);
                }
                let is_number = list.kind == ListKind::Ints;
                match is_number {
                    true => self.value(item, verb),
                    false => self.element(item, verb),
                }
            }
        }
        self.depth -= 1;
        self.constant(close);
    }

    fn map(&mut self, map: &crate::value::Map, verb: char) {
        let (open, separator, close) = match self.flags.sharp_v {
            true => ("{", ", ", "}"),
            false => ("map[", " ", "]"),
        };
        if self.flags.sharp_v {
            self.constant(map.type_name());
            if map.is_nil {
                return self.constant("(nil)");
            }
        }
        self.constant(open);
        if self.enter() {
            for (index, (key, item)) in map.to_vec().into_iter().enumerate() {
                if index > 0 {
                    self.constant(separator);
                }
                let key = Value::constant(Data::String(key.0));
                self.value(&key, verb);
                self.constant(":");
                self.element(&item, verb);
            }
        }
        self.depth -= 1;
        self.constant(close);
    }

    /// An element, where nil is a nil interface.
    fn element(&mut self, value: &Value, verb: char) {
        match (&value.data, self.flags.sharp_v) {
            (Data::Nil, false) => self.constant("<nil>"),
            _ => self.value(value, verb),
        }
    }

    fn object(&mut self, object: &dyn Object, verb: char, value: &Value) {
        let has_methods =
            matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') && !self.flags.sharp_v && !self.is_erroring;
        if let Some(string) = object.string().filter(|_| has_methods) {
            let text = Text::new(string, value.origin.clone());
            return self.string(&text, verb, value);
        }
        if let Some(fields) = object.fields() {
            return self.fields(object, &fields, verb);
        }
        match object.data() {
            Some(data) if self.depth < MAX_DEPTH => {
                self.depth += 1;
                self.value(&data, verb);
                self.depth -= 1;
            }
            _ => self.padded("{}", &value.origin),
        }
    }

    /// A struct: `{a b}`, `{A:a B:b}` or `pkg.Name{A:"a", B:"b"}`.
    fn fields(&mut self, object: &dyn Object, fields: &[Field], verb: char) {
        if object.kind() == ObjectKind::Pointer {
            if self.depth > 0 {
                return self.constant("0xc000012345");
            }
            self.constant("&");
        }
        if self.flags.sharp_v {
            self.constant(object.type_name().trim_start_matches('*'));
        }
        self.constant("{");
        self.depth += 1;
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                self.constant(if self.flags.sharp_v { ", " } else { " " });
            }
            if self.flags.plus_v || self.flags.sharp_v {
                self.constant(field.name);
                self.constant(":");
            }
            self.element(&field.value, verb);
        }
        self.depth -= 1;
        self.constant("}");
    }
}

//! Reads the type declarations of `@kubernetes-models`: the subset of TypeScript that its generators write
//! (`utils/generate/src/interface.ts`, `internal/go-generate/src/generators/definition.ts`).

use std::collections::{BTreeMap, BTreeSet};

use super::schema::{Fields, Schema};

/// A declaration file: the type that it declares, and where the names in it come from.
#[derive(Debug)]
pub(super) struct Declaration {
    pub(super) own: Type,
    /// Module of each imported name.
    pub(super) imports: BTreeMap<String, String>,
}

/// A type as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Type {
    Known(Schema),
    /// A name.
    Named(String),
    List(Box<Self>),
    Map(Box<Self>),
    /// Fields, each with whether it is required, and the names of the types that it extends.
    Record(Vec<String>, Vec<(String, Self, bool)>),
    /// `|`
    Either(Vec<Self>),
    /// `&`
    Both(Box<Self>, Box<Self>),
}

/// Reads a file. `None` if it declares no type, such as an index.
///
/// # Errors
///
/// If a declaration is not of the known form.
pub(super) fn read(text: &str) -> Result<Option<Declaration>, String> {
    let text = without_comments(text);
    let mut imports = BTreeMap::new();
    for line in text.lines().filter(|line| line.starts_with("import {")) {
        let names = line.split(['{', '}']).nth(1).unwrap_or_default();
        let module = line.split('"').nth(1).unwrap_or_default();
        for name in names.split(',') {
            imports.insert(name.trim().to_owned(), module.to_owned());
        }
    }
    let (interface, alias) = ("export interface I", "export type I");
    let (start, is_interface) = match (text.find(interface), text.find(alias)) {
        (Some(at), _) => (at + interface.len() - 1, true),
        (None, Some(at)) => (at + alias.len() - 1, false),
        (None, None) => return Ok(None),
    };
    let mut reader = Reader {
        rest: &text[start..],
    };
    let name = reader.word();
    let own = if is_interface {
        let mut parents = Vec::new();
        if reader.eats("extends") {
            parents.push(reader.word().to_owned());
            while reader.eats(",") {
                parents.push(reader.word().to_owned());
            }
        }
        reader.body(parents)
    } else {
        reader.expect("=").and_then(|()| reader.union())
    };
    let own = own.map_err(|error| format!("{name}: {error}"))?;
    Ok(Some(Declaration { own, imports }))
}

/// Removes comments. Strings in declarations contain none.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("/**") {
        out.push_str(&rest[..start]);
        let end = rest[start..].find("*/");
        rest = end.map_or("", |end| &rest[start + end + 2..]);
    }
    out + rest
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn eats(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start();
        let Some(rest) = rest.strip_prefix(token) else {
            return false;
        };
        self.rest = rest;
        true
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        if self.eats(token) {
            return Ok(());
        }
        let here: String = self.rest.trim_start().chars().take(60).collect();
        Err(format!("expected `{token}` at `{here}`"))
    }

    /// An identifier, which is empty if there is none.
    fn word(&mut self) -> &'a str {
        let rest = self.rest.trim_start();
        let is_end = |c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$');
        let (word, rest) = rest.split_at(rest.find(is_end).unwrap_or(rest.len()));
        self.rest = rest;
        word
    }

    fn string(&mut self) -> Result<String, String> {
        let rest = self.rest.trim_start();
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<String>();
        let value = values.next().ok_or("no string")?;
        let value = value.map_err(|error| error.to_string())?;
        let end = values.byte_offset();
        self.rest = &rest[end..];
        Ok(value)
    }

    fn union(&mut self) -> Result<Type, String> {
        self.eats("|");
        let mut types = vec![self.intersection()?];
        while self.eats("|") {
            types.push(self.intersection()?);
        }
        Ok(match types.len() {
            1 => types.swap_remove(0),
            _ => Type::Either(types),
        })
    }

    fn intersection(&mut self) -> Result<Type, String> {
        let mut own = self.postfix()?;
        while self.eats("&") {
            own = Type::Both(Box::new(own), Box::new(self.postfix()?));
        }
        Ok(own)
    }

    fn postfix(&mut self) -> Result<Type, String> {
        let mut own = self.single()?;
        while self.eats("[]") {
            own = Type::List(Box::new(own));
        }
        Ok(own)
    }

    fn single(&mut self) -> Result<Type, String> {
        if self.rest.trim_start().starts_with('"') {
            let value = self.string()?;
            return Ok(Type::Known(Schema::Text(Some(BTreeSet::from([value])))));
        }
        if self.rest.trim_start().starts_with('{') {
            return self.body(Vec::new());
        }
        if self.eats("(") {
            let own = self.union()?;
            self.expect(")")?;
            return Ok(own);
        }
        self.eats("-");
        let word = self.word();
        Ok(match word {
            "any" | "unknown" => Type::Known(Schema::Any),
            "string" => Type::Known(Schema::Text(None)),
            "boolean" | "true" | "false" => Type::Known(Schema::Boolean),
            "number" => Type::Known(Schema::Number),
            "null" => Type::Either(Vec::new()),
            "Array" => {
                self.expect("<")?;
                let inner = self.union()?;
                self.expect(">")?;
                Type::List(Box::new(inner))
            }
            // `not` of a schema: the type that remains is not known.
            "Exclude" => {
                self.expect("<")?;
                let own = self.union()?;
                self.expect(",")?;
                self.union()?;
                self.expect(">")?;
                own
            }
            "" => {
                self.expect("a type")?;
                Type::Known(Schema::Any)
            }
            number if number.starts_with(|c: char| c.is_ascii_digit()) => {
                Type::Known(Schema::Number)
            }
            name => Type::Named(name.to_owned()),
        })
    }

    fn body(&mut self, parents: Vec<String>) -> Result<Type, String> {
        self.expect("{")?;
        let mut fields = Vec::new();
        let mut others = None;
        while !self.eats("}") {
            if self.eats("[") {
                self.word();
                self.expect(":")?;
                self.expect("string")?;
                self.expect("]")?;
                self.expect(":")?;
                others = Some(self.union()?);
            } else {
                let name = self.string()?;
                let is_optional = self.eats("?");
                self.expect(":")?;
                fields.push((name, self.union()?, !is_optional));
            }
            self.expect(";")?;
        }
        Ok(match others {
            Some(inner) if fields.is_empty() => Type::Map(Box::new(inner)),
            // Fields beside those of any name.
            Some(_) => Type::Known(Schema::Open),
            // An object without known fields may preserve all, which the declaration does not show.
            None if fields.is_empty() && parents.is_empty() => Type::Known(Schema::Open),
            None => Type::Record(parents, fields),
        })
    }
}

impl Type {
    /// The schema. `named` looks up the names in it.
    pub(super) fn schema(&self, named: &mut dyn FnMut(&str) -> Schema) -> Schema {
        match self {
            Self::Known(schema) => schema.clone(),
            Self::Named(name) => named(name),
            Self::List(inner) => Schema::List(inner.schema(named).into()),
            Self::Map(inner) => Schema::Map(inner.schema(named).into()),
            Self::Both(own, other) => own.schema(named).and(other.schema(named)),
            Self::Either(types) => {
                let mut own: Option<Schema> = None;
                // `null` has no types: every optional field accepts it.
                let types = types.iter().filter(|own| **own != Self::Either(Vec::new()));
                for schema in types.map(|own| own.schema(named)) {
                    own = Some(match (own, schema) {
                        (None, schema) => schema,
                        (Some(Schema::Number), Schema::Text(_))
                        | (Some(Schema::Text(_) | Schema::IntOrString), Schema::Number) => {
                            Schema::IntOrString
                        }
                        (Some(own), schema) => own.or(&schema),
                    });
                }
                own.unwrap_or(Schema::Any)
            }
            Self::Record(parents, own) => {
                let mut fields = Fields::new();
                for parent in parents.iter().filter(|name| *name != "TypeMeta") {
                    match named(parent) {
                        Schema::Record(inherited) => fields.extend((*inherited).clone()),
                        _ => return Schema::Open,
                    }
                }
                for (name, own, is_required) in own {
                    fields.insert(name.clone(), (own.schema(named), *is_required));
                }
                Schema::record(fields)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(text: &str) -> Schema {
        let read = read(text).unwrap().unwrap();
        read.own.schema(&mut |name| match name {
            "IBase" => Schema::record(Fields::from([("base".into(), (Schema::Boolean, true))])),
            _ => Schema::Any,
        })
    }

    fn field(schema: &Schema, name: &str) -> (Schema, bool) {
        let Schema::Record(fields) = schema else {
            panic!("{schema:?}");
        };
        fields[name].clone()
    }

    #[test]
    fn declarations_are_read() {
        let own = schema(
            r#"import { Model } from "@kubernetes-models/base";
/** A comment with { and export interface INot */
export interface IThing extends TypeMeta, IBase {
    "mode": "A" | "B";
    /** about ports */
    "port"?: number | string;
    "size"?: number;
    "labels"?: { [key: string]: string; };
    "items"?: Array<{ "name": string; }>;
    "free"?: {};
    "raw"?: any;
    "other"?: Exclude<string, any> | null;
    "one"?: { "a"?: string; } & ({ "a": string; } | { "b": number; });
}
export declare class Thing {}"#,
        );
        let values = BTreeSet::from(["A".to_owned(), "B".to_owned()]);
        assert_eq!(field(&own, "mode"), (Schema::Text(Some(values)), true));
        assert_eq!(field(&own, "port"), (Schema::IntOrString, false));
        assert_eq!(field(&own, "size").0, Schema::Number);
        assert_eq!(
            field(&own, "labels").0,
            Schema::Map(Schema::Text(None).into())
        );
        let Schema::List(item) = field(&own, "items").0 else {
            panic!("not a list");
        };
        assert_eq!(field(&item, "name"), (Schema::Text(None), true));
        assert_eq!(field(&own, "free").0, Schema::Open);
        assert_eq!(field(&own, "raw").0, Schema::Any);
        assert_eq!(field(&own, "other").0, Schema::Text(None));
        assert_eq!(field(&own, "base"), (Schema::Boolean, true));
        let one = field(&own, "one").0;
        assert_eq!(field(&one, "a"), (Schema::Text(None), false));
        assert_eq!(field(&one, "b"), (Schema::Number, false));
        assert!(read("export * from \"./a\";").unwrap().is_none());
        assert!(read("export type IA = <").is_err());
    }
}

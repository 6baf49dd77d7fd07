//! Keywords for objects and arrays.

use podwright_go_template::{Data, Map, Value};
use podwright_syntax::text::nearest;
use serde_json::{Map as Object, Value as Json};

use super::{Mistake, Validator};

impl<'s> Validator<'s> {
    pub(super) fn map(
        &mut self,
        schema: &'s Object<String, Json>,
        map: &Map,
        value: &Value,
        path: &str,
    ) {
        if let Some(Json::Array(required)) = schema.get("required") {
            for name in required.iter().filter_map(Json::as_str) {
                if map.get(name).is_none() {
                    self.mistake(value, path, format!("missing property `{name}`"));
                }
            }
        }
        self.count(
            schema,
            map.len(),
            ("minProperties", "maxProperties"),
            "properties",
            value,
            path,
        );
        self.dependencies(schema, map, value, path);
        let properties = schema.get("properties").and_then(Json::as_object);
        let patterns = schema.get("patternProperties").and_then(Json::as_object);
        for (key, item) in map.to_vec() {
            if !self.takes(1) {
                return;
            }
            let name = key.0.as_str();
            let inner = format!("{path}/{name}");
            let mut is_known = false;
            if let Some(property) = properties.and_then(|properties| properties.get(name)) {
                is_known = true;
                self.check(property, &item, &inner);
            }
            for (pattern, property) in patterns.into_iter().flatten() {
                if self.matches(pattern, name) {
                    is_known = true;
                    self.check(property, &item, &inner);
                }
            }
            if let Some(names) = schema.get("propertyNames") {
                let name = Value::constant(Data::String(key.0.clone()));
                self.check(names, &name, &inner);
            }
            match schema.get("additionalProperties") {
                Some(Json::Bool(false)) if !is_known => {
                    let place = key.0.location().or(item.place());
                    let known = properties.into_iter().flatten();
                    // What the same file sets, too, is not meant.
                    let file = place.map(|place| place.file);
                    let known = known.filter(|(known, _)| {
                        let other = map.get(known).and_then(|other| other.place());
                        other.is_none_or(|other| Some(other.file) != file)
                    });
                    let near = nearest(name, known.map(|(known, _)| known.as_str()));
                    self.mistakes.push(Mistake {
                        path: path.to_owned(),
                        message: format!("unknown property `{name}`"),
                        place,
                        help: near.map(|near| format!("write `{}`", near.name)),
                        near: near
                            .filter(|near| near.is_only)
                            .map(|near| Box::new((name.to_owned(), near.name.to_owned()))),
                    });
                }
                Some(additional) if !is_known => self.check(additional, &item, &inner),
                _ => {}
            }
        }
    }

    fn dependencies(
        &mut self,
        schema: &'s Object<String, Json>,
        map: &Map,
        value: &Value,
        path: &str,
    ) {
        for keyword in ["dependencies", "dependentRequired", "dependentSchemas"] {
            let Some(Json::Object(dependencies)) = schema.get(keyword) else {
                continue;
            };
            for (name, needed) in dependencies {
                if map.get(name).is_none() {
                    continue;
                }
                match needed {
                    Json::Array(names) => {
                        for other in names.iter().filter_map(Json::as_str) {
                            if map.get(other).is_none() {
                                let message = format!("`{name}` needs the property `{other}`");
                                self.mistake(value, path, message);
                            }
                        }
                    }
                    schema => self.check(schema, value, path),
                }
            }
        }
    }

    pub(super) fn count(
        &mut self,
        schema: &'s Object<String, Json>,
        count: usize,
        (least, most): (&str, &str),
        what: &str,
        value: &Value,
        path: &str,
    ) {
        let limit = |key: &str| schema.get(key).and_then(Json::as_f64);
        #[allow(clippy::cast_precision_loss)]
        let size = count as f64;
        if let Some(limit) = limit(least).filter(|&limit| size < limit) {
            self.mistake(
                value,
                path,
                format!("has {count} {what}, want at least {limit}"),
            );
        }
        if let Some(limit) = limit(most).filter(|&limit| size > limit) {
            self.mistake(
                value,
                path,
                format!("has {count} {what}, want at most {limit}"),
            );
        }
    }

    pub(super) fn list(
        &mut self,
        schema: &'s Object<String, Json>,
        items: &[Value],
        value: &Value,
        path: &str,
    ) {
        self.count(
            schema,
            items.len(),
            ("minItems", "maxItems"),
            "items",
            value,
            path,
        );
        let (first, rest) = match (schema.get("prefixItems"), schema.get("items")) {
            (Some(Json::Array(first)), rest) => (first.as_slice(), rest),
            (_, Some(Json::Array(first))) => (first.as_slice(), schema.get("additionalItems")),
            (_, rest) => (&[][..], rest),
        };
        for (index, item) in items.iter().enumerate() {
            if !self.takes(1) {
                return;
            }
            let inner = format!("{path}/{index}");
            match first.get(index).or(rest) {
                Some(Json::Bool(false)) => {
                    self.mistake(item, path, format!("unexpected item {index}"))
                }
                Some(schema) => self.check(schema, item, &inner),
                None => {}
            }
        }
        if let Some(contains) = schema.get("contains") {
            let limit = |key: &str| schema.get(key).and_then(Json::as_u64);
            let count = items
                .iter()
                .filter(|item| self.accepts(contains, item, path))
                .count();
            let count = u64::try_from(count).unwrap_or(u64::MAX);
            if count < limit("minContains").unwrap_or(1)
                || limit("maxContains").is_some_and(|most| count > most)
            {
                self.mistake(value, path, "does not have the items that `contains` wants");
            }
        }
        if schema.get("uniqueItems") == Some(&Json::Bool(true)) {
            let is_same = |(index, item): (usize, &Value)| {
                items[..index]
                    .iter()
                    .any(|other| crate::helm::functions::is_same(item, other))
            };
            if self.takes(items.len().saturating_mul(items.len()) / 2)
                && items.iter().enumerate().any(is_same)
            {
                self.mistake(value, path, "items are not unique");
            }
        }
    }
}

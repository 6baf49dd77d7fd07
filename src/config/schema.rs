//! JSON Schema of the configuration, for editors.

use schemars::{Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde_json::{Map, Value, json};

use super::{Config, Switch};
use crate::{rule::Entry, rules::BOOK};

/// Returns the JSON Schema (2020-12) of `.podwright.yaml`, including all rules and their options.
#[must_use]
pub fn schema() -> Value {
    SchemaGenerator::default()
        .into_root_schema_for::<Config>()
        .to_value()
}

/// Names of a rule's options.
pub(super) fn option_names(entry: &Entry) -> Vec<String> {
    let mut generator = SchemaSettings::default()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator();
    properties(entry, &mut generator)
        .into_iter()
        .map(|(name, _)| name)
        .collect()
}

/// Schema of the mapping from rule names to a level, or to a mapping of the level and options.
pub(super) fn rule_settings(generator: &mut SchemaGenerator) -> Schema {
    let mut inline = SchemaSettings::default()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator();
    let mut rules = Map::new();
    for entry in BOOK {
        let mut options = properties(entry, &mut inline);
        options.insert("level".into(), switch());
        options.insert("ignorable".into(), ignorable());
        rules.insert(
            entry.meta.name.into(),
            json!({
                "description": entry.meta.summary,
                "anyOf": [
                    switch(),
                    { "type": "object", "properties": options, "additionalProperties": false },
                ],
            }),
        );
    }
    // Rules whose options have types of their own keep their definitions here.
    generator
        .definitions_mut()
        .extend(inline.take_definitions(true));
    json_schema!({
        "description": "Levels and options of rules, by rule name.",
        "type": "object",
        "properties": rules,
        "additionalProperties": false,
    })
}

fn properties(entry: &Entry, generator: &mut SchemaGenerator) -> Map<String, Value> {
    entry
        .options_schema(generator)
        .get("properties")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default()
}

fn ignorable() -> Value {
    json!({
        "description": "Whether comments and annotations can suppress findings of the rule.",
        "type": "boolean",
        "default": true,
    })
}

fn switch() -> Value {
    json!({ "enum": Switch::NAMES })
}

//! JSON Schema of the configuration, for editors.

use schemars::{Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde_json::{Map, Value, json};

use super::{Config, rule_settings, switch::Switch};
use podwright_rule::RuleDefinition;
use podwright_rules::RULES;

/// Name of the definition that all rules without options share.
const WITHOUT_OPTIONS: &str = "RuleSetting";

/// Returns the JSON Schema (2020-12) of `.podwright.yaml`, including all rules and their options.
#[must_use]
pub fn schema() -> Value {
    SchemaGenerator::default()
        .into_root_schema_for::<Config>()
        .to_value()
}

/// Names of the options of a rule.
#[must_use]
pub fn option_names(entry: &RuleDefinition) -> Vec<String> {
    let mut generator = SchemaSettings::default()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator();
    properties(entry, &mut generator)
        .into_iter()
        .map(|(name, _)| name)
        .collect()
}

/// Schema of the mapping from rule names to a level, or to a mapping of the level and options.
pub(super) fn rules_schema(generator: &mut SchemaGenerator) -> Schema {
    let mut inline = SchemaSettings::default()
        .with(|settings| settings.inline_subschemas = true)
        .into_generator();
    let mut rules = Map::new();
    for entry in RULES {
        let options = properties(entry, &mut inline);
        let mut setting = if options.is_empty() {
            json!({ "$ref": format!("#/$defs/{WITHOUT_OPTIONS}") })
        } else {
            setting(options)
        };
        setting["description"] = entry.meta.summary.into();
        rules.insert(entry.meta.name.into(), setting);
    }
    for group in rule_settings::groups() {
        let mut setting = switch();
        setting["description"] = format!("Level of all rules of the group `{group}`.").into();
        rules.insert(group.into(), setting);
    }
    generator
        .definitions_mut()
        .insert(WITHOUT_OPTIONS.to_owned(), setting(Map::new()));
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

/// The schema of one rule's setting: a level, or a mapping of the level and `options`.
fn setting(mut options: Map<String, Value>) -> Value {
    options.insert("level".into(), switch());
    options.insert("ignorable".into(), ignorable());
    json!({
        "anyOf": [
            switch(),
            { "type": "object", "properties": options, "additionalProperties": false },
        ],
    })
}

fn properties(entry: &RuleDefinition, generator: &mut SchemaGenerator) -> Map<String, Value> {
    let schema = entry.options_schema(generator);
    schema
        .as_ref()
        .and_then(|schema| schema.get("properties"))
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

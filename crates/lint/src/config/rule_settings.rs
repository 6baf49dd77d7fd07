use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error as _, MapAccess, Visitor},
};
use serde_json::{Map, Value};

use super::{error::unknown, schema, switch::Switch};
use podwright_rule::RuleDefinition;
use podwright_syntax::text::did_you_mean;

/// Key of a rule's level in its options.
const LEVEL: &str = "level";
/// Key that determines whether comments and annotations can suppress the rule.
const IGNORABLE: &str = "ignorable";

/// Options that every rule has.
pub(super) const OF_EVERY_RULE: &[&str] = &[LEVEL, IGNORABLE];

/// Configured settings of rules.
#[derive(Clone, Debug, Default)]
pub struct RuleSettings(pub Vec<RuleSetting>);

/// Configured settings of one rule.
#[derive(Clone, Debug)]
pub struct RuleSetting {
    /// The rule.
    pub entry: &'static RuleDefinition,
    /// Whether the rule runs and at which level; `None` if not configured.
    pub switch: Option<Switch>,
    /// Whether comments and annotations can suppress the rule; `None` if not configured.
    pub ignorable: Option<bool>,
    /// Configured options.
    pub options: Map<String, Value>,
}

impl<'de> Deserialize<'de> for RuleSettings {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(RulesVisitor)
    }
}

struct RulesVisitor;

impl<'de> Visitor<'de> for RulesVisitor {
    type Value = RuleSettings;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping of rule names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RuleSettings, A::Error> {
        let mut settings: Vec<RuleSetting> = Vec::new();
        while let Some(RuleName(entry)) = map.next_key()? {
            if settings
                .iter()
                .any(|s| s.entry.meta.name == entry.meta.name)
            {
                return Err(A::Error::custom(format!(
                    "duplicate rule `{}`",
                    entry.meta.name
                )));
            }
            settings.push(map.next_value_seed(SettingOf(entry))?);
        }
        Ok(RuleSettings(settings))
    }
}

/// Name of a rule. Former names are accepted.
struct RuleName(&'static RuleDefinition);

impl<'de> Deserialize<'de> for RuleName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        let entry =
            podwright_rules::find(&name).ok_or_else(|| D::Error::custom(unknown_rule(&name)))?;
        Ok(Self(entry))
    }
}

/// Error message for a name that is not a rule.
pub(super) fn unknown_rule(name: &str) -> String {
    match did_you_mean(name, podwright_rules::names()) {
        Some(near) => format!("unknown rule `{name}`: did you mean `{near}`?"),
        None => format!("unknown rule `{name}`: run `podwright rules` to list all rules"),
    }
}

/// Deserializes the settings of a rule: a level, or a mapping with the level and options.
#[derive(Clone, Copy)]
struct SettingOf(&'static RuleDefinition);

impl<'de> DeserializeSeed<'de> for SettingOf {
    type Value = RuleSetting;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<RuleSetting, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for SettingOf {
    type Value = RuleSetting;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "a level ({}) or a mapping of options",
            Switch::NAMES.join(", ")
        )
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<RuleSetting, E> {
        let switch = Switch::deserialize(serde::de::value::StrDeserializer::new(text))?;
        Ok(RuleSetting {
            entry: self.0,
            switch: Some(switch),
            ignorable: None,
            options: Map::new(),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RuleSetting, A::Error> {
        let known = schema::option_names(self.0);
        let mut setting = RuleSetting {
            entry: self.0,
            switch: None,
            ignorable: None,
            options: Map::new(),
        };
        while let Some(name) = map.next_key_seed(OptionName(&known))? {
            match name.as_str() {
                LEVEL => setting.switch = Some(map.next_value()?),
                IGNORABLE => setting.ignorable = Some(map.next_value()?),
                _ => {
                    let value = map.next_value_seed(OptionOf(self.0, &name))?;
                    setting.options.insert(name, value);
                }
            }
        }
        // Options may contradict one another.
        self.0
            .parse_options(Value::Object(setting.options.clone()))
            .map_err(A::Error::custom)?;
        Ok(setting)
    }
}

/// Key in a rule's settings: one of its options, or one that every rule has.
struct OptionName<'a>(&'a [String]);

impl<'de> DeserializeSeed<'de> for OptionName<'_> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<String, D::Error> {
        let name = String::deserialize(from)?;
        let own = self.0.iter().map(String::as_str);
        let known: Vec<&str> = OF_EVERY_RULE.iter().copied().chain(own).collect();
        if known.contains(&name.as_str()) {
            Ok(name)
        } else {
            Err(D::Error::custom(unknown("option", &name, &known)))
        }
    }
}

/// Value of an option. It is validated against the rule here, so that the error is located at the value.
struct OptionOf<'a>(&'static RuleDefinition, &'a str);

impl<'de> DeserializeSeed<'de> for OptionOf<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        let Self(entry, name) = self;
        let value = Value::deserialize(from)?;
        let alone = Map::from_iter([(name.to_owned(), value.clone())]);
        entry
            .parse_options(Value::Object(alone))
            .map_err(|error| D::Error::custom(format!("`{name}`: {error}")))?;
        Ok(value)
    }
}

impl JsonSchema for RuleSettings {
    fn schema_name() -> Cow<'static, str> {
        "RuleSettings".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        schema::rule_settings(generator)
    }
}

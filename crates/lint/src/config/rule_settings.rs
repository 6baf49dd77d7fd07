use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error as _, MapAccess, Visitor},
};
use serde_json::{Map, Value};

use super::{
    error::{suggestion, unknown},
    schema,
    switch::Switch,
};
use podwright_rule::{Profile, RuleDefinition};

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
        let mut of_groups: Vec<RuleSetting> = Vec::new();
        let mut groups: Vec<&str> = Vec::new();
        while let Some(name) = map.next_key()? {
            match name {
                RuleOrGroup::Rule(entry) => {
                    let name = entry.meta.name;
                    if settings.iter().any(|s| s.entry.meta.name == name) {
                        return Err(A::Error::custom(format!("duplicate rule `{name}`")));
                    }
                    settings.push(map.next_value_seed(SettingOf(entry))?);
                }
                RuleOrGroup::Group(name) => {
                    if groups.contains(&name) {
                        return Err(A::Error::custom(format!("duplicate group `{name}`")));
                    }
                    groups.push(name);
                    let GroupSetting(switch) = map.next_value()?;
                    let rules = rules_of_group(name);
                    of_groups.extend(rules.map(|entry| RuleSetting {
                        entry,
                        switch: Some(switch),
                        ignorable: None,
                        options: Map::new(),
                    }));
                }
            }
        }
        // A rule overrides its group, wherever it is written.
        of_groups.append(&mut settings);
        Ok(RuleSettings(of_groups))
    }
}

/// Rules of a group, without those that run only by name.
pub(super) fn rules_of_group(name: &str) -> impl Iterator<Item = &'static RuleDefinition> {
    let all = podwright_rules::RULES.iter().copied();
    all.filter(move |rule| rule.meta.group == name && rule.profile != Profile::Named)
}

/// Names of all groups.
pub(super) fn groups() -> Vec<&'static str> {
    let all = podwright_rules::RULES.iter();
    let mut groups: Vec<&str> = all.map(|rule| rule.meta.group).collect();
    groups.dedup();
    groups
}

/// Name of a rule, or of a group of rules. Former names of rules are accepted.
enum RuleOrGroup {
    Rule(&'static RuleDefinition),
    Group(&'static str),
}

impl<'de> Deserialize<'de> for RuleOrGroup {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        if let Some(entry) = podwright_rules::find(&name) {
            return Ok(Self::Rule(entry));
        }
        let group = groups().into_iter().find(|group| *group == name);
        group
            .map(Self::Group)
            .ok_or_else(|| D::Error::custom(unknown_rule(&name)))
    }
}

/// Level of all rules of a group.
struct GroupSetting(Switch);

impl<'de> Deserialize<'de> for GroupSetting {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Switch::deserialize(from).map(Self)
    }
}

/// Error message for a name that is not a rule.
pub(super) fn unknown_rule(name: &str) -> String {
    // A suggestion looks only at a limited number of candidates.
    let of_rules = suggestion("rule", name, podwright_rules::names());
    of_rules
        .or_else(|| suggestion("rule", name, groups()))
        .unwrap_or_else(|| {
            format!("unknown rule `{name}`: run `podwright rules` to list all rules")
        })
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
        schema::rules_schema(generator)
    }
}

//! Rules as ValidatingAdmissionPolicies, which the API server enforces.
//!
//! Beside the code of such a rule is a file with the objects that it is for, and a CEL expression that is true if the
//! rule finds nothing in an object.

mod fill;
mod left_out;
mod objects;

use std::fmt::Write as _;

use podwright_rule::finding::Severity;
use podwright_rule::{RuleDefinition, RuleMetadata};
use podwright_rules::{POLICIES, find};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::config::Settings;
use fill::{filled, filled_text};
use objects::Objects;

pub use left_out::{LEFT_OUT, LeftOut, Reason};

/// First line of a written file, by which a later export recognizes it.
pub const HEADER: &str = "# Written by `podwright export admission-policies`.";

/// A policy and its binding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// Name of the rule.
    pub rule: &'static str,
    /// Both objects in YAML.
    pub text: String,
}

/// The data of a rule: `<rule>.cel.yaml`. Texts can name options of the rule, see [`fill`].
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    objects: String,
    /// Options of which at least one must have items. Otherwise, the rule finds nothing and is not exported.
    #[serde(default)]
    needs: Vec<String>,
    /// Makes a validation for each item of a list.
    #[serde(default)]
    each: Option<Each>,
    /// Level of the policy if that of the rule is higher, because not all that it denies is certain to fail.
    #[serde(default, rename = "at-most")]
    at_most: Option<Severity>,
    #[serde(default)]
    variables: Vec<Variable>,
    expression: String,
    message: String,
}

/// Option with a list of records.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Each {
    option: String,
    /// Fields that a record need not have.
    defaults: Map<String, Value>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Variable {
    name: String,
    expression: String,
}

/// An expression that must be true, and what is said otherwise.
struct Validation {
    expression: String,
    message: String,
}

/// Returns the policies for the rules that the settings switch on, by name, and the number of the other rules.
#[must_use]
pub fn admission_policies(settings: &Settings) -> (Vec<Exported>, usize) {
    let active = settings.rules(&[]);
    let mut exported: Vec<Exported> = active
        .iter()
        .filter_map(|rule| {
            let definition = find(rule.meta.name)?;
            let text = policy(definition, rule.level, &|name| {
                settings.option(definition, name)
            })?;
            Some(Exported {
                rule: rule.meta.name,
                text,
            })
        })
        .collect();
    exported.sort_by_key(|one| one.rule);
    let others = active.len() - exported.len();
    (exported, others)
}

/// Returns the policy of a rule and its binding for a level. `option` gives the value of an option of the rule. `None` if
/// the rule cannot be exported, or finds nothing with these options.
#[must_use]
pub fn policy(
    rule: &RuleDefinition,
    level: Severity,
    option: &dyn Fn(&str) -> Option<Value>,
) -> Option<String> {
    let (_, data) = POLICIES.iter().find(|(name, _)| *name == rule.meta.name)?;
    let data: Data = serde_yaml::from_str(data).ok()?;
    let is_empty = |name: &String| option(name).is_none_or(|value| value == Value::Array(vec![]));
    if !data.needs.is_empty() && data.needs.iter().all(is_empty) {
        return None;
    }
    let items = match &data.each {
        Some(each) => each.items(option)?,
        None => vec![Map::new()],
    };
    let validation = |item: &Map<String, Value>| {
        Some(Validation {
            expression: filled(&data.expression, option, item)?,
            message: filled_text(&data.message, item)?,
        })
    };
    let validations: Vec<Validation> = items.iter().map(validation).collect::<Option<_>>()?;
    if validations.is_empty() {
        return None;
    }
    let mut objects = Objects::named(&data.objects)?;
    if data.each.is_some() {
        objects.add_kinds(&items);
    }
    let variables = variables(&data, &objects, &validations, option)?;
    let level = data.at_most.map_or(level, |most| level.min(most));
    Some(written(
        &rule.meta,
        level,
        &objects,
        &variables,
        &validations,
    ))
}

impl Each {
    /// The records, with all fields.
    fn items(&self, option: &dyn Fn(&str) -> Option<Value>) -> Option<Vec<Map<String, Value>>> {
        let Value::Array(items) = option(&self.option)? else {
            return None;
        };
        let complete = |item: Value| match item {
            Value::Object(own) => {
                let own = own.into_iter().filter(|(_, value)| !value.is_null());
                Some(self.defaults.clone().into_iter().chain(own).collect())
            }
            _ => None,
        };
        items.into_iter().map(complete).collect()
    }
}

/// The variables that the validations use: those of the objects, then those of the rule.
fn variables(
    data: &Data,
    objects: &Objects,
    validations: &[Validation],
    option: &dyn Fn(&str) -> Option<Value>,
) -> Option<Vec<Variable>> {
    let mut own: Vec<Variable> = Vec::new();
    for variable in &data.variables {
        own.push(Variable {
            name: variable.name.clone(),
            expression: filled(&variable.expression, option, &Map::new())?,
        });
    }
    let mut all: Vec<Variable> = Vec::new();
    // From the last one on, as a variable may use those before it.
    for variable in objects.variables.iter().rev() {
        let later = own.iter().chain(&all).map(|one| &one.expression);
        let mut texts = later.chain(validations.iter().map(|one| &one.expression));
        if texts.any(|text| uses(text, &variable.name)) {
            all.push(variable.clone());
        }
    }
    all.reverse();
    all.extend(own);
    Some(all)
}

/// Whether an expression uses a variable.
fn uses(expression: &str, name: &str) -> bool {
    let mut after = expression.split("variables.").skip(1);
    after.any(|rest| {
        let rest = rest.strip_prefix(name);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    })
}

fn written(
    meta: &RuleMetadata,
    level: Severity,
    objects: &Objects,
    variables: &[Variable],
    validations: &[Validation],
) -> String {
    let name = format!("podwright-{}", meta.name);
    let action = match level {
        Severity::Error => "Deny",
        Severity::Warning => "Warn",
        Severity::Info => "Audit",
    };
    let mut out = format!(
        "{HEADER}\n\
         apiVersion: admissionregistration.k8s.io/v1\n\
         kind: ValidatingAdmissionPolicy\n\
         metadata:\n\
         \x20 name: {name}\n\
         \x20 annotations:\n\
         \x20   podwright.dev/rule: {}\n\
         spec:\n\
         \x20 failurePolicy: Fail\n\
         \x20 matchConstraints:\n{}",
        meta.url(),
        objects.constraints(),
    );
    if !variables.is_empty() {
        out.push_str("  variables:\n");
    }
    for variable in variables {
        let _ = writeln!(out, "    - name: {}", variable.name);
        block(&mut out, "      expression", &variable.expression);
    }
    out.push_str("  validations:\n");
    for Validation {
        expression,
        message,
    } in validations
    {
        block(&mut out, "    - expression", expression);
        let message = serde_json::to_string(message).unwrap_or_default();
        let _ = writeln!(out, "      message: {message}");
    }
    let _ = write!(
        out,
        "---\n\
         apiVersion: admissionregistration.k8s.io/v1\n\
         kind: ValidatingAdmissionPolicyBinding\n\
         metadata:\n\
         \x20 name: {name}\n\
         spec:\n\
         \x20 policyName: {name}\n\
         \x20 validationActions: [{action}]\n{}",
        objects.binding(),
    );
    out
}

/// Writes an expression as a block, in which nothing has to be escaped.
fn block(out: &mut String, key: &str, text: &str) {
    let _ = writeln!(out, "{key}: |-");
    let indent = " ".repeat(key.len() - key.trim_start_matches([' ', '-']).len() + 2);
    for line in text.lines() {
        let _ = writeln!(out, "{indent}{line}");
    }
}

#[cfg(test)]
mod tests;

//! Rules as ValidatingAdmissionPolicies, which the API server enforces.
//!
//! Beside the code of such a rule is a file with the objects that it is for, and a CEL expression that is true if the
//! rule finds nothing in an object.

mod objects;

use std::fmt::Write as _;

use podwright_rule::finding::Severity;
use podwright_rule::{RuleDefinition, RuleMetadata};
use podwright_rules::{POLICIES, find};
use serde::Deserialize;
use serde_json::Value;

use crate::config::Settings;
use objects::Objects;

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

/// The data of a rule: `<rule>.cel.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    objects: Objects,
    #[serde(default)]
    variables: Vec<Variable>,
    expression: String,
    message: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Variable {
    name: String,
    expression: String,
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
/// the rule cannot be exported.
#[must_use]
pub fn policy(
    rule: &RuleDefinition,
    level: Severity,
    option: &dyn Fn(&str) -> Option<Value>,
) -> Option<String> {
    let (_, data) = POLICIES.iter().find(|(name, _)| *name == rule.meta.name)?;
    let data: Data = serde_yaml::from_str(data).ok()?;
    let fill = |text: &str| filled(text, option);
    let expression = fill(&data.expression)?;
    let mut variables: Vec<Variable> = Vec::new();
    for own in &data.variables {
        variables.push(Variable {
            name: own.name.clone(),
            expression: fill(&own.expression)?,
        });
    }
    let needed = |text: &str, name: &str| text.contains(&format!("variables.{name}"));
    let mut all: Vec<Variable> = Vec::new();
    // From the last one on, as a variable may use those before it.
    for own in data.objects.variables().into_iter().rev() {
        let mut texts = variables.iter().chain(&all).map(|one| &one.expression);
        if needed(&expression, &own.name) || texts.any(|text| needed(text, &own.name)) {
            all.push(own);
        }
    }
    all.reverse();
    all.extend(variables);
    Some(written(&rule.meta, level, &data, &all, &expression))
}

/// Replaces `${option}` with the value of the option as an expression.
fn filled(text: &str, option: &dyn Fn(&str) -> Option<Value>) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, left) = after.split_once('}')?;
        out.push_str(before);
        out.push_str(&literal(&option(name)?)?);
        rest = left;
    }
    out.push_str(rest);
    Some(out)
}

/// A value as an expression of CEL.
fn literal(value: &Value) -> Option<String> {
    Some(match value {
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => {
            let text = text.replace('\\', "\\\\").replace('\'', "\\'");
            (!text.contains('\n')).then(|| format!("'{text}'"))?
        }
        Value::Array(items) => {
            let items = items.iter().map(literal).collect::<Option<Vec<String>>>()?;
            format!("[{}]", items.join(", "))
        }
        Value::Null | Value::Object(_) => return None,
    })
}

fn written(
    meta: &RuleMetadata,
    level: Severity,
    data: &Data,
    variables: &[Variable],
    expression: &str,
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
        data.objects.constraints(),
    );
    if !variables.is_empty() {
        out.push_str("  variables:\n");
    }
    for variable in variables {
        let _ = writeln!(out, "    - name: {}", variable.name);
        block(&mut out, "      expression", &variable.expression);
    }
    out.push_str("  validations:\n");
    block(&mut out, "    - expression", expression);
    let message = serde_json::to_string(&data.message).unwrap_or_default();
    let _ = write!(
        out,
        "      message: {message}\n\
         ---\n\
         apiVersion: admissionregistration.k8s.io/v1\n\
         kind: ValidatingAdmissionPolicyBinding\n\
         metadata:\n\
         \x20 name: {name}\n\
         spec:\n\
         \x20 policyName: {name}\n\
         \x20 validationActions: [{action}]\n{}",
        data.objects.binding(),
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

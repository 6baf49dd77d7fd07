//! Keys that the metadata of objects must have.

use podwright_model::Object;
use podwright_rule::RuleContext;
use podwright_schema::Value;
use regex::Regex;
use schemars::JsonSchema;
use serde::Deserialize;

/// Label or annotation that objects must have.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Required {
    /// Name of the label or annotation.
    key: String,
    /// Regular expression that the whole value must match. Any value is right without it.
    #[serde(default)]
    value: Option<Pattern>,
    /// Kinds of objects that must have it. Without kinds, those with Pods, and their Pod templates.
    #[serde(default)]
    kinds: Vec<String>,
}

/// Regular expression that a whole value must match.
#[derive(Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
struct Pattern {
    whole: Regex,
    text: String,
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let whole = Regex::new(&format!("^(?:{text})$"));
        let whole = whole.map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => {
                format!("`{text}` needs more than 10 MiB of memory: use smaller repetition counts")
            }
            _ => format!("`{text}` is not a regular expression"),
        })?;
        Ok(Self { whole, text })
    }
}

/// Field of the metadata, and how to call an entry of it.
#[derive(Clone, Copy)]
pub(super) struct Kept {
    pub(super) field: &'static str,
    pub(super) noun: &'static str,
}

/// Reports the entries that the metadata of the object, or of its Pod template, does not have.
pub(super) fn check(object: &Object, all: &[Required], kept: Kept, cx: &mut RuleContext<'_>) {
    if all.is_empty() || cx.is_partial() || object.is_program_configuration() {
        return;
    }
    let Some(kind) = object.kind.text() else {
        return;
    };
    let root = Value::new(cx.tree(), object.node);
    let template = template(root);
    for required in all {
        let is_meant = match required.kinds.as_slice() {
            [] => !object.pods.is_empty(),
            kinds => kinds.iter().any(|one| one == kind),
        };
        if !is_meant {
            continue;
        }
        missing(root.get("metadata"), "object", required, kept, cx);
        if let Some(template) = template.filter(|_| required.kinds.is_empty()) {
            missing(template.get("metadata"), "Pod template", required, kept, cx);
        }
    }
}

/// The Pod template of a built-in workload.
fn template(root: Value<'_>) -> Option<Value<'_>> {
    let spec = root.get("spec");
    let of_job = spec.get("jobTemplate").get("spec");
    let mut templates = [spec, of_job].into_iter().map(|spec| spec.get("template"));
    templates.find(|template| template.is_mapping())
}

fn missing(
    metadata: Value<'_>,
    whose: &str,
    required: &Required,
    kept: Kept,
    cx: &mut RuleContext<'_>,
) {
    let Kept { field, noun } = kept;
    let entries = metadata.get(field);
    let key = &required.key;
    if entries.is_unknown() {
        return;
    }
    let Some(value) = entries.find(key) else {
        cx.report_value(entries, format!("{whose} has no {noun} `{key}`"))
            .note(format!(
                "the configuration of podwright requires the {noun}"
            ))
            .help(match &required.value {
                Some(pattern) => {
                    format!("add `{key}` with a value that matches `{}`", pattern.text)
                }
                None => format!("add `{key}`"),
            });
        return;
    };
    let (Some(pattern), Some(text)) = (&required.value, value.text()) else {
        return;
    };
    if !pattern.whole.is_match(&text) {
        cx.report_value(value, format!("value of the {noun} `{key}` does not match"))
            .note(format!(
                "the configuration of podwright requires `{}`",
                pattern.text
            ))
            .help("use a value that matches");
    }
}

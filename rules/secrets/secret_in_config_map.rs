use podwright_model::{Body, DataValue, Object};
use podwright_redact::is_plain_credential;
use podwright_rule::{RuleContext, declare_rule};
use podwright_syntax::Scalar;

declare_rule! {
    name: "secret-in-config-map",
    summary: "ConfigMap contains a credential",
    severity: Warning,
    since: "0.1.0",
    profile: Security,
    hooks: { object: check },
}

fn check(object: &Object, cx: &mut RuleContext<'_>) {
    let Body::ConfigMap(map) = &object.body else {
        return;
    };
    for entry in map.data.items() {
        let Scalar::Str(value) = cx.tree().scalar(entry.value) else {
            continue;
        };
        let key = &entry.name;
        if !value.trim_end().contains('\n') && is_plain_credential(key, value.trim()) {
            report(
                entry,
                format!("`{key}` contains a credential in plain text"),
                cx,
            );
            continue;
        }
        if let Some(name) = value.lines().find_map(assignment) {
            report(
                entry,
                format!("`{key}` contains a credential: `{name}`"),
                cx,
            );
        }
    }
}

/// Name of the credential that a line of a file sets: `name: value` or `name=value`.
fn assignment(line: &str) -> Option<&str> {
    let line = line.trim().trim_start_matches("export ");
    let at = line.find([':', '='])?;
    let (name, value) = (line[..at].trim(), line[at + 1..].trim());
    let name = name.trim_matches(['"', '\'']);
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let is_key = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_name);
    // `passwd: files` is a database of `nsswitch.conf`.
    if !is_key || name.len() > 80 || name == "passwd" {
        return None;
    }
    let value = value.trim_end_matches([',', ';']).trim();
    let is_quoted = value.len() > 1 && value.starts_with(['"', '\'']);
    let value = value.trim_matches(['"', '\'']);
    // Anything else is code.
    let is_word = is_quoted || !value.contains([' ', '(', '[', '{']);
    (is_word && is_plain_credential(name, value)).then_some(name)
}

fn report(entry: &DataValue, message: String, cx: &mut RuleContext<'_>) {
    cx.report(entry.key, message)
        .note(
            "ConfigMaps are not encrypted, and more people and programs may read them than Secrets",
        )
        .help("put it into a Secret");
}

//! Values of the wrong type, many of them because YAML reads them as another type than their author.

use super::{must_be, quote, raw, shape, subject};
use podwright_rule::{Applicability, RuleContext, declare_rules};
use podwright_schema::{Expected, Found, Problem, ProblemKind};
use podwright_syntax::{NodeKind, Scalar};

declare_rules! {
    hooks: { problem: check },
    WRONG_SHAPE_IMAGE_PULL_SECRETS {
        name: "wrong-shape-image-pull-secrets",
        summary: "imagePullSecrets has the wrong structure",
        severity: Error,
        since: "0.1.0",
    }
    WRONG_TYPE {
        name: "wrong-type",
        summary: "value has the wrong type",
        severity: Error,
        since: "0.1.0",
    }
    YAML_BOOLEAN_LIKE_STRING {
        name: "yaml-boolean-like-string",
        summary: "unquoted YAML boolean in a string field",
        severity: Error,
        since: "0.1.0",
    }
    YAML_INT_AS_STRING {
        name: "yaml-int-as-string",
        summary: "quoted integer in an integer field",
        severity: Error,
        since: "0.1.0",
    }
    YAML_KEY_RESOLVED_NON_STRING {
        name: "yaml-key-resolved-non-string",
        summary: "unquoted key is converted to a different string",
        severity: Warning,
        since: "0.1.0",
    }
    YAML_NUMBER_LIKE_STRING {
        name: "yaml-number-like-string",
        summary: "unquoted number in a string field",
        severity: Error,
        since: "0.1.0",
    }
    YAML_OCTAL_SURPRISE {
        name: "yaml-octal-surprise",
        summary: "number with a leading 0 is octal",
        severity: Warning,
        since: "0.1.0",
    }
}

fn check(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let node = problem.node;
    let written = cx.tree().source_text(node);
    let what = || subject(problem, cx);
    let refusal = |expected, found, otherwise: &str| {
        must_be(problem, expected, found, cx).unwrap_or_else(|| otherwise.to_owned())
    };
    let (rule, message, note, help, fix) = match &problem.kind {
        ProblemKind::WrongType { .. } if problem.is_shape_of_pull_secrets() => {
            return pull_secrets(problem, cx);
        }
        ProblemKind::WrongType { expected, found } => {
            return wrong_type(problem, *expected, *found, cx);
        }
        ProblemKind::NotBase64(error) => (
            &WRONG_TYPE,
            format!("{} is not base64: {error}", what()),
            "the API server cannot decode the object: `illegal base64 data`".to_owned(),
            "encode the value, for example with `base64 -w0`".to_owned(),
            None,
        ),
        ProblemKind::BooleanLike(value) => (
            &YAML_BOOLEAN_LIKE_STRING,
            match written == value.to_string() {
                true => format!("{} must be a string, but `{written}` is a boolean", what()),
                false => format!(
                    "{} must be a string, but YAML reads `{written}` as `{value}`",
                    what()
                ),
            },
            format!(
                "Kubernetes uses YAML 1.1, where `y`, `n`, `yes`, `no`, `on` and `off` are also booleans: {}",
                refusal(
                    Expected::Text,
                    Found::Boolean,
                    "the API server rejects the object (400, `cannot unmarshal bool`)",
                )
            ),
            "quote the value".to_owned(),
            quote(node, Applicability::Safe, cx),
        ),
        ProblemKind::NumberLike => (
            &YAML_NUMBER_LIKE_STRING,
            format!("{} must be a string, but `{written}` is a number", what()),
            refusal(
                Expected::Text,
                Found::Integer,
                "the API server cannot decode the object and rejects it (400, `cannot unmarshal number`)",
            ),
            "quote the value".to_owned(),
            quote(node, Applicability::Safe, cx),
        ),
        ProblemKind::IntAsString(number) => (
            &YAML_INT_AS_STRING,
            format!("{} must be an integer, not a string", what()),
            refusal(
                Expected::Integer(64),
                Found::Text,
                "the API server cannot decode the object and rejects it (400, `cannot unmarshal string`)",
            ),
            format!("remove the quotes: `{number}`"),
            raw(node, number, Applicability::Safe, cx),
        ),
        ProblemKind::KeyNotText(becomes) => (
            &YAML_KEY_RESOLVED_NON_STRING,
            format!("unquoted key `{written}` becomes `{becomes}`"),
            "YAML reads the key as a boolean or a number, and kubectl converts that to a string"
                .to_owned(),
            format!("quote the key: `\"{written}\"`"),
            quote(node, Applicability::Unsafe, cx),
        ),
        ProblemKind::Octal(value, decimal) => (
            &YAML_OCTAL_SURPRISE,
            format!("octal number `{written}` has the value {value}"),
            "Kubernetes uses YAML 1.1, where a number with a leading 0 is octal".to_owned(),
            format!("use `{decimal}`, or `{value}` if the octal value is intended"),
            raw(node, &decimal.to_string(), Applicability::Unsafe, cx),
        ),
        _ => return,
    };
    cx.as_rule(rule)
        .report(node, message)
        .note(note)
        .help(help)
        .fix(fix);
}

fn wrong_type(problem: &Problem<'_>, expected: Expected, found: Found, cx: &mut RuleContext<'_>) {
    let what = subject(problem, cx);
    let message = match (expected, found) {
        (Expected::Integer(bits), Found::Integer) => {
            let bits = if bits == 32 { 32 } else { 64 };
            format!("{what} is out of range for a {bits}-bit integer")
        }
        _ => format!("{what} must be {expected}, not {found}"),
    };
    let boolean = match cx.tree().scalar(problem.node) {
        Scalar::Str(text) if expected == Expected::Boolean => Some(text),
        _ => None,
    };
    let boolean = boolean.filter(|text| matches!(&**text, "true" | "false"));
    let fix = boolean
        .as_deref()
        .and_then(|word| raw(problem.node, word, Applicability::Safe, cx));
    let (help, fix) = match &boolean {
        Some(word) => (format!("remove the quotes: `{word}`"), fix),
        None => shape::advice(problem, expected, found, cx)
            .unwrap_or_else(|| (format!("use {expected}"), None)),
    };
    let refusal = must_be(problem, expected, found, cx);
    let cx = cx.as_rule(&WRONG_TYPE);
    // A list or mapping may span many lines, so report at its key.
    let finding = match found {
        Found::List | Found::Mapping => cx.report_missing(problem.node, message),
        _ => cx.report(problem.node, message),
    };
    finding
        .note(refusal.as_deref().unwrap_or(UNDECODABLE))
        .help(help)
        .fix(fix);
}

const UNDECODABLE: &str =
    "the API server cannot decode the object and rejects it (400, `cannot unmarshal`)";

fn pull_secrets(problem: &Problem<'_>, cx: &mut RuleContext<'_>) {
    let tree = cx.tree();
    let message = if problem.is_inner {
        "an item of `imagePullSecrets` must be a mapping with a `name`"
    } else {
        "`imagePullSecrets` must be a list"
    };
    let cx = cx.as_rule(&WRONG_SHAPE_IMAGE_PULL_SECRETS);
    match tree.scalar(problem.node) {
        Scalar::Str(name) if problem.is_inner => {
            let item = format!("name: {name}");
            let fix = raw(problem.node, &item, Applicability::Safe, cx)
                .filter(|_| tree.kind(problem.node) == NodeKind::Plain);
            cx.report(problem.node, message)
                .note(UNDECODABLE)
                .help(format!("use `- {item}`"))
                .fix(fix);
        }
        _ => {
            cx.report_missing(problem.node, message)
                .note(UNDECODABLE)
                .help("use a list of items with a `name`");
        }
    }
}

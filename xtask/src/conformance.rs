//! Compares our answers with those of the real Kubernetes and containerd code: see `tests/data/conformance/README.md`.

mod answer;
mod custom;
mod go_json;
mod kubectl;
mod object;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

/// Errors of Kubernetes for objects that podwright deliberately accepts, and why podwright accepts them.
pub const TAKEN: [(&str, &str); 2] = [
    (
        "metadata.namespace: Forbidden",
        "validation forbids it for a RuntimeClass, but the API server always clears it before validation",
    ),
    (
        "spec.overhead.limits[foo]",
        "`pod-overhead-set` reports any overhead that a Pod sets itself, valid or not",
    ),
];

/// Results for all questions of one operation.
#[derive(Default)]
pub struct Tally {
    /// Number of questions.
    pub asked: usize,
    /// Number of questions that podwright cannot answer.
    pub unsupported: usize,
    /// Accepted for one of the reasons in [`TAKEN`].
    pub excepted: usize,
    /// Questions with two different answers.
    pub disagreements: Vec<String>,
}

impl Tally {
    /// Number of equal answers.
    pub fn agreed(&self) -> usize {
        self.asked - self.unsupported - self.excepted - self.disagreements.len()
    }
}

/// Returns the results for all recorded questions, by operation.
pub fn tallies() -> BTreeMap<String, Tally> {
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for (op, question, expected) in pairs() {
        let given = answer::answer(&question);
        let tally = tallies.entry(op.clone()).or_default();
        tally.asked += 1;
        if given.get("unsupported").is_some() {
            tally.unsupported += 1;
        } else if op == "object" && is_taken_knowingly(&given, &expected) {
            tally.excepted += 1;
        } else if !agrees(&op, &given, &expected) {
            tally.disagreements.push(format!(
                "{question}\n  kubernetes {expected}\n  podwright  {given}"
            ));
        }
    }
    tallies
}

/// Whether podwright accepts an object that Kubernetes rejects, and every error of Kubernetes is in [`TAKEN`].
fn is_taken_knowingly(given: &Value, expected: &Value) -> bool {
    let said = expected["errs"].as_array().into_iter().flatten();
    let mut said = said.filter_map(Value::as_str).peekable();
    let is_known = |error: &str| TAKEN.iter().any(|(known, _)| error.contains(known));
    !rejected(given) && said.peek().is_some() && said.all(is_known)
}

/// Returns every operation and question with the answer of Kubernetes, in the order of the file names.
fn pairs() -> Vec<(String, Value, Value)> {
    let directory = crate::root().join("tests/data/conformance");
    let mut files: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "jsonl")
        })
        .collect();
    files.sort();
    let texts = files
        .into_iter()
        .map(|file| fs::read_to_string(file).unwrap());
    let texts: Vec<String> = texts.collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    lines
        .map(|line| {
            let mut pair: Value = serde_json::from_str(line).unwrap();
            let question = pair["in"].take();
            let op = question["op"].as_str().unwrap().to_owned();
            (op, question, pair["out"].take())
        })
        .collect()
}

/// Whether all fields have the same values. For an error message, only its presence is compared; for an object, only
/// whether it is accepted.
fn agrees(op: &str, given: &Value, expected: &Value) -> bool {
    if op == "object" {
        return rejected(given) == rejected(expected);
    }
    if op == "custom" {
        return is_same_verdict(given, expected);
    }
    let Some(expected) = expected.as_object() else {
        return given == expected;
    };
    expected.iter().all(|(field, value)| {
        let given = given.get(field).unwrap_or(&Value::Null);
        match field.as_str() {
            "err" | "strictErr" | "strict" | "relaxed" => given.is_null() == value.is_null(),
            _ => given == value,
        }
    })
}

/// Whether both accept the custom resource and prune the same fields, or both reject it at the same places.
fn is_same_verdict(given: &Value, expected: &Value) -> bool {
    let dropped = |answer: &Value| {
        let fields = answer["unknown"].as_array().into_iter().flatten();
        let fields = fields.filter_map(Value::as_str).map(str::to_owned);
        fields.collect::<BTreeSet<String>>()
    };
    let is_refused = rejected(expected);
    if !is_refused {
        return !rejected(given) && dropped(given) == dropped(expected);
    }
    let texts = |answer: &Value| -> Vec<String> {
        let errors = answer["errs"].as_array().into_iter().flatten();
        // Mapping keys are sometimes in brackets.
        let errors = errors.filter_map(Value::as_str);
        errors
            .map(|error| error.replace('[', ".").replace(']', ""))
            .collect()
    };
    let said = texts(expected);
    let is_said = |error: &String| {
        let path = error.split(':').next().unwrap_or_default();
        said.iter().any(|said| said.contains(path))
    };
    rejected(given) && texts(given).iter().all(is_said)
}

fn rejected(answer: &Value) -> bool {
    ["decodeErr", "strictErr", "errs"]
        .iter()
        .any(|field| match &answer[*field] {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => true,
        })
}

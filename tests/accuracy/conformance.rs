//! Our answers beside those of the real code of Kubernetes and containerd: see `data/conformance/README.md`.

#[path = "../../examples/conform/answer.rs"]
mod answer;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

/// What Kubernetes says of objects that podwright takes, and why it does.
pub(crate) const TAKEN: [(&str, &str); 3] = [
    (
        "spec.hostname: Invalid value: \"A_B\"",
        "a word of capitals with `_` stands for something that another tool fills in",
    ),
    (
        "metadata.namespace: Forbidden",
        "validation forbids it to a RuntimeClass, but each way through the API server clears it first",
    ),
    (
        "spec.overhead.limits[foo]",
        "`pod-overhead-set` speaks of a Pod's own overhead, whatever it is",
    ),
];

/// What came of the questions of one operation.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) asked: usize,
    pub(crate) unsupported: usize,
    /// Taken for one of the reasons of [`TAKEN`].
    pub(crate) excepted: usize,
    pub(crate) disagreements: Vec<String>,
}

impl Tally {
    pub(crate) fn agreed(&self) -> usize {
        self.asked - self.unsupported - self.excepted - self.disagreements.len()
    }
}

/// Every question that is kept, by its operation.
pub(crate) fn tallies() -> BTreeMap<String, Tally> {
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

/// Whether podwright takes an object that Kubernetes refuses, for reasons that are all known.
fn is_taken_knowingly(given: &Value, expected: &Value) -> bool {
    let said = expected["errs"].as_array().into_iter().flatten();
    let mut said = said.filter_map(Value::as_str).peekable();
    let is_known = |error: &str| TAKEN.iter().any(|(known, _)| error.contains(known));
    !rejected(given) && said.peek().is_some() && said.all(is_known)
}

/// Every question with its operation and Kubernetes' answer, in the order of the files' names.
fn pairs() -> Vec<(String, Value, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/conformance");
    let mut files: Vec<_> = fs::read_dir(folder)
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

/// The same values in every field; of an error text only whether there is one. An object is accepted or not.
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

/// Both take the custom resource, or neither does, for what stands at the same places; and of one that is taken the same
/// fields are dropped.
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
        // Keys of mappings stand in brackets sometimes.
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

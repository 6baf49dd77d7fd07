use std::sync::Arc;

use crate::{Budget, Environment, EvaluationError, Program, Type, Value, Variables};

/// Answers that podwright does not know: what would need tables of time zones, or values that rules never have.
const UNKNOWN: [&str; 4] = [
    "format.datetime().validate('2024-02-03T00:00:00Z').hasValue()",
    "{1.5: 'a'}",
    "{null: 'a'}",
    "google.protobuf.Duration{seconds: 1}",
];

/// The last two columns of the table for an expression.
fn answer(text: &str, variables: &serde_json::Value) -> (String, String) {
    let mut environment = Environment::new();
    let mut values = Variables::new();
    for (name, value) in variables.as_object().into_iter().flatten() {
        environment.declare(name, Type::Dyn);
        values.set(name, Value::from_json(value));
    }
    let Ok(program) = Program::compile(text, &environment) else {
        return ("invalid".to_owned(), String::new());
    };
    match program.evaluate(&values) {
        Ok(value) => {
            let json = value.to_json().map(|json| json.to_string());
            let own = program.result_type().to_string();
            (own, json.unwrap_or_else(|| "?".to_owned()))
        }
        Err(EvaluationError::Unknown(_)) => ("unknown".to_owned(), String::new()),
        Err(error) => ("error".to_owned(), error.to_string()),
    }
}

/// Whether two values are the same JSON. Numbers are compared as numbers.
fn is_same(own: &str, wanted: &str) -> bool {
    let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    match (json(own), json(wanted)) {
        (Some(serde_json::Value::Number(a)), Some(serde_json::Value::Number(b))) => {
            a.as_f64() == b.as_f64()
        }
        // Large numbers are strings in the table.
        (Some(serde_json::Value::Number(a)), Some(serde_json::Value::String(b))) => {
            a.to_string() == b
        }
        (Some(a), Some(b)) => a == b,
        // Not JSON, or bytes.
        _ => own == "?" || wanted == "?",
    }
}

#[test]
fn answers_are_those_of_kubernetes() {
    let mut count = 0;
    for line in include_str!("tests/expressions.tsv").lines() {
        if line.starts_with('#') {
            continue;
        }
        let [text, variables, wanted, value] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let variables = match variables {
            "-" => serde_json::Value::Null,
            json => serde_json::from_str(json).unwrap(),
        };
        let (own, own_value) = answer(text, &variables);
        count += 1;
        if own == "unknown" {
            assert!(UNKNOWN.contains(&text), "not known: {text}");
            continue;
        }
        assert_eq!(own, wanted, "{text}");
        // Messages of errors may have other words.
        if !matches!(wanted, "invalid" | "error") {
            assert!(
                is_same(&own_value, value),
                "{text}: {own_value}, not {value}"
            );
        }
    }
    assert!(count > 300);
}

#[test]
fn errors_of_the_evaluation_have_the_words_of_the_api_server() {
    let none = serde_json::Value::Null;
    for (text, message) in [
        ("1 / 0", "division by zero"),
        ("9223372036854775807 + 1", "integer overflow"),
        ("{'a': 1}['b']", "no such key: b"),
        ("[1][3]", "index out of bounds: 3"),
        ("[].max()", "max called on empty list"),
        ("{'a':1}.?b.value()", "optional.none() dereference"),
    ] {
        let wanted = ("error".to_owned(), message.to_owned());
        assert_eq!(answer(text, &none), wanted, "{text}");
    }
}

#[test]
fn errors_know_their_place() {
    let environment = Environment::new().with("self", Type::object("o", [("a".into(), Type::Int)]));
    for (text, part, message) in [
        ("self.a + self.bc > 1", "bc", "uses the unknown field `bc`"),
        ("self.a > 1 && foo", "foo", "uses the unknown name `foo`"),
        (
            "foo(self.a)",
            "foo(self.a)",
            "calls the unknown function `foo`",
        ),
        (
            "self.a == 'x'",
            "self.a == 'x'",
            "uses `==` with int and string",
        ),
        ("self.a >", ">", "ends too early"),
        (
            "self.a.matches('(')",
            "self.a.matches('(')",
            "calls `matches` of int with string",
        ),
        (
            "'x'.matches('(')",
            "'('",
            "has a regular expression that Go does not accept",
        ),
    ] {
        let error = Program::compile(text, &environment).unwrap_err();
        assert_eq!(
            (&text[error.at.clone()], &*error.message),
            (part, message),
            "{text}"
        );
    }
}

#[test]
fn what_is_not_known_is_never_guessed() {
    let environment = Environment::new().with("a", Type::Dyn).with("b", Type::Dyn);
    let object = Value::object([
        (Arc::from("x"), Value::unknown("a placeholder")),
        (Arc::from("y"), Value::Int(1)),
    ]);
    let list = Value::list(
        vec![Value::Int(1), Value::unknown("a placeholder")],
        crate::ListKind::Plain,
    );
    let variables = Variables::new().with("a", object).with("b", list);
    let evaluate = |text: &str| {
        let program = Program::compile(text, &environment).unwrap();
        program
            .evaluate(&variables)
            .ok()
            .map(|value| value.as_bool())
    };
    for text in [
        "a.x == 1",
        "has(a.x) && a.x.size() > 0",
        "a == {'x': 1, 'y': 1}",
        "b.sum() == 2",
        "3 in b",
        "b.all(i, i == 1)",
        "'%s'.format([a]) == ''",
        "b.map(i, i) == [1, 2]",
        "a.?x.orValue(1) == 1",
    ] {
        assert_eq!(evaluate(text), None, "{text}");
    }
    for (text, is) in [
        ("a.y == 1", true),
        ("has(a.x)", true),
        ("a.x == 1 || a.y == 1", true),
        ("a.x == 1 && a.y == 2", false),
        ("a == {'x': 1, 'y': 2}", false),
        ("b.size() == 2", true),
        ("1 in b", true),
        ("b.exists(i, i == 1)", true),
        ("b.all(i, i == 2)", false),
    ] {
        assert_eq!(evaluate(text), Some(Some(is)), "{text}");
    }
}

#[test]
fn expressions_come_to_an_end() {
    let list = (0..2000).map(Value::Int).collect();
    let variables = Variables::new().with("l", Value::list(list, crate::ListKind::Plain));
    let environment = Environment::new().with("l", Type::list(Type::Int));
    for text in [
        "l.all(a, l.all(b, l.all(c, a + b + c >= 0)))",
        "l.map(a, l.map(b, l)) == l.map(a, l.map(b, l))",
        "lists.range(9223372036854775807).size() == 0",
    ] {
        let program = Program::compile(text, &environment).unwrap();
        let answer = program.evaluate_within(&variables, &mut Budget::new(50_000));
        assert_eq!(answer.unwrap_err(), EvaluationError::TooExpensive, "{text}");
    }
    let doubled = "optional.of(l)".to_owned() + &".optMap(x, x + x)".repeat(60);
    match Program::compile(&doubled, &environment) {
        Ok(program) => {
            let answer = program.evaluate_within(&variables, &mut Budget::new(50_000));
            assert!(answer.is_err());
        }
        Err(error) => assert!(error.is_limit),
    }
    for text in [
        "(".repeat(5000),
        "-".repeat(5001) + "1",
        "a".to_owned() + &".a".repeat(5000),
        "[".repeat(300),
    ] {
        let _ = Program::compile(&text, &environment);
    }
}

#[test]
fn costs_are_counted() {
    let cost = |text: &str| {
        let program = Program::compile(text, &Environment::new()).unwrap();
        let mut budget = Budget::default();
        program
            .evaluate_within(&Variables::new(), &mut budget)
            .unwrap();
        budget.used()
    };
    assert_eq!(cost("1 + 2 * 3 == 7"), 3);
    assert_eq!(cost("1 in [1, 2]"), 0);
    assert_eq!(cost("'abc'.matches('^a.c$')"), 2);
}

#[test]
fn errors_are_at_characters() {
    for text in ["", "(", "1 + // é", "[ // €\n", "1 +\u{a0}", "'é"] {
        let error = Program::compile(text, &Environment::new()).unwrap_err();
        assert!(text.get(error.at.clone()).is_some(), "{text:?}: {error:?}");
    }
}

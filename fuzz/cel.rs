//! Parses, checks, estimates and evaluates arbitrary expressions, with values and without: `fuzz/run 60 cel`.
#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use podwright_cel::{Budget, Environment, ListKind, Program, Type, Value, Variables};

fuzz_target!(|text: &str| {
    let spec = Type::object(
        "spec",
        [
            ("name".into(), Type::Text),
            ("replicas".into(), Type::Int),
            ("items".into(), Type::list(Type::Text)),
            ("labels".into(), Type::map(Type::Text, Type::Text)),
        ],
    );
    let typed = Environment::new()
        .with("self", spec.clone())
        .with("oldSelf", Type::Optional(Arc::new(spec)));
    let dynamic = Environment::new()
        .with("self", Type::Dyn)
        .with("oldSelf", Type::Dyn);
    let words = |words: &[&str]| words.iter().map(|word| Value::text(word)).collect();
    let object = Value::object([
        (Arc::from("name"), Value::text("web-é")),
        (Arc::from("replicas"), Value::Int(-3)),
        (
            Arc::from("items"),
            Value::list(words(&["a", "b"]), ListKind::Set),
        ),
        (Arc::from("labels"), Value::unknown("a placeholder")),
    ]);
    let variables = Variables::new()
        .with("self", object)
        .with("oldSelf", Value::Optional(None));
    for environment in [typed, dynamic] {
        let program = match Program::compile(text, &environment) {
            Ok(program) => program,
            Err(error) => {
                assert!(error.is_limit || text.get(error.at).is_some());
                continue;
            }
        };
        program.estimated_cost(|path| (path.len() < 3).then_some(10));
        let _ = program.is_never_evaluated();
        let mut budget = Budget::new(20_000);
        let _ = program.evaluate_within(&variables, &mut budget);
    }
});

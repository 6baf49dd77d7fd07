//! Templates without Helm: parsing and executing them never panics.

#![no_main]

use std::rc::Rc;
use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use podwright_go_template::{
    Data, Executor, Functions, IntType, Limits, MissingKey, Templates, Value,
};
use podwright_syntax::provenance::Text;

fuzz_target!(|text: &str| {
    let functions = Functions::builtin();
    let mut templates = Templates::new();
    let text = Arc::new(Text::constant(text));
    if templates
        .parse("t", &text, &|name| functions.contains(name))
        .is_err()
    {
        return;
    }
    let dot = Value::map(
        [
            ("s".into(), Value::string("text é")),
            ("n".into(), Value::constant(Data::Float(1.5))),
            ("i".into(), Value::constant(Data::Int(IntType::Int, -7))),
            ("b".into(), Value::bool(true)),
            (
                "l".into(),
                Value::list(vec![Value::nil(), Value::string("x")]),
            ),
        ]
        .into(),
    );
    let templates = Rc::new(templates);
    for missing in [MissingKey::Invalid, MissingKey::Zero, MissingKey::Error] {
        let limits = Limits {
            steps: 20_000,
            bytes: 1 << 20,
            depth: 200,
        };
        let mut executor = Executor::new(&functions, templates.clone(), &(), missing, limits);
        let _ = executor.execute("t", dot.clone());
    }
});

use crate::{Environment, EvaluationError, Program, Value, Variables};

fn evaluate(text: &str) -> Result<Value, EvaluationError> {
    let program = Program::compile(text, &Environment::new()).unwrap();
    program.evaluate(&Variables::new())
}

#[test]
fn basics() {
    for text in [
        "1 + 2 * 3 == 7",
        "'abc'.startsWith('a') && [1, 2].all(x, x > 0)",
        "quantity('1Gi').compareTo(quantity('1024Mi')) == 0",
    ] {
        assert_eq!(evaluate(text).unwrap().as_bool(), Some(true), "{text}");
    }
}
